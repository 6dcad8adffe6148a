"""What a team says of itself: name, zone, week, holidays, and the team above."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from followspot.language import say
from followspot.teams.forms import TeamSettings, zones
from followspot.teams.models import Team
from followspot.teams.pages import Request, must_keep, of_team


@of_team
def settings(request: Request, team: Team) -> HttpResponse:
    """Show and change a team's particulars; its address stays, so that links go on working."""
    must_keep(request, team)
    known = {
        "name": team.name,
        "zone": team.zone,
        "week_off": list(team.week_off),
        "up": team.up_id,
        "country": team.country,
        "region": team.region,
    }
    form = TeamSettings(
        request.POST if request.method == "POST" else None, initial=known, team=team, by=request.user
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for field, said in form.cleaned_data.items():
                setattr(team, field, said)
            team.save(update_fields=list(form.cleaned_data))
        messages.success(request, say("Saved."))
        return redirect("team-settings", team.slug)
    # The header shows the name as it is stored, not one that has a mistake in it.
    context = {"team": team, "form": form, "zones": zones(), "here": "team-settings"}
    return render(request, "teams/settings.html", context, status=422 if form.errors else 200)
