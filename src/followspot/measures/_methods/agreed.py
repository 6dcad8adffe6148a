"""From the masked log to expectations: when each was agreed and due, how far it is, what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import ibis

from followspot.measures._methods.workdays import as_date

if TYPE_CHECKING:
    import ibis.expr.types as ir

# In the order in which they come about where two carry the same instant.
ACTIVITIES = (
    "expectation.agreed",
    "expectation.changed",
    "expectation.started",
    "expectation.progressed",
    "expectation.met",
    "expectation.missed",
    "expectation.dropped",
    "expectation.reopened",
)
_ENDS = ("expectation.met", "expectation.missed", "expectation.dropped")
_TERMS = ("expectation.agreed", "expectation.changed")


@dataclass(frozen=True, slots=True)
class Agreed:
    """One expectation. due : the day agreed last; moved : how often that was moved.

    checkins : (day, items that remained), the start with the whole size first. ended : how and
    when, None while it is open. hands : the keys of those who started it or said how far it is.
    """

    due: date | None
    moved: int
    checkins: tuple[tuple[date, float], ...]
    told: int  # how often somebody said what remains, the start aside
    ended: tuple[str, date] | None
    hands: frozenset[str]


def expectations(events: ir.Table, *, asof: datetime) -> tuple[list[Agreed], date]:
    """Return all expectations up to `asof` in a fixed order, and the day of `asof` on the team's clock.

    events : the masked table; its engine's time zone is the team's clock.
    """
    seen = events.filter(events.activity.isin(ACTIVITIES), events.at < asof)
    rows = (
        seen.select(
            "object",
            "activity",
            "actor",
            "value",
            "told",
            local=seen.at.cast("timestamp"),
            until=ibis.literal(asof).cast("timestamp"),
        )
        .to_pyarrow()
        .to_pylist()
    )
    if not rows:
        return [], asof.date()
    rows.sort(key=lambda r: (r["object"], r["local"], ACTIVITIES.index(r["activity"]), r["value"]))
    found = [_told(list(mine)) for _, mine in groupby(rows, key=lambda r: r["object"])]
    # The keys of objects are drawn anew at each read, so they may not decide the order.
    found.sort(key=lambda one: (one.due or date.max, one.checkins, one.moved, str(one.ended)))
    return found, rows[0]["until"].date()


def _told(rows: list[dict[str, Any]]) -> Agreed:
    dues = [as_date(r["value"]) for r in _of(rows, *_TERMS) if r["told"]]
    started, progressed = _of(rows, "expectation.started"), _of(rows, "expectation.progressed")
    remains = [r for r in progressed if r["told"]]
    size = [r for r in started[:1] if r["told"]]
    last_end = max(_of(rows, *_ENDS), key=lambda r: r["local"], default=None)
    again = last_end and any(r["local"] > last_end["local"] for r in rows)  # taken up again after all
    ended = (last_end["activity"].split(".")[1], last_end["local"].date()) if last_end and not again else None
    return Agreed(
        due=dues[-1] if dues else None,
        moved=sum(a != b for a, b in pairwise(dues)),
        checkins=tuple((r["local"].date(), float(r["value"])) for r in (*size, *remains)),
        told=len({r["local"] for r in remains}),
        ended=ended,
        hands=frozenset(r["actor"] for r in (*started, *progressed) if r["actor"]),
    )


def _of(rows: Iterable[dict[str, Any]], *activities: str) -> list[dict[str, Any]]:
    return [r for r in rows if r["activity"] in activities]
