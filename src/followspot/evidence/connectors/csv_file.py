"""Any tool's export as a table: one row a thing that was done, one column for when."""

import hashlib
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from followspot.errors import BadInput
from followspot.evidence.connectors import Connector, Finish, Harvest, Tell, silent
from followspot.evidence.connectors._csv_dates import likely, moment, ways
from followspot.evidence.connectors._csv_numbers import number
from followspot.evidence.connectors._csv_plan import EMITS, FIELDS, SAMPLE, Plan
from followspot.evidence.connectors._csv_table import Row, opened
from followspot.evidence.event import SCHEMA
from followspot.language import in_a_row, say

NOBODY = "unknown"
_WORDS = {
    "at": (
        "closed",
        "resolved",
        "finished",
        "completed",
        "done",
        "ended",
        "date",
        "day",
        "time",
        "when",
    ),
    "opened": ("created", "opened", "reported", "requested", "submitted", "received"),
    "actor": (
        "assignee",
        "agent",
        "owner",
        "who",
        "person",
        "name",
        "user",
        "author",
        "employee",
        "done by",
        "nurse",
    ),
    "object": ("key", "id", "number", "ticket", "issue", "order", "case", "no"),
    "about": ("queue", "project", "ward", "shop", "team", "category", "area", "component", "department"),
    "to": ("customer", "requester", "reporter", "client", "patient"),
    "value": ("amount", "value", "points", "quantity", "hours", "count", "total"),
    "activity": ("activity",),
}
_MOST_ROWS = 2_000_000
_BATCH = 20_000
_TRIED = 20_000  # rows that are tried before a table is read
_SERIAL = re.compile(r"[2-5]\d{4}([.,]\d+)?")  # days since 1900, as spreadsheets keep them
_NO_DATE = say(
    "is not a date but a spreadsheet’s number of a day: show the column as dates there and save it again"
)
_FEW = 12  # different values that are still few


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a table and what it seems to mean. date_format is "" for ISO 8601.

    kinds : of each column what its first values look like. formats : the ways in which the dates could be written.
    """

    columns: list[str]
    rows: list[list[str]]
    mapping: dict[str, str]
    date_format: str
    kinds: list[str]
    formats: list[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """How a table would be read: its first events, and which rows could not be. whole : whether all rows were tried."""

    events: list[dict[str, Any]]
    wrong: list[str]
    errors: int
    tried: int
    whole: bool
    said: list[str]


def preview(path: str, n: int = 8) -> Preview:
    """Return the first n rows of a table with a guess at which column is which field, for a person to mend.

    Raises BadInput for what is no table.
    """
    with opened(path) as table:
        rows = [row.cells for row in islice(table.rows(), SAMPLE) if not row.wrong]
        mapping = _guess(table.columns, rows)
        dated = [table.columns.index(mapping[name]) for name in ("at", "opened") if name in mapping]
        formats = ways([row[i] for i in dated for row in rows])
        kinds = [_kind([row[i] for row in rows]) for i in range(len(table.columns))]
    return Preview(table.columns, rows[:n], mapping, formats[0] if formats else "", kinds, formats)


def _kind(cells: list[str]) -> str:
    """Say what the values of a column look like, as one would to a colleague."""
    given = [cell.strip() for cell in cells if cell.strip()]
    if not given:
        return say("empty")
    if ways(given):
        return say("dates")
    if all(_fits_number(cell) for cell in given):
        return say("numbers")
    different = len(set(given))
    if different == len(given) > 1:
        return say("each another")
    return say("{n} different", n=different) if different <= _FEW else say("words{in_cells}", in_cells="")


def _fits_number(text: str) -> bool:
    try:
        number(text)
    except ValueError:
        return False
    return True


def trial(
    path: str,
    *,
    mapping: Mapping[str, str],
    activity: str = "item.done",
    date_format: str | None = None,
    zone: str = "UTC",
    n: int = 6,
) -> Trial:
    """Return how the first rows would be read and what is wrong in the beginning of a table; nothing is kept.

    Raises BadInput for what is wrong with all of it, such as a column that isn't there.
    """
    plan = Plan(dict(mapping), activity, date_format, zone, keep_good=True)
    first: list[dict[str, Any]] = []
    with opened(path) as table:
        plan.suit(path, table)
    event, tried = _Events(plan), 0
    with opened(path) as table:
        for row in islice(table.rows(), _TRIED):
            tried += 1
            made = event.of(row)
            if len(first) < n:
                first += made
        whole = next(iter(table.rows()), None) is None if tried == _TRIED else True
    return Trial(first[:n], plan.wrong, plan.errors, tried, whole, plan.said)


def rows(path: str, *, most: int) -> tuple[list[str], list[Row]]:
    """Return the columns of a small table and all its rows. Raises BadInput for what is no table, or has more rows."""
    with opened(path) as table:
        found = list(islice(table.rows(), most + 1))
    if len(found) > most:
        raise BadInput(say("{path}: has more than {n:,} rows. Cut it into several.", path=path, n=most))
    return table.columns, found


def _guess(columns: list[str], rows: list[list[str]]) -> dict[str, str]:
    """Return field -> column by their names; a column of dates may still be empty in the first rows, which are often open."""
    mapping: dict[str, str] = {}
    cells = {c: [row[i] for row in rows] for i, c in enumerate(columns)}
    dated = {c for c in columns if ways(cells[c])}
    empty = {c for c in columns if not any(map(str.strip, cells[c]))}
    for name, words in _WORDS.items():
        free = [c for c in columns if c not in mapping.values()]
        ranked = [(rank, c) for c in free for rank, word in enumerate(words) if f" {word} " in _plain(c)]
        if name in ("at", "opened"):
            ranked = [(r, c) for r, c in ranked if c in dated] or [(r, c) for r, c in ranked if c in empty]
        if ranked:
            mapping[name] = min(ranked, key=lambda pair: pair[0])[1]
        elif name == "at" and (some := [c for c in free if c in dated]):
            mapping[name] = some[0]
    return mapping


def _plain(column: str) -> str:
    """Return the words of a column's name with blanks around each, so that "id" isn't found in "paid"."""
    return f" {' '.join(''.join(c if c.isalnum() else ' ' for c in column.casefold()).split())} "


def read(
    path: str,
    *,
    cursor: dict[str, Any] | None = None,
    tell: Tell = silent,
    mapping: Mapping[str, str],
    activity: str = "item.done",
    date_format: str | None = None,
    zone: str = "UTC",
    on_error: str = "keep_nothing",
) -> Harvest:
    """Read a table. A file that has changed is read whole and replaces what was read from it before.

    path : a text file with a header: comma, semicolon, tab or bar between its columns.
    mapping : field of FIELDS -> name of the column; `at` is needed.
    activity : what a row means, where no column says it.
    date_format : as for `strptime`; "" is ISO 8601; None finds out from the first rows.
    zone : where times without a zone were written, like "Europe/Lisbon".
    on_error : "keep_nothing" or "keep_good", when some rows can't be read.
    tell : told how many bytes of how many are done.

    Raises BadInput, naming row and column, at once or while the batches are read.
    """
    plan = Plan(dict(mapping), activity, date_format, zone, keep_good=on_error == "keep_good")
    stamp = {"file": _sha256(path), "plan": plan.mark()}
    if cursor == stamp:
        return Harvest(iter(()), lambda: Finish(stamp))
    with opened(path) as table:
        plan.suit(path, table)
    return Harvest(
        _batches(path, plan, tell),
        lambda: Finish(stamp, replaces=cursor is not None, notes=tuple(plan.notes())),
    )


def _sha256(path: str) -> str:
    try:
        with Path(path).expanduser().open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise BadInput(say("{path}: there is no such file, or it can't be opened.", path=path)) from None


def _batches(path: str, plan: Plan, tell: Tell) -> Iterator[pa.RecordBatch]:
    """Yield the events; with an error in keep_nothing, go through the rest for more errors, then raise them all."""
    size = Path(path).expanduser().stat().st_size
    event = _Events(plan)
    with opened(path) as table:
        waiting: list[dict[str, Any]] = []
        for row in table.rows():
            if row.number > _MOST_ROWS:
                raise BadInput(
                    say(
                        "{path}: has more than {n:,} rows. Cut it, by year for example.",
                        path=path,
                        n=_MOST_ROWS,
                    )
                )
            made = event.of(row)
            if plan.keep_good or not plan.errors:
                waiting += made
            if len(waiting) >= _BATCH:
                yield pa.RecordBatch.from_pylist(waiting, schema=SCHEMA)
                waiting = []
                tell(table.done(), size)
    if plan.errors and not (plan.keep_good and event.good):
        wrong = list(plan.wrong)
        if plan.errors > len(wrong):
            wrong.append(say("and {n:,} more", n=plan.errors - len(wrong)))
        raise BadInput(
            say(
                "{path}: {wrong}. Nothing was kept. Mend the rows, or keep the good ones.",
                path=path,
                wrong=in_a_row(wrong),
            )
        )
    if not event.good:
        raise BadInput(
            say("{path}: has names of columns but no rows below them. Nothing was read.", path=path)
        )
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, schema=SCHEMA)
    tell(size, size)


class _Events:
    """Makes events of rows, and gives equal rows keys of their own."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._zone = zoneinfo.ZoneInfo(plan.zone)
        self._seen: set[bytes] = set()
        self._again: dict[bytes, int] = {}
        self.good = 0

    def of(self, row: Row) -> list[dict[str, Any]]:
        """Return the events of a row, or none once the plan was told what is wrong with it."""
        if row.wrong:
            self._plan.refuse(say("row {n}: {wrong}", n=row.number, wrong=row.wrong))
            return []
        given = {name: row.cells[i].strip() for name, i in self._plan.where.items()}
        try:
            made = self._events(given)
        except _Wrong as wrong:
            column = self._plan.mapping[wrong.field]
            self._plan.refuse(
                say(
                    "row {n}, column {column}: “{cell}” {wrong}",
                    n=row.number,
                    column=column,
                    cell=given[wrong.field][:60],
                    wrong=wrong.reason,
                )
            )
            return []
        self.good += 1
        return made

    def _events(self, given: dict[str, str]) -> list[dict[str, Any]]:
        """Return that something was asked for, that it was done, or both; what is still open has no day on which it was done."""
        asked = self._asked(given) if given.get("opened") else None
        if asked is not None and not given["at"]:
            return [asked]
        done = self._done(given)
        return [done] if asked is None else [asked | {"object": done["object"]}, done]

    def _asked(self, given: dict[str, str]) -> dict[str, Any]:
        at = self._when("opened", given["opened"])
        key = self._key([str(at), "item.opened", *(given.get(n, "") for n in ("object", "about", "to"))])
        return {
            "at": at,
            "activity": "item.opened",
            "actor": NOBODY,  # who asks is a client as a rule, and clients are nobody of the team
            "object": f"item:{given['object']}" if given.get("object") else f"row:{key}",
            "about": self._about(given),
            "to": [],
            "value": None,
            "key": key,
        }

    def _done(self, given: dict[str, str]) -> dict[str, Any]:
        at = self._when("at", given["at"])
        activity = given.get("activity") or self._plan.activity
        if activity not in EMITS:
            raise _Wrong("activity", say("is not one of {known}", known=", ".join(sorted(EMITS))))
        value = given.get("value", "")
        key = self._key(
            [
                str(at),
                activity,
                *(given.get(name, "") for name in ("actor", "object", "about", "to", "value")),
            ]
        )
        return {
            "at": at,
            "activity": activity,
            "actor": given.get("actor") or NOBODY,
            "object": f"item:{given['object']}" if given.get("object") else f"row:{key}",
            "about": self._about(given),
            "to": [one.strip() for one in given.get("to", "").split(";") if one.strip()],
            "value": _taken("value", value, self._number, say("is not a number")) if value else None,
            "key": key,
        }

    def _about(self, given: dict[str, str]) -> list[str]:
        about = self._plan.mapping.get("about", "").casefold()
        return [f"{about}:{one.strip()}" for one in given.get("about", "").split(";") if one.strip()]

    def _when(self, field_: str, text: str) -> datetime:
        bare = _SERIAL.fullmatch(text) is not None
        return _taken(field_, text, self._moment, _NO_DATE if bare else say("is not a date"))

    def _moment(self, text: str) -> datetime:
        return moment(text, self._plan.date_format or "", self._zone)

    def _number(self, text: str) -> float:
        return number(text, self._plan.decimal)

    def _key(self, parts: list[str]) -> str:
        """Return a key that the same row has in every export; the second of two equal rows gets a number."""
        mark = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=12).digest()
        if mark not in self._seen:
            self._seen.add(mark)
            return mark.hex()
        self._again[mark] = self._again.get(mark, 1) + 1
        return f"{mark.hex()}:{self._again[mark]}"


class _Wrong(Exception):
    """A cell that can't be taken."""

    def __init__(self, field_: str, reason: str) -> None:
        super().__init__(field_, reason)
        self.field, self.reason = field_, reason


def _taken[T](field_: str, text: str, take: Callable[[str], T], reason: str) -> T:
    try:
        return take(text)
    except (ValueError, OverflowError):
        raise _Wrong(field_, reason) from None


__all__ = [
    "EMITS",
    "FIELDS",
    "NOBODY",
    "Preview",
    "Row",
    "Trial",
    "connector",
    "likely",
    "moment",
    "preview",
    "read",
    "rows",
    "trial",
]

connector = Connector(slug="csv", title=say("Table (CSV)"), emits=EMITS, read=read)
