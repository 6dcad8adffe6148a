"""What a run measured, as rows: kept as data, and drawn and tabled from that alone."""

from __future__ import annotations

import html
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

KEPT = Path(__file__).resolve().parent.parent / "build" / "bench" / "rows"
_WIDE, _FROM, _TO = 720, 180, 560  # of a drawing, and where its bars begin and end
_BAR, _GAP = 18, 4


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. most : the budget, in the same unit; peer : the same work by what it is measured against, in the same run."""

    what: str
    unit: str
    ours: float
    most: float | None = None
    against: str = ""
    peer: float | None = None

    @property
    def over(self) -> bool:
        """Say whether it is over its budget."""
        return self.most is not None and self.ours > self.most


def keep(run: str, rows: list[Row]) -> int:
    """Keep what a run measured; return how many figures are over their budgets."""
    KEPT.mkdir(parents=True, exist_ok=True)
    told = {"at": datetime.now(UTC).isoformat(timespec="minutes"), "rows": [asdict(row) for row in rows]}
    (KEPT / f"{run}.json").write_text(json.dumps(told, indent=1) + "\n")
    return sum(row.over for row in rows)


def kept(run: str) -> tuple[datetime, list[Row]] | None:
    """Return when a run was last made and what it measured."""
    there = KEPT / f"{run}.json"
    if not there.exists():
        return None
    told = json.loads(there.read_text())
    return datetime.fromisoformat(told["at"]), [Row(**row) for row in told["rows"]]


def table(rows: list[Row]) -> str:
    """Return the rows as a table."""
    lines = "".join(
        f'<tr><td>{html.escape(row.what)}</td><td class="n">{_said(row.ours, row.unit)}</td>'
        f'<td class="n">{_said(row.peer, row.unit)}</td><td>{html.escape(row.against)}</td>'
        f'<td class="n">{_times(row)}</td><td class="n">{_said(row.most, row.unit)}</td><td>{_kept(row)}</td></tr>'
        for row in rows
    )
    head = "".join(
        f"<th>{word}</th>" for word in ("", "ours", "peer", "which", "ours to peer", "at most", "")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def drawing(row: Row) -> str:
    """Return a row as a picture: a bar for us, one for the peer, and a line for the budget. Each has a scale of its own."""
    bars = [("Followspot", row.ours, "over" if row.over else "ours")]
    if row.peer is not None:
        bars.append((row.against, row.peer, "peer"))
    most = max(value for value in (row.ours, row.peer, row.most) if value is not None) or 1
    tall = 24 + len(bars) * (_BAR + _GAP) + 22

    def across(value: float) -> float:
        return _FROM + value / most * (_TO - _FROM)

    shapes, words = [], [f'<text class="what" x="0" y="14">{html.escape(row.what)}</text>']
    for n, (name, value, look) in enumerate(bars):
        top = 24 + n * (_BAR + _GAP)
        end, middle = across(value), top + _BAR - 5
        ratio = f" · {_times(row)}" if n == 0 and row.peer else ""
        width = max(1, end - _FROM)
        shapes.append(
            f'<rect class="{look}" x="{_FROM}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="2"/>'
        )
        words += [
            f'<text class="name" x="{_FROM - 8}" y="{middle}" text-anchor="end">{html.escape(name)}</text>',
            f'<text x="{end + 8:.1f}" y="{middle}">{_said(value, row.unit)}{ratio}</text>',
        ]
    if row.most is not None:
        at, end = across(row.most), tall - 20
        shapes.append(f'<line class="budget" x1="{at:.1f}" x2="{at:.1f}" y1="20" y2="{end}"/>')
        budget = f"at most {_said(row.most, row.unit)}"
        words.append(f'<text class="budget" x="{at:.1f}" y="{end + 14}" text-anchor="middle">{budget}</text>')
    label = html.escape(f"{row.what}: {_in_words(row)}")
    return f'<svg viewBox="0 0 {_WIDE} {tall}" role="img" aria-label="{label}">{"".join([*shapes, *words])}</svg>'


def _in_words(row: Row) -> str:
    parts = [_said(row.ours, row.unit)]
    if row.peer is not None:
        parts.append(f"{row.against} {_said(row.peer, row.unit)}")
    if row.most is not None:
        parts.append(f"at most {_said(row.most, row.unit)}, {_kept(row)}")
    return "; ".join(parts)


def _kept(row: Row) -> str:
    return "" if row.most is None else "over" if row.over else "within"


def _times(row: Row) -> str:
    if not row.peer:
        return ""
    ratio = row.ours / row.peer
    return f"{ratio:.2f} times" if ratio >= 0.1 else f"{ratio:.2g} times"


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()
