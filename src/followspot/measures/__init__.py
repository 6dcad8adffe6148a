"""What a measure is (`Measure`, `Reading`, `Verdict`), and the list of those present.

A measure answers one question about a team or its leader from the masked log alone. It never
sees a name, and it never speaks of one front-line person.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a reading says; `cant_tell` is a normal answer."""

    HELD = "held"
    DROPPED = "dropped"
    ROSE = "rose"
    SEEN = "seen"  # an estimate without a claim to be tested
    CANT_TELL = "cant_tell"


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure's answer. estimate, low, high are in `unit`; n counts what they rest on."""

    question: str
    verdict: Verdict
    sentence: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.9
    unit: str = ""
    n: int = 0
    sample: str = ""
    caveats: tuple[str, ...] = ()
    chart: dict[str, Any] | None = None  # a Vega-Lite specification
    table: tuple[dict[str, Any], ...] = ()
    parts: tuple[Reading, ...] = ()  # narrower answers to the same question

    def as_json(self) -> dict[str, Any]:
        """Return the reading as plain JSON data, without its drawing."""
        data = asdict(self)
        for reading in (data, *data["parts"]):
            del reading["chart"]
        return data


@dataclass(frozen=True, slots=True)
class Measure:
    """needs: without any of these activities the answer is "can't tell: nothing here sends ..."."""

    slug: str
    title: str
    question: str
    needs: frozenset[str]
    compute: Callable[..., Any]


def cant_tell(question: str, sentence: str, *, sample: str = "", n: int = 0) -> Reading:
    """Return the reading that says why there is no answer, and what would be enough."""
    return Reading(question, Verdict.CANT_TELL, sentence, sample=sample, n=n)


@functools.cache
def measures() -> dict[str, Measure]:
    """All measures on the shelf, by slug."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            measure = importlib.import_module(f"{__name__}.{module.name}").measure
            found[measure.slug] = measure
    return found
