"""Commits, column by column, turned into events, column by column."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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
        self.mended = self.left_out = 0
        self._latest, self._cut_off = latest, cut_off

    def batches(self, commits: Commits) -> Iterator[pa.RecordBatch]:
        """Yield the events of some commits, one batch an activity."""
        written, landed, usable = self._times(commits)
        alone = np.array([b" " not in parents for parents in commits.parents], bool)
        merged = np.flatnonzero(usable & ~alone)
        if merged.size:
            yield self._merges(commits, merged, landed[merged])
        chosen = np.flatnonzero(usable & alone)
        if chosen.size:
            yield from self._changes(commits, chosen, written[chosen], landed[chosen])

    def _times(self, commits: Commits) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return when each was written and landed; an impossible time is replaced by the other of the two."""
        authored, committed = commits.authored, commits.committed
        no_author = (authored < _EARLIEST) | (authored > self._latest)
        no_commit = (committed < _EARLIEST) | (committed > self._latest)
        lost = no_author & no_commit
        self.left_out += int(lost.sum())
        self.mended += int((no_author ^ no_commit).sum())
        return np.where(no_author, committed, authored), np.where(no_commit, authored, committed), ~lost

    def _merges(self, commits: Commits, chosen: NDArray[np.intp], at: NDArray[np.int64]) -> pa.RecordBatch:
        ids = _texts([commits.ids[i] for i in chosen])
        who = _texts([self.names[commits.committers[i]] for i in chosen])
        return _batch("branch.merged", at, who, _prefixed(ids), _suffixed(ids, ":m"))

    def _changes(
        self,
        commits: Commits,
        chosen: NDArray[np.intp],
        written: NDArray[np.int64],
        landed: NDArray[np.int64],
    ) -> Iterator[pa.RecordBatch]:
        rows = chosen.tolist()
        ids = _texts([commits.ids[i] for i in rows])
        authors = _texts([self.names[commits.authors[i]] for i in rows])
        committers = _texts([self.names[commits.committers[i]] for i in rows])
        things, about = _prefixed(ids), _lists([self._touched(commits, i) for i in rows])
        yield _batch("change.written", written, authors, things, _suffixed(ids, ":w"), about=about)
        yield _batch("change.landed", landed, authors, things, _suffixed(ids, ":l"), about=about)
        to = pa.ListArray.from_arrays(np.arange(len(rows) + 1, dtype=np.int32), authors)
        yield _batch("change.integrated", landed, committers, things, _suffixed(ids, ":i"), to=to)
        yield from self._reverts(commits, rows, landed, authors)
        yield from self._named(commits, rows, {"change.co_written": written}, landed, authors, about)

    def _touched(self, commits: Commits, i: int) -> list[str]:
        files = commits.files[i]
        return self._folders.touched(files) if files and commits.ids[i] not in self._cut_off else []

    def _reverts(
        self, commits: Commits, rows: list[int], landed: NDArray[np.int64], authors: pa.StringArray
    ) -> Iterator[pa.RecordBatch]:
        messages = commits.messages
        saying_so = [n for n, i in enumerate(rows) if b"This reverts commit " in messages[i]]
        flat = [(n, order, id_) for n in saying_so for order, id_ in enumerate(reverted(messages[rows[n]]))]
        if flat:
            at = [n for n, _, _ in flat]
            ids = [commits.ids[rows[n]] for n in at]
            keys = [b"%b:r%d" % (id_, order) for id_, (_, order, _) in zip(ids, flat, strict=True)]
            about = _lists([[f"change:{id_.decode()}"] for _, _, id_ in flat])
            things = _prefixed(_texts(ids))
            yield _batch("change.reverted", landed[at], authors.take(at), things, _texts(keys), about=about)

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
        for n, i in enumerate(rows):
            named = trailers(commits.messages[i], commits.authors[i], commits.committers[i])
            for order, (activity, who) in enumerate(named):
                told.setdefault(activity, []).append((n, who, b"%b:t%d" % (commits.ids[i], order)))
        for activity, found in told.items():
            at = np.array([n for n, _, _ in found])
            who = _texts([self.names[who] for _, who, _ in found])
            things = _prefixed(_texts([commits.ids[rows[n]] for n in at]))
            addressed = activity not in ("change.co_written", "problem.reported")
            to = pa.ListArray.from_arrays(np.arange(len(found) + 1, dtype=np.int32), authors.take(at))
            yield _batch(
                activity,
                clocks.get(activity, landed)[at],
                who,
                things,
                _texts([key for _, _, key in found]),
                about=about.take(at),
                to=to if addressed else None,
            )


def _texts(values: Sequence[bytes | str]) -> pa.StringArray:
    return pa.array(values, pa.string())


def _prefixed(ids: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise("change:", ids, "")


def _suffixed(ids: pa.StringArray, suffix: str) -> pa.StringArray:
    return pc.binary_join_element_wise(ids, suffix, "")


def _lists(rows: list[list[str]]) -> pa.ListArray:
    offsets = np.fromiter(accumulate(map(len, rows), initial=0), np.int32, len(rows) + 1)
    return pa.ListArray.from_arrays(offsets, pa.array([one for row in rows for one in row], pa.string()))


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
    nobody = pa.ListArray.from_arrays(np.zeros(size + 1, np.int32), pa.array([], pa.string()))
    columns = [
        pa.array(seconds * 1_000_000, pa.timestamp("us", tz="UTC")),
        pa.repeat(activity, size),
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
