"""The output of `git log`, cut into commits and their fields, a few megabytes at a time."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from followspot.evidence.connectors._git_trailers import LONGEST_IDENTITY

# Fields end with NUL, which neither a message nor a path can hold; the names of touched files come last.
FORMAT = "--format=%x00%H%x00%P%x00%an <%ae>%x00%at%x00%cn <%ce>%x00%ct%x00%B%x00"
_FIELDS = 8
_CHUNK = 4 << 20
_LONGEST_FIELD = 16 << 20
_DEPTH = 2
_MOST_FOLDERS = 1000
_QUOTED = re.compile(rb'\\([abtnvfr"\\]|[0-7]{3})')
_PLAIN = dict(zip(b'abtnvfr"\\', b'\a\b\t\n\v\f\r"\\', strict=True))


@dataclass(slots=True)
class Commits:
    """Some commits, column by column."""

    ids: list[bytes]
    parents: list[bytes]
    authors: list[bytes]
    committers: list[bytes]
    authored: NDArray[np.int64]  # seconds; what is no date is 0
    committed: NDArray[np.int64]
    messages: list[bytes]
    files: list[bytes]


def text(raw: bytes) -> str:
    """Return text from bytes in whatever encoding; never fails."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class Names(dict[bytes, str]):
    """Identities as bytes -> as text, each decoded once."""

    def __missing__(self, raw: bytes) -> str:
        name = self[raw] = text(raw[:LONGEST_IDENTITY]).strip()
        return name


class Folders(dict[bytes, str]):
    """Paths -> the folder that a change to it is about, each cut once.

    Two levels deep ("src/net"): the grain at which people own areas, and so few that the log stays small.
    """

    def __missing__(self, path: bytes) -> str:
        if len(self) > 500_000:
            self.clear()
        plain = _unquoted(path) if path.startswith(b'"') else path
        parts = plain.split(b"/")[:-1][:_DEPTH]
        folder = self[path] = "folder:" + (text(b"/".join(parts)) or ".")
        return folder

    def touched(self, files: bytes) -> list[str]:
        """Return the distinct folders of a commit's list of files, sorted."""
        paths = files.split(b"\n")
        if len(paths) == 4:  # blank line before, one path, end of line: most commits
            return [self[paths[2]]]
        return sorted({self[path] for path in paths if path})[:_MOST_FOLDERS]


def _unquoted(path: bytes) -> bytes:
    """Undo git's quoting of a path with control characters, quotes or backslashes in it."""
    return _QUOTED.sub(
        lambda found: bytes([_PLAIN[found[1][0]] if len(found[1]) == 1 else int(found[1], 8) & 255]),
        path[1:-1],
    )


def commits(stream: IO[bytes]) -> Iterator[Commits]:
    """Cut the output of `git log` in FORMAT into commits, in memory bounded by the chunk and the longest field."""
    rest, first = b"", True
    for block in _blocks(stream):
        if first:
            block, first = block[1:], False
        tokens = _shortened(rest + block).split(b"\0")
        whole = (len(tokens) - 1) // _FIELDS * _FIELDS
        rest = b"\0".join(tokens[whole:])
        if whole:
            yield _columns(tokens[:whole])
    if rest:
        yield _columns([*rest.split(b"\0")][:_FIELDS])


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Read blocks of about _CHUNK bytes, less only at the end."""
    gathered: list[bytes] = []
    size = 0
    while got := os.read(stream.fileno(), 1 << 20):
        gathered.append(got)
        size += len(got)
        if size >= _CHUNK:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _shortened(data: bytes) -> bytes:
    """Cut the middle out of a field that outgrows all sense, so that one message can't fill the memory."""
    begins = data.rfind(b"\0") + 1
    if len(data) - begins <= _LONGEST_FIELD:
        return data
    half = _LONGEST_FIELD // 4
    return data[: begins + half] + b"\n\n" + data[-half:]


def _columns(tokens: list[bytes]) -> Commits:
    ids, parents, authors, authored, committers, committed, messages, files = (
        tokens[field::_FIELDS] for field in range(_FIELDS)
    )
    return Commits(
        ids, parents, authors, committers, _seconds(authored), _seconds(committed), messages, files
    )


def _seconds(tokens: list[bytes]) -> NDArray[np.int64]:
    """Return times as numbers; what is no number, or none that a clock could show, is 0."""
    try:
        return np.array([int(token) for token in tokens], np.int64)
    except (ValueError, OverflowError):
        return np.array([int(t) if t.isdigit() and len(t) < 16 else 0 for t in tokens], np.int64)
