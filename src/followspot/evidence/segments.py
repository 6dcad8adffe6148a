"""Immutable Parquet files of events: written whole or not at all, checked before they are trusted."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from followspot.errors import BadInput
from followspot.evidence.event import SCHEMA
from followspot.language import say, together

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROWS = 100_000  # in a row group: what is held in memory while writing
# Columns that say the same often. Objects and keys hardly ever repeat: a dictionary of them costs and saves nothing.
_DICTIONARY = ["activity", "actor", "about.list.element", "to.list.element", "unit"]
WHAT_TO_DO = say("Restore it from a backup, or read its source again.")


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of events. Without rows there is no file at `path`, and no first and last."""

    path: Path
    rows: int
    first_at: datetime | None
    last_at: datetime | None
    sha256: str


def write(batches: Iterable[pa.RecordBatch], folder: Path, name: str) -> Segment:
    """Write batches into folder/name.parquet in bounded memory; the file appears whole or not at all.

    batches : record batches in `event.SCHEMA`. Whatever goes wrong, or Ctrl-C, leaves nothing behind, and
        a source that is a generator is closed. No rows make no file.

    Raises FileExistsError if there is such a segment already: segments never change.
    """
    path = folder / f"{name}.parquet"
    if path.exists():
        raise FileExistsError(path)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{name}.part"
    span = _Span()
    try:
        _fill(part, span.watching(batches))
        if not span.rows:
            part.unlink()
            return Segment(path, 0, None, None, "")
        settle(part)
        digest = sha256_of(part)
        part.replace(path)
        settle(folder)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        if close := getattr(batches, "close", None):
            close()
    return Segment(path, span.rows, *span.ends(), digest)


class _Span:
    """How many events passed, and from when to when, in microseconds."""

    def __init__(self) -> None:
        self.rows = 0
        self._seen: list[int] = []

    def watching(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                ends = pc.min_max(batch["at"])
                # Not `as_py`, which imports pandas where it finds it.
                seen = [*self._seen, ends["min"].value, ends["max"].value]
                self._seen = [min(seen), max(seen)]
                self.rows += batch.num_rows
                yield batch

    def ends(self) -> tuple[datetime, datetime]:
        first, last = (_EPOCH + timedelta(microseconds=micros) for micros in self._seen)
        return first, last


def _fill(path: Path, batches: Iterable[pa.RecordBatch]) -> None:
    """Write batches as they come, gathered into row groups."""
    with pq.ParquetWriter(
        path,
        SCHEMA,
        compression="zstd",
        use_dictionary=_DICTIONARY,
        write_statistics=["at", "activity"],  # what readings skip by
        write_page_checksum=True,
    ) as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in batches:
            waiting.append(batch)
            if sum(b.num_rows for b in waiting) >= _ROWS:
                writer.write_table(pa.Table.from_batches(waiting, SCHEMA))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting, SCHEMA))


def settle(path: Path) -> None:
    """Make sure that a file, or a folder's list of names, is on the disk before anything points to it."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sha256_of(path: Path) -> str:
    """Return the checksum of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path, *, sha256: str | None = None) -> None:
    """Read a segment through and raise BadInput, naming it, if it is gone, cut short, changed or not ours.

    sha256 : what `write` said; without it, the checksums inside the file must do.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            if not file.schema_arrow.equals(SCHEMA):
                raise BadInput(
                    say(
                        "{path}: is a Parquet file, but not one of events. Nothing was read from it.",
                        path=path,
                    )
                )
            if sha256 is None:
                for _ in file.iter_batches(use_threads=False):
                    pass
            elif sha256_of(path) != sha256:
                raise BadInput(
                    together([say("{path}: has changed since it was written.", path=path), WHAT_TO_DO])
                )
    except FileNotFoundError:
        raise BadInput(together([say("{path}: is gone.", path=path), WHAT_TO_DO])) from None
    except (pa.ArrowException, OSError) as error:
        raise BadInput(
            together([say("{path}: is cut short or broken ({error}).", path=path, error=error), WHAT_TO_DO])
        ) from None
