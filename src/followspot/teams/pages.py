"""What every page of a team is given, a team's own address, and who leads it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

from followspot.errors import Refused
from followspot.language import say
from followspot.roles import Role
from followspot.teams import access, actions, sharing
from followspot.teams.models import Account, Person, Team


class Request(HttpRequest):
    """What every page behind the sign-in is given."""

    user: Account
    htmx: HtmxDetails
    # Of a page of one team: which, as whom one acts there, and what one is to it today.
    team: Team
    person: Person | None
    leader: Person | None
    today: date  # where the team lives
    roles: frozenset[Role]


def of_team(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give a page its team, or say that there is none: a stranger learns nothing, not even its name."""
    return _let_in(page, lets_in)


def of_team_or_shown(page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same for a page of how the leader leads, that they may have shown to their own leader as well."""
    return _let_in(page, lets_in_or_shows)


def _let_in(
    page: Callable[..., HttpResponseBase], may: Callable[[Request, Team], bool]
) -> Callable[..., HttpResponseBase]:
    @wraps(page)
    def load(request: Request, slug: str, **kwargs: Any) -> HttpResponseBase:
        with entered(request, slug) as team:
            if not may(request, team):
                raise Http404
            return page(request, team, **kwargs)

    return load


@contextmanager
def entered(request: Request, slug: str) -> Iterator[Team]:
    """Give a request its team, who acts there and as what, by the clock that the reader reads; pages and API come in here.

    Whether they may come in, the caller asks.
    """
    team = get_object_or_404(Team, slug=slug)
    # A reader without a zone of their own reads the team's clock.
    with timezone.override(request.user.zone or team.zone):
        today = request.today = team.day(timezone.now())
        request.team = team
        request.leader = team.leader_on(today)
        if request.method == "GET":
            team.remember_leader(today, request.leader)
        request.person = _acting(request, team, today)
        request.roles = access.standing(
            team, account=request.user, person=request.person, leader=request.leader, today=today
        )
        yield team


def lets_in(request: Request, team: Team) -> bool:
    """Say whether somebody may know of a team."""
    return access.comes_in(team, request.roles)


def lets_in_or_shows(request: Request, team: Team) -> bool:
    """The same for what its leader may have shown to their own leader as well."""
    return lets_in(request, team) or bool(
        sharing.shown_to(team, request.user, person=request.person, today=request.today)
    )


def _acting(request: Request, team: Team, today: date) -> Person | None:
    """Return as whom somebody acts: as themselves, and in a sample as whoever of its people they chose."""
    if not team.sample:
        return getattr(request.user, "person", None)
    chosen = request.session.get("as", {}).get(team.slug)
    people = access.people_of(team, today=today) if chosen else []
    return next((p for p in people if p.pk == chosen), request.leader)


@of_team
@require_POST
def act_as(request: Request, team: Team) -> HttpResponse:
    """In a sample, look and act as another of its people."""
    if not team.sample:
        raise Http404
    person = get_object_or_404(Person, pk=_number(request.POST.get("person", "")))
    request.session["as"] = request.session.get("as", {}) | {team.slug: person.pk}
    return HttpResponseRedirect(back(request))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def back(request: Request, *, otherwise: str = "/") -> str:
    """Return the address on this host that a form wants to go back to."""
    there = request.POST.get("next", "")
    safe = there.startswith("/") and url_has_allowed_host_and_scheme(
        there, allowed_hosts={request.get_host()}
    )
    return there if safe else otherwise


def must_keep(request: Request, team: Team) -> None:
    """Refuse what only the leader and the keeper of a team may do."""
    if not access.keeps(request.user, team, today=timezone.localdate()):
        raise Refused(say("Only whoever leads or keeps {team} can change this.", team=team.name))


def must_hand_the_lead(request: Request, team: Team) -> None:
    """Refuse what only the leader, or where they have no account the keeper, may do."""
    if not access.hands_the_lead(request.user, team, today=timezone.localdate()):
        raise Refused(say("Only whoever leads {team} can change this.", team=team.name))


@of_team
def lead(request: Request, team: Team) -> HttpResponse:
    """Say who leads, from which day on; what is known of them joins when the log is read."""
    must_hand_the_lead(request, team)
    if request.method == "POST":
        written_as = request.POST.get("identity", "").strip()
        name = request.POST.get("name", "").strip() or written_as.split("<")[0].strip()
        if not name:
            raise Refused(say("Choose or write who leads."))
        person = person_called(team, name, written_as, by=request.user)
        actions.hand_lead(team, to=person, on=day_of(request.POST.get("on", "")), by=request.user)
        messages.success(request, say("{person} leads {team}.", person=person.name, team=team.name))
        return redirect("stepaways", team.slug)
    return redirect("evidence", team.slug)


def person_called(team: Team, name: str, written_as: str, *, by: Account) -> Person:
    """Return the person of an identity, or of a name that this team knows; made now if there is none."""
    known = access.ever_of(team).filter(name__iexact=name)
    claimed = (
        team.identities.filter(written_as=written_as).select_related("person").first() if written_as else None
    )
    found = claimed.person if claimed else known.first()
    person = found or actions.known_from_history(name)
    if written_as:
        actions.claim(team, written_as, person=person, by=by)
    return person


def day_of(text: str) -> date | None:
    """Read a day out of a form; None where it was left empty."""
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 2200:
        raise Refused(say("“{text}” is not a day. Write it like 2026-11-23.", text=text))
    return day
