"""The verbs on expectations; each leaves one event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from followspot.errors import Refused, Stale
from followspot.language import say
from followspot.objects import acts
from followspot.objects.around import day_of
from followspot.practices.expectations import rules
from followspot.practices.expectations.models import CheckIn, Expectation, Hold, Proposal, Vote
from followspot.practices.expectations.rules import Freedom, State
from followspot.roles import LEADER, OWNER, Roles, must
from followspot.teams import access
from followspot.teams.models import Person, Team


@transaction.atomic
def propose(
    team: Team,
    outcome: str,
    *,
    owners: Sequence[Person],
    starts_on: date,
    due_on: date,
    by: Person,
    roles: Roles,
    now: datetime,
    for_whom: str = "",
    done_when: str = "",
    size: int | None = None,
    unit: str = "",
    counts: str = "",
    about: str = "",
) -> Expectation:
    """Propose an expectation; who proposes it has said yes to it. about : the object that it comes from."""
    must(rules.MAY, "propose", roles, to=say("propose an expectation here"))
    outcome = rules.check_terms(outcome, starts_on, due_on)
    rules.check_owners(owners)
    acts.begin(team)
    same = Expectation.objects.filter(
        team=team, proposed_by=by, outcome=outcome, due_on=due_on, proposed_at__gt=now - acts.TWICE
    )
    if sent_twice := same.first():
        return sent_twice
    it = Expectation(
        team=team,
        outcome=outcome,
        for_whom=acts.fitting(for_whom, 200),
        done_when=done_when.strip(),
        starts_on=starts_on,
        due_on=due_on,
        size=size,
        unit=acts.fitting(unit, 40),
        counts=acts.fitting(counts, 120),
        proposed_by=by,
        proposed_at=now,
        leader_agreed_at=now if LEADER in roles else None,
        leader_agreed_by=by if LEADER in roles else None,
    )
    it.save()
    Hold.objects.bulk_create(
        Hold(expectation=it, person=p, agreed_at=now if p == by else None) for p in owners
    )
    if _complete(it, now):
        it.state, it.agreed_at = State.AGREED, now
    others = tuple(p for p in (*owners, *_leader(it, now)) if p != by)
    _record(it, "expectation.proposed", by=by, now=now, to=others, day=due_on, about=about)
    return it


@transaction.atomic
def agree(
    it: Expectation, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Say yes to it as it stands; with the last yes it is agreed."""
    it = acts.lock(it, seen=seen)
    rules.after(State(it.state), "agree", roles)
    if it.proposals.filter(state=Proposal.State.OPEN).exists():
        raise Refused(say("Other terms are on the table. Accept or leave those first."))
    if _has_said_yes(it, by, roles):
        raise Refused(say("You have said yes already."))
    if OWNER in roles:
        it.holds.filter(person=by).update(agreed_at=now)
    if LEADER in roles:
        it.leader_agreed_at, it.leader_agreed_by = now, by
    return _agreed_now(it, by=by, now=now, otherwise="expectation.accepted")


def _has_said_yes(it: Expectation, by: Person | None, roles: Roles) -> bool:
    owns = OWNER in roles and it.holds.filter(person=by, agreed_at=None).exists()
    return not owns and not (LEADER in roles and not it.has_yes_of(by))


def _agreed_now(it: Expectation, *, by: Person | None, now: datetime, otherwise: str) -> Expectation:
    if _complete(it, now):
        it.state, it.agreed_at = State.AGREED, now
        _record(it, "expectation.agreed", by=by, now=now, day=it.due_on)
    else:
        _record(it, otherwise, by=by, now=now)
    return it


@transaction.atomic
def put_terms(
    it: Expectation,
    *,
    why: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
    outcome: str | None = None,
    done_when: str | None = None,
    due_on: date | None = None,
    size: int | None = None,
    drops: bool = False,
) -> Proposal:
    """Propose other terms, before it is agreed or after; they hold once the other side says yes."""
    it = acts.lock(it, seen=seen)
    move = "counter" if it.state == State.PROPOSED else "change"
    rules.after(State(it.state), move, roles)
    if it.proposals.filter(state=Proposal.State.OPEN).exists():
        raise Refused(say("Other terms are on the table already. They come first."))
    if by is None:
        raise Refused(say("Only a person can propose terms."))
    by_leader = LEADER in roles
    terms = Proposal.objects.create(
        expectation=it,
        by=by,
        by_leader=by_leader,
        outcome=rules.check_terms(outcome or it.outcome, it.starts_on, due_on or it.due_on),
        done_when=it.done_when if done_when is None else done_when.strip(),
        due_on=due_on or it.due_on,
        size=it.size if size is None else size,
        drops=drops,
        why=acts.fitting(why, 500),
        made_at=now,
    )
    asked = tuple(it.owners) if by_leader else _leader(it, now)
    activity = "expectation.countered" if move == "counter" else "expectation.change_proposed"
    _record(it, activity, by=by, now=now, to=tuple(p for p in asked if p != by))
    return terms


@transaction.atomic
def accept_terms(
    terms: Proposal, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Say yes to other terms: they hold from now on."""
    it = acts.lock(terms.expectation, seen=seen)
    terms = _open(terms)
    _other_side(it, terms, by, roles, now, to=say("accept these terms"))
    _settle(terms, Proposal.State.ACCEPTED, now)
    if terms.drops:
        it.state, it.ended_at, it.ended_note = State.DROPPED, now, terms.why
        _record(it, "expectation.dropped", by=by, now=now)
        return it
    it.outcome, it.done_when, it.due_on, it.size = terms.outcome, terms.done_when, terms.due_on, terms.size
    if it.state != State.PROPOSED:
        _record(it, "expectation.changed", by=by, now=now, day=it.due_on)
        return it
    # Both sides have now said yes to these terms: who proposed them, and who accepts them.
    # Whoever else had said yes, said it to other terms.
    both = [terms.by_id, by.pk if by else 0]
    it.holds.exclude(person__in=both).update(agreed_at=None)
    it.holds.filter(person__in=both).update(agreed_at=now)
    it.leader_agreed_at = now
    it.leader_agreed_by = terms.by if terms.by_leader else by
    return _agreed_now(it, by=by, now=now, otherwise="expectation.accepted")


@transaction.atomic
def decline_terms(
    terms: Proposal, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Leave it as it was."""
    it = acts.lock(terms.expectation, seen=seen)
    terms = _open(terms)
    _other_side(it, terms, by, roles, now, to=say("decline these terms"))
    _settle(terms, Proposal.State.DECLINED, now)
    _record(it, "expectation.change_declined", by=by, now=now)
    return it


@transaction.atomic
def withdraw_terms(
    terms: Proposal, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Take one's own proposal back."""
    it = acts.lock(terms.expectation, seen=seen)
    terms = _open(terms)
    if by is None or terms.by_id != by.pk:
        raise Refused(say("Only whoever proposed other terms can take them back."))
    _settle(terms, Proposal.State.WITHDRAWN, now)
    _record(it, "expectation.change_withdrawn", by=by, now=now)
    return it


@transaction.atomic
def vote(
    it: Expectation,
    level: int,
    *,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
    saw_all: bool = True,
) -> Expectation:
    """Choose a freedom unseen; the last choice shows all, and agrees on a freedom where all chose the same.

    Where they differ, people talk and choose again: a new round.

    saw_all : False from a page on which the choices were still unseen; what was shown meanwhile isn't hidden again.
    """
    it = acts.lock(it, seen=seen)
    rules.after(State(it.state), "vote", roles)
    if level not in set(Freedom):
        raise Refused(say("Choose one of the seven freedoms."))
    leader = it.team.leader_on(it.team.day(now))
    here = {p.pk for p in access.people_of(it.team, today=it.team.day(now))}
    owners = {h.person_id for h in it.holds.all()} & here
    voting = rules.voters(owners, leader.pk if leader else None)
    if by is None or by.pk not in voting:
        raise Refused(say("There is no freedom to choose here: whoever leads has this in hand alone."))
    before = dict(it.votes.filter(round=it.round).values_list("person", "level"))
    if rules.revealed(voting, before) and not saw_all:
        raise Stale(
            say(
                "All have chosen meanwhile, and the choices are shown. Look at them first; then choose anew if you like."
            ),
            version=it.version,
            address=it.get_absolute_url(),
        )
    if rules.revealed(voting, before):  # talked about, and chosen anew
        it.round += 1
        before = {}
    Vote.objects.update_or_create(expectation=it, person=by, round=it.round, defaults={"level": level})
    votes = before | {by.pk: level}
    agreed = rules.settled(voting, votes)
    if agreed is not None:
        it.freedom = agreed
        _record(it, "expectation.freedom_agreed", by=by, now=now, value=float(agreed), unit="level")
    elif rules.revealed(voting, votes):
        _record(it, "expectation.freedom_revealed", by=by, now=now)
    else:
        _record(it, "expectation.freedom_voted", by=by, now=now)
    return it


@transaction.atomic
def start(
    it: Expectation, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Begin with what was agreed."""
    it = acts.lock(it, seen=seen)
    it.state = rules.after(State(it.state), "start", roles)
    it.started_at = now
    size = float(it.size) if it.size else None
    _record(it, "expectation.started", by=by, now=now, value=size, unit="items" if size else "")
    return it


@transaction.atomic
def check_in(
    it: Expectation,
    *,
    remaining: float | None,
    finished: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Expectation:
    """Say, as an owner, what remains and what got finished."""
    it = acts.lock(it, seen=seen)
    rules.after(State(it.state), "check_in", roles)
    finished = acts.fitting(" ".join(finished.split()), 200)
    if remaining is None and not finished:
        raise Refused(say("Say what remains, or what got finished."))
    same = it.checkins.filter(by=by, remaining=remaining, finished=finished, at__gt=now - acts.TWICE)
    if same.exists():
        return it
    CheckIn.objects.create(
        expectation=it,
        by=by,
        at=now,
        on=it.team.day(now),
        remaining=remaining,
        finished=finished,
    )
    _record(
        it,
        "expectation.progressed",
        by=by,
        now=now,
        value=remaining,
        unit="items" if remaining is not None else "",
    )
    return it


@transaction.atomic
def offer_help(
    it: Expectation, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Ask the owners whether anything is in their way; there is no asking for status."""
    it = acts.lock(it, seen=seen)
    rules.after(State(it.state), "offer_help", roles)
    _record(it, "expectation.help_offered", by=by, now=now, to=tuple(p for p in it.owners if p != by))
    return it


@transaction.atomic
def meet(
    it: Expectation, *, note: str, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Say that it is met, and where that can be seen."""
    return _end(it, "meet", "expectation.met", note, by=by, roles=roles, now=now, seen=seen)


@transaction.atomic
def miss(
    it: Expectation,
    *,
    in_the_way: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Expectation:
    """Say that it was missed; the first question is what was in the way."""
    if not in_the_way.strip():
        raise Refused(say("What was in the way? That comes first; it is never counted against anybody."))
    if OWNER not in roles and it.team.day(now) <= it.due_on:
        raise Refused(say("It isn’t due yet. Propose a change, or offer help."))
    return _end(it, "miss", "expectation.missed", in_the_way, by=by, roles=roles, now=now, seen=seen)


@transaction.atomic
def drop(
    it: Expectation, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Drop what was only proposed. Once it is agreed, dropping it is a change that takes both sides."""
    return _end(it, "drop", "expectation.dropped", "", by=by, roles=roles, now=now, seen=seen)


def _end(
    it: Expectation,
    move: str,
    activity: str,
    note: str,
    *,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None,
) -> Expectation:
    it = acts.lock(it, seen=seen)
    it.state = rules.after(State(it.state), move, roles)
    it.ended_at, it.ended_note = now, acts.fitting(note, 2000)
    it.proposals.filter(state=Proposal.State.OPEN).update(state=Proposal.State.WITHDRAWN, settled_at=now)
    _record(it, activity, by=by, now=now)
    return it


@transaction.atomic
def reopen(
    it: Expectation, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Expectation:
    """Take an ending back, within a week."""
    it = acts.lock(it, seen=seen)
    it.state = rules.after(State(it.state), "reopen", roles)
    if it.ended_at and now - it.ended_at > timedelta(days=rules.UNDO_DAYS):
        raise Refused(say("It ended more than a week ago. Propose a new one instead."))
    if it.started_at is None:
        it.state = State.AGREED
    it.ended_at = None
    _record(it, "expectation.reopened", by=by, now=now)
    return it


def others_left(it: Expectation, by: Person | None, now: datetime) -> set[int]:
    """Return who besides `by` is still there to say yes or no: owners of the team today, and its leader."""
    here = {p.pk for p in access.people_of(it.team, today=it.team.day(now))}
    return ({h.person_id for h in it.holds.all()} & here) - ({by.pk} if by else set())


def _other_side(
    it: Expectation, terms: Proposal, by: Person | None, roles: Roles, now: datetime, *, to: str
) -> None:
    """Refuse whoever is not on the other side of a proposal; nobody answers their own while another can."""
    left = others_left(it, terms.by, now)
    needed = rules.needs_yes_of(terms.by_leader, owners_left=bool(left))
    must({"answer": needed}, "answer", roles, to=to)
    leader = it.team.leader_on(it.team.day(now))
    if by == terms.by and (left or (leader is not None and leader != by)):
        raise Refused(say("These terms are your own. The other side says yes or no."))


def _open(terms: Proposal) -> Proposal:
    """Return a proposal while it is still on the table; read after its expectation was locked."""
    newest = Proposal.objects.get(pk=terms.pk)
    if newest.state != Proposal.State.OPEN:
        raise Refused(
            say("These terms are no longer on the table: {state:small}.", state=newest.get_state_display())
        )
    return newest


def _settle(terms: Proposal, state: Proposal.State, now: datetime) -> None:
    terms.state, terms.settled_at = state, now
    terms.save(update_fields=["state", "settled_at"])


def _leader(it: Expectation, now: datetime) -> tuple[Person, ...]:
    leader = it.team.leader_on(it.team.day(now))
    return (leader,) if leader else ()


def _complete(it: Expectation, now: datetime) -> bool:
    """Say whether every yes that it takes has been said; the leader's own hold is the leader's yes as well."""
    leader = it.team.leader_on(it.team.day(now))
    holds = list(it.holds.all())
    yes = {h.person_id for h in holds if h.agreed_at}
    if leader and it.has_yes_of(leader):
        yes.add(leader.pk)
    return rules.all_agreed({h.person_id for h in holds}, leader.pk if leader else None, yes)


def _record(
    it: Expectation,
    activity: str,
    *,
    by: Person | None,
    now: datetime,
    to: tuple[Person, ...] = (),
    day: date | None = None,
    value: float | None = None,
    unit: str = "",
    about: str = "",
) -> None:
    if day is not None:
        value, unit = day_of(day), "day"
    acts.record(it, activity, by=by, now=now, to=to, about=(about,) if about else (), value=value, unit=unit)
