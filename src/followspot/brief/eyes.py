"""Whose eyes a leader's panel is for: who looks, whether they may, and to whom else it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from followspot.language import all_of, say
from followspot.measures import measures
from followspot.roles import LEADER
from followspot.teams import access, audit, sharing
from followspot.teams.models import Person, Share, Team
from followspot.teams.pages import Request

THE_MIRROR, THE_MAP, HOVERING = sharing.MIRROR, sharing.MAP, "hovering"


def whom(request: Request, team: Team, leader: object) -> str:
    """Return who reads what is the leader's: the leader, a visitor of a sample, or whoever keeps a history."""
    if team.sample and request.person is None:
        return "sample"
    if team.sample:
        return "leader"
    return "leader" if getattr(leader, "account_id", None) == request.user.pk else "keeper"


def looked_at(request: Request, team: Team) -> Person | None:
    """Return whose lead a page is about: of who leads now, or else of who led last."""
    return request.leader or access.leader_of(team, today=request.today)


def may_see(request: Request, team: Team, what: str = "") -> bool:
    """Say whether whoever looks may see this of the leader. what : a thing that could have been shared with them."""
    return access.sees_leader_measures(
        request.user, team, today=request.today, person=request.person, what=what
    )


def noted(request: Request, team: Team, what: str) -> None:
    """Note the look in the audit log, whoever it is but the leader."""
    leader = looked_at(request, team)
    audit.looked(team, by=request.user, person=request.person, whose=leader, what=what, now=timezone.now())


def not_yours(request: Request, team: Team) -> HttpResponse:
    """Answer whoever may not see it: it is the leader's alone."""
    context = {"team": team, "leader": looked_at(request, team), "here": "sideline"}
    return render(request, "brief/not_yours.html", context, status=403)


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody to whom the leader shows a thing, or could."""

    whom: str
    words: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing of the leader's. by : who shows it to whoever looks; ways : for the leader, to whom it can be shown."""

    what: str
    by: Person | None = None
    ways: tuple[Way, ...] = ()

    @property
    def to(self) -> str:
        return all_of([w.words for w in self.ways if w.shown])


def shown(request: Request, team: Team, what: str) -> Shown:
    """Return to whom a thing is shown, as whoever looks should know it."""
    if LEADER not in request.roles:
        own = may_see(request, team)
        return Shown(what, by=None if own else looked_at(request, team))
    told = {s.whom for s in sharing.standing(team, today=request.today) if s.what == what}
    above = sharing.leader_above(team, today=request.today)
    ways = [Way(sharing.WITH_TEAM, say("the team"), sharing.WITH_TEAM in told)]
    if above is not None:
        ways.append(Way(sharing.WITH_LINE, above.name, sharing.WITH_LINE in told))
    return Shown(what, ways=tuple(ways))


@dataclass(frozen=True, slots=True)
class Link:
    """A thing that a leader shows to whoever looks, and where."""

    leader: Person
    of: str
    title: str
    url: str


def links(request: Request, team: Team) -> list[Link]:
    """Return what leaders show to whoever looks: of this team, and to who leads it, of the teams below."""
    if LEADER in request.roles:
        found = sharing.shown_below(team, today=request.today)
    else:
        found = sharing.shown_to(team, request.user, person=request.person, today=request.today)
    return [
        Link(s.leader, s.team.name if s.team_id != team.pk else "", measures()[s.what].title, _url(s))
        for s in found
        if s.what in measures()
    ]


def _url(share: Share) -> str:
    if share.what == THE_MIRROR:
        return reverse("mirror", args=[share.team.slug])
    return reverse("panel", args=[share.team.slug, share.what])
