"""Who gets through to which panel, and whose scores they are shown: for pages and API alike."""

from __future__ import annotations

from django.http import Http404

from followspot.objects.doors import towards
from followspot.practices.panels import rules
from followspot.practices.panels.models import Panel, Seat
from followspot.teams.models import Team
from followspot.teams.pages import Request

KNOWN = "that there is a panel, and what it came to"
INSIDE = "what is known of the candidate, and the criteria"


def known(request: Request, team: Team) -> list[Panel]:
    """Return the panels of which somebody may know that they are there."""
    return [p for p in Panel.of_team(team) if towards(request, p) & rules.SEES[KNOWN]]


def panel_of(request: Request, team: Team, pk: int) -> Panel:
    """Return a panel to those who may know of it; to everybody else there is none."""
    it = Panel.of_team(team).filter(pk=pk).first()
    if it is None or not towards(request, it) & rules.SEES[KNOWN]:
        raise Http404
    return it


def seated(request: Request, team: Team, pk: int) -> tuple[Panel, Seat]:
    it = panel_of(request, team, pk)
    seat = it.seat_of(request.person)
    if seat is None:
        raise Http404
    return it, seat


def inside(request: Request, it: Panel) -> bool:
    """Say whether somebody sees whom it is about."""
    return bool(towards(request, it) & rules.SEES[INSIDE])


def shown_scores(it: Panel, seat: Seat) -> list[Seat]:
    """Return the scores that a panelist is shown: before all are open, their own alone."""
    seats = (
        Seat.objects.filter(pk__in=[s.pk for s in it.handed_in])
        .select_related("person")
        .prefetch_related("marks__criterion")
    )
    return [s for s in seats if rules.shown_to(seat.person_id, s.person_id, open_=it.opened_at is not None)]
