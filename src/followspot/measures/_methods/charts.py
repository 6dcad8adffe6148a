"""The two drawings that most readings share, as Vega-Lite: ranges on a line, and a figure over time with its band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from followspot.language import say

SHARES = {"scale": {"domain": [0, 1]}, "axis": {"format": "%", "tickCount": 4}}
FROM_NOUGHT = {"scale": {"domainMin": 0, "nice": True}, "axis": {"tickCount": 4}}
VALUE = '" + datum.value + "'  # where a word on an axis holds the figure itself
LEADER = {"style": "leader"}
FRONT = {"color": "var(--chart-warm)"}


def labels(words: Mapping[str, str], otherwise: str) -> str:
    """Return the Vega expression that labels an axis: with the first of the words whose test holds, or `otherwise`."""
    told: str = say('"{word}"', word=otherwise)
    for test, word in reversed(list(words.items())):
        told = say('{test} ? "{word}" : {rest}', test=test, word=word, rest=told)
    return told


def ranges(
    rows: Sequence[dict[str, Any]],
    *,
    name: str,
    dot: str,
    description: str,
    along: dict[str, Any],
    title: str | None = None,
    whose: dict[str, Any] = LEADER,
) -> dict[str, Any]:
    """Draw each row as a dot on its range, from its columns low and high.

    name, dot : the columns of its name and its estimate. along : how the line is scaled.
    """
    y = {"field": name, "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 260}}
    x = {"type": "quantitative", "title": title, **along}
    return {
        "description": description,
        "height": {"step": 44},
        "data": {"values": list(rows)},
        "layer": [
            {
                "mark": {"type": "rule", **whose, "strokeWidth": 4, "strokeCap": "round"},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", **whose, "filled": True, "size": 110},
                "encoding": {"y": y, "x": {**x, "field": dot}},
            },
        ],
    }


def over_time(
    rows: Sequence[dict[str, Any]], *, x: dict[str, Any], dot: str, description: str, percent: bool = False
) -> dict[str, Any]:
    """Draw a figure over time with the band of its columns low and high."""
    axis: dict[str, Any] = {"tickCount": 4, "format": "%"} if percent else {"tickCount": 4}
    y = {"type": "quantitative", "title": None, **FROM_NOUGHT, "axis": axis}
    return {
        "description": description,
        "height": 160,
        "data": {"values": list(rows)},
        "layer": [
            {
                "mark": {"type": "area", "style": "band"},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {"mark": {"type": "line", "style": "expected"}, "encoding": {"x": x, "y": {**y, "field": dot}}},
            {
                "mark": {"type": "point", "filled": True, "size": 30},
                "encoding": {"x": x, "y": {**y, "field": dot}},
            },
        ],
    }
