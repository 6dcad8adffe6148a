"""How a verb changes an object: take its newest state, then save it together with its one event."""

from __future__ import annotations

from datetime import datetime, timedelta

from followspot.errors import Refused, Stale
from followspot.evidence import log
from followspot.language import say
from followspot.objects.models import Object
from followspot.teams.models import Person, Team

TWICE = timedelta(minutes=1)  # within which the same, sent again by the same person, is the same
INVITED_FOR = timedelta(days=30)  # how long somebody who asked for the leader waits for an answer
ANSWERED_FOR = timedelta(days=2)  # how long after a first answer more of it was still asked for


def fitting(text: str, most: int) -> str:
    """Return a text trimmed; refuse one that is too long, so that nothing is cut in silence."""
    trimmed = text.strip()
    if len(trimmed) > most:
        raise Refused(
            say(
                "“{trimmed}…” is {n:,} characters long; {most:,} fit.",
                trimmed=trimmed[:40],
                n=len(trimmed),
                most=most,
            )
        )
    return trimmed


def begin(team: Team) -> None:
    """Let one act at a time begin something new in a team, so that what is sent twice is found to be there."""
    Team.objects.select_for_update().get(pk=team.pk)


def lock[O: Object](thing: O, *, seen: int | None) -> O:
    """Return the newest state of an object, held until the transaction ends.

    seen : the version that somebody acts upon; None where there is nothing to overlook.
    Raises Stale if another act came between.
    """
    newest = type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)
    if seen is not None and newest.version != seen:
        raise Stale(
            say(
                "Somebody else changed this while you were at it. Look at what it is now, then send yours again."
            ),
            version=newest.version,
            address=newest.get_absolute_url(),
        )
    return newest


def record(
    thing: Object,
    activity: str,
    *,
    by: Person | None,
    now: datetime,
    to: tuple[Person, ...] = (),
    about: tuple[str, ...] = (),
    value: float | None = None,
    unit: str = "",
) -> None:
    """Save an object one version on, and write the one event of the act.

    An act of the leader on what the front line has in hand is a touch: the event then says so
    (about `front:owned`), and by which event it was invited, if by any.
    """
    thing.version += 1
    thing.save()
    tell(thing, activity, by=by, now=now, to=to, about=about, value=value, unit=unit)


def tell(
    thing: Object,
    activity: str,
    *,
    by: Person | None,
    now: datetime,
    to: tuple[Person, ...] = (),
    about: tuple[str, ...] = (),
    value: float | None = None,
    unit: str = "",
) -> None:
    """Write the event of an act that leaves the object itself as it was."""
    invited_by = ""
    asked_by_practice = activity in thing.leaders_part
    if by is not None and not asked_by_practice and _leads(thing, by, now) and thing.in_front_hands(by):
        about = (*about, "front:owned")
        invited_by = log.asked(
            thing.team, by, objects=(thing.reference, *about), now=now, within=INVITED_FOR, lasts=ANSWERED_FOR
        )
    log.append(
        activity,
        thing.reference,
        team=thing.team,
        by=by,
        now=now,
        practice=thing._meta.app_label,
        about=about,
        to=to,
        value=value,
        unit=unit,
        invited_by=invited_by,
    )


def _leads(thing: Object, person: Person, now: datetime) -> bool:
    return thing.team.leader_on(thing.team.day(now)) == person
