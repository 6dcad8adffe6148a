"""Immutable Parquet files of events: written whole or not at all, checked before they are trusted."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from followspot.errors import BadInput
from followspot.evidence.event import SCHEMA

_DICTIONARY = ["activity", "actor", "about", "to", "unit"]


@dataclass(frozen=True, slots=True)
class Written:
    """A segment on disk; first_at and last_at are None when it has no rows."""

    path: Path
    rows: int
    first_at: datetime | None
    last_at: datetime | None
    sha256: str


def write(batches: Iterable[pa.RecordBatch], folder: Path, name: str) -> Written:
    """Write batches into folder/name.parquet in bounded memory; the file appears whole or not at all.

    batches : record batches in `event.SCHEMA`. Whatever goes wrong, or Ctrl-C, leaves nothing behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part, path = folder / f".{name}.part", folder / f"{name}.parquet"
    rows, first, last = 0, None, None
    try:
        with pq.ParquetWriter(part, SCHEMA, compression="zstd", use_dictionary=_DICTIONARY) as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
                if batch.num_rows:
                    seen = pc.min_max(batch["at"]).as_py()
                    first = min(first or seen["min"], seen["min"])
                    last = max(last or seen["max"], seen["max"])
        _settle(part)
        digest = sha256_of(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Written(path, rows, first, last, digest)


def _settle(path: Path) -> None:
    """Make sure that the file is on the disk before anything points to it."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sha256_of(path: Path) -> str:
    """Return the checksum of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path, *, sha256: str | None = None) -> None:
    """Raise BadInput, naming the file, if it is gone, cut short, changed, or no segment of ours."""
    try:
        schema = pq.read_schema(path)
        if not schema.equals(SCHEMA):
            raise BadInput(f"{path}: is a Parquet file, but not one of events. Nothing was read from it.")
        if sha256 is not None and sha256_of(path) != sha256:
            raise BadInput(f"{path}: has changed since it was written. Restore it, or read its source again.")
    except FileNotFoundError:
        raise BadInput(f"{path}: is gone. Restore it, or read its source again.") from None
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{path}: is cut short or broken ({error}). Restore it, or read its source again.") from None
