"""Signs of hovering, each with its line over six months, and the other side: what waits for the leader."""

from __future__ import annotations

from dataclasses import dataclass

from followspot.measures import Reading, Verdict
from followspot.measures.hovering import IN_A_MONTH, WAITING
from followspot.ui import drawing

_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing the leader did unasked, how often and whether more often; and its line."""

    what: str
    sentence: str
    line: str


@dataclass(frozen=True, slots=True)
class Signs:
    """Both sides. cant_tell : why there is none, or ""."""

    hovering: tuple[Sign, ...]
    touched: str
    waiting: tuple[Reading, ...]
    cant_tell: str


def compose(reading: Reading) -> Signs:
    """Return both sides of a reading of hovering and absence."""
    if reading.verdict == Verdict.CANT_TELL:
        return Signs((), "", (), reading.sentence)
    marked = [p for p in reading.parts if p.unit == IN_A_MONTH]
    return Signs(
        tuple(
            Sign(p.question, p.sentence, drawing.svg(p.chart, width=_WIDTH) if p.chart else "")
            for p in marked
        ),
        reading.parts[0].sentence if reading.parts else "",
        waiting(reading),
        "",
    )


def waiting(reading: Reading) -> tuple[Reading, ...]:
    """Return what is said of things that wait for the leader, and of when anybody last heard from them."""
    first = next((n for n, p in enumerate(reading.parts) if p.unit == WAITING), None)
    return reading.parts[first:] if first is not None else ()
