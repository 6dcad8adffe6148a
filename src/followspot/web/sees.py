"""The pages *Who sees what*, of a team and of the whole installation, made from the tables of rules."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from followspot.privacy.tables import COLUMNS, rows, tables
from followspot.teams.models import Team
from followspot.teams.pages import Request, of_team


@of_team
def page(request: Request, team: Team) -> HttpResponse:
    """Show who sees and who does what in this team."""
    return _shown(request, {"team": team, "here": "sees"})


def everywhere(request: Request) -> HttpResponse:
    """Show to whoever is signed in, of a team or not, who sees and who does what."""
    return _shown(request, {"here": "privacy"})


def _shown(request: Request, context: dict[str, object]) -> HttpResponse:
    context |= {
        "columns": list(COLUMNS.values()),
        "sees": [(title, rows(t)) for title, t in tables("SEES").items()],
        "does": [(title, rows(t)) for title, t in tables("MAY").items()],
    }
    return render(request, "web/sees.html", context)
