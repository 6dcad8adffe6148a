"""The output of `git log`, cut into commits and their fields, a few megabytes at a time."""

import os
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from followspot.errors import BadInput
from followspot.evidence.connectors._git_trailers import LONGEST_IDENTITY, TRAILERS

# Fields end with NUL, which neither a message nor a path can hold; the names of touched files come last.
_ENDS = ",".join(f"key={word.decode()}" for word in TRAILERS)
FORMAT = f"--format=%x00%H%x00%P%x00%an <%ae>%x00%at%x00%cn <%ce>%x00%ct%x00%s%x00%(trailers:only,unfold,{_ENDS})%x00"
MESSAGES = "--format=%x00%H%x00%B"
_CHUNK = 1 << 20
# git writes a few kilobytes at a time; to be woken for each costs both sides more than the reading itself.
_LITTLE, _PAUSE = 64 << 10, 0.005
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
    titles: list[bytes]
    trailers: list[bytes]
    files: list[bytes]


def utf8(raw: bytes) -> bytes:
    """Return bytes that are UTF-8, from text in whatever encoding; never fails."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1").encode()
    return raw


class Names(dict[bytes, bytes]):
    """Identities as git holds them -> as UTF-8, each mended once."""

    def __missing__(self, raw: bytes) -> bytes:
        name = self[raw] = utf8(raw[:LONGEST_IDENTITY]).strip()
        return name


class Folders(dict[bytes, bytes]):
    """Paths -> the folder that a change to it is about, each cut once.

    Two levels deep ("src/net"): the grain at which people own areas, and so few that the log stays small.
    """

    def __missing__(self, path: bytes) -> bytes:
        if len(self) > 500_000:
            self.clear()
        plain = _unquoted(path) if path.startswith(b'"') else path
        parts = plain.split(b"/")[:-1][:_DEPTH]
        folder = self[path] = b"folder:" + (utf8(b"/".join(parts)) or b".")
        return folder

    def touched(self, lists: Iterable[bytes]) -> tuple[list[bytes], list[int]]:
        """Return the distinct folders of each commit's list of files, one after the other, and where each ends.

        Flat, since a list of its own for every commit keeps the garbage collector busy.
        """
        flat: list[bytes] = []
        ends = [0]
        for files in lists:
            path = files[2:-1]  # without the blank line before and the end of line after
            if b"\n" in path:
                flat += sorted({self[path] for path in path.split(b"\n")})[:_MOST_FOLDERS]
            elif path:
                flat.append(self[path])
            ends.append(len(flat))
        return flat, ends


def _unquoted(path: bytes) -> bytes:
    """Undo git's quoting of a path with control characters, quotes or backslashes in it."""
    return _QUOTED.sub(
        lambda found: bytes([_PLAIN[found[1][0]] if len(found[1]) == 1 else int(found[1], 8) & 255]),
        path[1:-1],
    )


def commits(stream: IO[bytes]) -> Iterator[Commits]:
    """Cut the output of `git log` in FORMAT into commits, in memory bounded by the chunk and the longest field."""
    for columns in _records(stream, 9):
        ids, parents, authors, authored, committers, committed, titles, trailers, files = columns
        yield Commits(
            ids,
            parents,
            authors,
            committers,
            _seconds(authored),
            _seconds(committed),
            titles,
            trailers,
            files,
        )


def messages(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Cut the output of `git log` in MESSAGES into ids and messages."""
    for ids, said in _records(stream, 2):
        yield from zip(ids, said, strict=True)


def _records(stream: IO[bytes], fields: int) -> Iterator[list[list[bytes]]]:
    """Yield records of so many fields, some at a time, column by column."""
    rest, first = b"", True
    for block in _blocks(stream):
        if first:
            block, first = block[1:], False
        tokens = _shortened(rest + block).split(b"\0")
        whole = (len(tokens) - 1) // fields * fields
        rest = b"\0".join(tokens[whole:])
        if whole:
            yield [tokens[field:whole:fields] for field in range(fields)]
    if rest:
        last = rest.split(b"\0")
        if len(last) != fields:
            raise BadInput("What git printed ends in the middle of a commit. Read it again.")
        yield [[field] for field in last]


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
        elif len(got) < _LITTLE:
            time.sleep(_PAUSE)
    if gathered:
        yield b"".join(gathered)


def _shortened(data: bytes) -> bytes:
    """Cut the middle out of a field that outgrows all sense, so that one message can't fill the memory."""
    begins = data.rfind(b"\0") + 1
    if len(data) - begins <= _LONGEST_FIELD:
        return data
    half = _LONGEST_FIELD // 4
    return data[: begins + half] + b"\n\n" + data[-half:]


def _seconds(tokens: list[bytes]) -> NDArray[np.int64]:
    """Return times as numbers; what is no number, or none that a clock could show, is 0."""
    try:
        return np.array([int(token) for token in tokens], np.int64)
    except (ValueError, OverflowError):
        return np.array([int(t) if t.isdigit() and len(t) < 16 else 0 for t in tokens], np.int64)
