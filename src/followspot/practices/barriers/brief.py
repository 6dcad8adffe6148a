"""What barriers offer to the brief: those to clear, and those that wait for the raiser's word."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse

from followspot.language import count, say
from followspot.practices import CLEAR, STEP_BACK, Dated, Move, Waiting, quoted
from followspot.practices.barriers import actions, rules
from followspot.practices.barriers.models import Barrier
from followspot.practices.barriers.rules import State
from followspot.teams import access, calendar
from followspot.teams.models import Person, Team

LINGERED_FOR = timedelta(days=60)


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """The leader's barriers by how long they are past their promise, and those without an answer."""
    clock = calendar.of(team)
    today = clock.day(now)
    found = []
    here = {p.pk for p in access.people_of(team, today=today)}
    for b in Barrier.objects.of(team).open().seen_from(team):
        raised = clock.day(b.raised_at)
        age = clock.between(raised, today)
        held = (
            say("It holds up: {holds_words}.", holds_words=b.holds_words) if b.holds_words else _raised(age)
        )
        url = reverse("barrier", args=[team.slug, b.pk])
        if b.state == State.TAKEN and _the_leaders(b.taker_id, leader, here) and b.promised_on is not None:
            late = clock.between(b.promised_on, today)
            if late >= -1:
                says = _promised(b, late)
                found.append(Move(CLEAR, says, held, url, say("Clear it"), rank=-100 - late))
        elif (
            b.state == State.RAISED
            and _the_leaders(b.clearer_id, leader, here)
            and age >= rules.ANSWER_WITHIN
        ):
            found.append(
                Move(
                    CLEAR,
                    say("{what}: no answer for {days}.", what=b.what.rstrip("."), days=_days(age)),
                    held,
                    url,
                    say("Answer"),
                    rank=-float(age),
                )
            )
    return [*found, *_lingering(team, leader, now=now)]


def _the_leaders(whose: int | None, leader: Person, here: set[int]) -> bool:
    """Say whether a barrier is the leader's: theirs, nobody's, or of somebody who is no longer here."""
    return whose is None or whose == leader.pk or whose not in here


def _lingering(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """Where the leader cleared something and then did not leave."""
    found = []
    lately = Barrier.objects.filter(team=team, taker=leader, confirmed_at__gte=now - LINGERED_FOR)
    gone = lately.filter(state=State.CONFIRMED).seen_from(team)
    touched = actions.touched_since(gone, leader)
    for b in gone:
        touches = touched.get(b.pk, [])
        if touches:
            found.append(
                Move(
                    STEP_BACK,
                    say("{what} is gone, and you came back to it uninvited.", what=quoted(b.what)),
                    count(
                        len(touches),
                        "{n} act since it was confirmed, the last on {day:%-d %B}.",
                        "{n} acts since it was confirmed, the last on {day:%-d %B}.",
                        day=team.day(touches[0].at),
                    ),
                    b.get_absolute_url(),
                    say("Look"),
                    rank=-float(len(touches)),
                )
            )
    return found


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """Barriers that wait for this person's answer, and those of which only they can say whether they are gone."""
    found = []
    asks = Q(state=State.RAISED, clearer=person) | Q(state=State.CLEARED, raiser=person)
    for b in Barrier.objects.of(team).filter(asks).seen_from(team):
        url = reverse("barrier", args=[team.slug, b.pk])
        if b.state == State.RAISED:
            found.append(
                Waiting(say("{what} waits for your answer.", what=quoted(b.what)), url, say("Answer"))
            )
        else:
            by = b.taker.name if b.taker else say("Somebody")
            says = say(
                "{by} says it was cleared: {what}. Only you can say that it is gone.",
                by=by,
                what=quoted(b.what),
            )
            found.append(Waiting(says, url, say("Is it?")))
    return found


def _days(days: int) -> str:
    return count(days, "{n} working day", "{n} working days")


def _raised(age: int) -> str:
    return say("Raised today.") if age == 0 else say("Raised {days} ago.", days=_days(age))


def _promised(b: Barrier, late: int) -> str:
    """Say how a promise stands. late : by how many working days it is past; -1: it is for the next one."""
    what, to = b.what.rstrip("."), b.raiser.name if b.raiser else ""
    if late > 0 and to:
        return say("{what}: {days} past your promise to {to}.", what=what, days=_days(late), to=to)
    if late > 0:
        return say("{what}: {days} past your promise.", what=what, days=_days(late))
    if late == 0 and to:
        return say("{what}: your promise to {to} is for today.", what=what, to=to)
    if late == 0:
        return say("{what}: your promise is for today.", what=what)
    if to:
        return say("{what}: your promise to {to} is for the next working day.", what=what, to=to)
    return say("{what}: your promise is for the next working day.", what=what)


def dates(team: Team, person: Person, *, first: date, last: date) -> list[Dated]:
    """What this person promised to clear, and until when."""
    promised = Barrier.objects.of(team).filter(
        state=State.TAKEN, taker=person, promised_on__gte=first, promised_on__lte=last
    )
    return [
        Dated(
            b.reference, b.promised_on, b.promised_on, say("You promised to clear: {what}", what=b.what), b.holds_words,
            reverse("barrier", args=[team.slug, b.pk]),
        )
        for b in promised
        if b.promised_on is not None
    ]  # fmt: skip
