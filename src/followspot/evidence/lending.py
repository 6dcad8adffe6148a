"""Lends a table that took long to lay down to one reader after another, and puts it away soon after."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_ROWS = 3_000_000  # kept at a time; a larger table is kept alone


@dataclass(slots=True)
class _Laid:
    """A table, in which state it was laid down, and the lock of whoever reads it: its engine serves one at a time."""

    stamp: str = ""
    rows: int = 0
    table: ir.Table | None = None
    turn: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Desk:
    """Where tables lie between readers of one process. seconds : after which an unused one is put away."""

    def __init__(self, *, seconds: float = 60.0, most_rows: int = MOST_ROWS) -> None:
        self._seconds, self._most_rows = seconds, most_rows
        self._laid: dict[Hashable, _Laid] = {}
        self._lock = threading.Lock()
        self._turn = 0
        self._timer: threading.Timer | None = None
        atexit.register(self.clear)

    @contextmanager
    def lend(
        self, what: Hashable, stamp: str, *, rows: int, lay: Callable[[], ir.Table]
    ) -> Iterator[ir.Table]:
        """Lend a table to one reader at a time; lay it down if it isn't there in this state.

        stamp : of its state; another one lays it down anew. rows : about how many it has.
        """
        with self._lock:
            laid = self._laid.setdefault(what, _Laid())
        with laid.lock:
            if laid.table is None or laid.stamp != stamp:
                laid.table = None  # before the new one takes its room
                laid.table, laid.stamp, laid.rows = lay(), stamp, rows
            try:
                yield laid.table
            finally:
                self._used(what, laid)

    def _used(self, what: Hashable, laid: _Laid) -> None:
        """Note the use, and put away what is too much, the longest unused first."""
        with self._lock:
            self._turn += 1
            laid.turn = self._turn
            others = sorted(
                (one for one in self._laid.items() if one[1] is not laid), key=lambda o: o[1].turn
            )
            room = self._most_rows - laid.rows
            for key, one in reversed(others):
                room -= one.rows
                if room < 0 and not one.lock.locked():
                    del self._laid[key]
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(self._seconds, self.clear)
            self._timer.daemon = True
            self._timer.start()

    def clear(self) -> None:
        """Put away everything that nobody is reading."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            for key in [k for k, laid in self._laid.items() if not laid.lock.locked()]:
                del self._laid[key]
