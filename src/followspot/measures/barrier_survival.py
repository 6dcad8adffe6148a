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

from followspot.language import count, say, together
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import charts
from followspot.measures._methods.lives import Life, lives
from followspot.measures._methods.proportion import wilson
from followspot.measures._methods.survival import Curve, at, kaplan_meier, median
from followspot.measures._methods.workdays import working_time

QUESTION = say("How long does a barrier stand?")
RECENT = 90  # days; the curve beside it is of as many days before
# How a window is told in a sentence, and beside its curve.
WINDOWS = {
    RECENT: (say("in the last 3 months"), say("last 3 months")),
    180: (say("in the last 6 months"), say("last 6 months")),
    365: (say("in the last year"), say("last year")),
}
FEWEST, FEWEST_CLEARED = 5, 3  # in a window
ENOUGH = say("Five, with three of them cleared, would be enough.")
_NAME = {"type": "text", "style": "note"}
THEN = say("the 3 months before")
_AT = (0, 1, 2, 3, 5, 10, 15, 20, 30, 40, 60)  # working days at which the table says how many stand
_CAVEATS = (
    say("This measures the clearing, not the raising. A team that raises more is a team that says more."),
    say(
        "The clock stands still on the team's days off, and goes on from the raising when somebody says: still there."
    ),
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
    when, beside = WINDOWS[window]
    found = _reading(QUESTION, curve, when, level)
    return replace(
        found,
        caveats=_caveats(known, mine, until - window),
        chart=_chart(curve, before, _description(found.sentence, before), beside),
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
        none = say("Can't tell: no barriers. Or nobody has said so.")
        return cant_tell(QUESTION, together([none, ENOUGH]))
    gone = sum(life.cleared for life in year)
    raised = count(
        len(year),
        "Can't tell: {n} barrier was raised in the last year, {cleared} cleared.",
        "Can't tell: {n} barriers were raised in the last year, {cleared} cleared.",
        cleared=gone or say("none"),
    )
    return cant_tell(QUESTION, together([raised, ENOUGH]), n=len(year))


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
        say("working days"),
        curve.n,
        say("{n} barriers raised {words}, {ends} of them cleared", n=curve.n, words=words, ends=curve.ends),
    )


def _sentence(curve: Curve, level: float) -> str:
    middle, often = median(curve), say("{n:g} times in 10", n=level * 10)
    if middle.estimate is None:
        gone = say(
            "Fewer than half are gone: {ends} of {n}, of which some were followed for {days}.",
            ends=curve.ends,
            n=curve.n,
            days=_days(ceil(curve.last)),
        )
        if not middle.low:
            return gone
        least = say("Half take {days} or more, {often}.", days=_days(floor(middle.low)), often=often)
        return together([gone, least])
    return say(
        "Half are gone within {days} ({span}, {often}).",
        days=_days(max(1, ceil(middle.estimate))),
        span=_span(middle.low or 0, middle.high),
        often=often,
    )


def _span(low: float, high: float | None) -> str:
    least: int | str = floor(low) or say("less than 1")
    if high is None:
        return say("{low} or more", low=least) if low >= 1 else say("how much longer it may be can't be told")
    if ceil(high) <= 1:
        return say("hardly ever more")
    if least == ceil(high):
        return say("about {low}", low=least)
    return say("between {low} and {high}", low=least, high=ceil(high))


def _days(n: int) -> str:
    return count(n, "{n} working day", "{n} working days")


def _before(before: Curve | None, level: float) -> tuple[Reading, ...]:
    if before is None:
        return ()
    question = say("How long did it stand in the 3 months before?")
    return (_reading(question, before, say("in the 3 months before"), level),)


def _promises(known: Sequence[Life], until: float, level: float) -> Reading:
    """Of the barriers whose first promise came due in the last year, how many were cleared by then?"""
    question = say("Are barriers cleared by the day first promised?")
    due = [
        life
        for life in known
        if life.promise is not None
        and until - max(WINDOWS) <= life.promise < floor(until)
        and not (life.withdrawn and life.ended < life.promise + 1)
    ]
    if len(due) < FEWEST:
        sentence = count(
            len(due),
            "Can't tell: {n} promise came due in the last year. Five would be enough.",
            "Can't tell: {n} promises came due in the last year. Five would be enough.",
        )
        if not due:
            sentence = say("Can't tell: no promises came due in the last year. Five would be enough.")
        return cant_tell(question, sentence, n=len(due))
    kept = sum(life.cleared and floor(life.ended) <= (life.promise or 0) for life in due)
    share = kept / len(due)
    low, high = wilson(share, len(due), level=level)
    sentence = say(
        "{kept} of {n} were cleared by the day first promised ({share:.0%}, between {low}% and {high}%).",
        kept=kept,
        n=len(due),
        share=share,
        low=floor(low * 100),
        high=ceil(high * 100),
    )
    caveat = say(
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
        say("share{of_all}", of_all=""),
        len(due),
        say("{n} first promises that came due in the last year", n=len(due)),
        (caveat,),
    )


def _caveats(known: Sequence[Life], mine: Sequence[Life], since: float) -> tuple[str, ...]:
    """What is said beside the curve: also what it leaves out."""
    older = sum(not life.cleared and not life.withdrawn and life.raised < since for life in known)
    withdrawn = sum(life.withdrawn for life in mine)
    told: list[str] = list(_CAVEATS)
    if older:
        told.append(
            count(
                older,
                "{n} raised earlier still stands and is not in it.",
                "{n} raised earlier still stand and are not in it.",
            )
        )
    if withdrawn:
        told.append(
            count(
                withdrawn,
                "{n} withdrawn by whoever raised it counts as standing up to then.",
                "{n} withdrawn by whoever raised them count as standing up to then.",
            )
        )
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
            row["still standing, the 3 months before"] = None if np.isnan(s) else float(s)
            row["followed, the 3 months before"] = int(n)
    return tuple(rows)


def _description(sentence: str, before: Curve | None) -> str:
    if before is None:
        return sentence
    then = say("In the 3 months before: {sentence}", sentence=_sentence(before, before.level))
    return together([sentence, then])


def _steps(curve: Curve, until: float, name: str) -> list[dict[str, Any]]:
    """The curve's corners up to a time, and its flat end."""
    inside = curve.times <= until
    columns = (curve.times, curve.share, curve.low, curve.high)
    corners = [(0.0, 1.0, 1.0, 1.0), *zip(*(c[inside].tolist() for c in columns), strict=True)]
    if curve.last > corners[-1][0]:
        corners.append((min(curve.last, until), *corners[-1][1:]))
    return [{"days": t, "share": s, "low": a, "high": b, "when": name} for t, s, a, b in corners]


def _chart(curve: Curve, before: Curve | None, description: str, now: str) -> dict[str, Any]:
    """Draw falling steps, this time's with its band and the time before in dashes, each with its name."""
    recent = _steps(curve, curve.last, now)
    then = _steps(before, curve.last, THEN) if before else []
    x = {
        "field": "days",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, max(curve.last, 1.0)], "nice": False},
        "axis": {
            "tickCount": 5,
            "labelExpr": charts.labels(
                {"datum.value == 0": say("raised"), "datum.value == 1": count(1, "{n} day", "{n} days")},
                count(2, "{n} day", "{n} days", n=charts.VALUE),
            ),
        },
    }
    y = {
        "field": "share",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1]},
        "axis": {
            "values": [0, 0.5, 1],
            "labelExpr": charts.labels(
                {"datum.value == 1": say("all"), "datum.value == 0": say("none")}, say("half")
            ),
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
    title=say("How long a barrier lives"),
    question=QUESTION,
    needs=frozenset({"barrier.raised", "barrier.cleared"}),
    compute=compute,
    eyes="team",
    upto="now",
    on_workdays=True,
)
