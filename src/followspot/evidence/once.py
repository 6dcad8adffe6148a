"""Lets an event that came before not come again: by its key, in its own source's segments.

What is asked over HTTP comes in pieces whose edges overlap, and what a service told by itself comes again when it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from followspot.evidence.event import SCHEMA

_AT_ONCE = "512MB"  # what comparing may hold; a piece is small, and the segments stream past it


def new_only(batches: Iterable[pa.RecordBatch], paths: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    """Yield the events of a piece whose key is neither in these segments nor earlier in the piece, as one batch.

    An event may name several that could have asked for it, with a space between: the first that is known stays, and where
    none is, nobody had asked. The piece is held in memory, the segments are not.
    """
    piece = pa.Table.from_batches(list(batches), SCHEMA).combine_chunks()
    if not piece.num_rows:
        return
    keys, asks = piece["key"].combine_chunks(), _candidates(piece)
    known = _known(pa.concat_arrays([keys, asks]), paths)
    fresh = _fresh(keys, known)
    found = piece if fresh is None else piece.filter(fresh)
    if found.num_rows:
        there = pc.is_in(asks, value_set=pa.concat_arrays([keys, known]))
        yield from _answered(found, asks.filter(there)).combine_chunks().to_batches()


def _fresh(keys: pa.Array, known: pa.Array) -> pa.Array | None:
    """Return which events come for the first time, or None where all do."""
    if not len(known) and pc.count_distinct(keys).as_py() == len(keys):
        return None
    seen, fresh = set(known.to_pylist()), []
    for key in keys.to_pylist():
        fresh.append(key not in seen)
        seen.add(key)
    return pa.array(fresh, pa.bool_())


def _candidates(piece: pa.Table) -> pa.Array:
    """Return the keys of all that could have asked for something."""
    told = pc.unique(piece["invited_by"]).drop_null()
    return pc.unique(pc.list_flatten(pc.split_pattern(told, " ")))


def _answered(piece: pa.Table, known: pa.Array) -> pa.Table:
    """Keep of what could have asked for an event what did."""
    told = piece["invited_by"]
    if pc.all(pc.is_in(told.drop_null(), value_set=known)).as_py():  # also where nothing was asked for
        return piece
    there = set(known.to_pylist())
    kept = {
        some: next((key for key in some.split(" ") if key in there), None)
        for some in pc.unique(told).drop_null().to_pylist()
    }
    column = pa.array([kept.get(some) for some in told.to_pylist()], pa.string())
    return piece.set_column(piece.schema.get_field_index("invited_by"), SCHEMA.field("invited_by"), column)


def _known(keys: pa.Array, paths: Sequence[Path]) -> pa.Array:
    """Return which of some keys are in the segments."""
    if not paths:
        return pa.array([], pa.string())
    wanted = pa.table({"key": keys})
    with duckdb.connect(
        config={
            "memory_limit": _AT_ONCE,
            "threads": 1,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    ) as engine:
        engine.register("wanted", wanted)
        found = engine.execute(
            "SELECT DISTINCT key FROM read_parquet(?) SEMI JOIN wanted USING (key)", [[str(p) for p in paths]]
        )
        return pa.array([key for (key,) in found.fetchall()], pa.string())
