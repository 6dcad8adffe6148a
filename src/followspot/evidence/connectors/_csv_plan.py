"""How the rows of a table are to be taken, and what was found wrong on the way."""

import difflib
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from followspot.errors import BadInput
from followspot.evidence.connectors._csv_dates import decided, likely
from followspot.evidence.connectors._csv_numbers import mark_of
from followspot.evidence.connectors._csv_table import Table
from followspot.language import count, in_a_row, say, together

# What a column can stand for, and how it is asked for.
FIELDS = {
    "at": say("When it was done"),
    "opened": say("When it was asked for"),
    "actor": say("Who did it"),
    "object": say("What it was done to (a number or name of its own)"),
    "about": say("What that belongs to (a queue, a ward, a shop)"),
    "to": say("For whom, or to whom it was given"),
    "value": say("How much"),
    "activity": say("What was done, in the log's own words"),
}
EMITS = frozenset(
    {"item.done", "item.opened", "review.given", "help.given", "problem.reported", "leave.taken"}
)
SAMPLE = 200  # rows that are looked at to find out how the rest is written
_LOOKED_AT = 20_000  # where the first of them don't say it
_MOST_ERRORS = 20


@dataclass(slots=True)
class Plan:
    """How rows are to be taken, and what was found wrong on the way."""

    mapping: dict[str, str]
    activity: str
    date_format: str | None
    zone: str
    keep_good: bool
    decimal: str = ""
    where: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    errors: int = 0
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if unknown := set(self.mapping) - set(FIELDS):
            raise BadInput(
                say(
                    "“{name}” is no field. The fields are {fields}.",
                    name=min(unknown),
                    fields=", ".join(FIELDS),
                )
            )
        if not self.mapping.get("at"):
            raise BadInput(say("Say which column tells when it was done."))
        if self.activity not in EMITS:
            raise BadInput(
                say(
                    "“{activity}” is nothing that a table can tell of. Take one of {known}.",
                    activity=self.activity,
                    known=", ".join(sorted(EMITS)),
                )
            )
        if self.zone not in zoneinfo.available_timezones():
            raise BadInput(say("“{zone}” is not a time zone. Write it like Europe/Lisbon.", zone=self.zone))

    def mark(self) -> list[Any]:
        return [self.mapping, self.activity, self.date_format, self.zone, self.keep_good]

    def suit(self, path: str, table: Table) -> None:
        """Find the columns, and the way dates are written unless that was said."""
        for name, column in self.mapping.items():
            if column not in table.columns:
                close = difflib.get_close_matches(column, table.columns, n=1, cutoff=0.5)
                none = say("{path}: has no column “{column}”.", path=path, column=column)
                hint = say("It has {columns}.", columns=", ".join(table.columns[:20]))
                if close:
                    hint = say("Did you mean “{column}”?", column=close[0])
                raise BadInput(together([none, hint]))
            self.where[name] = table.columns.index(column)
        if table.encoding == "cp1252":
            self.said.append(
                say("The file is not in UTF-8, so it was read as Windows-1252. Look at the accents.")
            )
        dates: list[str] = []
        numbers: list[str] = []
        for row in islice(table.rows(), _LOOKED_AT):
            if not row.wrong:
                dates += self._given(row.cells, "at", "opened")
                numbers += self._given(row.cells, "value")
        if self.date_format is None:
            self._find_dates(dates)
        self._find_decimals(numbers)

    def _given(self, cells: list[str], *names: str) -> list[str]:
        """Return the beginning of what stands in some columns; no date or number is longer."""
        where = [self.where[name] for name in names if name in self.where]
        return [cell for i in where if (cell := cells[i].strip()[:60])]

    def _find_dates(self, texts: list[str]) -> None:
        """Find out how dates are written; where day and month could be either, by what comes later in the table.

        Of an export the first rows may all be of what is still open, so any column of dates may tell.
        """
        way, unsure = likely(texts[:SAMPLE])
        found = decided(texts[SAMPLE:], way) if unsure else way
        self.date_format = found or way
        if unsure and not found:
            self.said.append(
                say(
                    "Dates like 03/04/2026 were taken as day, month, year. If not, say so in the date format."
                )
            )

    def _find_decimals(self, texts: list[str]) -> None:
        """Find out which mark stands before the decimals."""
        self.decimal, unsure = mark_of(texts)
        if unsure:
            self.said.append(
                say(
                    "Numbers like {number} were taken as little more than their first digits, with decimals behind the mark. If it sets "
                    "thousands apart, write them without it.",
                    number=unsure[:20],
                )
            )

    def refuse(self, reason: str) -> None:
        self.errors += 1
        if len(self.wrong) < _MOST_ERRORS:
            self.wrong.append(reason)

    def notes(self) -> Iterator[str]:
        yield from self.said
        if self.errors:
            rows = in_a_row(self.wrong)
            yield count(
                self.errors,
                "{n} row was left out: {rows}.",
                "{n:,} rows were left out: {rows}.",
                rows=say("{rows} ...", rows=rows) if self.errors > len(self.wrong) else rows,
            )
