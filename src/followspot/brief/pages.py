"""The Stage, the Sideline, and the panels that arrive after their page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from followspot.brief import eyes, mirrored, moves, outlook, panels, readiness, readings, touches, waiting
from followspot.brief import signs as both_sides
from followspot.brief import stage as stages
from followspot.brief.mapped import Leg
from followspot.measures import measures
from followspot.objects import unnamed
from followspot.objects.doors import for_those
from followspot.practices.applause import pages as applause_pages
from followspot.practices.stepaways.models import StepAway
from followspot.roles import LEADER, TEAM
from followspot.teams import access
from followspot.teams.models import Team
from followspot.teams.pages import Request, of_team, of_team_or_shown

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
        "shows": eyes.links(request, team),
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
    """Show a leader this week's moves and their own touches; what takes long arrives later. Nobody else's business."""
    leader = eyes.looked_at(request, team)
    if not eyes.may_see(request, team):
        return eyes.not_yours(request, team)
    now = timezone.now()
    eyes.noted(request, team, "the Sideline")
    practised = leader is not None and leader == request.leader
    away = away_today(request, team) if practised and "anyway" not in request.GET else None
    context: dict[str, Any] = {
        "team": team,
        "leader": leader,
        "here": "sideline",
        "whom": eyes.whom(request, team, leader),
    }
    if away is not None:
        return render(request, "brief/sideline.html", context | {"away": away})
    context |= {
        "light": stages.strip(team, leader, now=now) if practised else [],
        "stepaways": StepAway.objects.standing().filter(team=team).select_related("team")[:3],
        "practised": practised,
        "touches": touches.of(team, leader, now=now) if leader else [],
        "panels": [
            m
            for m in measures().values()
            if m.eyes == "leader" and m.slug not in ("step-away", "map", "mirror")
        ],
        "shared": [m for m in measures().values() if m.eyes == "team"],
    }
    if practised and leader is not None:
        context["moves"] = [(moves.ICONS[m.verb], m) for m in moves.compose(team, leader, now=now)]
        context["done"] = [(moves.ICONS[d.verb], d) for d in moves.done(team, leader, now=now)]
    return render(request, "brief/sideline.html", context)


def away_today(request: Request, team: Team) -> StepAway | None:
    """Return the step-away on which the leader is today: then the team has it, and the Sideline is quiet."""
    running = StepAway.of_team(team).over(request.today).filter(leader=request.leader)
    return next((s for s in running if s.is_away(request.today)), None)


@of_team_or_shown
def panel(request: Request, team: Team, measure: str) -> HttpResponse:
    """Show one reading; as a part for htmx, as a page of its own otherwise, as JSON when asked."""
    asked = measures().get(measure)
    if asked is None or measure == "step-away":  # whose answers are reports
        raise Http404
    theirs = asked.eyes == "team" and bool(request.roles & TEAM)
    if not theirs and not eyes.may_see(request, team, measure):
        return eyes.not_yours(request, team)
    if asked.eyes == "leader":
        eyes.noted(request, team, asked.title)
    reading = readings.reading(team, measure, asof=asof(team))
    if request.GET.get("format") == "json":
        return JsonResponse(reading.as_json())
    context = {
        "team": team,
        "p": panels.compose(asked, reading, legs=_legs(request, team, measure)),
        "shown": eyes.shown(request, team, measure) if asked.eyes == "leader" else None,
        "here": "sideline" if asked.eyes == "leader" else "",
    }
    return render(request, "brief/panel.html#reading" if request.htmx else "brief/panel.html", context)


def _legs(request: Request, team: Team, measure: str) -> Sequence[Leg]:
    """Return what the team and the leader say, for the map of those who see the mirror too."""
    leader = eyes.looked_at(request, team)
    if measure != eyes.THE_MAP or leader is None or not eyes.may_see(request, team, eyes.THE_MIRROR):
        return ()
    return mirrored.legs(team, leader, now=timezone.now())


@of_team_or_shown
def signs(request: Request, team: Team) -> HttpResponse:
    """Show signs of hovering, and what waits for the leader; to the leader, and to whom they show it."""
    if not eyes.may_see(request, team, eyes.HOVERING):
        return eyes.not_yours(request, team)
    eyes.noted(request, team, "signs of hovering")
    found = both_sides.compose(readings.reading(team, "hovering", asof=asof(team)))
    context = {"team": team, "s": found, "here": "sideline"}
    return render(request, "brief/signs.html#signs" if request.htmx else "brief/signs.html", context)


@of_team
def ready(request: Request, team: Team) -> HttpResponse:
    """Show how ready the team is for a step-away; to the leader alone."""
    leader = eyes.looked_at(request, team)
    if not eyes.may_see(request, team):
        return eyes.not_yours(request, team)
    if leader is None:
        raise Http404
    eyes.noted(request, team, "ready to step away")
    found = readiness.compose(team, leader, now=timezone.now(), asof=asof(team))
    context = {"team": team, "r": found, "here": "sideline"}
    return render(request, "brief/ready.html#ready" if request.htmx else "brief/ready.html", context)


def asof(team: Team) -> datetime | None:
    """Return when the lead ended, if nobody leads now: what came after is not the leader's."""
    last = team.leaderships.last()
    if last is None or last.ends_on is None:
        return None
    return datetime.combine(last.ends_on + timedelta(days=1), time.min, UTC)
