"""A team's own address, who leads it, and its days off."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django_htmx.middleware import HtmxDetails

from followspot.errors import Refused
from followspot.teams import access, actions
from followspot.teams.models import Account, DayOff, Person, Team


class Request(HttpRequest):
    """What every page behind the sign-in is given."""

    user: Account
    htmx: HtmxDetails


def of_team(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page its team, or say that there is none: a stranger learns nothing, not even its name."""

    @wraps(page)
    def load(request: Request, slug: str, **kwargs: Any) -> HttpResponse:
        team = access.teams_of(request.user, today=timezone.localdate()).filter(slug=slug).first()
        if team is None:
            raise Http404
        return page(request, team, **kwargs)

    return load


def must_keep(request: Request, team: Team) -> None:
    """Refuse what only the leader and the keeper of a team may do."""
    if not access.keeps(request.user, team, today=timezone.localdate()):
        raise Refused(f"Only whoever leads or keeps {team.name} can change this.")


def must_hand_the_lead(request: Request, team: Team) -> None:
    """Refuse what only the leader, or where they have no account the keeper, may do."""
    if not access.hands_the_lead(request.user, team, today=timezone.localdate()):
        raise Refused(f"Only whoever leads {team.name} can change this.")


@of_team
def team(request: Request, team: Team) -> HttpResponse:
    """Go to what there is to see of a team: its step-aways, or first its evidence."""
    return redirect("stepaways" if team.stepaways.exists() else "evidence", team.slug)


@of_team
def lead(request: Request, team: Team) -> HttpResponse:
    """Say who leads, from which day on; what is known of them joins when the log is read."""
    must_hand_the_lead(request, team)
    if request.method == "POST":
        written_as = request.POST.get("identity", "").strip()
        name = request.POST.get("name", "").strip() or written_as.split("<")[0].strip()
        if not name:
            raise Refused("Choose or write who leads.")
        person = _person(team, name, written_as)
        actions.hand_lead(team, to=person, on=_day(request.POST.get("on", "")))
        messages.success(request, f"{person.name} leads {team.name}.")
        return redirect("stepaways", team.slug)
    return redirect("evidence", team.slug)


def _person(team: Team, name: str, written_as: str) -> Person:
    """Return the person of an identity, or of a name already in this team; made now if there is none."""
    known = Person.objects.filter(Q(memberships__team=team) | Q(leaderships__team=team), name__iexact=name)
    claimed = (
        team.identities.filter(written_as=written_as).select_related("person").first() if written_as else None
    )
    found = claimed.person if claimed else known.first()
    person = found or actions.known_from_history(name)
    if written_as:
        actions.claim(team, written_as, person=person)
    return person


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = parse_date(text.strip())
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 2200:
        raise Refused(f"“{text}” is not a day. Write it like 2026-11-23.")
    return day


@of_team
def people(request: Request, team: Team) -> HttpResponse:
    """Show who leads and who is of the team, since when; let a person join, leave or take the lead."""
    today = timezone.localdate()
    if request.method == "POST":
        must_keep(request, team)
        if request.POST.get("as") == "leader":
            must_hand_the_lead(request, team)
        messages.success(request, _peopled(request.POST, team, today))
        return redirect("people", team.slug)
    context = {
        "team": team,
        "may": access.keeps(request.user, team, today=today),
        "leads": team.leaderships.select_related("person"),
        "members": team.memberships.select_related("person").order_by("person__name"),
    }
    return render(request, "teams/people.html", context)


def _peopled(said: QueryDict, team: Team, today: date) -> str:
    """Do what the form of the people page asks for, and say what was done."""
    if leaves := said.get("leaves"):
        membership = get_object_or_404(team.memberships, pk=leaves)
        actions.leave(membership, on=_day(said.get("on", "")) or today)
        return f"{membership.person} was of the team until {membership.ends_on:%-d %B %Y}."
    name = said.get("name", "").strip()
    if not name:
        raise Refused("Who is meant? Write a name.")
    person = _person(team, name, said.get("identity", "").strip())
    on = _day(said.get("on", ""))
    if said.get("as") == "leader":
        actions.hand_lead(team, to=person, on=on)
        return f"{person} leads {team.name}."
    actions.join(team, person, on=on)
    return f"{person} is of the team."


@of_team
def days_off(request: Request, team: Team) -> HttpResponse:
    """List, add and remove the days on which the team as a whole does not work."""
    if request.method == "POST":
        must_keep(request, team)
        if removed := request.POST.get("remove"):
            team.days_off.filter(pk=removed).delete()
            messages.success(request, "That day counts as a working day again.")
        elif day := _day(request.POST.get("on", "")):
            DayOff.objects.get_or_create(
                team=team, on=day, defaults={"name": request.POST.get("name", "")[:120]}
            )
            messages.success(request, f"{day:%-d %B %Y} is a day off.")
        else:
            raise Refused("Which day is off?")
        return redirect("days-off", team.slug)
    may = access.keeps(request.user, team, today=timezone.localdate())
    return render(request, "teams/days_off.html", {"team": team, "may": may, "days": team.days_off.all()})
