"""How answers look in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from followspot.brief.report import Report
    from followspot.evidence.connectors import Tell
    from followspot.measures import Reading

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
_TONE = {"held": "bold black on yellow", "dropped": "bold reverse", "unsure": "bold"}
_BLOCKS = "▁▂▃▄▅▆▇█"


class _Rate(TextColumn):
    def render(self, task: Any) -> Text:
        return Text(f"{task.finished_speed or task.speed or 0:,.0f}/s")


def _bar(what: str) -> Progress:
    return Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(""),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


@contextmanager
def telling(what: str) -> Iterator[Tell]:
    """Show progress with rate and time left on the terminal, and nothing in a pipe."""
    if not err.is_terminal:
        from followspot.evidence.connectors import silent

        yield silent  # a connector that is told so counts nothing in advance
        return
    with _bar(what) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def progress[T](things: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Pass things through, showing how far they are."""
    with _bar(what) as bar:
        yield from bar.track(things, total=total)


def show_report(report: Report, *, written: list[Path]) -> None:
    """Print a step-away report."""
    out.print()
    out.print(Text(f"{report.team} without {report.leader}, {_when(report)}", style="italic"))
    out.print(
        Text.assemble((report.who, "bold"), f" {report.middle} ", (report.fallen, "bold underline"), ".")
    )
    out.print()
    out.print(Text.assemble((f" {report.badge.word} ", _TONE[report.badge.tone]), " ", report.said))
    for reason in report.result.reasons[1:]:
        out.print(f"  {reason.sentence}")
    if report.odds and not report.result.reasons:
        out.print(report.odds)
    if report.result.smallest_drop:
        out.print(
            f"A drop of {report.result.smallest_drop:.0%} or more would have been seen 4 times in 5.",
            style="dim",
        )
    if report.enough:
        out.print(report.enough, style="dim")
    _weeks(report)
    _rows(report)
    if report.net:
        out.print(report.net)
    for caveat in [c.sentence for c in report.result.caveats] + [report.what_else, report.declared]:
        if caveat:
            out.print(f"· {caveat}", style="dim")
    out.print("That is what was seen, and when. It doesn't say why.", style="dim")
    for path in written:
        out.print(f"Written: {path}")


def _when(report: Report) -> str:
    from followspot.ui.templatetags.ui import stretch

    return "; ".join(stretch(a.start, a.end) for a in report.absences)


def _weeks(report: Report) -> None:
    """Draw the weeks as a row of blocks, the absence underlined."""
    first, last = report.absences[0], report.absences[-1]
    since = first.start - timedelta(weeks=20)
    until = (last.end or last.start + timedelta(weeks=13)) + timedelta(weeks=12)
    weeks = [w for w in report.result.weeks if since <= w.start <= until]
    top = max((w.finished for w in weeks), default=0)
    if not top:
        return
    line = Text("  ")
    for week in weeks:
        block = _BLOCKS[min(7, int(week.finished / top * 7.999))]
        line.append(
            block,
            style="cyan underline" if week.state == "away" else "dim" if week.state == "left out" else "",
        )
    out.print()
    out.print(line)
    out.print(
        "  Each block a week of finished work; underlined: the leader away; dim: run-up and return.",
        style="dim",
    )


def _rows(report: Report) -> None:
    if not report.rows:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, side in (
        ("Flow", "left"),
        ("Away", "right"),
        ("Expected", "right"),
        ("Change, with its range", "left"),
        ("Verdict", "left"),
    ):
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    for row in report.rows:
        table.add_row(
            row.title,
            row.observed,
            row.expected,
            row.change,
            Text(row.badge.word, style=_TONE[row.badge.tone]),
        )
    out.print()
    out.print(Padding(table, (0, 0, 1, 0)))


def show_reading(reading: Reading, *, title: str) -> None:
    """Print one reading with its parts."""
    out.print()
    out.print(Text(title, style="bold"))
    out.print(reading.sentence)
    for part in reading.parts:
        if part.sentence != reading.sentence:
            out.print(f"· {part.sentence}")
            for row in part.table[:6]:
                out.print("    " + ": ".join(str(v) for v in row.values()), style="dim")
            if len(part.table) > 6:
                out.print(f"    and {len(part.table) - 6} more", style="dim")
    for caveat in reading.caveats:
        out.print(f"· {caveat}", style="dim")
