"""A table of daily figures: for teams without single things to count, and for samples.

One row a day. An empty cell is a day without data; a zero is a day on which nothing was finished.
Known columns: `date`; `written_by_leader`, `written_by_others`, `landed_by_leader`,
`landed_by_others`, `put_in_by_leader`, `put_in_by_others`, `people_writing`; or, of any trade,
`team`, `leader`, `bots`, `people` (at work). Others are passed over and said.
"""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from followspot.errors import BadInput
from followspot.evidence.connectors import Connector, Finish, Harvest, Tell, silent
from followspot.evidence.event import SCHEMA

EVERYBODY_ELSE, AUTOMATA = "Everybody else", "automata[bot]"
# column -> activity and whose it is; None stands for the leader, whose identity is a setting.
COLUMNS: dict[str, tuple[str, str | None]] = {
    "written_by_leader": ("change.written", None),
    "written_by_others": ("change.written", EVERYBODY_ELSE),
    "landed_by_leader": ("change.landed", None),
    "landed_by_others": ("change.landed", EVERYBODY_ELSE),
    "put_in_by_leader": ("change.integrated", None),
    "put_in_by_others": ("change.integrated", EVERYBODY_ELSE),
    "people_writing": ("people.active", EVERYBODY_ELSE),
    "team": ("item.done", EVERYBODY_ELSE),
    "leader": ("item.done", None),
    "bots": ("item.done", AUTOMATA),
    "people": ("people.at_work", EVERYBODY_ELSE),
}
PER_DAY = "a day"


def read(
    path: str, *, cursor: dict[str, Any] | None = None, tell: Tell = silent, leader: str = "The leader"
) -> Harvest:
    """Read a table of days; later runs stand in place of earlier ones, since a day's figure may be mended.

    Raises BadInput naming file, row and column.
    """
    file = Path(path)
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: can't be read ({error}).") from None
    reader = csv.DictReader(lines, restval="")
    columns = [c for c in reader.fieldnames or () if c in COLUMNS]
    if "date" not in (reader.fieldnames or ()) or not columns:
        raise BadInput(f"{path}: needs a column date and one or more of {', '.join(COLUMNS)}.")
    batch = pa.RecordBatch.from_pylist(list(_events(path, reader, columns, leader)), schema=SCHEMA)
    stamp = {"mtime": file.stat().st_mtime_ns, "size": file.stat().st_size, "leader": leader}
    if cursor == stamp:
        return Harvest(iter(()), lambda: Finish(stamp))
    passed = [c for c in reader.fieldnames or () if c not in (*COLUMNS, "date")]
    notes = (f"Columns that were passed over: {', '.join(passed)}.",) if passed else ()
    tell(batch.num_rows, batch.num_rows)
    return Harvest(iter((batch,)), lambda: Finish(stamp, replaces=True, notes=notes))


def _events(
    path: str, reader: "csv.DictReader[str]", columns: list[str], leader: str
) -> Iterator[dict[str, Any]]:
    seen: set[date] = set()
    for row in reader:
        day = _day(path, reader.line_num, row["date"])
        if day in seen:
            raise BadInput(f"{path}, row {reader.line_num}: {day} stands there twice.")
        seen.add(day)
        for column in columns:
            if (row[column] or "").strip():
                yield _event(column, day, _count(path, reader.line_num, column, row[column]), leader)


def _event(column: str, day: date, count: float, leader: str) -> dict[str, Any]:
    activity, whose = COLUMNS[column]
    return {
        "at": datetime.combine(day, time(12), UTC),
        "activity": activity,
        "actor": leader if whose is None else whose,
        "object": f"day:{day}",
        "about": [],
        "to": [],
        "value": count,
        "unit": PER_DAY,
        "key": f"{day}:{column}",
    }


def _day(path: str, row: int, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"{path}, row {row}, column date: “{text}” is not a day like 2026-11-23.") from None


def _count(path: str, row: int, column: str, text: str) -> float:
    try:
        count = float(text)
    except ValueError:
        count = -1.0
    if not 0 <= count < 1e12:
        raise BadInput(f"{path}, row {row}, column {column}: “{text}” is not a count of 0 or more.")
    return count


connector = Connector(
    slug="days",
    title="Figures by day",
    emits=frozenset(activity for activity, _ in COLUMNS.values()),
    read=read,
)
