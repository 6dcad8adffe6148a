"""Lets an event that came before not come again: by its key, in its own source's segments.

What is asked over HTTP comes in pieces whose edges overlap, and what a service told by itself comes again when it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
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
    keys, asks = piece["key"].to_pylist(), _candidates(piece)
    known = _known(asks.union(keys), paths)
    seen, fresh = set(known), []
    for key in keys:
        fresh.append(key not in seen)
        seen.add(key)
    found = piece if all(fresh) else piece.filter(pa.array(fresh, pa.bool_()))
    if found.num_rows:
        yield from _answered(found, asks & seen).combine_chunks().to_batches()


def _candidates(piece: pa.Table) -> set[str]:
    told = pc.unique(piece["invited_by"]).to_pylist()
    return {key for some in told if some for key in some.split(" ")}


def _answered(piece: pa.Table, known: Collection[str]) -> pa.Table:
    """Keep of what could have asked for an event what did."""
    told = pc.unique(piece["invited_by"]).to_pylist()
    kept = {some: next((key for key in some.split(" ") if key in known), None) for some in told if some}
    if all(was == now for was, now in kept.items()):
        return piece
    column = pa.array([kept.get(some) for some in piece["invited_by"].to_pylist()], pa.string())
    return piece.set_column(piece.schema.get_field_index("invited_by"), SCHEMA.field("invited_by"), column)


def _known(keys: Collection[str], paths: Sequence[Path]) -> set[str]:
    """Return which of some keys are in the segments."""
    if not paths:
        return set()
    wanted = pa.table({"key": pa.array(list(keys), pa.string())})
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
        return {key for (key,) in found.fetchall()}
