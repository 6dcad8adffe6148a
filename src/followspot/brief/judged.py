"""What the evidence says of one step-away: judged once, alone and together with the earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from followspot.brief import report
from followspot.brief.readings import once
from followspot.errors import BadInput
from followspot.evidence import log
from followspot.language import say
from followspot.measures import Verdict, stepaway
from followspot.measures.stepaway import Absence, Companion, Draw, Note, StepAway
from followspot.practices.stepaways import actions, rules
from followspot.practices.stepaways.models import StepAway as Announced
from followspot.practices.stepaways.rules import Design
from followspot.teams import calendar
from followspot.teams.models import Team

_NEAR = timedelta(days=14)  # within which something else that happened forbids an answer
_CATCH_UP = timedelta(days=stepaway.CATCH_UP_DAYS)


def absences(it: Announced) -> list[Absence]:
    """Return its stretches as the measure reads them."""
    return [Absence(*stretch) for stretch in it.stretches]


def earlier(it: Announced) -> list[Announced]:
    """Return the step-aways of the same leader with the same team that were over before this one began.

    One whose lot was never drawn is none.
    """
    before = Announced.of_team(it.team).standing().filter(leader=it.leader, ends_on__lt=it.begins_on)
    return [one for one in before.order_by("begins_on") if not one.waits_for_the_lot]


def flows(it: Announced, *, pooled_with: Sequence[Announced] = ()) -> dict[str, StepAway]:
    """Return what every flow says of a step-away, alone or pooled with earlier ones.

    One that was announced is judged on what was known a week after the return, however late anybody looks:
    so it is judged once. Whether work waited is read when as long again has gone by.
    """
    asked = [*(a for one in pooled_with for a in absences(one)), *absences(it)]
    what = (
        f"stepaway {it.pk} {asked} {it.margin} {it.leader_id} {it.declared_at} {it.drawn_at} {_dangers(it)}"
    )
    return once(it.team, what, lambda: _judged(it, asked, alone=not pooled_with))


def _judged(it: Announced, asked: Sequence[Absence], *, alone: bool) -> dict[str, StepAway]:
    events = log.read(it.team, leader=it.leader)
    holidays = list(it.team.days_off.values_list("on", flat=True))
    notes = [Note(day, say("Danger was declared on {day:%-d %B}.", day=day)) for day in _dangers(it)]

    def read(asof: date | None) -> dict[str, StepAway]:
        return stepaway.compute(
            events,
            absences=asked,
            margin=it.margin,
            holidays=holidays,
            notes=notes,
            asof=asof,
            draw=_draw(it) if alone else None,
        )

    until = log.until(it.team)
    if it.ends_on is None or not it.declared_before or until is None:
        return read(None)
    last = it.team.day(until)
    found = read(min(rules.judged_on(it.ends_on), last))
    back = it.ends_on + min(it.ends_on - it.begins_on + timedelta(days=1), _CATCH_UP)
    if alone and last >= back:
        later = read(min(back, last))
        found = {slug: _with_return(result, later.get(slug)) for slug, result in found.items()}
    return found


def _with_return(result: StepAway, later: StepAway | None) -> StepAway:
    if later is None or later.net is None:
        return result
    low = later.net.low
    made_up = result.verdict == Verdict.DROPPED and low >= 1 - result.margin
    return replace(result, net=later.net, deferred=made_up)


def _draw(it: Announced) -> Draw | None:
    """Return what could have been drawn and what was; None where days were chosen, or windows differ in length."""
    if it.drawn_at is None:
        return None
    sets: dict[int, list[date]] = {}
    chosen: dict[int, date] = {}
    lengths = set()
    for stretch in it.stretch_set.all():
        number = stretch.of_set or 0
        sets.setdefault(number, []).append(stretch.begins_on)
        lengths.add(((stretch.ends_on or stretch.begins_on) - stretch.begins_on).days + 1)
        if stretch.drawn:
            chosen[number] = stretch.begins_on
    if len(lengths) != 1:
        return None
    order = sorted(sets)
    return Draw(tuple(tuple(sets[n]) for n in order), tuple(chosen[n] for n in order), lengths.pop())


def _dangers(it: Announced) -> list[date]:
    """Return the days near an announced step-away on which danger was declared: then it was no ordinary time."""
    if it.design == Design.DAYS_BY_LOT:
        return []  # spread over half a year, single days on both sides see the same danger
    zone = ZoneInfo(it.team.zone)
    first = datetime.combine(it.begins_on - _NEAR, time.min, zone)
    told = it.team.danger_set.filter(began_at__gte=first)
    if it.ends_on is not None:
        told = told.filter(began_at__lt=datetime.combine(it.ends_on + _NEAR, time.min, zone))
    return [it.team.day(at) for at in told.order_by("began_at").values_list("began_at", flat=True)]


def companions(it: Announced) -> tuple[Companion, ...]:
    """Return what moves faster than output: waits, queues, load, contacts."""
    clock = calendar.of(it.team)

    def compute() -> tuple[Companion, ...]:
        found: tuple[Companion, ...] = stepaway.companions(
            log.read(it.team, leader=it.leader),
            absences=absences(it),
            asof=timezone.now(),
            margin=it.margin,
            off=clock.off,
            week_off=clock.week_off,
        )
        return found

    today = clock.day(timezone.now())
    return once(it.team, f"companions {it.pk} {it.stretches} {it.margin} {today}", compute)


def settle_due(*, now: datetime) -> int:
    """Give the one answer of every announced step-away whose week after the return has gone and is in the evidence."""
    done = 0
    due = Announced.objects.standing().filter(judged_at=None, ends_on__isnull=False).with_stretches()
    for it in due:
        if not it.declared_before or it.waits_for_the_lot or it.ends_on is None:
            continue
        if it.team.day(now) > rules.judged_on(it.ends_on) and _reaches(it.team, rules.judged_on(it.ends_on)):
            answer = verdict(it)
            if answer is not None:
                actions.judge(it, verdict=answer, now=now)
                done += 1
    return done


def verdict(it: Announced) -> Verdict | None:
    """Return the answer on the declared output, or None where there is nothing to judge."""
    if it.waits_for_the_lot:
        return None
    try:
        found = flows(it)
    except BadInput:
        return None
    return found[report.primary_of(found, it.flow)].verdict if report.answers(found) else None


def _reaches(team: Team, day: date) -> bool:
    until = log.until(team)
    return until is not None and team.day(until) >= day
