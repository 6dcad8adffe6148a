"""Who gets through to which barrier, and what somebody is to one: for pages and API alike."""

from __future__ import annotations

from collections.abc import Collection

from django.http import Http404

from followspot.objects import unnamed
from followspot.objects.doors import towards
from followspot.practices.barriers.models import Barrier, BarrierQuerySet
from followspot.roles import LEADER, LINE, MEMBER, RAISER, Roles
from followspot.teams import access
from followspot.teams.models import Team
from followspot.teams.pages import Request


def within_sight(request: Request, team: Team) -> BarrierQuerySet:
    """Return the team's own barriers, and to its leader those that were passed up to them."""
    everything = Barrier.objects.of(team)
    return everything if LEADER in request.roles else everything.filter(team=team)


def barrier_of(request: Request, team: Team, pk: int) -> Barrier:
    barrier = within_sight(request, team).with_people().filter(pk=pk).first()
    if barrier is None:
        raise Http404
    return barrier


def here(request: Request, team: Team) -> set[int]:
    """Return who is of the team today."""
    return {p.pk for p in access.people_of(team, today=request.today)}


def roles_towards(request: Request, barrier: Barrier, here: Collection[int]) -> Roles:
    """What the one who looks is to this barrier. here : who is of the team today.

    Through the team it was passed to, the leader's leader. Where the raiser has left, the front line speaks for them.
    """
    if barrier.team_id != request.team.pk:
        own = barrier.roles_of(request.person, unnamed.hashes(request))
        return own | {LINE} if LEADER in request.roles else own
    roles = towards(request, barrier)
    left = not barrier.unnamed and barrier.raiser_id not in here
    return roles | {RAISER} if left and MEMBER in roles else roles
