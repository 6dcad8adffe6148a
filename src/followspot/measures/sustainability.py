"""Can the team keep up this pace?

The share of what the front line did outside each one's own usual hours or on days off, whether it
grows, whether each does more than before, and how long the team went without a quiet day. Of the
team as a whole, and of five people or more; never of one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from math import ceil, floor
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from followspot.language import say, together
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import charts
from followspot.measures._methods.counts import Trend, change, rate, trend
from followspot.measures._methods.hours import (
    FEWEST_ACTS,
    YEAR,
    at_ones_own_time,
    outside_hours,
    people_known,
)
from followspot.measures._methods.proportion import Share, clustered_share, difference

QUESTION = say("Can the team keep up this pace?")
HALF = timedelta(days=182)
QUARTER = 91
FEWEST_PEOPLE = 5  # below that, the team's hours are somebody's hours
FEWEST = 100  # acts in the half-year
_CAVEATS = (
    say(
        "One act in ten would lie outside if no habit ever changed; in public projects it was half the time 19 in 100 or more. Set it against a year before."
    ),
    say("Odd hours can be somebody’s wish. Ask; don’t count."),
    say("Only what leaves a trace at the moment it is done counts."),
)

type Day = dict[str, Any]


def compute(
    events: ir.Table,
    *,
    asof: datetime,
    level: float = 0.9,
    off: Collection[date] = (),
    week_off: Collection[int] = (),
) -> Reading:
    """Read the half-year before `asof` against the usual hours of the year before it.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    asof
        The moment of looking.
    level
        Of the intervals.
    off, week_off
        The team's days off, and its weekdays off (Monday is 0).

    Returns
    -------
    Reading
        Share of acts outside usual hours or on days off (Wilson's interval, weeks as clusters). Parts:
        whether it grows, the load of each, and the longest stretch without a quiet day.
    """
    since = asof - HALF
    people = people_known(events, since=since)
    if people < FEWEST_PEOPLE:
        too_few = say(
            "Can't tell: the usual hours of {people} are known. Five people with {n} acts each "
            "in the year before the last half-year would be enough; of fewer, a figure would be about somebody.",
            people=people or say("nobody"),
            n=FEWEST_ACTS,
        )
        return cant_tell(QUESTION, too_few, n=people)
    days = _days(outside_hours(events, since=since, until=asof, off=off, week_off=week_off))
    total = sum(day["acts"] for day in days)
    if total < FEWEST:
        return cant_tell(
            QUESTION,
            say("Can't tell: {n} acts in half a year. {fewest} would be enough.", n=total, fewest=FEWEST),
            n=total,
        )
    share = _share(days, level)
    months = _months(days, level)
    sentence = say(
        "{share:.0%} of what was done lay outside people’s usual hours or on days off (between {low}% and {high}%).",
        share=share.estimate,
        low=floor(share.low * 100),
        high=ceil(share.high * 100),
    )
    return Reading(
        QUESTION,
        Verdict.SEEN,
        sentence,
        share.estimate,
        share.low,
        share.high,
        level,
        say("share{of_all}", of_all=""),
        share.n,
        say("{n:,} acts of {people} people in half a year", n=share.n, people=people),
        _CAVEATS,
        _chart(months, sentence),
        months,
        (
            _a_year_before(events, since, share, level, off, week_off),
            _growing(days, asof, level),
            _load(events, asof, level),
            _without_a_quiet_day(events, since, asof),
        ),
    )


def _days(acts: ir.Table) -> list[Day]:
    local = acts.mutate(day=acts.at.cast("timestamp").date())
    found: list[Day] = (
        local.group_by("day")
        .agg(acts=ibis._.count(), outside=ibis._.outside.sum())
        .order_by("day")
        .to_pyarrow()
        .to_pylist()
    )
    return found


def _share(days: Sequence[Day], level: float) -> Share:
    weeks = [list(some) for _, some in groupby(days, key=lambda d: d["day"].toordinal() // 7)]
    return clustered_share(
        [sum(d["outside"] for d in week) for week in weeks],
        [sum(d["acts"] for d in week) for week in weeks],
        level=level,
    )


def _months(days: Sequence[Day], level: float) -> tuple[dict[str, Any], ...]:
    rows = []
    for month, some in groupby(days, key=lambda d: f"{d['day']:%Y-%m}"):
        share = _share(list(some), level)
        rows.append(
            {
                "month": month,
                "outside": share.estimate,
                "low": share.low,
                "high": share.high,
                "acts": share.n,
            }
        )
    return tuple(rows)


def _a_year_before(
    events: ir.Table,
    since: datetime,
    now: Share,
    level: float,
    off: Collection[date],
    week_off: Collection[int],
) -> Reading:
    """Is it more than in the same half-year a year before, by the hours that were usual then?"""
    question = say("Is it more than a year before?")
    begun = since - YEAR
    if people_known(events, since=begun) < FEWEST_PEOPLE:
        return cant_tell(question, say("Can't tell: the usual hours of five people weren't known then."))
    days = _days(outside_hours(events, since=begun, until=begun + HALF, off=off, week_off=week_off))
    if sum(day["acts"] for day in days) < FEWEST:
        return cant_tell(question, say("Can't tell: fewer than {n} acts in that half-year.", n=FEWEST))
    then = _share(days, level)
    return _compared(question, now, then, say("It was {share:.0%} then.", share=then.estimate), level)


def _compared(question: str, now: Share, then: Share, more: str, level: float) -> Reading:
    d, low, high = difference(now, then)
    verdict = Verdict.ROSE if low > 0 else Verdict.DROPPED if high < 0 else Verdict.SEEN
    word = {Verdict.ROSE: say("Yes"), Verdict.DROPPED: say("No, less")}.get(
        verdict, say("It can’t be told apart")
    )
    said = say(
        "{word}: {points} ({low} to {high}).",
        word=word,
        points=_points(d),
        low=_points(low),
        high=_points(high),
    )
    sentence = together([said, more])
    return Reading(
        question, verdict, sentence, d, low, high, level, say("share{of_all}", of_all=""), now.n + then.n
    )


def _growing(days: Sequence[Day], asof: datetime, level: float) -> Reading:
    """Is it more than in the three months before?"""
    question = say("Is it more than in the three months before?")
    middle = (asof - HALF / 2).date()
    before, now = [d for d in days if d["day"] < middle], [d for d in days if d["day"] >= middle]
    if not before or not now:
        return cant_tell(question, say("Can't tell: one of the two has no acts."))
    return _compared(question, _share(now, level), _share(before, level), "", level)


def _points(d: float) -> str:
    return say("{n:+.0f} points", n=100 * d) if round(100 * d) else say("0 points")


def _load(events: ir.Table, asof: datetime, level: float) -> Reading:
    """Does each do more than in the three months before?"""
    question = say("Does each do more than in the three months before?")
    own = at_ones_own_time(events, since=asof - HALF, until=asof)
    week = (
        ((ibis.literal(asof).epoch_seconds() - 1 - own.at.epoch_seconds()) / (7 * 86400))
        .floor()
        .cast("int64")
    )
    rows = own.group_by(week=week).agg(acts=ibis._.count(), people=ibis._.actor.nunique()).to_pyarrow()
    weeks, acts, people = (rows[c].to_numpy().astype(float) for c in ("week", "acts", "people"))
    late = weeks < QUARTER // 7
    if not late.any() or late.all():
        return cant_tell(question, say("Can't tell: one of the two has no acts."))
    bursts = max(1.0, *(_bursts(acts[half], people[half]) for half in (late, ~late)))
    found = change(
        acts[late].sum(), acts[~late].sum(), time_now=people[late].sum(), time_before=people[~late].sum(),
        bursts=bursts, level=level,
    )  # fmt: skip
    if found is None:
        return cant_tell(question, say("Can't tell: nothing was done."))
    word = trend(found)
    weekly = acts[late].sum() / people[late].sum()
    said = say(
        "{weekly:.0f} acts a week for each who did any: {times:.2f} times as many as before ({low:.2f} to {high:.2f}).",
        weekly=weekly,
        times=found.estimate,
        low=found.low,
        high=found.high,
    )
    sentence = together([said, word.value])
    verdict = {Trend.UP: Verdict.ROSE, Trend.DOWN: Verdict.DROPPED}.get(word, Verdict.SEEN)
    return Reading(
        question, verdict, sentence, found.estimate, found.low, found.high, level, say("ratio"), int(acts.sum()),
        say("26 weeks"),
    )  # fmt: skip


def _bursts(acts: np.ndarray, people: np.ndarray) -> float:
    found = rate(acts, people)
    expected = people * found.estimate
    return float(((acts - expected) ** 2 / expected).sum() / max(1, acts.size - 1))


def _without_a_quiet_day(events: ir.Table, since: datetime, asof: datetime) -> Reading:
    """How long did the team go without a quiet day?"""
    question = say("How long did the team go without a quiet day?")
    own = at_ones_own_time(events, since=since, until=asof)
    days = own.select(day=own.at.cast("timestamp").date()).distinct().to_pyarrow()["day"]
    # In order only here: Ibis, asked for it on Spark, tells apart what has the same day.
    ordinals = np.sort([d.toordinal() for d in days.to_pylist()])
    if not ordinals.size:
        return cant_tell(question, say("Can't tell: nothing was done."))
    ends = np.flatnonzero(np.append(np.diff(ordinals) > 1, True))
    longest = int(np.diff(np.concatenate([[-1], ends])).max())
    sentence = say("{n} days in a row somebody did something, at the longest.", n=longest)
    return Reading(question, Verdict.SEEN, sentence, float(longest), unit=say("days"), n=ordinals.size)


def _chart(months: Sequence[dict[str, Any]], sentence: str) -> dict[str, Any]:
    x = {"field": "month", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}}
    return charts.over_time(months, x=x, dot="outside", description=sentence, percent=True)


measure = Measure(
    slug="sustainability",
    title=say("Sustainability"),
    question=QUESTION,
    needs=frozenset(
        {
            "change.written",
            "change.integrated",
            "branch.merged",
            "pull.opened",
            "comment.written",
            "item.done",
        }
    ),
    compute=compute,
    eyes="team",
    on_workdays=True,
)
