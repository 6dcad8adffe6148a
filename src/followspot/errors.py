"""What may go wrong, said for the person who asked; and for a log, without anything that a person wrote."""

import errno
import traceback
from collections.abc import Iterator
from pathlib import Path

_FULL_CODES = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("disk is full", "no space left on device")


class Refused(Exception):
    """A rule says no. The message is shown as it is, so it says what to do."""


class Stale(Refused):
    """Another act came between. version : what the object is at now; address : where to look."""

    def __init__(self, message: str, *, version: int, address: str) -> None:
        super().__init__(message)
        self.version = version
        self.address = address


class BadInput(Exception):
    """Something given from outside can't be read: names the file, row or field, and what to do."""


class Failed(Exception):
    """Work in the background failed; says what kind of error it was and quotes nobody, as `in_short` does."""


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, and what it came from, the nearest first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def no_room(error: BaseException | None) -> bool:
    """Say whether an error comes from a full disk, whichever database or file it was."""
    return any(map(_is_full, causes(error)))


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL_CODES:
        return True
    return type(error).__name__ == "OperationalError" and any(w in str(error).casefold() for w in _FULL_WORDS)


def in_short(error: BaseException) -> str:
    """Return what kind of error it is and where it came from; its message may quote a name, so it stays out of logs.

    What the system says of a disk or a network, and a database of its tables, quotes nobody and stays in.
    """
    if isinstance(error, Failed):
        return str(error)
    said = error.strerror if isinstance(error, OSError) else ""
    if type(error).__name__ == "OperationalError":
        said = str(error).partition("\n")[0]
    way = [f"{Path(f.filename).name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    kind = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"{kind} at {' > '.join(way)}" if way else kind
