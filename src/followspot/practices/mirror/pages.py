"""Rating how one leads, for one’s own eyes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from followspot.errors import Refused
from followspot.items import MIRROR
from followspot.language import say
from followspot.objects.doors import for_those
from followspot.practices.mirror import actions, rules
from followspot.practices.mirror.models import Rating
from followspot.teams.models import Team
from followspot.teams.pages import Request

_leader = for_those(rules.MAY["rate"])
_NOBODY = say("Only whoever leads does this.")


@_leader
def rate(request: Request, team: Team) -> HttpResponseBase:
    """Show the twelve statements to whoever leads, as they rated them this quarter, and keep what they say."""
    now = timezone.now()
    if request.person is None:
        raise Refused(_NOBODY)
    if request.method == "POST":
        steps = rules.steps_said({slug: request.POST.get(slug, "") for slug in MIRROR})
        actions.rate(team, steps, by=request.person, roles=request.roles, now=now)
        messages.success(request, say("Kept, for your eyes."))
        return redirect("mirror", team.slug)
    quarter = rules.quarter_of(request.today)
    before = Rating.objects.filter(team=team, leader=request.person, quarter=quarter).first()
    steps = before.steps if before else {}
    context = {
        "team": team,
        "here": "sideline",
        "quarter": rules.called(quarter),
        "rating": before,
        "fixed": actions.fixed(team, request.person, now=now),
        "next": rules.next_quarter(quarter),
        "asks": [(s, steps.get(slug)) for slug, s in MIRROR.items()],
    }
    return render(request, "mirror/rate.html", context)
