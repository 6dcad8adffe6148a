"""From the masked log to the lives of barriers: when each was raised, when it was gone, what was promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import ibis

from followspot.measures._methods.workdays import SECONDS

if TYPE_CHECKING:
    import ibis.expr.types as ir

# In the order in which they come about where two carry the same instant.
ACTIVITIES = (
    "barrier.raised",
    "barrier.passed_up",
    "barrier.taken",
    "barrier.promised",
    "barrier.cleared",
    "barrier.reopened",
    "barrier.confirmed",
    "barrier.stepped_back",
    "barrier.withdrawn",
)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the team's own clock, without a zone


@dataclass(frozen=True, slots=True)
class Life:
    """One barrier, in local days since 1970-01-01.

    ended : when it was cleared for good, withdrawn, or last seen standing. promise : the first day
    that was promised, None where none was.
    """

    raised: float
    ended: float
    cleared: bool
    withdrawn: bool
    promise: float | None


def lives(events: ir.Table, *, asof: datetime) -> tuple[list[Life], float]:
    """Return the lives of all barriers raised before `asof`, in order of time, and `asof` on the team's clock.

    events : the masked table; its engine's time zone is the team's clock. A barrier dies of its
    last clearing if that was not followed by "still there"; then its clock goes on from the day it was
    raised, as it does when it is passed up. One that the raiser withdrew is seen up to then. A
    barrier whose raising isn't in the log is left out: nobody knows how long it had stood.
    """
    seen = events.filter(events.activity.isin(ACTIVITIES), events.at < asof)
    rows = (
        seen.select(
            "object",
            "activity",
            "value",
            "told",
            local=seen.at.cast("timestamp"),
            until=ibis.literal(asof).cast("timestamp"),
        )
        .to_pyarrow()
        .to_pylist()
    )
    if not rows:
        return [], 0.0
    until = local_days(rows[0]["until"])
    rows.sort(key=lambda r: (r["object"], r["local"], ACTIVITIES.index(r["activity"]), r["value"]))
    told = (_life(mine, until) for _, mine in groupby(rows, key=lambda r: r["object"]))
    found = sorted((life for life in told if life), key=lambda life: (life.raised, life.ended))
    return found, until


def local_days(moment: datetime) -> float:
    """Return a moment of the team's clock in days since 1970-01-01."""
    return (moment - _EPOCH).total_seconds() / SECONDS


def _life(rows: Iterable[dict[str, Any]], until: float) -> Life | None:
    """Tell one barrier's life from its events in order of time."""
    raised = promise = cleared = withdrawn = None
    for row in rows:
        at = local_days(row["local"])
        match row["activity"]:
            case "barrier.raised":
                raised = at if raised is None else raised
            case "barrier.taken" | "barrier.promised":
                promise = row["value"] if promise is None and row["told"] else promise
            case "barrier.cleared":
                cleared = at
            case "barrier.confirmed":  # the raiser says that it is gone, whoever said so before
                cleared = at if cleared is None else cleared
            case "barrier.reopened":
                cleared = withdrawn = None
            case "barrier.withdrawn":
                withdrawn = at if cleared is None else None
    if raised is None:
        return None
    ended = next(moment for moment in (cleared, withdrawn, until) if moment is not None)
    return Life(raised, max(raised, ended), cleared is not None, withdrawn is not None, promise)
