"""Fetches ahead: the next pages come while those before are turned into columns."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

_A_LOOK = 1.0  # seconds, after which whoever waits is told that it is still going on
_OVER = object()


def ahead[T](items: Iterator[T], *, alive: Callable[[], None], most: int = 2) -> Generator[T]:
    """Yield what comes, taken by a thread of its own that is at most so many items ahead.

    alive : called while waiting, from the thread that iterates. What goes wrong over there is raised here, after
        all that came before it. Whoever stops early stops the other thread at its next item.
    """
    taker = _Taker(items, most)
    try:
        while True:
            try:
                item, error = taker.ready.get(timeout=_A_LOOK)
            except queue.Empty:
                alive()
                continue
            taker.free.put(None)
            if error is not None:
                raise error
            if item is _OVER:
                return
            yield item
    finally:
        taker.stop()


class _Taker:
    """The thread that takes. ready : what it took; free : one token for each place that is left, as the quickest queue has no end."""

    def __init__(self, items: Iterator[Any], most: int) -> None:
        self.ready: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.free: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(most):
            self.free.put(None)
        self._items, self._gone = items, threading.Event()
        self._thread = threading.Thread(target=self._take, name="ahead", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._gone.set()
        self.free.put(None)
        self._thread.join(timeout=_A_LOOK)

    def _take(self) -> None:
        try:
            for item in self._items:
                if not self._put(item, None):
                    return
            self._put(_OVER, None)
        except BaseException as error:
            self._put(_OVER, error)
        finally:
            if close := getattr(self._items, "close", None):
                close()

    def _put(self, item: Any, error: BaseException | None) -> bool:
        """Say whether somebody still waits for it."""
        while not self._gone.is_set():
            try:
                self.free.get(timeout=_A_LOOK)
            except queue.Empty:
                continue
            self.ready.put((item, error))
            return True
        return False
