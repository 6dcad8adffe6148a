"""The verbs on barriers; each leaves one event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction

from followspot.errors import Refused
from followspot.evidence import log
from followspot.language import say
from followspot.objects import acts, unnamed
from followspot.objects.around import day_of
from followspot.practices.barriers import rules
from followspot.practices.barriers.models import Barrier
from followspot.practices.barriers.rules import State
from followspot.roles import RAISER, TAKER, Roles, must
from followspot.teams.models import Person, Team


@transaction.atomic
def raise_barrier(
    team: Team,
    what: str,
    *,
    by: Person | None,
    roles: Roles,
    now: datetime,
    word_hash: str = "",
    holds: str = "",
    holds_words: str = "",
    clearer: Person | None = None,
    needed_on: date | None = None,
) -> Barrier:
    """Say what is in the way. word_hash : instead of a name, in a team that is large enough."""
    must(rules.MAY, "raise", roles, to=say("raise a barrier here"))
    what = rules.check_what(what)
    today = team.day(now)
    if needed_on is not None and needed_on < today - timedelta(days=1):
        raise Refused(say("{needed_on:%-d %B %Y} has gone. By when is it needed?", needed_on=needed_on))
    if word_hash:
        unnamed.must_be_many(team, today=today)
        by, now = None, unnamed.blurred(now, team)
    acts.begin(team)
    same = Barrier.objects.filter(team=team, raiser=by, what=what, raised_at__gt=now - acts.TWICE)
    if by is not None and (sent_twice := same.first()):
        return sent_twice
    clearer = clearer or team.leader_on(today)
    barrier = Barrier(
        team=team,
        what=what,
        holds=holds,
        holds_words=holds_words[:200],
        raiser=by,
        word_hash=word_hash,
        clearer=clearer,
        needed_on=needed_on,
        raised_at=now,
    )
    barrier.save()
    _record(barrier, "barrier.raised", by=by, now=now, to=(clearer,) if clearer else ())
    return barrier


@transaction.atomic
def take(
    barrier: Barrier,
    *,
    promised_on: date,
    by: Person | None,
    roles: Roles,
    now: datetime,
    note: str = "",
    seen: int | None = None,
) -> Barrier:
    """Take a barrier and promise a day."""
    barrier = acts.lock(barrier, seen=seen)
    barrier.state = rules.after(State(barrier.state), "take", roles)
    barrier.promised_on = rules.check_promise(promised_on, barrier.team.day(now))
    barrier.taker, barrier.taken_at, barrier.note = by, now, acts.fitting(note, 500)
    _record(barrier, "barrier.taken", by=by, now=now, day=promised_on)
    return barrier


@transaction.atomic
def promise(
    barrier: Barrier,
    *,
    promised_on: date,
    note: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Barrier:
    """Promise another day, saying why; the first promise stays the one that counts."""
    barrier = acts.lock(barrier, seen=seen)
    barrier.state = rules.after(State(barrier.state), "promise", roles)
    barrier.promised_on = rules.check_promise(promised_on, barrier.team.day(now))
    if not note.strip():
        raise Refused(say("Say in a line why the day moves. Whoever waits reads it."))
    barrier.note = acts.fitting(note, 500)
    _record(barrier, "barrier.promised", by=by, now=now, day=promised_on)
    return barrier


@transaction.atomic
def pass_up(
    barrier: Barrier, *, note: str, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Barrier:
    """Pass a barrier to the leader above. Its age goes with it."""
    barrier = acts.lock(barrier, seen=seen)
    barrier.state = rules.after(State(barrier.state), "pass_up", roles)
    above = (barrier.passed_to or barrier.team).up
    leader = above.leader_on(above.day(now)) if above else None
    if above is None or leader is None:
        raise Refused(
            say("Nobody stands above yet. Say in the team’s settings which team’s leader yours answers to.")
        )
    if leader == by:
        raise Refused(say("Whoever leads the team above is you. Then it is yours to clear."))
    barrier.passed_to, barrier.passed_at, barrier.clearer = above, now, leader
    barrier.taker = barrier.taken_at = barrier.promised_on = None
    barrier.note = acts.fitting(note, 500)
    _record(barrier, "barrier.passed_up", by=by, now=now, to=(leader,))
    return barrier


@transaction.atomic
def clear(
    barrier: Barrier,
    *,
    by: Person | None,
    roles: Roles,
    now: datetime,
    aftermath: str = "",
    seen: int | None = None,
) -> Barrier:
    """Say that it is cleared; whether it is gone, the raiser says. aftermath : whose it is to decide now."""
    barrier = acts.lock(barrier, seen=seen)
    barrier.state = rules.after(State(barrier.state), "clear", roles)
    barrier.taker, barrier.cleared_at = by, now
    barrier.aftermath = acts.fitting(aftermath, 300)
    _record(barrier, "barrier.cleared", by=by, now=now, to=(barrier.raiser,) if barrier.raiser else ())
    return barrier


@transaction.atomic
def confirm(
    barrier: Barrier, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Barrier:
    """Say that it is gone, as only the raiser can."""
    barrier = acts.lock(barrier, seen=seen)
    barrier.state = rules.after(State(barrier.state), "confirm", roles)
    by, now = _said_by(barrier, by, now)
    barrier.confirmed_at = now
    _record(barrier, "barrier.confirmed", by=by, now=now)
    return barrier


@transaction.atomic
def reopen(
    barrier: Barrier, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Barrier:
    """Say that it is still there; the clock goes on from the day it was raised."""
    barrier = acts.lock(barrier, seen=seen)
    move = "take_it_back" if TAKER in roles and RAISER not in roles else "reopen"
    barrier.state = rules.after(State(barrier.state), move, roles)
    taker = barrier.taker
    if by is None or by != taker:
        by, now = _said_by(barrier, by, now)
    barrier.cleared_at = barrier.confirmed_at = barrier.stepped_back_at = None
    if barrier.promised_on is None:
        barrier.state = State.RAISED
    _record(barrier, "barrier.reopened", by=by, now=now, to=(taker,) if taker and taker != by else ())
    return barrier


@transaction.atomic
def withdraw(
    barrier: Barrier, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Barrier:
    """Take a barrier back: it was none, or it went by itself."""
    barrier = acts.lock(barrier, seen=seen)
    barrier.state = rules.after(State(barrier.state), "withdraw", roles)
    by, now = _said_by(barrier, by, now)
    _record(barrier, "barrier.withdrawn", by=by, now=now)
    return barrier


@transaction.atomic
def change(
    barrier: Barrier, what: str, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Barrier:
    """Word it anew."""
    barrier = acts.lock(barrier, seen=seen)
    barrier.state = rules.after(State(barrier.state), "change", roles)
    barrier.what = rules.check_what(what)
    by, now = _said_by(barrier, by, now)
    _record(barrier, "barrier.changed", by=by, now=now)
    return barrier


def touched_since(barriers: Sequence[Barrier], leader: Person | None) -> dict[int, list[log.Single]]:
    """Return the uninvited touches of the leader on confirmed barriers, and on what those held up, since then.

    barriers : of one team. One query for all of them.
    """
    gone = [b for b in barriers if b.confirmed_at is not None]
    if leader is None or not gone:
        return {}
    objects = tuple({r for b in gone for r in (b.reference, b.holds) if r})
    since = min(b.confirmed_at for b in gone if b.confirmed_at is not None)
    acts = log.single(gone[0].team, objects=objects, by=leader, about="front:owned", since=since, newest=500)
    uninvited = [e for e in acts if not e.invited]
    return {
        b.pk: [
            e
            for e in uninvited
            if e.object in (b.reference, b.holds) and b.confirmed_at and e.at > b.confirmed_at
        ]
        for b in gone
    }


def by_itself(*, now: datetime) -> int:
    """Let leaders have stepped back from what has been left alone long enough."""
    due = now - timedelta(days=rules.STEPPED_BACK_AFTER)
    waiting = Barrier.objects.filter(state=State.CONFIRMED, confirmed_at__lte=due).select_related("team")
    done = 0
    for team, barriers in groupby(waiting.order_by("team"), key=lambda b: b.team):
        them = list(barriers)
        touched = touched_since(them, team.leader_on(team.day(now)))
        for barrier in them:
            quiet_since = max([barrier.confirmed_at or now, *(e.at for e in touched.get(barrier.pk, []))])
            if rules.stepped_back(team.day(quiet_since), team.day(now)):
                done += _step_back(barrier, now=now)
    return done


@transaction.atomic
def _step_back(barrier: Barrier, *, now: datetime) -> int:
    barrier = acts.lock(barrier, seen=None)
    if barrier.state != State.CONFIRMED:
        return 0
    barrier.state, barrier.stepped_back_at = State.STEPPED_BACK, now
    _record(barrier, "barrier.stepped_back", by=None, now=now)
    return 1


def _said_by(barrier: Barrier, by: Person | None, now: datetime) -> tuple[Person | None, datetime]:
    """What the raiser of an unnamed barrier says carries neither a name nor a time of its own."""
    if not barrier.unnamed:
        return by, now
    first = max(filter(None, (barrier.raised_at, barrier.cleared_at)))
    return None, max(unnamed.blurred(now, barrier.team), first)


def _record(
    barrier: Barrier,
    activity: str,
    *,
    by: Person | None,
    now: datetime,
    to: tuple[Person, ...] = (),
    day: date | None = None,
) -> None:
    acts.record(
        barrier,
        activity,
        by=by,
        now=now,
        to=to,
        about=(barrier.holds,) if barrier.holds else (),
        value=None if day is None else day_of(day),
        unit="" if day is None else "day",
    )
