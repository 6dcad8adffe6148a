"""What of an expectation somebody is shown: whose yes it has, and the choices of freedom once all have chosen."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone

from followspot.practices.expectations import actions, rules
from followspot.practices.expectations.models import Expectation, Proposal
from followspot.practices.expectations.rules import Freedom
from followspot.roles import LEADER, OWNER, Roles
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request


def expectation_of(team: Team, pk: int) -> Expectation:
    it = team.expectation_set.filter(pk=pk).with_people().first()
    if it is None:
        raise Http404
    return it


def terms_of(team: Team, pk: int) -> Proposal:
    terms = (
        Proposal.objects.select_related("expectation__team", "by")
        .filter(expectation__team=team, pk=pk)
        .first()
    )
    if terms is None:
        raise Http404
    return terms


def open_terms(it: Expectation) -> Proposal | None:
    """Return the other terms that are on the table."""
    return it.proposals.filter(state=Proposal.State.OPEN).select_related("by").first()


def concerned(it: Expectation, leader: Person | None) -> list[Person]:
    """Return everybody whose yes it takes."""
    return [*it.owners, *([leader] if leader and leader not in it.owners else [])]


def leaders_yes(it: Expectation, leader: Person | None) -> set[int]:
    return {leader.pk} if leader and it.has_yes_of(leader) else set()


def missing_yes(it: Expectation, leader: Person | None) -> list[Person]:
    """Return those who have not said yes yet."""
    yes = {h.person_id for h in it.holds.all() if h.agreed_at} | leaders_yes(it, leader)
    return [p for p in concerned(it, leader) if p.pk not in yes]


def has_said_yes(request: Request, it: Expectation, roles: Roles) -> bool:
    """Say whether an expectation wants no yes of the one who looks any more."""
    if request.person is None:
        return True
    own = {h.person_id for h in it.holds.all() if h.agreed_at}
    waits = (OWNER in roles and request.person.pk not in own) or (
        LEADER in roles and not it.has_yes_of(request.person)
    )
    return not waits


def may_settle(it: Expectation, terms: Proposal, request: Request, roles: Roles) -> bool:
    left = actions.others_left(it, terms.by, timezone.now())
    own = request.person is not None and terms.by_id == request.person.pk
    return bool(rules.needs_yes_of(terms.by_leader, owners_left=bool(left)) & roles) and not (own and left)


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of freedom as somebody sees them. shown : all of them, once everybody concerned has chosen."""

    wanted: bool
    mine: Freedom | None
    shown: list[tuple[Person, Freedom]]
    waits_for: list[Person]
    differ: bool
    may: bool


def choices(it: Expectation, leader: Person | None, person: Person | None) -> Choices:
    """Return the choices of freedom; before all have chosen one’s own alone."""
    voting = rules.voters({p.pk for p in it.owners}, leader.pk if leader else None)
    votes = {v.person_id: v for v in it.votes.select_related("person") if v.round == it.round}
    levels = {k: v.level for k, v in votes.items()}
    shown = rules.revealed(voting, levels)
    mine = votes.get(person.pk) if person else None
    return Choices(
        bool(voting),
        Freedom(mine.level) if mine else None,
        [(v.person, Freedom(v.level)) for v in votes.values() if v.person_id in voting] if shown else [],
        [p for p in concerned(it, leader) if p.pk in voting and p.pk not in votes],
        shown and rules.settled(voting, levels) is None,
        person is not None and person.pk in voting and it.state in rules.OPEN,
    )
