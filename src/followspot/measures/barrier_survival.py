"""How long does a barrier stand?

Barriers are followed from the day they were raised to the day they were cleared for good, in the
team's working days. Those that still stand count for as long as they have stood (Kaplan & Meier
1958), so a team can't look quick by leaving the hard ones open. Never a mean of the closed ones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from math import ceil, floor
from typing import Any

import ibis.expr.types as ir
import numpy as np

from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods.lives import Life, lives
from followspot.measures._methods.proportion import wilson
from followspot.measures._methods.survival import Curve, at, kaplan_meier, median
from followspot.measures._methods.workdays import working_time

QUESTION = __doc__.splitlines()[0]
RECENT = 90  # days; the curve beside it is of as many days before
WINDOWS = {RECENT: "in the last 3 months", 180: "in the last 6 months", 365: "in the last year"}
FEWEST, FEWEST_CLEARED = 5, 3  # in a window
ENOUGH = "Five, with three of them cleared, would be enough."
_NAME = {"type": "text", "style": "note"}
NOW, THEN = "last 3 months", "the 3 months before"
_AT = (0, 1, 2, 3, 5, 10, 15, 20, 30, 40, 60)  # working days at which the table says how many stand
_CAVEATS = (
    "This measures the clearing, not the raising. A team that raises more is a team that says more.",
    "The clock stands still on the team's days off, and goes on from the raising when somebody says: still there.",
)


def compute(
    events: ir.Table,
    *,
    asof: datetime,
    level: float = 0.9,
    off: Collection[date] = (),
    week_off: Collection[int] = (),
) -> Reading:
    """Read how long barriers stand, from those raised in the last three months before `asof`.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    asof
        The moment of looking; what still stands then is censored.
    level
        Of the interval of the median, and of the band at any one time.
    off, week_off
        The team's days off, and its weekdays off (Monday is 0): clocks stand still.

    Returns
    -------
    Reading
        Median in working days, fractions of a day included; None where fewer than half are gone.
        With too few in three months it looks back six, then twelve. Parts: the three months
        before, where there is enough, and the promises kept.
    """
    known, until = lives(events, asof=asof)
    kept = _promises(known, until, level)
    window = next((w for w in WINDOWS if _enough(_since(known, until - w))), None)
    if window is None:
        return replace(_too_few(known, until), parts=(kept,))
    mine = _since(known, until - window)
    curve = _curve(mine, level, off, week_off)
    earlier = [life for life in _since(known, until - 2 * RECENT) if life.raised < until - RECENT]
    before = _curve(earlier, level, off, week_off) if window == RECENT and _enough(earlier) else None
    found = _reading(QUESTION, curve, WINDOWS[window], level)
    return replace(
        found,
        caveats=_caveats(known, mine, until - window),
        chart=_chart(curve, before, _description(found.sentence, before), WINDOWS[window]),
        table=_table(curve, before),
        parts=(*_before(before, level), kept),
    )


def _since(known: Sequence[Life], day: float) -> list[Life]:
    return [life for life in known if life.raised >= day]


def _enough(some: Sequence[Life]) -> bool:
    return len(some) >= FEWEST and sum(life.cleared for life in some) >= FEWEST_CLEARED


def _too_few(known: Sequence[Life], until: float) -> Reading:
    year = _since(known, until - max(WINDOWS))
    if not year:
        return cant_tell(QUESTION, f"Can't tell: no barriers. Or nobody has said so. {ENOUGH}")
    gone = sum(life.cleared for life in year)
    raised = f"{len(year)} barrier{'s were' if len(year) > 1 else ' was'} raised in the last year, {gone or 'none'} cleared."
    return cant_tell(QUESTION, f"Can't tell: {raised} {ENOUGH}", n=len(year))


def _curve(some: Sequence[Life], level: float, off: Collection[date], week_off: Collection[int]) -> Curve:
    stood = working_time(
        [life.raised for life in some], [life.ended for life in some], off=off, week_off=week_off
    )
    return kaplan_meier(stood, [life.cleared for life in some], level=level)


def _reading(question: str, curve: Curve, words: str, level: float) -> Reading:
    middle = median(curve)
    return Reading(
        question,
        Verdict.SEEN,
        _sentence(curve, level),
        middle.estimate,
        middle.low,
        middle.high,
        level,
        "working days",
        curve.n,
        f"{curve.n} barriers raised {words}, {curve.ends} of them cleared",
    )


def _sentence(curve: Curve, level: float) -> str:
    middle, often = median(curve), f"{level * 10:g} times in 10"
    if middle.estimate is None:
        least = f" Half take {_days(floor(middle.low))} or more, {often}." if middle.low else ""
        return f"Fewer than half are gone: {curve.ends} of {curve.n}, of which some were followed for {_days(ceil(curve.last))}.{least}"
    low = floor(middle.low or 0) or "less than 1"
    if middle.high is None:
        span = (
            f"{low} or more" if middle.low and middle.low >= 1 else "how much longer it may be can't be told"
        )
    elif ceil(middle.high) <= 1:
        span = "hardly ever more"
    elif low == ceil(middle.high):
        span = f"about {low}"
    else:
        span = f"between {low} and {ceil(middle.high)}"
    return f"Half are gone within {_days(max(1, ceil(middle.estimate)))} ({span}, {often})."


def _days(count: int) -> str:
    return f"{count} working day{'' if count == 1 else 's'}"


def _before(before: Curve | None, level: float) -> tuple[Reading, ...]:
    if before is None:
        return ()
    return (
        _reading("How long did it stand in the 3 months before?", before, "in the 3 months before", level),
    )


def _promises(known: Sequence[Life], until: float, level: float) -> Reading:
    """Of the barriers whose first promise came due in the last year, how many were cleared by then?"""
    question = "Are barriers cleared by the day first promised?"
    due = [
        life
        for life in known
        if life.promise is not None
        and until - max(WINDOWS) <= life.promise < floor(until)
        and not (life.withdrawn and life.ended < life.promise + 1)
    ]
    if len(due) < FEWEST:
        sentence = f"Can't tell: {len(due) or 'no'} promise{'' if len(due) == 1 else 's'} came due in the last year. Five would be enough."
        return cant_tell(question, sentence, n=len(due))
    kept = sum(life.cleared and floor(life.ended) <= (life.promise or 0) for life in due)
    share = kept / len(due)
    low, high = wilson(share, len(due), level=level)
    sentence = f"{kept} of {len(due)} were cleared by the day first promised ({share:.0%}, between {floor(low * 100)}% and {ceil(high * 100)}%)."
    caveat = (
        "Against the first promise, however often it was moved; one that was withdrawn in time is left out."
    )
    return Reading(
        question,
        Verdict.SEEN,
        sentence,
        share,
        low,
        high,
        level,
        "share",
        len(due),
        f"{len(due)} first promises that came due in the last year",
        (caveat,),
    )


def _caveats(known: Sequence[Life], mine: Sequence[Life], since: float) -> tuple[str, ...]:
    """What is said beside the curve: also what it leaves out."""
    older = sum(not life.cleared and not life.withdrawn and life.raised < since for life in known)
    withdrawn = sum(life.withdrawn for life in mine)
    told = list(_CAVEATS)
    if older:
        told.append(f"{older} raised earlier still {'stand' if older > 1 else 'stands'} and {'are' if older > 1 else 'is'} not in it.")  # fmt: skip
    if withdrawn:
        told.append(f"{withdrawn} withdrawn by whoever raised {'them' if withdrawn > 1 else 'it'} count{'' if withdrawn > 1 else 's'} as standing up to then.")  # fmt: skip
    return tuple(told)


def _table(curve: Curve, before: Curve | None) -> tuple[dict[str, Any], ...]:
    """How many stand after so many working days, and how many were followed for so long."""
    times = [t for t in _AT if t <= curve.last] or [0]
    share, low, high, followed = at(curve, times)
    rows: list[dict[str, Any]] = [
        {"working days": t, "still standing": float(s), "low": float(a), "high": float(b), "followed": int(n)}
        for t, s, a, b, n in zip(times, share, low, high, followed, strict=True)
    ]
    if before is not None:
        then, _, _, followed = at(before, times)
        for row, s, n in zip(rows, then, followed, strict=True):
            row[f"still standing, {THEN}"] = None if np.isnan(s) else float(s)
            row[f"followed, {THEN}"] = int(n)
    return tuple(rows)


def _description(sentence: str, before: Curve | None) -> str:
    return f"{sentence} In {THEN}: {_sentence(before, before.level)}" if before else sentence


def _steps(curve: Curve, until: float, name: str) -> list[dict[str, Any]]:
    """The curve's corners up to a time, and its flat end."""
    inside = curve.times <= until
    columns = (curve.times, curve.share, curve.low, curve.high)
    corners = [(0.0, 1.0, 1.0, 1.0), *zip(*(c[inside].tolist() for c in columns), strict=True)]
    if curve.last > corners[-1][0]:
        corners.append((min(curve.last, until), *corners[-1][1:]))
    return [{"days": t, "share": s, "low": a, "high": b, "when": name} for t, s, a, b in corners]


def _chart(curve: Curve, before: Curve | None, description: str, words: str) -> dict[str, Any]:
    """Draw falling steps, this time's with its band and the time before in dashes, each with its name."""
    now = NOW if words == WINDOWS[RECENT] else words.removeprefix("in the ")
    recent = _steps(curve, curve.last, now)
    then = _steps(before, curve.last, THEN) if before else []
    x = {
        "field": "days",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, max(curve.last, 1.0)], "nice": False},
        "axis": {
            "tickCount": 5,
            "labelExpr": "datum.value == 0 ? 'raised' : datum.value + (datum.value == 1 ? ' day' : ' days')",
        },
    }
    y = {
        "field": "share",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1]},
        "axis": {
            "values": [0, 0.5, 1],
            "labelExpr": "datum.value == 1 ? 'all' : datum.value == 0 ? 'none' : 'half'",
        },
    }
    line = {"type": "line", "interpolate": "step-after"}
    # Above and right of the slower curve there is room for its name, and left of the other's foot for the other's.
    slower = then if then and then[-1]["share"] >= recent[-1]["share"] else recent
    beside = next((row for row in slower if row["share"] <= 0.6), slower[-1])
    faster = recent if slower is then else then
    below = [next((row for row in faster if row["share"] <= 0.3), faster[-1])] if then else []
    layers = [
        _layer(recent, {"type": "area", "style": "band", "interpolate": "step-after"}, x, {**y, "field": "low"}, y2={"field": "high"}),
        _layer(then, {**line, "strokeDash": [2, 3], "color": "var(--chart-text)"}, x, y),
        _layer(recent, {**line, "color": "var(--chart-warm)", "strokeWidth": 2.5}, x, y),
        _layer([beside], {**_NAME, "align": "left", "dx": 6, "dy": -9}, x, y, text={"field": "when"}),
        _layer(below, {**_NAME, "align": "right", "dx": -6, "dy": -4}, x, y, text={"field": "when"}),
    ]  # fmt: skip
    return {"description": description, "height": 190, "layer": [drawn for drawn in layers if drawn]}


def _layer(rows: list[dict[str, Any]], mark: dict[str, Any], x: Any, y: Any, **more: Any) -> dict[str, Any]:
    return {"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y, **more}} if rows else {}


measure = Measure(
    slug="barrier-survival",
    title="How long a barrier lives",
    question=QUESTION,
    needs=frozenset({"barrier.raised", "barrier.cleared"}),
    compute=compute,
    eyes="team",
    upto="now",
    on_workdays=True,
)
