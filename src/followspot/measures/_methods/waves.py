"""From the masked log to what was let out of waves: for each item, when, and what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from followspot.disclosure import Released, heard
from followspot.measures._methods import ordinal

NEWEST = 26  # waves of an item that are read


@dataclass(frozen=True, slots=True)
class Wave:
    """What was let out of one wave for one item, and draws of its mean step, shape (DRAWS,)."""

    at: datetime
    released: Released
    draws: NDArray[np.float64]


def waves(events: ir.Table, activity: str, *, asof: datetime) -> dict[str, list[Wave]]:
    """Return by item what was let out of its newest waves before `asof`, the oldest first."""
    told = events.filter(events.activity == activity, events.at < asof)
    rows = told.select("at", "object", "about", "value", "unit").to_pyarrow().to_pylist()
    rows.sort(key=lambda r: (r["at"], r["object"], r["about"], r["unit"]))
    found: dict[str, list[tuple[datetime, Released]]] = {}
    for (at, _, item), some in groupby(rows, key=lambda r: (r["at"], r["object"], r["about"][0])):
        slug = str(item).removeprefix("item:")
        found.setdefault(slug, []).append((at, heard([(r["value"], r["unit"]) for r in some])))
    return {
        slug: [Wave(at, told, ordinal.draws(told)) for at, told in some[-NEWEST:]]
        for slug, some in found.items()
    }


def row(wave: Wave, level: float) -> dict[str, Any]:
    """Write a wave as a row of a table: the mean of the answers, and the band of what lies behind them, in steps."""
    low, high = np.quantile(wave.draws, [(1 - level) / 2, (1 + level) / 2])
    return {
        "wave": f"{wave.at:%Y-%m-%d}",
        "mean": round(min(high, max(low, ordinal.centre(wave.released))), 2),
        "low": round(float(low), 2),
        "high": round(float(high), 2),
        "answers": wave.released.n,
    }
