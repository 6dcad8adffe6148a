"""Vega-Lite specifications drawn on the server: inline SVG that follows the theme, or plain for print."""

import functools
import html
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from followspot.language import ENGLISH, LANGUAGES, in_words, spoken, translated

_CHARTS = Path(__file__).parent / "charts"
_WIDE, _NARROW = 1140, 282


@functools.cache
def _theme() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((_CHARTS / "vega-theme.json").read_text())
    return loaded


@functools.cache
def _colours(ground: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((_CHARTS / "chart-colours.json").read_text())[ground]
    return loaded


@functools.lru_cache(maxsize=256)
def _draw(spec: str, code: str) -> str:
    """Draw a specification with numbers and days as a language writes them."""
    import vl_convert  # 84 MB that only pages with a drawing need

    if code == ENGLISH:
        return vl_convert.vegalite_to_svg(spec)
    return vl_convert.vegalite_to_svg(spec, format_locale=_numbers(code), time_format_locale=_days(code))


def _numbers(code: str) -> dict[str, Any]:
    its = LANGUAGES[code]
    signs = {"decimal": its.point, "thousands": its.thousands, "percent": its.percent}
    return {**signs, "grouping": [3], "currency": ["", ""]}


def _days(code: str) -> dict[str, Any]:
    days = [date(2023, 1, n) for n in range(1, 8)]  # from a Sunday on
    months = [date(2023, n, 1) for n in range(1, 13)]
    return {
        "dateTime": "%x %X",
        "date": "%Y-%m-%d",
        "time": "%H:%M:%S",
        "periods": ["AM", "PM"],
        "days": [translated(code, (f"{day:%A}",)) for day in days],
        "shortDays": [translated(code, (f"{day:%a}",)) for day in days],
        "months": [translated(code, (f"{day:%B}",)) for day in months],
        "shortMonths": [translated(code, (f"{day:%b}",)) for day in months],
    }


def svg(chart: dict[str, Any], *, width: int = _WIDE) -> str:
    """Return a chart as inline SVG of a width in pixels, coloured by CSS variables."""
    spec = {"config": _theme(), **in_words(chart), "width": width}
    told = json.dumps(spec, sort_keys=True, default=str)
    drawn = re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", _draw(told, spoken()))
    label = html.escape(str(chart.get("description", "")))
    # One label for the whole picture; no inline style, so that a strict policy holds.
    drawn = re.sub(r' style="[^"]*"', "", drawn)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def both(chart: dict[str, Any], *, width: int = _WIDE) -> dict[str, str]:
    """Return the two drawings of a chart, of which CSS shows one: scaling one would scale its text.

    width : of the wide one, in pixels, as wide as the column it stands in.
    """
    return {"wide": svg(chart, width=width), "narrow": svg(chart, width=_NARROW)}


def plain(chart: dict[str, Any], *, width: int = _WIDE, ground: str = "light") -> str:
    """Return a chart as SVG with plain colours, for print and mail."""
    drawn = svg(chart, width=width)
    return re.sub(r"var\((--[a-z-]+)\)", lambda found: _colours(ground)[found[1]], drawn)
