"""How is it for the team, as its people say without their names?

From what was let out of closed waves: for each item the mean step with a credible band, wave by wave, and whether it rose or fell by
more than chance would do. It never sees an answer; what it reads was rounded before it was kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import ibis.expr.types as ir

from followspot.items import PULSE, Item
from followspot.language import count, say, together
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import charts, ordinal
from followspot.measures._methods.waves import Wave, row, waves

QUESTION = say("How is it for the team, as its people say without their names?")
TALLIED = "wave.tallied"
FEWEST_WAVES = 3  # for a trend
SURE = 0.95  # that it rose, or that it fell
_CAVEATS = (
    say("The items are our own, one for each thing asked, and have not been validated."),
    say(
        "Who did not answer may see it differently. The band is for those who might have answered, not for each person."
    ),
    say("Counts were rounded at random before they were kept, and the band is wider for it."),
)


def compute(events: ir.Table, *, asof: datetime, level: float = 0.9) -> Reading:
    """Read each item's waves before `asof`, from the masked table.

    No estimate of its own: the items ask different things. Parts: each item, in steps from 1 to 5, with a table by wave.
    """
    found = waves(events, TALLIED, asof=asof)
    if not found:
        return cant_tell(
            QUESTION, say("Can't tell: no wave has closed yet with five or more answers to any one item.")
        )
    order = {slug: n for n, slug in enumerate(PULSE)}
    parts = tuple(
        item_reading(slug, found[slug], level=level)
        for slug in sorted(found, key=lambda s: (order.get(s, len(order)), s))
    )
    n = sum(w.released.n for some in found.values() for w in some)
    last = max(w.at for some in found.values() for w in some)
    moved = [p for p in parts if p.sentence.endswith("more than chance would do.")]
    sentence = together(
        say("{question}: {sentence}", question=p.question, sentence=p.sentence) for p in moved[:3]
    ) or say("Nothing moved by more than chance would do.")
    return Reading(
        QUESTION,
        Verdict.SEEN,
        sentence,
        level=level,
        unit=say("steps from 1 to 5"),
        n=n,
        sample=say(
            "{n:,} answers to single items, up to the wave that closed on {day:%-d %B %Y}", n=n, day=last
        ),
        caveats=_CAVEATS,
        parts=parts,
    )


def item_reading(slug: str, told: Sequence[Wave], *, level: float = 0.9) -> Reading:
    """Read one item over its waves: where it is, and whether it moved."""
    item = PULSE.get(slug)
    rows = tuple(row(w, level) for w in told)
    last = rows[-1]
    return Reading(
        item.construct if item else slug,
        Verdict.SEEN,
        together([_where(item, last["mean"]), _trend(told)]),
        last["mean"],
        last["low"],
        last["high"],
        level,
        say("steps from 1 to 5"),
        last["answers"],
        count(len(told), "{n} wave", "{n} waves"),
        chart=_chart(rows, item, slug) if len(rows) > 1 else None,
        table=rows,
    )


def _where(item: Item | None, mean: float) -> str:
    """Say where a mean lies, in the words of its steps."""
    if item is None:
        return say("About step {mean:.1f} of five.", mean=mean)
    below = min(4, int(mean))
    words = item.steps[below - 1], item.steps[below]
    if abs(mean - round(mean)) < 0.25:
        return say("Around “{step:small}”.", step=words[round(mean) - below])
    return say("Between “{step:small}” and “{next:small}”.", step=words[0], next=words[1])


def _trend(told: Sequence[Wave]) -> str:
    if len(told) < FEWEST_WAVES:
        more = FEWEST_WAVES - len(told)
        return say("Too few waves to call a trend: {n} more would do.", n=more)
    days = [w.at.timestamp() / 86_400 for w in told]
    rose = ordinal.rises([w.draws for w in told], days)
    if SURE > rose > 1 - SURE:
        return say("No clear move.")
    if rose >= SURE:
        return say("Up since {month:%B}, more than chance would do.", month=told[0].at)
    return say("Down since {month:%B}, more than chance would do.", month=told[0].at)


def described(title: str, rows: Sequence[dict[str, Any]]) -> str:
    """Say the line of an item in words, by its waves as rows."""
    first, last = rows[0], rows[-1]
    return say(
        "{title}: from {mean:.1f} in {wave} to {last:.1f} in {last_wave}, of five steps.",
        title=title,
        mean=first["mean"],
        wave=first["wave"],
        last=last["mean"],
        last_wave=last["wave"],
    )


def _chart(rows: Sequence[dict[str, Any]], item: Item | None, slug: str) -> dict[str, Any]:
    """Draw the mean over the waves with its band, its axis in the words of the item."""
    words = item.steps if item else ("1", "2", "3", "4", "5")
    low, middle, high = (say("{word:small}", word=words[n]) for n in (0, 2, 4))
    named = charts.labels({"datum.value == 1": low, "datum.value == 3": middle}, high)
    x = {"field": "wave", "type": "temporal", "title": None, "axis": {"tickCount": 4, "offset": 10}}
    y = {
        "type": "quantitative", "title": None, "scale": {"domain": [1, 5]},
        "axis": {"values": [1, 3, 5], "labelExpr": named, "labelLimit": 110},
    }  # fmt: skip
    return {
        "description": described(item.construct if item else slug, rows),
        "height": 130,
        "data": {"values": list(rows)},
        "layer": [
            {"mark": {"type": "area", "style": "band"}, "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "line", "color": "var(--chart-point)"}, "encoding": {"x": x, "y": {**y, "field": "mean"}}},
            {"mark": {"type": "point", "filled": True, "size": 26, "color": "var(--chart-point)"}, "encoding": {"x": x, "y": {**y, "field": "mean"}}},
        ],
    }  # fmt: skip


measure = Measure(
    slug="pulse",
    title=say("Pulse"),
    question=QUESTION,
    needs=frozenset({TALLIED}),
    compute=compute,
    eyes="team",
    upto="now",
)
