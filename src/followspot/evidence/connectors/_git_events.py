"""Commits, column by column, turned into events, column by column."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from followspot.evidence.connectors._git_parse import Commits, Folders, Names
from followspot.evidence.connectors._git_trailers import reverted, trailers
from followspot.evidence.event import SCHEMA

_EARLIEST = 315_532_800  # 1980: before there was any version control to take it from


class Writer:
    """Turns commits into record batches; keeps who was named and what dates could not be.

    latest : seconds; no work is dated later. cut_off : commits whose parents a shallow clone lacks, so
        that what they touched is not known.
    """

    def __init__(self, *, latest: float, cut_off: frozenset[bytes]) -> None:
        self.names, self._folders = Names(), Folders()
        self.reverts: dict[bytes, tuple[int, bytes]] = {}  # whose title says so; when they landed, by whom
        self.mended = self.left_out = 0
        self._latest, self._cut_off = latest, cut_off

    def batches(self, commits: Commits) -> Iterator[pa.RecordBatch]:
        """Yield the events of some commits, one batch an activity."""
        written, landed, usable = self._clocks(commits)
        alone = np.array([b" " not in parents for parents in commits.parents], bool)
        merged = np.flatnonzero(usable & ~alone)
        if merged.size:
            yield self._merges(commits, merged, landed[merged])
        chosen = np.flatnonzero(usable & alone)
        if chosen.size:
            yield from self._changes(commits, chosen, written[chosen], landed[chosen])

    def _clocks(self, commits: Commits) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return when each was written and landed; an impossible time is replaced by the other of the two."""
        authored, committed = commits.authored, commits.committed
        no_author = (authored < _EARLIEST) | (authored > self._latest)
        no_commit = (committed < _EARLIEST) | (committed > self._latest)
        lost = no_author & no_commit
        self.left_out += int(lost.sum())
        self.mended += int((no_author ^ no_commit).sum())
        return np.where(no_author, committed, authored), np.where(no_commit, authored, committed), ~lost

    def _merges(self, commits: Commits, chosen: NDArray[np.intp], at: NDArray[np.int64]) -> pa.RecordBatch:
        rows = chosen.tolist()
        ids = [commits.ids[i] for i in rows]
        who = _texts([self.names[commits.committers[i]] for i in rows])
        return _batch("branch.merged", at, who, _things(ids), _keys(ids, b":m"))

    def _changes(
        self,
        commits: Commits,
        chosen: NDArray[np.intp],
        written: NDArray[np.int64],
        landed: NDArray[np.int64],
    ) -> Iterator[pa.RecordBatch]:
        rows, names = chosen.tolist(), self.names
        by, through = commits.authors, commits.committers
        ids = [commits.ids[i] for i in rows]
        authors, committers = _texts([names[by[i]] for i in rows]), _texts([names[through[i]] for i in rows])
        things, about = _things(ids), self._about(commits, rows)
        yield _batch("change.written", written, authors, things, _keys(ids, b":w"), about=about)
        yield _batch("change.landed", landed, authors, things, _keys(ids, b":l"), about=about)
        to = _singly(authors)
        yield _batch("change.integrated", landed, committers, things, _keys(ids, b":i"), to=to)
        self._remember_reverts(commits, rows, landed, names)
        yield from self._named(commits, rows, {"change.co_written": written}, landed, authors, about)

    def _about(self, commits: Commits, rows: list[int]) -> pa.ListArray:
        files = [commits.files[i] for i in rows]
        if self._cut_off:
            files = [b"" if commits.ids[i] in self._cut_off else f for i, f in zip(rows, files, strict=True)]
        flat, ends = self._folders.touched(files)
        return pa.ListArray.from_arrays(_whole(ends), _texts(flat))

    def _remember_reverts(
        self, commits: Commits, rows: list[int], landed: NDArray[np.int64], names: Names
    ) -> None:
        titles = commits.titles
        for n, i in enumerate(rows):
            if b"evert" in titles[i]:
                self.reverts[commits.ids[i]] = (int(landed[n]), names[commits.authors[i]])

    def taken_back(self, messages: Iterable[tuple[bytes, bytes]]) -> pa.RecordBatch:
        """Return what the `reverts` so far took back, by their messages, and forget them."""
        found = [
            (id_, order, back, *self.reverts[id_])
            for id_, message in messages
            for order, back in enumerate(reverted(message))
        ]
        self.reverts.clear()
        return _batch(
            "change.reverted",
            np.array([at for *_, at, _ in found], np.int64),
            _texts([who for *_, who in found]),
            _things([id_ for id_, *_ in found]),
            _texts([b"%b:r%d" % (id_, order) for id_, order, *_ in found]),
            about=_singly(_things([back for _, _, back, *_ in found])),
        )

    def _named(
        self,
        commits: Commits,
        rows: list[int],
        clocks: dict[str, NDArray[np.int64]],
        landed: NDArray[np.int64],
        authors: pa.StringArray,
        about: pa.ListArray,
    ) -> Iterator[pa.RecordBatch]:
        """Yield what the closing blocks say, by activity. A reviewer, tester or helper is so to the author."""
        told: dict[str, list[tuple[int, bytes, bytes]]] = {}
        blocks, by, through = commits.trailers, commits.authors, commits.committers
        for n, i in enumerate(rows):
            block, alone = blocks[i], b"Signed-off-by: %b\n" % by[i]
            # Most are signed off by author and committer and say no more; that is seen without taking them apart.
            if block and block != alone and block != b"%bSigned-off-by: %b\n" % (alone, through[i]):
                for order, (activity, who) in enumerate(trailers(block, by[i], through[i])):
                    told.setdefault(activity, []).append((n, who, b"%b:t%d" % (commits.ids[i], order)))
        for activity, found in told.items():
            at = [n for n, _, _ in found]
            who = _texts([self.names[who] for _, who, _ in found])
            things = _things([commits.ids[rows[n]] for n in at])
            addressed = activity not in ("change.co_written", "problem.reported")
            to = _singly(authors.take(_whole(at)))
            yield _batch(
                activity,
                clocks.get(activity, landed)[at],
                who,
                things,
                _texts([key for _, _, key in found]),
                about=about.take(_whole(at)),
                to=to if addressed else None,
            )


def _texts(values: Sequence[bytes]) -> pa.StringArray:
    """Return texts from UTF-8. Put together by hand: `pa.array` is slower, and imports pandas where it finds it."""
    ends = np.zeros(len(values) + 1, np.int32)
    np.cumsum(np.fromiter(map(len, values), np.int32, len(values)), out=ends[1:])
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(ends), pa.py_buffer(b"".join(values)))


def _whole(numbers: Sequence[int] | NDArray[Any]) -> pa.Int32Array:
    ready = np.asarray(numbers, np.int32)
    return pa.Array.from_buffers(pa.int32(), len(ready), [None, pa.py_buffer(ready)])


def _times(seconds: NDArray[np.int64]) -> pa.TimestampArray:
    micros = seconds * 1_000_000
    return pa.Array.from_buffers(SCHEMA.field("at").type, len(micros), [None, pa.py_buffer(micros)])


def _things(ids: Sequence[bytes]) -> pa.StringArray:
    return _texts([b"change:" + id_ for id_ in ids])


def _keys(ids: Sequence[bytes], suffix: bytes) -> pa.StringArray:
    return _texts([id_ + suffix for id_ in ids])


def _singly(values: pa.StringArray) -> pa.ListArray:
    """Return lists of one value each."""
    return pa.ListArray.from_arrays(_whole(np.arange(len(values) + 1)), values)


def _batch(
    activity: str,
    seconds: NDArray[np.int64],
    actors: pa.StringArray,
    things: pa.StringArray,
    keys: pa.StringArray,
    *,
    about: pa.ListArray | None = None,
    to: pa.ListArray | None = None,
) -> pa.RecordBatch:
    size = len(keys)
    nobody = pa.ListArray.from_arrays(_whole(np.zeros(size + 1)), _texts([]))
    columns = [
        _times(seconds),
        _texts([activity.encode()] * size),
        actors,
        things,
        about if about is not None else nobody,
        to if to is not None else nobody,
        pa.nulls(size, pa.float64()),
        pa.nulls(size, pa.string()),
        pa.nulls(size, pa.string()),
        keys,
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)
