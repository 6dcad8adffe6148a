"""One piece of a service's past: as many pages as make a segment, or as come in a minute, or until it wants to be left alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from followspot.evidence.connectors import Finish, Harvest, Tell
from followspot.evidence.connectors._ahead import ahead
from followspot.evidence.connectors._http import Paused, understood
from followspot.evidence.connectors._rows import Row, batch, clean
from followspot.language import say

PIECE = 100_000  # events, after which what came is kept before more is asked for; each is compared with all that came before
_AT_ONCE = 5_000  # events laid out as columns
_LONG = 60.0  # seconds, likewise


class Page(Protocol):
    """Some of what a service has, and the cursor that holds once it is kept.

    The cursor says whether the round is `under_way`, and may say how much is `done`, of what `total`, which parts were
    `refused`, and in `notes` what a person should know.
    """

    @property
    def cursor(self) -> dict[str, Any]: ...


@dataclass(slots=True)
class Piece[P: Page]:
    """How to read one: pages from a cursor on, the events of a page, and as whom people are known, filled in meanwhile."""

    name: str
    cursor: dict[str, Any]
    pages: Callable[[dict[str, Any]], Iterator[P]]
    events: Callable[[P], list[Row]]
    aliases: dict[str, str]
    tell: Tell
    _resume_at: datetime | None = field(default=None, init=False)
    _ended: bool = field(default=False, init=False)

    def harvest(self) -> Harvest:
        return Harvest(self._understood(), self._finish)

    def _understood(self) -> Iterator[pa.RecordBatch]:
        with understood(self.name):
            yield from self._batches()

    def _alive(self) -> None:
        self.tell(self.cursor.get("done", 0), self.cursor.get("total", 0))

    def _batches(self) -> Iterator[pa.RecordBatch]:
        began, count = time.monotonic(), 0
        rows: list[Row] = []
        pages = ahead(self.pages(self.cursor), alive=self._alive)
        try:
            for page in pages:
                rows += self.events(page)
                self.cursor = page.cursor
                self._alive()
                self._ended = not page.cursor["under_way"]
                if count + len(rows) >= PIECE or time.monotonic() - began >= _LONG:
                    break
                if len(rows) >= _AT_ONCE:
                    yield batch(rows)
                    count, rows = count + len(rows), []
        except Paused as pause:
            self._resume_at = pause.until
        finally:
            pages.close()
        if rows:
            yield batch(rows)

    def _finish(self) -> Finish:
        refused, said = self.cursor.get("refused", ()), self.cursor.get("notes", ())
        notes = [say("The token may not read {part}, so these are missing.", part=part) for part in refused]
        notes += said
        if self._resume_at:
            notes.append(
                say(
                    "{name} asks to be left alone for a while. What came so far is kept, and reading goes on by itself.",
                    name=self.name,
                )
            )
        more = not self._ended and self._resume_at is None
        aliases = {clean(one): clean(other) for one, other in self.aliases.items()}
        return Finish(self.cursor, aliases, notes=tuple(notes), more=more, resume_at=self._resume_at)


def complete(cursor: dict[str, Any]) -> bool:
    """Say whether all of the past has been read once."""
    return bool(cursor.get("whole"))
