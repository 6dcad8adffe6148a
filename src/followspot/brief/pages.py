"""The Stage, the Sideline, and the panels that arrive after their page."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from followspot.brief import eyes, moves, outlook, readings, touches, waiting
from followspot.brief import stage as stages
from followspot.measures import Reading, measures
from followspot.objects import unnamed
from followspot.objects.doors import for_those
from followspot.practices.applause import pages as applause_pages
from followspot.practices.stepaways.models import StepAway
from followspot.roles import LEADER, TEAM
from followspot.teams import access
from followspot.teams.models import Team
from followspot.teams.pages import Request, of_team
from followspot.ui import drawing

_of_the_team = for_those(TEAM)


@of_team
def stage(request: Request, team: Team) -> HttpResponseBase:
    """Show the front line in the light; behind it the leader's part, or a member's small things."""
    if not request.roles & TEAM:
        return _studied(request, team)
    now = timezone.now()
    seen = stages.compose(team, request.leader, now=now)
    leads = LEADER in request.roles and request.person is not None
    context = {
        "team": team,
        "leader": request.leader,
        "leader_id": request.leader.pk if request.leader else None,
        "here": "stage",
        "stage": seen,
        "light": seen.light,
        "s": applause_pages.shown([seen.light.clap], request)[0] if seen.light and seen.light.clap else None,
        "claps": applause_pages.shown(seen.applause, request),
        "may": True,
        "leads": leads,
        "waiting": waiting.compose(team, request.person, now=now, hashes=unnamed.hashes(request))
        if request.person
        else [],
    }
    return render(request, "brief/stage.html", context)


def _studied(request: Request, team: Team) -> HttpResponseBase:
    """Lead whoever only keeps or studies a history to what there is for them."""
    if access.keeps(request.user, team, today=request.today) or team.sample:
        return redirect("stepaways" if team.stepaway_set.exists() else "evidence", team.slug)
    return render(request, "objects/not_yours.html", {"team": team}, status=403)


@_of_the_team
def pace(request: Request, team: Team, pk: int) -> HttpResponse:
    """Show whether one expectation will land in time; as a part for htmx, as a page of its own otherwise."""
    it = team.expectation_set.filter(pk=pk).with_people().prefetch_related("checkins").first()
    if it is None:
        raise Http404
    context = {
        "team": team,
        "e": it,
        "o": outlook.of(it, today=request.today),
        "here": "expectations",
    }
    return render(request, "brief/pace.html#bar" if request.htmx else "brief/pace.html", context)


@of_team
def sideline(request: Request, team: Team) -> HttpResponse:
    """Show a leader this week's moves, their own touches, and how the work depends on them. Nobody else's business."""
    today = request.today
    leader = request.leader or access.leader_of(team, today=today)
    if not access.sees_leader_measures(request.user, team, today=today, person=request.person):
        return render(
            request, "brief/not_yours.html", {"team": team, "leader": leader, "here": "sideline"}, status=403
        )
    now = timezone.now()
    practised = leader is not None and leader == request.leader
    context = {
        "team": team,
        "leader": leader,
        "here": "sideline",
        "whom": eyes.whom(request, team, leader),
        "light": stages.strip(team, leader, now=now) if practised else [],
        "stepaways": StepAway.of_team(team).standing()[:3],
        "moves": [(moves.ICONS[m.verb], m) for m in moves.compose(team, leader, now=now)]
        if practised and leader
        else [],
        "done": [(moves.ICONS[d.verb], d) for d in moves.done(team, leader, now=now)]
        if practised and leader
        else [],
        "touches": touches.of(team, leader, now=now) if leader else [],
        "panels": [
            m for m in measures().values() if m.slug != "step-away" and m.slug not in readings.PRACTISED
        ],
    }
    return render(request, "brief/sideline.html", context)


@of_team
def panel(request: Request, team: Team, measure: str) -> HttpResponse:
    """Show one reading; as a part for htmx, as a page of its own otherwise, as JSON when asked."""
    today = request.today
    if measure not in measures():
        raise Http404
    theirs = bool(request.roles & TEAM) if measure in readings.PRACTISED else False
    if not theirs and not access.sees_leader_measures(request.user, team, today=today, person=request.person):
        return render(request, "brief/not_yours.html", {"team": team}, status=403)
    reading = readings.reading(team, measure, asof=_asof(team))
    if request.GET.get("format") == "json":
        return JsonResponse(reading.as_json())
    context = {
        "team": team,
        "measure": measures()[measure],
        "reading": reading,
        "drawn": _drawn(reading, width=660 if measure in readings.PRACTISED else 1140),
        "shares": measure not in readings.PRACTISED,
        "here": "sideline",
    }
    template = "brief/panel.html#reading" if request.htmx else "brief/panel.html"
    return render(request, template, context)


def _asof(team: Team) -> datetime | None:
    """Return when the lead ended, if nobody leads now: what came after is not the leader's."""
    last = team.leaderships.last()
    if last is None or last.ends_on is None:
        return None
    return datetime.combine(last.ends_on + timedelta(days=1), time.min, UTC)


def _drawn(reading: Reading, *, width: int) -> dict[str, str] | None:
    return drawing.both(reading.chart, width=width) if reading.chart else None
