"""Where does the leader lead from: the front, or behind?

A place on a map. Across: how much freedom was agreed, whether what was given fits what was wanted, and how far
work in others' hands was left alone. Up: whether expectations were set, agreed and kept alive, and
barriers answered and cleared. With the path of the last months, and an outline of how well it is known.
A little of both is a fine place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import hypot
from typing import Any

import ibis.expr.types as ir

from followspot.language import all_of, say, together
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods.position import ACROSS, UP, Place, Seen, ellipse, place
from followspot.measures._methods.work import WEEK, Act, Work, acts, dangers, works
from followspot.measures._methods.workdays import as_date

QUESTION = say("Where does the leader lead from: the front, or behind?")
WINDOW, STEP, POINTS = 60.0, 30.0, 7  # days read for a point, days between points, points of the path
YES_WITHIN, ANSWER_WITHIN = 14.0, 7.0  # days
FEWEST_KINDS, FEWEST_THINGS = 2, 5  # of evidence, and of things behind it, on each axis
_ROOM = 0.09  # of the side, between two months written on the map
_MONTHS_IN_IT = 2.0  # how much "was anything set" weighs: a month counts as one thing
KINDS: dict[str, str] = {
    say("Freedom agreed"): ACROSS,
    say("Freedom given fits freedom wanted"): ACROSS,
    say("Work left alone"): ACROSS,
    say("Expectations set"): UP,
    say("Expectations agreed"): UP,
    say("Expectations kept alive"): UP,
    say("Barriers answered"): UP,
    say("Promises kept"): UP,
}
_CORNERS = {
    (False, True): say("from the front"),
    (True, True): say("from behind"),
    (False, False): say("hovering"),
    (True, False): say("just getting out of the way"),
}
_CAVEATS = (
    say(
        "Each kind of evidence weighs the same. Another weighing would give another place: read the path, not the point."
    ),
    say("It can’t see a word in the corridor, nor who wanted to be left alone and who didn’t."),
    say("A little of both is a fine place."),
)


@dataclass(frozen=True, slots=True)
class _Point:
    """The place at the end of one window. until : local days."""

    until: float
    seen: Mapping[str, Seen]
    across: Place
    up: Place


def compute(events: ir.Table, *, asof: datetime, level: float = 0.9) -> Reading:
    """Read the place at `asof`, and those of the six months before it.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    asof
        The moment of looking. Each point reads the sixty days up to it.
    level
        Of the intervals on both axes, and of the outline.

    Returns
    -------
    Reading
        No estimate of its own: a place is two numbers. The table has both, from 0 to 1, with their intervals, by
        month. Parts: each kind of evidence, and which way it moved the place in three months.
    """
    known, until = acts(events, asof=asof)
    held = works(known)
    points = [p for k in reversed(range(POINTS)) if (p := _point(known, held, until - STEP * k, level))]
    if not points or points[-1].until != until:
        return cant_tell(
            QUESTION,
            say(
                "Can't tell: too little has happened here in the last sixty days. Two kinds of evidence with five things each way would be enough: expectations agreed with a freedom, and barriers answered."
            ),
            n=len(known),
        )
    now, then = points[-1], next((p for p in points if p.until == until - 3 * STEP), None)
    sentence = _said(now, then)
    return Reading(
        QUESTION,
        Verdict.SEEN,
        sentence,
        level=level,
        unit=say("place from 0 to 1"),
        n=round(now.across.n + now.up.n),
        sample=say("the sixty days up to {day:%-d %B %Y}", day=as_date(until)),
        caveats=_CAVEATS,
        chart=_chart(points, sentence, level),
        table=tuple(_row(p) for p in points),
        parts=tuple(_part(kind, now, then) for kind in KINDS if now.seen[kind].n),
    )


def _point(known: Sequence[Act], held: Sequence[Work], until: float, level: float) -> _Point | None:
    seen = _freedom(known, held, until) | _held_up(held, until) | _barriers(known, until)
    sides = [
        place({kind: s for kind, s in seen.items() if KINDS[kind] == axis}, level=level)
        for axis in (ACROSS, UP)
    ]
    across, up = sides
    if across is None or up is None:
        return None
    if any(p.kinds < FEWEST_KINDS or p.n < FEWEST_THINGS for p in (across, up)):
        return None
    return _Point(until, seen, across, up)


def _freedom(known: Sequence[Act], held: Sequence[Work], until: float) -> dict[str, Seen]:
    """The three kinds of evidence across, each expectation counting once."""
    since = until - WINDOW
    mine = [w for w in held if not w.led and w.open_days(since, until) >= WEEK]
    ends = [min(until, w.ended) if w.ended else until for w in mine]
    levels = [level for w, end in zip(mine, ends, strict=True) if (level := w.level(end))]
    agreed = sum(since <= day < until for w in held for day, _ in w.levels)
    differed = sum(since <= day < until for w in held for day in w.differed)
    front = dangers(known)
    touched = [
        a for a in known if a.unasked and since <= a.at < until and not any(b <= a.at < e for b, e in front)
    ]
    return {
        "Freedom agreed": Seen(sum((level - 1) / 6 for level in levels), len(levels)),
        "Freedom given fits freedom wanted": Seen(agreed, agreed + differed),
        "Work left alone": Seen(
            sum(_quiet(w, [a.at for a in touched if a.object == w.key], since, until) for w in mine),
            len(mine),
        ),
    }


def _quiet(work: Work, touched: Sequence[float], since: float, until: float) -> float:
    """Return the share of an expectation's weeks in which nobody came unasked."""
    weeks = max(1.0, work.open_days(since, until) / WEEK)
    return max(0.0, 1 - len({int((until - at) // WEEK) for at in touched}) / weeks)


def _held_up(held: Sequence[Work], until: float) -> dict[str, Seen]:
    """What was set, agreed, and kept alive; the leader's own work is set as well."""
    since = until - WINDOW
    weeks = [(until - WEEK * (k + 1), until - WEEK * k) for k in range(int(WINDOW / WEEK))]
    set_ = sum(any(w.open_days(a, b) for w in held) for a, b in weeks) / len(weeks)
    asked = [w for w in held if w.proposed and since <= w.proposed + YES_WITHIN < until]
    yes = sum(w.agreed is not None and w.agreed <= (w.proposed or 0) + YES_WITHIN for w in asked)
    running = [w for w in held if w.open_days(since, until) >= 2 * WEEK]
    return {
        "Expectations set": Seen(set_ * _MONTHS_IN_IT, _MONTHS_IN_IT),
        "Expectations agreed": Seen(yes, len(asked)),
        "Expectations kept alive": Seen(sum(_alive(w, weeks) for w in running), len(running)),
    }


def _alive(work: Work, weeks: Sequence[tuple[float, float]]) -> float:
    """Return the share of an expectation's weeks with anything happening on it then or the week before."""
    mine = [(a, b) for a, b in weeks if work.open_days(a, b) >= WEEK / 2]
    return sum(any(a - WEEK <= at < b for at in work.acts) for a, b in mine) / len(mine) if mine else 0.0


def _barriers(known: Sequence[Act], until: float) -> dict[str, Seen]:
    """Whether barriers got a promise or went within a week, and whether first promises were kept."""
    since = until - WINDOW
    raised: dict[int, float] = {}
    answered: dict[int, float] = {}
    promised: dict[int, float] = {}
    cleared: dict[int, float] = {}
    for act in known:
        if act.activity == "barrier.raised":
            raised.setdefault(act.object, act.at)
        if act.activity in ("barrier.taken", "barrier.promised", "barrier.cleared", "barrier.confirmed"):
            answered.setdefault(act.object, act.at)
        if act.activity in ("barrier.taken", "barrier.promised") and act.told:
            promised.setdefault(act.object, act.value)
        if act.activity in ("barrier.cleared", "barrier.confirmed") and act.at < until:
            cleared.setdefault(act.object, act.at)
        if act.activity == "barrier.reopened" and act.at < until:
            cleared.pop(act.object, None)
    asked = [(key, at) for key, at in raised.items() if since <= at + ANSWER_WITHIN < until]
    due = [(key, day) for key, day in promised.items() if since <= day + 1 < until]
    never = float("inf")
    return {
        "Barriers answered": Seen(
            sum(answered.get(key, never) <= at + ANSWER_WITHIN for key, at in asked), len(asked)
        ),
        "Promises kept": Seen(sum(cleared.get(key, never) < day + 1 for key, day in due), len(due)),
    }


def _corners(point: _Point) -> list[str]:
    """Return the corners that the intervals allow."""
    return [
        name
        for (right, above), name in _CORNERS.items()
        if (point.across.high > 0.5 if right else point.across.low < 0.5)
        and (point.up.high > 0.5 if above else point.up.low < 0.5)
    ]


def _said(now: _Point, then: _Point | None) -> str:
    corners = _corners(now)
    if len(corners) == 1:
        where = say("{corner:capital}.", corner=corners[0])
    elif len(corners) == 2:
        where = say("Between {corner} and {other}.", corner=corners[0], other=corners[1])
    else:
        where = say("In the middle, as far as can be told.")
    return together([where, _moved(now, then)])


def _moved(now: _Point, then: _Point | None) -> str:
    """Say which way it went in three months, where that is more than what isn't known."""
    if then is None:
        return ""
    ways = [
        (
            now.across,
            then.across,
            say("to the right, towards more freedom"),
            say("to the left, towards less freedom"),
        ),
        (now.up, then.up, say("up, towards expectations held"), say("down, away from expectations held")),
    ]
    told = [more if a.at > b.at else less for a, b, more, less in ways if _apart(a, b)]
    if not told:
        return say("No clear move in three months.")
    return say("In three months it went {ways}.", ways=all_of(told))


def _apart(now: Place, then: Place) -> bool:
    half = (
        (now.high - now.at, then.at - then.low)
        if now.at > then.at
        else (now.at - now.low, then.high - then.at)
    )
    return hypot(*half) < abs(now.at - then.at)


def _part(kind: str, now: _Point, then: _Point | None) -> Reading:
    """One kind of evidence: where it stands, and which way it moved the place."""
    seen, axis = now.seen[kind], KINDS[kind]
    mine = place({kind: seen})
    before = then.seen[kind] if then and then.seen[kind].n else None
    sentence = say("{share:.0%} of {n:.0f}.", share=seen.hits / seen.n, n=seen.n)
    pulled = ""
    if before is not None:
        step = seen.mean - before.mean
        way = {ACROSS: (say("right"), say("left")), UP: (say("up"), say("down"))}[axis][step < 0]
        pulled = say("As it was three months ago.")
        if abs(step) >= 0.05:
            pulled = say("It pulled {way} in three months.", way=way)
    return Reading(
        kind, Verdict.SEEN, together([sentence, pulled]), mine.at if mine else None, mine.low if mine else None,
        mine.high if mine else None, unit=axis, n=round(seen.n),
    )  # fmt: skip


def _row(point: _Point) -> dict[str, Any]:
    a, u = point.across, point.up
    return {
        "month": f"{as_date(point.until):%Y-%m-%d}",
        "across": a.at, "across, low": a.low, "across, high": a.high,
        "up": u.at, "up, low": u.low, "up, high": u.high,
    }  # fmt: skip


def _chart(points: Sequence[_Point], sentence: str, level: float) -> dict[str, Any]:
    """Draw the path with its months, the point of now and its outline, between four named corners."""
    rows = [
        {"x": p.across.at, "y": p.up.at, "n": n, "month": say("{day:%b}", day=as_date(p.until))}
        for n, p in enumerate(points)
    ]
    blob = [
        {"x": x, "y": y, "n": n}
        for n, (x, y) in enumerate(ellipse(points[-1].across, points[-1].up, level=level))
    ]
    x = {"field": "x", "type": "quantitative", "title": say("right: freedom given"), "scale": {"domain": [0, 1]}, "axis": {"labels": False, "values": [0.5], "grid": True}}  # fmt: skip
    y = {"field": "y", "type": "quantitative", "title": say("up: expectations held"), "scale": {"domain": [0, 1]}, "axis": {"labels": False, "values": [0.5], "grid": True}}  # fmt: skip
    order = {"field": "n", "type": "quantitative"}
    now = rows[-1]
    label = {"type": "text", "style": "note"}
    path = say(
        "Path over {n} months, {first} to {last}.", n=len(points), first=rows[0]["month"], last=now["month"]
    )
    return {
        "description": together([sentence, path]),
        "height": 420,
        "layer": [
            *(_corner(name, right=right, above=above, x=x, y=y) for (right, above), name in _CORNERS.items()),
            {
                "data": {"values": blob},
                "mark": {"type": "line", "interpolate": "linear-closed", "fill": "var(--chart-band)", "color": "var(--chart-warm)", "strokeWidth": 1, "strokeDash": [3, 3], "clip": True},
                "encoding": {"x": x, "y": y, "order": order},
            },
            {
                "data": {"values": rows},
                "mark": {"type": "line", "color": "var(--chart-cool)"},
                "encoding": {"x": x, "y": y, "order": order},
            },
            {
                "data": {"values": rows[:-1]},
                "mark": {"type": "point", "filled": True, "size": 44, "color": "var(--chart-cool)"},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": _labelled(rows)},
                "mark": {**label, "dy": -12},
                "encoding": {"x": x, "y": y, "text": {"field": "month"}},
            },
            {
                "data": {"values": [now]},
                "mark": {"type": "point", "filled": True, "size": 150, "color": "var(--chart-warm)"},
                "encoding": {"x": x, "y": y},
            },
            {
                "data": {"values": [now]},
                "mark": {**label, "dy": 22, "fontWeight": 600},
                "encoding": {"x": x, "y": y, "text": {"field": "month"}},
            },
        ],
    }  # fmt: skip


def _labelled(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the earlier points whose month has room beside those already written."""
    written = [rows[-1]]
    for row in rows[:-1]:
        if all(hypot(row["x"] - w["x"], row["y"] - w["y"]) > _ROOM for w in written):
            written.append(row)
    return written[1:]


def _corner(name: str, *, right: bool, above: bool, x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    behind = right and above
    return {
        "data": {"values": [{"x": 0.985 if right else 0.015, "y": 0.97 if above else 0.03, "name": name}]},
        "mark": {
            "type": "text",
            "fontStyle": "italic",
            "align": "right" if right else "left",
            "color": "var(--chart-warm)" if behind else "var(--chart-text)",
        },
        "encoding": {"x": x, "y": y, "text": {"field": "name"}},
    }


measure = Measure(
    slug="map",
    title=say("Front and behind"),
    question=QUESTION,
    needs=frozenset({"expectation.agreed", "expectation.freedom_agreed", "barrier.raised"}),
    compute=compute,
    upto="now",
)
