"""Will one expectation land in time? The pace of its own work, drawn as a bar against the time allotted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis

from followspot.evidence import log
from followspot.language import say, together
from followspot.measures import pace
from followspot.practices.expectations.models import Expectation
from followspot.teams import calendar


@dataclass(frozen=True, slots=True)
class Outlook:
    """An expectation's pace with the marks of its drawing, in percent of the width."""

    pace: pace.Pace
    given: tuple[float, float]
    now: float
    end: float
    range: tuple[float, float] | None
    likely: tuple[float, float] | None
    description: str


def of(it: Expectation, *, today: date) -> Outlook:
    """Return the outlook of an expectation from its evidence, or else from its owners' check-ins."""
    clock = calendar.of(it.team)
    counted = _counted(it, clock, today) if it.counts and it.size else None
    if counted is not None:
        progress, remaining = counted
        found = pace.of(progress, remaining, today=today, due=it.due_on, works=clock.works)
    else:
        found = pace.of_checkins(_checkins(it, clock), today=today, due=it.due_on, works=clock.works)
    return _drawn(it, found, today)


def _checkins(it: Expectation, clock: calendar.Calendar) -> list[tuple[date, float]]:
    told = [(c.on, float(c.remaining)) for c in it.checkins.all() if c.remaining is not None]
    if it.size and it.started_at:
        told.insert(0, (clock.day(it.started_at), float(it.size)))
    return told


def _counted(
    it: Expectation, clock: calendar.Calendar, today: date
) -> tuple[list[tuple[date, float]], float] | None:
    """Return the pieces a day that the evidence counts by the expectation's label, and what remains."""
    events = log.read(it.team)
    mine = events.filter(
        events.about.contains(it.counts), events.activity.isin(["item.done", "change.landed"])
    )
    days = (
        mine.group_by(day=mine.at.date())
        .agg(n=ibis._.value.sum())
        .filter(ibis._.day >= it.starts_on)
        .to_pyarrow()
    )
    by_day = dict(zip(days["day"].to_pylist(), days["n"].to_pylist(), strict=True))
    if not by_day:
        return None
    until = log.until(it.team)
    last = min(today, clock.day(until) if until else max(by_day))
    progress = [(d, float(by_day.get(d, 0.0))) for d in clock.days(it.starts_on, last)]
    return progress, max(0.0, float(it.size or 0) - sum(by_day.values()))


def _drawn(it: Expectation, found: pace.Pace, today: date) -> Outlook:
    """Place the marks: from the start, or today if that is earlier, to the last day that matters."""
    last = max(d for d in (it.due_on, today, found.high, *found.half) if d is not None)
    first = min(it.starts_on, today)
    span = max(1, (last - first).days) * 1.12
    margin = 4.0

    def at(day: date) -> float:
        return margin + (100 - 2 * margin) * (day - first).days / span

    def between(low: date | None, high: date | None) -> tuple[float, float] | None:
        if low is None or high is None:
            return None
        return at(low), max(1.2, at(high) - at(low))

    allotted = say(
        "Time allotted from {begins:%-d %B} to {ends:%-d %B %Y}.", begins=it.starts_on, ends=it.due_on
    )
    words = together([allotted, found.sentence])
    return Outlook(
        found,
        (at(it.starts_on), at(it.due_on) - at(it.starts_on)),
        at(today),
        at(it.due_on),
        between(found.low, found.high or (last + timedelta(days=1) if found.low else None)),
        between(*found.half),
        words,
    )
