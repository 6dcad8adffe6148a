"""A table of daily figures: for teams without single things to count, and for samples.

One row a day. An empty cell is a day without data; a zero is a day on which nothing was finished.
Known columns: `date`; `written_by_leader`, `written_by_others`, `landed_by_leader`,
`landed_by_others`, `put_in_by_leader`, `put_in_by_others`, `people_writing`; or, of any trade,
`team`, `leader`, `bots`, `people` (at work). Others are passed over and said.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pyarrow as pa

from followspot.errors import BadInput
from followspot.evidence.connectors import Connector, Finish, Harvest, Tell, silent
from followspot.evidence.connectors._csv_table import Table, opened
from followspot.evidence.event import SCHEMA
from followspot.language import say

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
MOST_DAYS = 40_000


def read(
    path: str, *, cursor: dict[str, Any] | None = None, tell: Tell = silent, leader: str = "The leader"
) -> Harvest:
    """Read a table of days; later runs stand in place of earlier ones, since a day's figure may be mended.

    path : a text file with a header, one row a day.
    leader : the identity under which the leader's own columns go.

    Raises BadInput naming file, row and column.
    """
    with opened(path) as table:
        columns = {c: table.columns.index(c) for c in table.columns if c in COLUMNS}
        if "date" not in table.columns or not columns:
            raise BadInput(
                say(
                    "{path}: needs a column date and one or more of {columns}.",
                    path=path,
                    columns=", ".join(COLUMNS),
                )
            )
        passed = [c for c in table.columns if c not in COLUMNS and c != "date"]
        events = list(_events(path, table, columns, leader))
    batch = pa.RecordBatch.from_pylist(events, schema=SCHEMA)
    stamp = {"figures": hashlib.sha256(repr(events).encode()).hexdigest()}
    if cursor == stamp:
        return Harvest(iter(()), lambda: Finish(stamp))
    notes = (say("Columns that were passed over: {columns}.", columns=", ".join(passed)),) if passed else ()
    tell(batch.num_rows, batch.num_rows)
    return Harvest(iter((batch,)), lambda: Finish(stamp, replaces=cursor is not None, notes=notes))


def _events(path: str, table: Table, columns: dict[str, int], leader: str) -> Iterator[dict[str, Any]]:
    seen: set[date] = set()
    when = table.columns.index("date")
    for row in table.rows():
        where = say("{path}, row {n}", path=path, n=row.number)
        if row.wrong:
            raise BadInput(say("{where}: {wrong}.", where=where, wrong=row.wrong))
        day = _day(where, row.cells[when])
        if day in seen:
            raise BadInput(say("{where}: {day} stands there twice.", where=where, day=day))
        if len(seen) >= MOST_DAYS:
            raise BadInput(
                say("{path}: has more than {n:,} days, over a hundred years.", path=path, n=MOST_DAYS)
            )
        seen.add(day)
        for column, i in columns.items():
            if row.cells[i].strip():
                yield _event(column, day, _count(where, column, row.cells[i]), leader)


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


def _day(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            say("{where}, column date: “{text}” is not a day like 2026-11-23.", where=where, text=text)
        ) from None


def _count(where: str, column: str, text: str) -> float:
    try:
        count = float(text)
    except ValueError:
        count = -1.0
    if not 0 <= count < 1e12:
        raise BadInput(
            say(
                "{where}, column {column}: “{text}” is not a count of 0 or more.",
                where=where,
                column=column,
                text=text,
            )
        )
    return count


connector = Connector(
    slug="days",
    title=say("Figures by day"),
    emits=frozenset(activity for activity, _ in COLUMNS.values()),
    read=read,
)
