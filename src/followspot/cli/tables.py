"""Tables of days in, JSON out: the part of the command that needs nothing but arithmetic."""

from __future__ import annotations

import csv
import difflib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from followspot.errors import BadInput
from followspot.measures.stepaway import Absence, DailyCounts, as_json, judge

COUNT_COLUMNS = ("date", "team", "leader", "bots", "people", "holiday")
MOST_DAYS = 40_000  # over a hundred years
MOST_A_DAY = 1e7


def read_counts(path: Path) -> DailyCounts:
    """Read a table of days: date, team and, when known, leader, bots, people, holiday.

    An empty `team`, or a day that is not in the table, is a day without data, never a zero.
    Raises BadInput naming file, row and column.
    """
    rows = list(_rows(path, needed=("date", "team"), known=COUNT_COLUMNS))
    if not rows:
        raise BadInput(f"{path}: there are no days in it.")
    by_day: dict[date, dict[str, float]] = {}
    for number, row in rows:
        day = _day(path, number, "date", row["date"])
        if day in by_day:
            raise BadInput(f"{path}, row {number}: {day} stands there twice.")
        by_day[day] = {c: _number(path, number, c, row.get(c, "")) for c in COUNT_COLUMNS[1:]}
    first, size = min(by_day), (max(by_day) - min(by_day)).days + 1
    if size > MOST_DAYS:
        raise BadInput(
            f"{path}: from {first} to {max(by_day)} is more than a hundred years. One of the dates is wrong."
        )
    given = rows[0][1].keys()

    def known(name: str) -> np.ndarray:
        return np.array([by_day.get(first + timedelta(days=i), {}).get(name, np.nan) for i in range(size)])

    def column(name: str) -> np.ndarray | None:
        return known(name) if name in given else None

    holiday = column("holiday")
    off = None if holiday is None else np.nan_to_num(holiday) > 0
    return DailyCounts(
        first,
        known("team"),
        leader=column("leader"),
        bots=column("bots"),
        at_work=column("people"),
        holiday=off,
    )


def read_absences(path: Path) -> list[Absence]:
    """Read a table start, end; both days included, an empty end is for good."""
    absences = []
    for number, row in _rows(path, needed=("start", "end"), known=("start", "end")):
        ends = _day(path, number, "end", row["end"]) if row["end"].strip() else None
        absences.append(Absence(_day(path, number, "start", row["start"]), ends))
    if not absences:
        raise BadInput(f"{path}: there is no absence in it.")
    return absences


def _rows(
    path: Path, *, needed: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="")
            names = [(n or "").strip() for n in reader.fieldnames or ()]
            _check_columns(path, names, needed, known)
            reader.fieldnames = names
            for row in reader:
                if None in row:
                    raise BadInput(
                        f"{path}, row {reader.line_num}: it has more cells than the first row has names."
                    )
                if any((v or "").strip() for v in row.values()):
                    yield reader.line_num, row
    except OSError as error:
        raise BadInput(f"{path}: can't be opened ({error.strerror}).") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path}: is not a table in UTF-8 with commas ({error}).") from None


def _check_columns(path: Path, names: list[str], needed: tuple[str, ...], known: tuple[str, ...]) -> None:
    for column in needed:
        if column not in names:
            near = difflib.get_close_matches(column, names, n=1, cutoff=0.5)
            hint = f" Is “{near[0]}” meant?" if near else f" It has: {', '.join(names) or 'nothing'}."
            raise BadInput(f"{path}: the column “{column}” is missing.{hint}")
    for name in names:
        if names.count(name) > 1:
            raise BadInput(f"{path}: the column “{name}” stands there twice.")
        if name not in known:
            raise BadInput(f"{path}: the column “{name}” is not known here. Known are {', '.join(known)}.")


def _day(path: Path, row: int, column: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            f"{path}, row {row}, column {column}: “{text}” is not a day like 2026-11-23."
        ) from None


_WORDS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}


def _number(path: Path, row: int, column: str, text: str) -> float:
    said = text.strip().lower()
    if not said:
        return float("nan")
    try:
        number = _WORDS[said] if column == "holiday" and said in _WORDS else float(said)
    except ValueError:
        number = float("inf")
    if not 0 <= number <= MOST_A_DAY:
        raise BadInput(f"{path}, row {row}, column {column}: “{text}” is not a count from 0 to ten million.")
    return number


def print_json(data: Any) -> None:
    """Print JSON as it is, without colours."""
    sys.stdout.write(json.dumps(data, indent=2, default=str) + "\n")


def write_whole(path: Path, body: bytes) -> None:
    """Write a file so that it appears whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, body)
    except OSError as error:
        raise BadInput(f"{path}: can't be written ({error.strerror}).") from None


def _write(path: Path, body: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def run_batch(manifest: Path) -> int:
    """Answer every line of a manifest into its `out`; return the exit code.

    A line that can't be answered writes what was wrong into its `out` and does not stop the others.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from followspot.cli import BAD_INPUT
    from followspot.cli.screen import progress

    tasks = list(_tasks(manifest))
    if not tasks:
        raise BadInput(f"{manifest}: there is nothing in it to answer.")
    workers = min(len(tasks), os.cpu_count() or 1)
    with ProcessPoolExecutor(
        max(1, workers), mp_context=get_context("fork" if sys.platform == "linux" else "spawn")
    ) as pool:
        answers = pool.map(_answer, tasks, chunksize=4)
        wrong = sum(1 for error in progress(answers, len(tasks), "Judging") if error)
    if wrong:
        sys.stderr.write(f"{wrong} of {len(tasks)} could not be answered; their files say why.\n")
    return BAD_INPUT if wrong else 0


def _tasks(manifest: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{manifest}: can't be read ({error}).") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            task = json.loads(line)
            missing = [k for k in ("counts", "absences", "out") if not isinstance(task.get(k), str)]
        except (json.JSONDecodeError, AttributeError):
            raise BadInput(f"{manifest}, line {number}: is not a JSON object.") from None
        if missing:
            raise BadInput(f"{manifest}, line {number}: {', '.join(missing)} must be given as text.")
        yield task


def _answer(task: dict[str, Any]) -> str | None:
    """Answer one line; return what was wrong, or None. Paths are taken as they stand."""
    error = None
    try:
        result = judge(
            read_counts(Path(task["counts"])),
            read_absences(Path(task["absences"])),
            margin=_share(task, "margin", 0.2),
            level=_share(task, "level", 0.9),
        )
        answer = as_json(result)
    except BadInput as wrong:
        error = str(wrong)
        answer = {"verdict": "cant_tell", "sentence": error, "error": error, "reasons": [error], "odds": None}
        answer |= dict.fromkeys(("ratio", "low", "high", "expected", "observed", "smallest_drop"))
    try:
        write_whole(Path(task["out"]), (json.dumps(answer, default=str) + "\n").encode())
    except BadInput as wrong:
        sys.stderr.write(f"{wrong}\n")
        return str(wrong)
    return error


def _share(task: dict[str, Any], name: str, usual: float) -> float:
    """Return a number of a manifest's line, or the usual one; BadInput names what is no number."""
    given = task.get(name, usual)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise BadInput(f"{name}: {given!r} is not a number like {usual}.")
    return float(given)
