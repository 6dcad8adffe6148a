"""Who was erased, as numbers in a file outside the database: so that no backup that is restored brings anybody back.

A line says the numbers of a person and of an account, and when; a number without its row leads to nobody.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

_NAME = "erased.jsonl"


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure. texts : whether they stayed or went too. at : ISO 8601."""

    person: int | None
    account: int | None
    texts: str
    at: str

    def after(self, moment: datetime) -> bool:
        return datetime.fromisoformat(self.at) > moment

    def before(self, moment: datetime) -> bool:
        return datetime.fromisoformat(self.at) < moment


def note(person: int | None, account: int | None, *, texts: str, at: datetime) -> None:
    """Write an erasure down; it is on the disk when this returns."""
    with os.fdopen(os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.write(_written(Line(person, account, texts, at.isoformat())))
        file.flush()
        os.fsync(file.fileno())


def since(moment: datetime) -> list[Line]:
    """Return the erasures after a moment."""
    return [line for line in _lines() if line.after(moment)]


def forget(*, since: datetime, until: datetime) -> None:
    """Drop what was noted after one moment and before another: once a copy from then is back, numbers are given again."""
    stay = [line for line in _lines() if not line.after(since) or not line.before(until)]
    part = _path().with_suffix(".part")
    part.write_text("".join(map(_written, stay)))
    part.chmod(0o600)
    part.replace(_path())


def _lines() -> list[Line]:
    try:
        written = _path().read_text().splitlines()
    except FileNotFoundError:
        return []
    return [Line(**json.loads(line)) for line in written if line.endswith("}")]  # the last may be cut short


def _written(line: Line) -> str:
    return json.dumps(asdict(line)) + "\n"


def _path() -> Path:
    path: Path = settings.DATA / _NAME
    return path
