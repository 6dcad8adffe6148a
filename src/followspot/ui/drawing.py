"""Vega-Lite specifications drawn on the server: inline SVG that follows the theme, or plain for print."""

import functools
import html
import json
import re
from pathlib import Path
from typing import Any

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
def _draw(spec: str) -> str:
    import vl_convert  # 84 MB that only pages with a drawing need

    return vl_convert.vegalite_to_svg(spec)


def svg(chart: dict[str, Any], *, width: int = _WIDE) -> str:
    """Return a chart as inline SVG of a width in pixels, coloured by CSS variables."""
    spec = {"config": _theme(), **chart, "width": width}
    drawn = re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", _draw(json.dumps(spec, sort_keys=True, default=str)))
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
