"""The map as it is drawn: a path over the months between four corners, and an outline of how well it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from math import log, sqrt
from typing import Any

from scipy.special import ndtri

from followspot.language import in_a_row, say, together
from followspot.measures import Reading

_FIRST, _LAST = 8.0, 92.0  # percent; nothing is drawn nearer to the edge
_WIDE, _HIGH = 22.0, 9.0  # percent that a month's name takes, on a phone too
_ABOVE, _BELOW = -14, 24  # pixels from a place to the name of its month


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the drawing, in percent from its left and its top. month : written dy pixels below it, or ""."""

    x: float
    y: float
    month: str
    dy: int


@dataclass(frozen=True, slots=True)
class Line:
    """From one month to the next."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Leg:
    """Where somebody says that the leader leads from, from 0 to 1. whose : "team" or "leader"; low, high : of the team's."""

    whose: str
    across: float
    up: float
    across_half: float = 0.0
    up_half: float = 0.0
    level: float = 0.9


@dataclass(frozen=True, slots=True)
class Said:
    """A leg as it is drawn, in percent, with half the axes of its outline."""

    whose: str
    x: float
    y: float
    rx: float
    ry: float


@dataclass(frozen=True, slots=True)
class Map:
    """The marks of the map, in percent. rx, ry : half the axes of the outline around `now`; said : the other legs."""

    past: tuple[Spot, ...]
    lines: tuple[Line, ...]
    now: Spot
    rx: float
    ry: float
    title: str
    description: str
    said: tuple[Said, ...] = ()


def of(reading: Reading, legs: Sequence[Leg] = ()) -> Map | None:
    """Return the drawing of a reading of the map; None where it has no place. legs : what people say, beside it."""
    rows = reading.table
    if not rows:
        return None
    spots = [(_along(row["across"]), _along(1 - row["up"])) for row in rows]
    months = [say("{day:%B}", day=date.fromisoformat(row["month"])) for row in rows]
    *past, now = _written(spots, months)
    last = rows[-1]
    further = _further(reading.level)
    title = say("Your path on the map")
    if len(rows) > 1:
        title = say("Your path on the map, {first} to {last}", first=months[0], last=months[-1])
    return Map(
        tuple(past),
        tuple(Line(*a, *b) for a, b in pairwise(spots)),
        now,
        _reach(last, "across") * further,
        _reach(last, "up") * further,
        title,
        together([reading.sentence, _path(rows, months), *map(_in_words, legs)]),
        tuple(_said(leg) for leg in legs),
    )


def _further(level: float) -> float:
    """Return how much further the outline of both axes at once reaches than each axis' own interval."""
    return sqrt(-2 * log(1 - level)) / float(ndtri(0.5 + level / 2))


def _said(leg: Leg) -> Said:
    scale = (_LAST - _FIRST) * _further(leg.level)
    return Said(
        leg.whose,
        _along(leg.across),
        _along(1 - leg.up),
        round(leg.across_half * scale, 1),
        round(leg.up_half * scale, 1),
    )


def _in_words(leg: Leg) -> str:
    if leg.whose == "team":
        return say("The team says: {across:.0%} to the right, {up:.0%} up.", across=leg.across, up=leg.up)
    return say("You say: {across:.0%} to the right, {up:.0%} up.", across=leg.across, up=leg.up)


def _along(share: float) -> float:
    return round(_FIRST + (_LAST - _FIRST) * share, 1)


def _reach(row: dict[str, Any], axis: str) -> float:
    """Return half of an axis' interval, the half that the edge did not cut off."""
    at, low, high = row[axis], row[f"{axis}, low"], row[f"{axis}, high"]
    half: float = max(at - low, high - at)
    return round((_LAST - _FIRST) * half, 1)


def _written(spots: Sequence[tuple[float, float]], months: Sequence[str]) -> list[Spot]:
    """Return the places with their months away from the path, left out where one already written is in the way."""
    (now_x, now_y), before = spots[-1], spots[-2] if len(spots) > 1 else (0.0, 0.0)
    now = Spot(now_x, now_y, months[-1], _ABOVE if before[1] > now_y else _BELOW)
    taken, found = [now], []
    for (x, y), month in zip(spots[:-1], months, strict=False):
        spot = Spot(x, y, month, _BELOW if y > now_y else _ABOVE)
        free = all(abs(x - t.x) > _WIDE or abs(_at(spot) - _at(t)) > _HIGH for t in taken)
        found.append(spot if free else replace(spot, month=""))
        if free:
            taken.append(spot)
    return [*found, now]


def _at(spot: Spot) -> float:
    """Return about where a month's name stands, in percent from the top."""
    return spot.y + spot.dy / 4


def _path(rows: Sequence[dict[str, Any]], months: Sequence[str]) -> str:
    """Say the path in words, for those who can't see it."""
    told = [
        say(
            "{month}: {across:.0%} to the right, {up:.0%} up",
            month=month,
            across=row["across"],
            up=row["up"],
        )
        for month, row in zip(months, rows, strict=True)
    ]
    return say("{path}.", path=in_a_row(told))
