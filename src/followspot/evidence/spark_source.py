"""Reads segments on the workers of a cluster: each takes its row groups from where they lie, as Arrow.

Sent to the workers as it stands here, so they need Python and pyarrow, but not Followspot, and no Java library for object stores.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs
from pyspark import cloudpickle
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.types import StructType

_ROWS = 1_000_000  # about so many are one task


@dataclass(frozen=True)
class Share(InputPartition):
    """Every `of`-th row group of a segment, from the `nth` on."""

    path: str
    nth: int
    of: int


class Segments(DataSource):
    """Segments as one table. Options: `store`, the URL that they lie under; `segments`, [path, rows] of each as JSON."""

    def reader(self, schema: StructType) -> DataSourceReader:
        """Return what reads the columns that are asked for."""
        listed = json.loads(self.options["segments"])
        return _Reader(self.options["store"], listed, schema.names)


def named(called: str) -> type[Segments]:
    """Return the source under a name of its own: Spark takes none for one session that another one has."""

    class Named(Segments):
        @classmethod
        def name(cls) -> str:
            return called

    return Named


class _Reader(DataSourceReader):
    def __init__(self, store: str, listed: Sequence[tuple[str, int]], columns: Sequence[str]) -> None:
        self.store, self.listed, self.columns = store, listed, columns

    def partitions(self) -> list[InputPartition]:
        """Return the shares of all segments; how many row groups there are is known where they are read."""
        return [
            Share(path, nth, of)
            for path, rows in self.listed
            for of in [ceil(rows / _ROWS)]
            for nth in range(of)
        ]

    def read(self, partition: Any) -> Iterator[pa.RecordBatch]:
        """Yield one share, a batch at a time."""
        where, prefix = fs.FileSystem.from_uri(self.store)
        with pq.ParquetFile(where.open_input_file(f"{prefix}/{partition.path}"), pre_buffer=True) as file:
            groups = range(partition.nth, file.num_row_groups, partition.of)
            for group in groups:
                yield from file.iter_batches(
                    row_groups=[group], columns=list(self.columns), use_threads=False
                )


cloudpickle.register_pickle_by_value(sys.modules[__name__])
