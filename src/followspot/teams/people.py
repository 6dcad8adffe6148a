"""Who is of a team: who leads, who performs, who is invited, and how all that changes."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from followspot.errors import Refused
from followspot.language import say
from followspot.teams import access, actions
from followspot.teams.forms import HandOver, Invite
from followspot.teams.models import Invitation, Team
from followspot.teams.names import spelled
from followspot.teams.pages import Request, day_of, must_hand_the_lead, must_keep, of_team, person_called


def from_the_page(act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send whoever comes to an act's own address, after signing in again, to the page with its form."""

    @wraps(act)
    def only_sent(request: Request, team: Team, **kwargs: Any) -> HttpResponse:
        return act(request, team, **kwargs) if request.method == "POST" else redirect("people", team.slug)

    return only_sent


@of_team
def people(request: Request, team: Team) -> HttpResponse:
    """Show who leads and who is of the team, since when; let a person join or leave."""
    if request.method == "POST":
        must_keep(request, team)
        messages.success(request, _peopled(request, team, timezone.localdate()))
        return redirect("people", team.slug)
    return shown(request, team)


def shown(
    request: Request, team: Team, *, invite: Invite | None = None, hand: HandOver | None = None
) -> HttpResponse:
    """Render the page, with a form that has mistakes if there is one."""
    today, now = timezone.localdate(), timezone.now()
    may = access.keeps(request.user, team, today=today)
    hands = access.hands_the_lead(request.user, team, today=today)
    leader = team.leader_on(today)
    own = getattr(request.user, "person", None)
    context = {
        "team": team,
        "may": may,
        "hands": hands,
        "leader": leader,
        "own": own,
        "can_leave": not team.sample
        and own is not None
        and own != leader
        and team.memberships.on(today).filter(person=own, ends_on=None).exists(),
        "leads": team.leaderships.select_related("person"),
        "members": sorted(
            team.memberships.select_related("person").order_by("begins_on"),
            key=lambda m: spelled(m.person.name),
        ),
        "open": team.invitations.open(now).select_related("person", "invited_by") if may else (),
        "invite": invite or Invite(team=team, hands=hands),
        "hand": hand or HandOver(team=team, initial={"on": today, "stays": True}),
        "here": "people",
    }
    wrong = any(f is not None and f.errors for f in (invite, hand))
    return render(request, "teams/people.html", context, status=422 if wrong else 200)


def _peopled(request: Request, team: Team, today: date) -> str:
    """Do what the form of the people page asks for, and say what was done."""
    said = request.POST
    if leaves := said.get("leaves"):
        if not leaves.isdecimal():
            raise Refused(say("Who leaves? Go back and choose them again."))
        membership = get_object_or_404(team.memberships, pk=leaves)
        actions.leave(membership, on=day_of(said.get("on", "")) or today, by=request.user)
        return say(
            "{person} was of the team until {ends_on:%-d %B %Y}.",
            person=membership.person,
            ends_on=membership.ends_on,
        )
    if said.get("as") == "leader":
        must_hand_the_lead(request, team)
    name = said.get("name", "").strip()
    if not name:
        raise Refused(say("Who is meant? Write a name."))
    person = person_called(team, name, said.get("identity", "").strip(), by=request.user)
    on = day_of(said.get("on", ""))
    if said.get("as") == "leader":
        actions.hand_lead(team, to=person, on=on, by=request.user)
        return say("{person} leads {team}.", person=person, team=team.name)
    actions.join(team, person, on=on, by=request.user)
    return say("{person} is of the team.", person=person)


@of_team
@from_the_page
def hand_over(request: Request, team: Team) -> HttpResponse:
    """Hand the lead over from a day on; it stands in the history of who led when."""
    must_hand_the_lead(request, team)
    form = HandOver(request.POST, team=team)
    if not form.is_valid():
        return shown(request, team, hand=form)
    said = form.cleaned_data
    to = said["to"] or person_called(team, said["name"].strip(), "", by=request.user)
    actions.hand_over(team, to=to, on=said["on"], stays=said["stays"], by=request.user)
    messages.success(
        request, say("{to} leads {team} from {on:%-d %B %Y} on.", to=to, team=team.name, on=said["on"])
    )
    # Whoever has gone may not see the team any more.
    still = access.teams_of(request.user, today=timezone.localdate()).filter(pk=team.pk).exists()
    return redirect("people", team.slug) if still else redirect("home")


@of_team
@from_the_page
def leave(request: Request, team: Team) -> HttpResponse:
    """Leave a team by oneself; today is the last day."""
    person = getattr(request.user, "person", None)
    if person is None or team.sample:
        raise Refused(say("You are not of this team, so there is nothing to leave."))
    actions.leave_by_oneself(team, person, on=timezone.localdate())
    messages.success(
        request, say("Today is your last day in {team}. What you did stays in its history.", team=team.name)
    )
    return redirect("people", team.slug)


@of_team
@from_the_page
def withdraw_invitation(request: Request, team: Team, pk: int) -> HttpResponse:
    """Close the door that an invitation opens."""
    must_keep(request, team)
    actions.withdraw(get_object_or_404(Invitation, team=team, pk=pk), now=timezone.now(), by=request.user)
    messages.success(request, say("Withdrawn. The link doesn’t open the door any more."))
    return redirect("people", team.slug)
