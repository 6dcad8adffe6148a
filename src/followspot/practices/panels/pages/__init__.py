"""A team's panels: convening one, writing one's score alone, the differences side by side, the record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.objects.around import around
from followspot.objects.doors import for_those, towards
from followspot.objects.exports import csv_of
from followspot.objects.said import acting, day_said
from followspot.practices.panels import actions, doors, rules
from followspot.practices.panels.models import Panel, Seat
from followspot.practices.panels.pages import side_by_side
from followspot.practices.panels.pages.forms import (
    DECISIONS,
    PlanForm,
    RecordForm,
    ScoreForm,
    as_asked,
    as_drafted,
    check_asked,
)
from followspot.practices.panels.rules import Attitude, Phase
from followspot.roles import PANELIST, TEAM, Roles, may
from followspot.teams import access
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request

_team = for_those(TEAM)


@dataclass(frozen=True, slots=True)
class Line:
    """A panel as the list shows it to somebody."""

    it: Panel
    says: str
    inside: bool


@_team
def listed(request: Request, team: Team) -> HttpResponse:
    """Show the panels that one sits on or convened, and to the leader that there are others."""
    everything = doors.known(request, team)
    lines = [Line(p, _says(p, request.person), PANELIST in towards(request, p)) for p in everything]
    sat = [p for p in everything if p.opened_at and p.seat_of(request.person) and len(p.handed_in) > 1]
    context = {
        "team": team,
        "leader": request.leader,
        "here": "panels",
        "running": [x for x in lines if x.it.phase not in (Phase.SIGNED, Phase.ERASED)],
        "past": [x for x in lines if x.it.phase in (Phase.SIGNED, Phase.ERASED)],
        "over_time": [side_by_side.over_time(a, sat) for a in Attitude] if sat else [],
        "sat": len(sat),
        "speak": _speak(request, sat),
        "may": may(rules.MAY, "convene", request.roles),
    }
    return render(request, "panels/list.html", context)


def _speak(request: Request, sat: Sequence[Panel]) -> side_by_side.Speak | None:
    """Return where the leader stood, for the leader alone."""
    if (
        request.person is None
        or not request.roles & rules.SEES["where the leader stood on panels they sat on"]
    ):
        return None
    return side_by_side.speak(request.person, sat)


def _says(it: Panel, person: Person | None) -> str:
    """Say in a line where a panel stands, and what it wants of the one who looks."""
    seat, n = it.seat_of(person), len(it.sitting)
    if it.phase == Phase.SCORED:
        progress = say("{n} of {of} have handed in.", n=len(it.handed_in), of=n)
        if seat and seat.handed_in_at is None:
            return say(
                "Your score is wanted by {due_on:%-d %B}. {progress}", due_on=it.due_on, progress=progress
            )
        return progress
    if it.phase == Phase.OPEN:
        return say("The scores are open. The panel talks.")
    if it.phase == Phase.ERASED:
        return say("What was known of the candidate is deleted.")
    words = dict(DECISIONS)[it.decision]
    if it.phase == Phase.DECIDED:
        return say(
            "{decision}. {n} of {of} still sign.", decision=words, n=len(it.unsigned), of=len(it.handed_in)
        )
    return say("{decision}. Signed by all {n}.", decision=words, n=len(it.handed_in))


@_team
def convene(request: Request, team: Team) -> HttpResponse:
    """Convene a panel; the criteria may come from an earlier one."""
    earlier = [
        p
        for p in Panel.of_team(team).standing().prefetch_related("criteria")
        if towards(request, p) & rules.SEES[doors.INSIDE]
    ]
    like = next((p for p in earlier if str(p.pk) == request.GET.get("like")), None)
    people = access.people_of(team, today=request.today)
    initial = as_asked([c.asked for c in like.criteria.all()] if like else rules.USUAL) | {
        "due_on": request.today + timedelta(days=14),
        "delete_on": request.today + rules.KEPT,
        "panelists": [str(request.person.pk)] if request.person else [],
    }
    form = PlanForm(request.POST or None, initial=initial, people=people, today=request.today)
    if request.method == "POST" and form.is_valid():
        it = actions.convene(team, by=request.person, roles=request.roles, now=timezone.now(), **form.plan())
        messages.success(request, say("Convened. Each writes alone from now on."))
        return redirect(it)
    context = {"team": team, "here": "panels", "form": form, "earlier": earlier, "like": like}
    return render(request, "panels/plan.html", context, status=422 if form.errors else 200)


@_team
def change(request: Request, team: Team, pk: int) -> HttpResponse:
    """Change what was planned, as long as nobody was judged by it; words and days a while longer."""
    it = doors.panel_of(request, team, pk)
    if not may(rules.MAY, "change", towards(request, it)):
        raise Refused(say("Only whoever convened a panel changes it."))
    if it.phase != Phase.SCORED:
        raise Refused(say("The scores are open. What was asked and who was asked stands."))
    people = {
        p.pk: p for p in [*access.people_of(team, today=request.today), *(s.person for s in it.sitting)]
    }
    initial = as_asked(c.asked for c in it.criteria.all()) | {
        f: getattr(it, f) for f in ("candidate", "purpose", "notes", "due_on", "delete_on")
    }
    initial["panelists"] = [str(s.person_id) for s in it.sitting]
    form = PlanForm(
        request.POST or None, initial=initial, people=list(people.values()), today=request.today, it=it
    )
    if request.method == "POST" and form.is_valid():
        actions.change(it, **form.plan(), **acting(request, towards(request, it)))
        messages.success(request, say("Changed."))
        return redirect(it)
    context = {"team": team, "here": "panels", "form": form, "it": it}
    return render(request, "panels/plan.html", context, status=422 if form.errors else 200)


@_team
def score(request: Request, team: Team, pk: int) -> HttpResponse:
    """Write one's own score: keep it as a draft, or hand it in and seal it."""
    it, seat = doors.seated(request, team, pk)
    if seat.handed_in_at or it.phase != Phase.SCORED:
        if request.method == "POST":
            actions.check_scorer(
                it, request.person
            )  # in another tab it is in: what was typed here isn't lost
        return redirect(it)
    whole = "draft" not in request.POST
    criteria = list(it.criteria.all())
    check_asked(request.POST, criteria)
    form = ScoreForm(request.POST or None, initial=as_drafted(seat), criteria=criteria, whole=whole)
    if request.method == "POST" and form.is_valid():
        by, roles, now = request.person, towards(request, it), timezone.now()
        if whole:
            actions.hand_in(it, form.sheet(), by=by, roles=roles, now=now)
            messages.success(request, say("Your score is in, and sealed."))
            return redirect(it)
        actions.draft(it, form.sheet(), by=by, roles=roles, now=now)
        messages.success(
            request, say("Kept. Nobody else sees it, and you can change it until you hand it in.")
        )
        return redirect("score-panel", team.slug, it.pk)
    context = {"team": team, "here": "panels", "it": it, "seat": seat, "form": form}
    return render(request, "panels/score.html", context, status=422 if form.errors else 200)


@_team
def one(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show a panel to whoever looks, as far as it is theirs to see."""
    it = doors.panel_of(request, team, pk)
    if request.GET.get("format") == "csv":
        if it.seat_of(request.person) is None or not it.talked_about():
            raise Http404
        return csv_of(f"panel-{it.pk}", side_by_side.COLUMNS, side_by_side.cells(it))
    return _shown(request, it)


@_team
def record(request: Request, team: Team, pk: int) -> HttpResponse:
    """Put what is agreed on the record; what is missing is asked for where it is missing."""
    it, _ = doors.seated(request, team, pk)
    if request.method != "POST":
        return redirect(it)
    actions.check_wording(it, request.person)
    form = RecordForm(request.POST, it=it, today=request.today)
    if not form.is_valid():
        return _shown(request, it, form=form, status=422)
    actions.decide(it, **form.cleaned_data, **acting(request, towards(request, it)))
    messages.success(request, say("On the record, with your name under it. The others sign next."))
    return redirect(it)


def _shown(request: Request, it: Panel, *, form: RecordForm | None = None, status: int = 200) -> HttpResponse:
    roles, person = towards(request, it), request.person
    seat = it.seat_of(person)
    context: dict[str, Any] = {
        "team": it.team,
        "leader": request.leader,
        "leader_id": request.leader.pk if request.leader else None,
        "here": "panels",
        "it": it,
        "seat": seat,
        "inside": bool(roles & rules.SEES[doors.INSIDE]),
        "criteria": list(it.criteria.all()) if roles & rules.SEES[doors.INSIDE] else [],
        "off": [s for s in it.seats.all() if s.off_at],
        "decision": dict(DECISIONS).get(it.decision, ""),
        **_what_one_may(it, roles, seat, request.today),
    }
    if seat is not None:
        context |= _of_the_panel(request, it, seat, form)
    return render(request, "panels/one.html", context, status=status)


def _what_one_may(it: Panel, roles: Roles, seat: Seat | None, today: date) -> dict[str, bool]:
    """Return which buttons the page has."""
    scored, erased = it.phase == Phase.SCORED, it.phase == Phase.ERASED
    enough = len(it.handed_in) >= rules.FEWEST_PANELISTS
    own = seat is None or seat.handed_in_at is not None
    return {
        "may_change": scored and may(rules.MAY, "change", roles),
        "may_take_off": scored
        and may(rules.MAY, "take_off", roles)
        and len(it.sitting) > rules.FEWEST_PANELISTS,
        "may_open": scored and enough and own and today > it.due_on and may(rules.MAY, "open_scores", roles),
        "may_erase": not erased and may(rules.MAY, "erase", roles),
    }


def _of_the_panel(request: Request, it: Panel, seat: Seat, form: RecordForm | None) -> dict[str, Any]:
    """Return what only a panelist is shown: before all is open, of scores their own alone."""
    seats = doors.shown_scores(it, seat)
    context: dict[str, Any] = {"may_comment": it.talked_about(), **around(request, it)}
    if it.opened_at is None:
        return context | {"own": side_by_side.own_words(seats[0]) if seats else None}
    context |= side_by_side.differences(it, seats, request.leader)
    names_it = seat.handed_in_at is not None and it.phase in (Phase.OPEN, Phase.DECIDED)
    if names_it:
        kept = {f: getattr(it, f) for f in ("decision", "agreed", "reasons", "differ", "look_again_on")}
        quarter = min(request.today + rules.QUARTER, it.delete_on - timedelta(days=1))
        fresh = {"look_again_on": quarter if quarter > request.today else None}
        initial = kept if it.decided_at else fresh
        context["form"] = form or RecordForm(initial=initial, it=it, today=request.today)
    sat = [p for p in Panel.of_team(it.team).filter(opened_at__isnull=False) if p.seat_of(request.person)]
    return context | {
        "to_sign": names_it and it.decided_at is not None and seat.signed_at is None,
        "to_look": it.look_again_on is not None
        and request.today >= it.look_again_on
        and not seat.looked_again_at,
        "speak": _speak(request, [p for p in sat if len(p.handed_in) > 1]),
    }


@_team
@require_POST
def act(request: Request, team: Team, pk: int, verb: str) -> HttpResponse:
    """Take somebody off, open what is in, sign, look again, delete sooner or now."""
    it = doors.panel_of(request, team, pk)
    if verb not in _ACTS:
        raise Http404
    messages.success(request, _ACTS[verb](it, request, request.POST))
    return redirect(it)


def _take_off(it: Panel, request: Request, said: QueryDict) -> str:
    seat = next((s for s in it.sitting if str(s.person_id) == said.get("panelist")), None)
    if seat is None:
        raise BadInput(say("Panelist: choose who can’t take part."))
    actions.take_off(it, seat.person, reason=said.get("reason", ""), **acting(request, towards(request, it)))
    return say("{person} is off the panel. The reason is on record.", person=seat.person.name)


def _open(it: Panel, request: Request, said: QueryDict) -> str:
    actions.open_scores(it, **acting(request, towards(request, it)))
    return say("Open. Who is missing is named.")


def _sign(it: Panel, request: Request, said: QueryDict) -> str:
    actions.sign(it, dissent=said.get("dissent", ""), **acting(request, towards(request, it)))
    return say("Your name stands under it.")


def _look_again(it: Panel, request: Request, said: QueryDict) -> str:
    actions.look_again(it, **acting(request, towards(request, it)))
    return say("Noted. What came of it can be said in the conversation.")


def _delete_sooner(it: Panel, request: Request, said: QueryDict) -> str:
    moved = actions.delete_sooner(it, day_said(said, "delete_on"), **acting(request, towards(request, it)))
    return say(
        "Everything about the candidate is deleted on {delete_on:%-d %B %Y}.", delete_on=moved.delete_on
    )


def _erase(it: Panel, request: Request, said: QueryDict) -> str:
    actions.erase(it, **acting(request, towards(request, it)))
    return say("Deleted. What is left says nothing about the candidate.")


_ACTS: dict[str, Callable[[Panel, Request, QueryDict], str]] = {
    "take-off": _take_off,
    "open": _open,
    "sign": _sign,
    "look-again": _look_again,
    "delete-sooner": _delete_sooner,
    "erase": _erase,
}
