"""What barriers offer to the brief: those to clear, and those that wait for the raiser's word."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse

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
        held = f"It holds up: {b.holds_words}." if b.holds_words else f"Raised {_ago(age)}."
        url = reverse("barrier", args=[team.slug, b.pk])
        if b.state == State.TAKEN and _the_leaders(b.taker_id, leader, here) and b.promised_on is not None:
            late = clock.between(b.promised_on, today)
            if late >= -1:
                to = f" to {b.raiser.name}" if b.raiser else ""
                when = (
                    f"{_days(late)} past your promise{to}"
                    if late > 0
                    else f"your promise{to} is for {'today' if late == 0 else 'the next working day'}"
                )
                found.append(
                    Move(CLEAR, f"{b.what.rstrip('.')}: {when}.", held, url, "Clear it", rank=-100 - late)
                )
        elif (
            b.state == State.RAISED
            and _the_leaders(b.clearer_id, leader, here)
            and age >= rules.ANSWER_WITHIN
        ):
            found.append(
                Move(
                    CLEAR,
                    f"{b.what.rstrip('.')}: no answer for {_days(age)}.",
                    held,
                    url,
                    "Answer",
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
                    f"{quoted(b.what)} is gone, and you came back to it uninvited.",
                    f"{len(touches)} {'act' if len(touches) == 1 else 'acts'} since it was confirmed, the last on {team.day(touches[0].at):%-d %B}.",
                    b.get_absolute_url(),
                    "Look",
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
            found.append(Waiting(f"{quoted(b.what)} waits for your answer.", url, "Answer"))
        else:
            by = b.taker.name if b.taker else "Somebody"
            says = f"{by} says it was cleared: {quoted(b.what)}. Only you can say that it is gone."
            found.append(Waiting(says, url, "Is it?"))
    return found


def _days(days: int) -> str:
    return "1 working day" if days == 1 else f"{days} working days"


def _ago(age: int) -> str:
    return "today" if age == 0 else f"{_days(age)} ago"


def dates(team: Team, person: Person, *, first: date, last: date) -> list[Dated]:
    """What this person promised to clear, and until when."""
    promised = Barrier.objects.of(team).filter(
        state=State.TAKEN, taker=person, promised_on__gte=first, promised_on__lte=last
    )
    return [
        Dated(
            b.reference, b.promised_on, b.promised_on, f"You promised to clear: {b.what}", b.holds_words,
            reverse("barrier", args=[team.slug, b.pk]),
        )
        for b in promised
        if b.promised_on is not None
    ]  # fmt: skip
