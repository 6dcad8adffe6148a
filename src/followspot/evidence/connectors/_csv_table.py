"""A table in a text file, from whatever tool wrote it: encoding, separator, header, rows; all in bounded memory."""

import codecs
import csv
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from followspot.errors import BadInput
from followspot.language import say

_LONGEST_LINE = 1 << 20
_MOST_COLUMNS = 500
_SAYS = re.compile(
    r'"?sep=([^\r\n "])"?\s*', re.IGNORECASE
)  # a first line that says what separates the columns
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is 1), its cells, or why it can't be read."""

    number: int
    cells: list[str]
    wrong: str = ""


class Table:
    """An open table: its columns at once, its rows as they are asked for."""

    def __init__(self, path: str, file: IO[str], encoding: str) -> None:
        self._path, self._file = path, file
        self.encoding = encoding
        first = self._line(1)
        said = _SAYS.fullmatch(first)
        if said:  # which spreadsheets don't show, so it is no row
            first = self._line(2)
        self._delimiter = said[1] if said else _delimiter(first)
        # A header may go over several lines, so it is read as any other row.
        self._reader = csv.reader(self._lines(first), delimiter=self._delimiter)
        self.columns = self._header()

    def done(self) -> int:
        """Return how many bytes have been read."""
        return self._file.buffer.tell()  # type: ignore[attr-defined,no-any-return]

    def rows(self) -> Iterator[Row]:
        """Yield the rows after the header; empty lines count, but are passed over."""
        number, width = 1, len(self.columns)
        while True:
            number += 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(
                    number,
                    [],
                    say("can't be read as a row ({error}); is a quotation mark not closed?", error=error),
                )
                continue
            if not any(cell.strip() for cell in cells):
                continue
            cells = _suited(cells, width, self._named)
            wrong = (
                ""
                if len(cells) == width
                else say("has {cells} cells where the header has {width}", cells=len(cells), width=width)
            )
            if any("\0" in cell for cell in cells):
                wrong = say("holds a NUL, which no text has")
            yield Row(number, cells, wrong)

    def _header(self) -> list[str]:
        try:
            cells = [cell.strip() for cell in next(self._reader)]
        except (StopIteration, csv.Error):
            cells = []
        if not any(cells):
            raise BadInput(say("{path}: its first row can't be read as names of columns.", path=self._path))
        if len(cells) > _MOST_COLUMNS:
            raise BadInput(
                say(
                    "{path}: has {cells} columns. Is it a table with one row a thing?",
                    path=self._path,
                    cells=len(cells),
                )
            )
        self._named = max(position for position, cell in enumerate(cells, start=1) if cell)
        names: list[str] = []
        for position, cell in enumerate(cells, start=1):
            name = cell or f"column {position}"
            while name in names or (name != cell and name in cells):
                name = f"{name} ({position})"
            names.append(name)
        return names

    def _lines(self, first: str) -> Iterator[str]:
        number, line = 1, first
        while line:
            yield line
            number += 1
            line = self._line(number)

    def _line(self, number: int) -> str:
        line = self._file.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise BadInput(
                say(
                    "{path}, line {number}: is longer than a million characters. Is it a CSV file?",
                    path=self._path,
                    number=number,
                )
            )
        return line


@contextmanager
def opened(path: str) -> Iterator[Table]:
    """Open a table. Raises BadInput for what is no file, is empty, or is no text."""
    place = Path(os.path.expanduser(path))
    try:
        there = place.is_file()
    except (OSError, ValueError):  # no name that a file can have
        there = False
    if not there:
        raise BadInput(say("{path}: there is no such file.", path=path))
    try:
        encoding = _encoding(path, place)
        with place.open(encoding=encoding, errors="replace", newline="") as file:
            yield Table(path, file, encoding)
    except OSError as error:
        raise BadInput(
            say("{path}: can't be opened ({error}).", path=path, error=os.strerror(error.errno or 0))
        ) from None


def _encoding(path: str, place: Path) -> str:
    """Return the encoding: the one that a mark at the beginning tells, UTF-8, or else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with place.open("rb") as file:
        head = file.read(8192)
        if not head.strip():
            raise BadInput(say("{path}: is empty. Nothing was read.", path=path))
        for mark, encoding in _MARKS.items():
            if head.startswith(mark):
                return encoding
        if b"\0" in head:
            raise BadInput(
                say(
                    "{path}: is no text. Save it as CSV first; a spreadsheet's own file can't be read.",
                    path=path,
                )
            )
        block = head
        try:
            while block:
                decoder.decode(block)
                block = file.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _suited(cells: list[str], width: int, named: int) -> list[str]:
    """Return a row without empty cells beyond its columns, and with those for columns without a name at the end."""
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        return cells[:width]
    return [*cells, *[""] * (width - len(cells))] if named <= len(cells) < width else cells


def _delimiter(line: str) -> str:
    """Return what separates the columns: of the usual ones, that which cuts the header into most cells."""
    return max(",;\t|", key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))
