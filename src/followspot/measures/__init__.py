"""What a measure is (`Measure`, `Reading`, `Verdict`), and the list of those present.

A measure answers one question about a team or its leader from the masked log alone. It never
sees a name, and it never speaks of one front-line person.
"""

from __future__ import annotations

import functools
import importlib
import json
import pkgutil
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from followspot.evidence.activities import ACTIVITIES
from followspot.language import any_of, say

if TYPE_CHECKING:
    import ibis.expr.types as ir


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
        data: dict[str, Any] = json.loads(json.dumps(asdict(replace(self, parts=())), default=str))
        del data["chart"]
        return data | {"parts": [part.as_json() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Measure:
    """needs: without any of these activities the answer is "can't tell: nothing here sends ...".

    eyes : whose the reading is, "leader" or "team". upto : read up to "now", as what happens in the app
    itself is, or to the end of the "evidence". on_workdays : compute also takes the team's days off.
    """

    slug: str
    title: str
    question: str
    needs: frozenset[str]
    compute: Callable[..., Any]
    eyes: str = "leader"
    upto: str = "evidence"
    on_workdays: bool = False

    @property
    def practised(self) -> bool:
        """Whether it lives of what a team does in the app alone, so that no history from outside can answer."""
        return self.needs.isdisjoint(ACTIVITIES)


def answer(
    measure: Measure,
    events: ir.Table,
    *,
    asof: datetime,
    off: Collection[date] = (),
    week_off: Collection[int] = (),
    sent: Collection[str] | None = None,
) -> Reading:
    """Return what any measure but the step-away test says of a masked log before `asof`.

    off, week_off : the team's days off, and its weekdays off (Monday is 0). sent : the activities that the log
    has, for those who ask several measures; looked up if not given.
    """
    if measure.needs.isdisjoint(activities(events) if sent is None else sent):
        return cant_tell(measure.question, _nothing_sends(measure))
    days: dict[str, Any] = {"off": off, "week_off": week_off} if measure.on_workdays else {}
    found: Reading = measure.compute(events, asof=asof, **days)
    return found


def activities(events: ir.Table) -> frozenset[str]:
    """Return the activities that a log has."""
    return frozenset(events.select("activity").distinct().to_pyarrow()["activity"].to_pylist())


def _nothing_sends(measure: Measure) -> str:
    from_outside = sorted(measure.needs & set(ACTIVITIES))
    if not from_outside:
        things = sorted({activity.partition(".")[0] for activity in measure.needs})
        return say(
            "Can't tell: nothing here sends {activities}. It comes with the first {things} in the app.",
            activities=any_of(sorted(measure.needs)),
            things=any_of(things),
        )
    from followspot.evidence.connectors import connectors

    senders = sorted(c.title for c in connectors().values() if c.emits & set(from_outside))
    return say(
        "Can't tell: nothing here sends {activities}. Connect {senders}.",
        activities=any_of(from_outside),
        senders=any_of(senders),
    )


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
