"""Who works with the data folder: many together while it is served, one alone while it is changed as a whole."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from followspot.errors import Refused

_STEP = 0.1  # seconds between two tries


@contextmanager
def together(data: Path) -> Iterator[None]:
    """Hold the folder with all others that serve it, until the end of the process or of this block.

    Raises Refused while somebody changes it as a whole.
    """
    with _opened(data / "lock") as file:
        if not _taken(file, fcntl.LOCK_SH, patience=0):
            raise Refused(f"{data} is being changed as a whole just now. Try again once that is done.")
        yield


@contextmanager
def alone(data: Path, *, to: str) -> Iterator[None]:
    """Hold the folder alone. to : what for, as a verb. Raises Refused while anybody serves it."""
    with _opened(data / "lock") as file:
        if not _taken(file, fcntl.LOCK_EX, patience=0):
            raise Refused(f"Followspot runs on {data}. Stop it first: nobody may be working while you {to}.")
        yield


@contextmanager
def in_turn(data: Path, *, patience: float) -> Iterator[None]:
    """Let those that begin at the same time get ready one after the other. patience : in seconds."""
    with _opened(data / "lock.start") as file:
        if not _taken(file, fcntl.LOCK_EX, patience=patience):
            raise Refused(
                f"Another Followspot has been getting ready on {data} for long. Look at what it says."
            )
        yield


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("ab") as file:  # closing it lets go of the lock, and so does any end of the process
        path.chmod(0o600)
        yield file


def _taken(file: IO[bytes], how: int, *, patience: float) -> bool:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_STEP)
        else:
            return True
