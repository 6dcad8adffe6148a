"""The pages of one step-away: the plan before, the quiet page while, the report after; and what they embed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date

from followspot.brief import diary, eyes, judged, paper, plan, pulsed, words
from followspot.brief import report as reports
from followspot.errors import BadInput, Refused
from followspot.evidence import leaders, log
from followspot.language import say, together
from followspot.objects.around import around
from followspot.objects.said import version_said
from followspot.practices.applause.brief import way_to_applaud
from followspot.practices.stepaways import actions, rules
from followspot.practices.stepaways.models import StepAway
from followspot.practices.stepaways.pages import MORE, PlanForm, as_planned
from followspot.practices.stepaways.rules import Phase
from followspot.roles import LEADER, TEAM, may
from followspot.teams import access, calendar
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request, of_team

_WEDNESDAY = 2


@of_team
def planned(request: Request, team: Team) -> HttpResponseBase:
    """Plan a step-away to come: its days, and what they could show."""
    leader = request.leader
    if not may(rules.MAY, "plan", request.roles):
        return render(request, "objects/not_yours.html", {"team": team}, status=403)
    if leader is None:
        raise Refused(say("Say first who leads the team, on the Evidence page."))
    suggested = plan.flow_of(team, "", leader=leader) if team.sources.exists() else None
    initial = {"flow": suggested or "landed", **request.GET.dict()}
    form = _form(request, team, leader, initial=initial)
    if suggested:
        form.fields["flow"].help_text = say("Suggested by what the evidence has.")
    if request.method == "POST" and form.is_valid():
        it = actions.plan(
            team, leader, by=request.person, roles=request.roles, now=timezone.now(), **form.plan()
        )
        return redirect(it)
    leads = LEADER in request.roles
    context = {"team": team, "leader": leader, "leads": leads, "form": form, "here": "stepaways"}
    return render(request, "brief/plan_new.html", context, status=422 if form.errors else 200)


def _form(request: Request, team: Team, leader: Person, *, initial: dict[str, Any]) -> PlanForm:
    people = [p for p in access.people_of(team, today=request.today) if p != leader]
    data = request.POST if request.method == "POST" else None
    return PlanForm(data, initial=initial, team=team, people=people, today=request.today)


@of_team
def showing(request: Request, team: Team) -> HttpResponse:
    """Show the smallest drop that days could show; asked for again while the dates change."""
    leader = request.leader
    if leader is None or not may(rules.MAY, "plan", request.roles):
        raise Http404
    shown = plan.showing(
        team,
        leader,
        _asked_for(request),
        flow=request.GET.get("flow", ""),
        margin=_margin(request.GET.get("margin", "")),
    )
    context = {"team": team, "leader": leader, "s": shown, "here": "stepaways"}
    return render(request, "brief/showing.html#bars" if request.htmx else "brief/showing.html", context)


def _margin(text: str) -> float:
    try:
        return min(0.5, max(0.05, float(text)))
    except ValueError:
        return rules.USUAL_MARGIN


def _asked_for(request: Request) -> list[rules.Stretch]:
    """Read the days out of a form that is still being filled in; what isn't a day yet is none."""
    design = request.GET.get("design", "")
    pairs = [_pair(request, "on")]
    if design == rules.Design.DAYS_BY_LOT:
        return _one_a_week(*pairs[0])
    if design == rules.Design.SEVERAL:
        pairs += [_pair(request, str(n)) for n in MORE]
    found: list[rules.Stretch] = []
    for begins, ends in pairs:
        apart = begins is not None and not any(rules.overlap((begins, ends), other) for other in found)
        if begins is not None and apart and (ends is None or ends >= begins):
            found.append((begins, ends))
    return found


def _pair(request: Request, number: str) -> tuple[date | None, date | None]:
    begins, ends = (_day(request.GET.get(f"{name}_{number}", "")) for name in ("begins", "ends"))
    return begins, ends


def _one_a_week(first: date | None, last: date | None) -> list[rules.Stretch]:
    """Return a day in the middle of each week, in place of the one that the lot will draw."""
    if first is None or last is None or last < first or last - first > rules.LOT_AT_MOST:
        return []
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(d, d) for d in days if d.weekday() == _WEDNESDAY]


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year <= 2200 else None


@of_team
def needing(request: Request, team: Team, pk: int) -> HttpResponse:
    """Show what still needs the leader, each with a way to hand it over."""
    it = get_object_or_404(StepAway.of_team(team), pk=pk)
    if not request.roles & TEAM:
        raise Http404
    asked = {h.area for h in it.handovers.all() if not h.declined_at}
    context = {
        "team": team,
        "leader": it.leader,
        "it": it,
        "mine": LEADER in request.roles,
        "needs": [
            n
            for n in (
                plan.needs(team, it.leader, now=timezone.now())
                if LEADER in request.roles
                else plan.open_needs(team, it.leader, now=timezone.now())
            )
            if n.area not in asked
        ],
        "here": "stepaways",
    }
    return render(request, "brief/needing.html#needs" if request.htmx else "brief/needing.html", context)


@of_team
def silences(request: Request, team: Team) -> HttpResponse:
    """Suggest stretches in which the leader was likely away; none is tested without a yes."""
    leader = access.leader_of(team, today=request.today)
    if leader is None or not may(rules.MAY, "plan", request.roles):
        raise Http404
    taken = [s for one in StepAway.of_team(team).standing() for s in one.stretches]
    found = [s for s in log.silences(team, leader) if not _overlaps(s, taken)]
    context = {"team": team, "leader": leader, "silences": found[::-1][:12], "here": "stepaways"}
    return render(request, "brief/silences.html#found" if request.htmx else "brief/silences.html", context)


def _overlaps(silence: leaders.Silence, taken: list[rules.Stretch]) -> bool:
    return any(rules.overlap((silence.begins, silence.ends), stretch) for stretch in taken)


@of_team
def one(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show a step-away as it stands: the plan, the quiet page, or the report."""
    it = get_object_or_404(StepAway.of_team(team), pk=pk)
    phase = it.phase(request.today)
    context = _around(request, team, it, phase)
    if it.withdrawn_at is not None:
        return render(request, "brief/withdrawn.html", context)
    if phase == Phase.PLANNED:
        return _planned(request, team, it, context)
    if request.method == "POST":
        rules.check_open(phase, drawn=it.drawn_at is not None)
    if it.ends_on is not None and phase == Phase.LIVE and not it.waits_for_the_lot:
        return render(request, "brief/live.html", context | _live(request, it))
    return _reported(request, it, context)


def _around(request: Request, team: Team, it: StepAway, phase: Phase) -> dict[str, Any]:
    roles = request.roles
    return {
        "team": team,
        "leader": it.leader,
        "leader_id": it.leader_id,
        "it": it,
        "stepaway": it,
        "phase": phase,
        "here": "stepaways",
        "of_team": bool(roles & TEAM),
        "may_comment": bool(roles & TEAM),
        "leads": LEADER in roles and request.person == it.leader,
        "mine": access.sees_leader_measures(request.user, team, today=request.today, person=request.person),
        "may": may(rules.MAY, "withdraw", roles),
        "whom": eyes.whom(request, team, it.leader),
        "diary": diary.compose(it, today=request.today, person=request.person),
        "front": [p for p in access.front_line_of(team, today=request.today) if p != it.leader],
        "asked_me": [
            h for h in it.handovers.all() if request.person is not None and h.stand_in_id == request.person.pk
        ],
        **around(request, it),
    }


def _planned(request: Request, team: Team, it: StepAway, context: dict[str, Any]) -> HttpResponseBase:
    may_change = may(rules.MAY, "change", request.roles) and it.drawn_at is None
    form = _form(request, team, it.leader, initial=as_planned(it)) if may_change else None
    if request.method == "POST":
        if form is None:
            raise Refused(say("Only who leads or keeps the team changes the plan, until the lot has spoken."))
        if form.is_valid():
            actions.change(
                it,
                by=request.person,
                roles=request.roles,
                now=timezone.now(),
                seen=version_said(request.POST),
                **form.plan(),
            )
            return redirect(it)
    context |= {
        "form": form,
        "sets": _sets(it),
        "callers": [p.name for p in it.callers.all()],
        "area": request.GET.get("area", "")[: rules.LONGEST],
        "about": request.GET.get("about", "")[:60],
    }
    return render(request, "brief/plan.html", context, status=422 if form and form.errors else 200)


def _sets(it: StepAway) -> int:
    return len({s.of_set for s in it.stretch_set.all() if s.of_set is not None})


def _live(request: Request, it: StepAway) -> dict[str, Any]:
    who = it.glass_breakers(request.today)
    away_today = it.is_away(request.today)
    total = sum(1 for s in it.stretches for _ in _working(it, s))
    return {
        "away_today": away_today,
        "total": total,
        "may_break": may(rules.MAY, "break_glass", request.roles)
        and (not who or (request.person is not None and request.person.pk in who)),
        "breakers": [p for p in access.front_line_of(it.team, today=request.today) if p.pk in who],
        "decides": may(rules.MAY, "decide", request.roles),
    }


def _working(it: StepAway, stretch: rules.Stretch) -> list[date]:
    first, last = stretch
    return list(calendar.of(it.team).days(first, last)) if last is not None else []


def _reported(request: Request, it: StepAway, context: dict[str, Any]) -> HttpResponse:
    try:
        composed = composed_of(it)
    except BadInput as error:
        return render(request, "brief/report_empty.html", context | {"why": str(error)})
    if composed is None:
        return render(request, "brief/report_empty.html", context)
    context |= {"r": reports.drawn(composed), "pooled": _pooled(it), "applaud": _applaud(it)}
    if context["of_team"]:
        context["pulse"] = pulsed.while_away(it)
    return render(request, "brief/report.html", context)


def _applaud(it: StepAway) -> str:
    """Return the way to applaud those who stood in, citing the step-away."""
    people = list(dict.fromkeys(h.stand_in for h in it.accepted))
    return way_to_applaud(it.team, people, "organising", it.reference) if people else ""


@of_team
def keep(request: Request, team: Team, pk: int, form: str) -> HttpResponse:
    """Hand the report out to keep: as JSON, as one HTML file, as PDF."""
    it = get_object_or_404(StepAway.of_team(team).standing(), pk=pk)
    if form not in paper.FORMS or not rules.is_over(it.ends_on, request.today):
        raise Http404
    composed = composed_of(it)
    if composed is None:
        raise Http404
    write, kind = paper.FORMS[form]
    answer = HttpResponse(write(composed), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="step-away-{team.slug}-{it.begins_on}.{form}"'
    return answer


def composed_of(it: StepAway) -> reports.Report | None:
    """Return the report of a step-away that is over; None where nobody's work could have held.

    Raises BadInput where the evidence doesn't reach it, and where no lot ever said which days count.
    """
    if it.waits_for_the_lot:
        raise BadInput(say("the lot was never drawn, so nobody knows which days to look at."))
    until = log.until(it.team)
    if until is not None and it.team.day(until) < it.begins_on:
        raise BadInput(
            say("the evidence ends on {day:%-d %B %Y}, before the first day away.", day=it.team.day(until))
        )
    flows = judged.flows(it)
    if not reports.answers(flows):
        return None
    return reports.compose(
        flows,
        judged.absences(it),
        team=it.team.name,
        leader=it.leader.name,
        flow=it.flow,
        stand_ins=it.who_stands_in,
        source=it.source,
        what_else=it.what_else,
        declared=_declared(it),
        companions=judged.companions(it),
        noted=diary.compose(it, today=it.team.day(timezone.now()), person=None).lines,
    )


def _pooled(it: StepAway) -> dict[str, object] | None:
    """Return the answer of this step-away together with the earlier ones of the same leader, if there are any."""
    before = judged.earlier(it)
    if not before:
        return None
    flows = judged.flows(it, pooled_with=before)
    result = flows[reports.primary_of(flows, it.flow)]
    return {"count": len(before), "badge": words.BADGES[result.verdict], "sentence": words.said(result)}


def _declared(it: StepAway) -> str:
    day = it.team.day(it.declared_at)
    if not it.declared_before:
        return say(
            "The margin of {margin:.0%} was declared on {day:%-d %B %Y}, after the fact: read it as a description.",
            margin=it.margin,
            day=day,
        )
    declared = say(
        "The margin of {margin:.0%} was declared on {day:%-d %B %Y}, before the first day away.",
        margin=it.margin,
        day=day,
    )
    drawn = judged_then = ""
    if it.drawn_at:
        drawn = say("The days were drawn by lot on {day:%-d %B %Y}.", day=it.team.day(it.drawn_at))
    if it.judged_at:
        judged_then = say("The answer was given on {day:%-d %B %Y}, once.", day=it.team.day(it.judged_at))
    return together([declared, drawn, judged_then])
