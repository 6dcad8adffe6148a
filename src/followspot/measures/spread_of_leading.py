"""Do more people lead than the leader?

Leading, as far as work history shows it, is letting others' work in, merging and reviewing. The
effective number of people who did so in a quarter is the exponential of the entropy of their
shares: three people who lead equally give three; one who does nearly everything gives little
more than one. It says how many, never who.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ibis.expr.types as ir

from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods.concentration import effective_number

QUESTION = __doc__.splitlines()[0]
LEADING = ("change.integrated", "branch.merged", "review.given")
FEWEST_ACTS = 20  # in a quarter
FEWEST_PEOPLE = 3  # in a smaller team "the team" is a person


def compute(events: ir.Table, *, asof: datetime, level: float = 0.9) -> Reading:
    """Read the spread of leading by quarter before `asof`, from the masked table."""
    acts = events.filter(
        events.at < asof,
        events.activity.isin(LEADING),
        events.role.isin(["leader", "front"]),
        ~events.tabular,
    )
    written = events.filter(events.activity == "change.landed", ~events.tabular).select(
        "object", author=events.actor
    )
    # Letting in one's own change leads nobody.
    led = acts.left_join(written, "object").filter(lambda t: t.author.isnull() | (t.author != t.actor))
    rows = (
        led.group_by(quarter=led.at.truncate("Q"), actor=led.actor)
        .agg(n=led.count())
        .order_by("quarter", "actor")
        .to_pyarrow()
        .to_pylist()
    )
    if not rows:
        return cant_tell(
            QUESTION, "Can't tell: nothing here says who let in, merged or reviewed single pieces of work."
        )
    if len({r["actor"] for r in rows}) < FEWEST_PEOPLE:
        return cant_tell(
            QUESTION,
            "Can't tell: fewer than three people let in, merged or reviewed others' work. In so small a group a number would point at someone.",
        )
    quarters = [
        q
        for q in sorted({r["quarter"] for r in rows})
        if sum(r["n"] for r in rows if r["quarter"] == q) >= FEWEST_ACTS
    ]
    if not quarters:
        return cant_tell(QUESTION, f"Can't tell: no quarter has {FEWEST_ACTS} or more of such acts.")
    table = tuple(_quarter(q, [r["n"] for r in rows if r["quarter"] == q], level) for q in quarters)
    last = table[-1]
    sentence = f"In the last quarter with enough to see, leading was spread as if {last['people']:.1f} people shared it equally ({last['low']:.1f} to {last['high']:.1f})."
    caveat = "Wide is not always better: a small team with one experienced reviewer can be in good hands."
    return Reading(
        QUESTION,
        Verdict.SEEN,
        sentence,
        last["people"],
        last["low"],
        last["high"],
        level,
        "people",
        last["acts"],
        f"{last['acts']:,} acts in the quarter from {last['quarter']}",
        (caveat,),
        _chart(table[-12:], sentence),
        table[-12:],
    )


def _quarter(quarter: datetime, counts: list[int], level: float) -> dict[str, Any]:
    people, low, high = effective_number(counts, level=level)
    return {
        "quarter": quarter.strftime("%Y-%m"),
        "people": people,
        "low": low,
        "high": high,
        "acts": sum(counts),
    }


def _chart(table: tuple[dict[str, Any], ...], sentence: str) -> dict[str, Any]:
    x = {"field": "quarter", "type": "temporal", "title": None, "axis": {"tickCount": 4}}
    y = {
        "type": "quantitative",
        "title": None,
        "scale": {"domainMin": 0, "nice": True},
        "axis": {"tickCount": 4},
    }
    return {
        "description": sentence,
        "height": 160,
        "data": {"values": list(table)},
        "layer": [
            {
                "mark": {"type": "area", "style": "band"},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "style": "expected"},
                "encoding": {"x": x, "y": {**y, "field": "people"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 30},
                "encoding": {"x": x, "y": {**y, "field": "people"}},
            },
        ],
    }


measure = Measure(
    slug="spread-of-leading",
    title="How leading is spread",
    question=QUESTION,
    needs=frozenset({"change.integrated", "branch.merged", "review.given"}),
    compute=compute,
)
