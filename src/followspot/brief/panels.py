"""A reading as a panel: its drawing, its tables under their right names, and what it is and is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from followspot.brief import mapped
from followspot.brief.mapped import Leg, Map
from followspot.language import say
from followspot.measures import Measure, Reading, Verdict
from followspot.ui import drawing

# Where each dot is an estimate and each line its range.
_DOTS_AND_LINES = frozenset({"dependence", "hovering", "credit-flow"})
_WIDE, _IN_A_COLUMN = 1140, 660
_IN_COLUMNS = frozenset({"barrier-survival"})  # which stand beside something else on their practice's page
# What a table of a narrower answer is called, by its first column.
_CALLED = {
    "month": say("Month by month"),
    "quarter": say("Quarter by quarter"),
    "week": say("Week by week"),
    "area": say("Which areas"),
    "kind": say("Which kinds"),
    "freedom": say("By the freedom agreed"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A narrower answer, and what its table is called."""

    question: str
    sentence: str
    table: tuple[dict[str, Any], ...]
    called: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything a panel shows. drawn : wide and narrow; map : in place of them, for the map alone."""

    measure: Measure
    reading: Reading
    told: bool  # whether there is an answer
    drawn: dict[str, str] | None
    map: Map | None
    dots: bool
    parts: tuple[Part, ...]


def compose(measure: Measure, reading: Reading, *, legs: Sequence[Leg] = ()) -> Panel:
    """Return a reading as it is shown; only here is anything drawn. legs : on the map, what people say."""
    told = reading.verdict != Verdict.CANT_TELL
    drawn_map = mapped.of(reading, legs) if measure.slug == "map" and told else None
    chart = reading.chart if told and drawn_map is None else None
    width = _IN_A_COLUMN if measure.slug in _IN_COLUMNS else _WIDE
    return Panel(
        measure,
        reading,
        told,
        drawing.both(chart, width=width) if chart else None,
        drawn_map,
        measure.slug in _DOTS_AND_LINES,
        tuple(
            Part(part.question, part.sentence, part.table, _called(part))
            for part in reading.parts
            if part.sentence != reading.sentence
        ),
    )


def _called(part: Reading) -> str:
    return _CALLED.get(next(iter(part.table[0]), ""), say("The figures")) if part.table else ""
