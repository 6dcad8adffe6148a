"""Every known step-away of `shared/data/leaves`, judged on both clocks: `python -m benchmarks.leaves` writes the page.

The data itself stays where it is; what is written are figures and small drawings, with their sources.
"""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from followspot.evidence import table
from followspot.evidence.event import SCHEMA
from followspot.measures.stepaway import Absence, StepAway, compute

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("FOLLOWSPOT_LEAVES", ROOT.parent / "shared" / "data" / "leaves"))
PAGE = ROOT / "docs" / "figures" / "leaves.md"
DRAWINGS = PAGE.parent / "leaves"
CLOCKS = {"landed": "let in", "written": "written", "total": "with the leader's own"}
_REVIEWS = {
    "reviewed": "review.given",
    "acked": "review.given",
    "approved": "review.given",
    "tested": "change.tested",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One step-away that really happened; `leaders` are ids in the project's file."""

    id: str
    project: str
    leader: str
    leaders: tuple[str, ...]
    absence: Absence
    confounders: str
    source: str
    clock: str


def cases() -> list[Case]:
    """Return the known cases; their last day is the one before the first day back."""
    with (DATA / "cases.csv").open(newline="", encoding="utf-8") as file:
        return [_case(row) for row in csv.DictReader(file)]


def _case(row: dict[str, str]) -> Case:
    back = row["end_date"]
    end = date.fromisoformat(back) - timedelta(days=1) if back else None
    return Case(
        row["case_id"], row["project"], row["leader"], tuple(row["leader_ids"].split(";")),
        Absence(date.fromisoformat(row["start_date"]), end), row["confounders"], row["source"], row["suggested_clock"],
    )  # fmt: skip


@cache
def events(project: str) -> pa.Table:
    """Return a project's commits as events, in the shape that the git connector writes."""
    rows = pq.read_table(DATA / f"{project}.parquet")
    whole = rows.filter(pc.invert(rows["is_merge"]))
    merges = rows.filter(rows["is_merge"])
    parts = [
        _part(whole, "change.written", "author_time", "author", "w"),
        _part(whole, "change.landed", "commit_time", "author", "l"),
        _part(whole, "change.integrated", "commit_time", "committer", "i", to="author"),
        _part(merges, "branch.merged", "commit_time", "committer", "m"),
        pa.Table.from_pylist(list(_reviews(whole)), schema=SCHEMA),
    ]
    return pa.concat_tables(parts)


def _part(rows: pa.Table, activity: str, at: str, actor: str, mark: str, to: str = "") -> pa.Table:
    n = rows.num_rows
    nothing = pa.array([[]] * n, pa.list_(pa.string()))
    addressed = pa.array([[a] for a in rows[to].to_pylist()], pa.list_(pa.string())) if to else nothing
    bots = pc.if_else(
        rows["is_bot"],
        pc.binary_join_element_wise(rows[actor].cast(pa.string()), "[bot]", ""),
        rows[actor].cast(pa.string()),
    )
    sha = rows["commit"].cast(pa.string())
    columns = {
        "at": rows[at].cast(SCHEMA.field("at").type),
        "activity": pa.array([activity] * n),
        "actor": bots if actor == "author" else rows[actor].cast(pa.string()),
        "object": pc.binary_join_element_wise("change", sha, ":"),
        "about": nothing,
        "to": addressed,
        "value": pa.nulls(n, pa.float64()),
        "unit": pa.nulls(n, pa.string()),
        "invited_by": pa.nulls(n, pa.string()),
        "key": pc.binary_join_element_wise(sha, mark, ":"),
    }
    return pa.table(columns).cast(SCHEMA)


def _reviews(rows: pa.Table) -> Iterator[dict[str, Any]]:
    for sha, at, author, reviewers in zip(
        *(rows[c].to_pylist() for c in ("commit", "commit_time", "author", "reviewers")), strict=True
    ):
        for n, pair in enumerate(p for p in (reviewers or "").split(";") if p):
            kind, _, who = pair.partition(":")
            if kind in _REVIEWS:
                yield {
                    "at": at,
                    "activity": _REVIEWS[kind],
                    "actor": who,
                    "object": f"change:{sha}",
                    "about": [],
                    "to": [author],
                    "key": f"{sha}:r{n}",
                }


def judged(case: Case) -> dict[str, StepAway]:
    """Judge one case on every flow, all of its leaders being one person to the measure."""
    log = table.from_batches(table.connect(), events(case.project).to_batches())
    claims = dict.fromkeys(case.leaders, "the leader")
    who = table.Who(leads=(table.Spell("the leader"),), claims=claims)
    return compute(table.masked(log, who), absences=[case.absence])


def drawing(result: StepAway) -> str:
    """Return the weeks around a case as a small drawing: the band, the work, the absence."""
    shown = [w for w in result.weeks if _near(w.start, result)] or list(result.weeks[:1])
    if not shown:
        return ""
    top = max(max(w.high for w in shown), max(w.finished for w in shown), 1.0)
    wide, high = 320, 72

    def x(i: float) -> float:
        return round(i * wide / max(1, len(shown) - 1), 1)

    def y(v: float) -> float:
        return round(high - v / top * (high - 4), 1)

    band = " ".join(f"{x(i)},{y(w.high)}" for i, w in enumerate(shown))
    back = " ".join(f"{x(i)},{y(w.low)}" for i, w in reversed(list(enumerate(shown))))
    line = " ".join(f"{x(i)},{y(w.finished)}" for i, w in enumerate(shown))
    away = [i for i, w in enumerate(shown) if w.state == "away"]
    shade = (
        f'<rect x="{x(min(away) - 0.5)}" y="0" width="{x(max(away) - min(away) + 1)}" height="{high}" fill="#0f6c89" fill-opacity="0.16"/>'
        if away
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">{shade}'
        f'<polygon points="{band} {back}" fill="#eb9d22" fill-opacity="0.28"/>'
        f'<polyline points="{line}" fill="none" stroke="#767f9c" stroke-width="1.5"/></svg>\n'
    )


def _near(week: date, result: StepAway) -> bool:
    away = [w.start for w in result.weeks if w.state == "away"]
    return bool(away) and min(away) - timedelta(weeks=20) <= week <= max(away) + timedelta(weeks=20)


def _cell(result: StepAway | None) -> str:
    if result is None:
        return "–"
    word = {"held": "held", "dropped": "**dropped**", "rose": "rose", "cant_tell": "can't tell"}[
        result.verdict.value
    ]
    if result.finished is None:
        return word
    return f"{word}<br>{result.ratio:.2f} ({result.low:.2f} to {result.high:.2f})"


def _days(absence: Absence) -> str:
    return f"{absence.start} to {absence.end}" if absence.end else f"from {absence.start}, for good"


def page(found: list[tuple[Case, dict[str, StepAway]]]) -> str:
    """Return the page: a row for each case, one verdict for each clock, the reasons below."""
    told = sum(1 for _, flows in found if flows["landed"].verdict.value != "cant_tell")
    lines = [
        "# Thirty-one true step-aways", "",
        "Made by `python -m benchmarks.leaves` from public histories of changes. Ratios are finished over expected, with "
        "their 90 % interval; the margin is 20 %. *Let in* counts others' changes on the day they entered the history, "
        "*written* on the day they were written, the last column everything that was let in, the leader's own too. The "
        "drawing shows what others had let in each week; the band is where 9 weeks in 10 were expected, the shade the absence.",
        "", f"{told} of {len(found)} get an answer on what was let in; the others say why not. Many had to be taken from the "
        "silence in a history: somebody chosen because they were silent may have been silent in a quiet season.",
        "", "| case | away | let in | written | with the leader's own | weeks |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for case, flows in found:
        cells = " | ".join(_cell(flows.get(clock)) for clock in CLOCKS)
        lines.append(
            f"| {case.id}<br>{case.leader} | {_days(case.absence)} | {cells} | ![]({DRAWINGS.name}/{case.id}.svg) |"
        )
    lines += ["", "## Why not, and what to be careful about", ""]
    for case, flows in found:
        reasons = " ".join(r.sentence for r in flows["landed"].reasons)
        lines.append(
            f"- **{case.id}**: {reasons + ' ' if reasons else ''}{case.confounders[:1].upper()}{case.confounders[1:]}. Known from: {_linked(case.source)}"
        )
    return "\n".join(lines) + "\n"


def _linked(source: str) -> str:
    return "; ".join(
        f"<{part.strip()}>" if part.strip().startswith("http") and " " not in part.strip() else part.strip()
        for part in source.split(";")
    )


def main() -> None:
    """Judge every case and write the page with its drawings."""
    found = [(case, judged(case)) for case in cases()]
    DRAWINGS.mkdir(parents=True, exist_ok=True)
    for case, flows in found:
        (DRAWINGS / f"{case.id}.svg").write_text(drawing(flows["landed"]))
    PAGE.write_text(page(found))


if __name__ == "__main__":
    main()
