"""Merges the many small segments of a source that is read every hour, so that a reading opens few files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from followspot.errors import BadInput
from followspot.evidence import erased, places, segments
from followspot.evidence.event import SCHEMA
from followspot.evidence.models import Segment, Source

MOST = 32  # segments of a source
_LARGEST = 8  # stay as they are, so that what is large is not written again every day


def merge(source: Source) -> int:
    """Put all but the largest segments of a source into one, where there are many; return how many went into it.

    The new file is complete before its row takes the place of theirs in one step. Theirs are swept later, since
    somebody may still be reading them. Where one of them was changed meanwhile, all stays as it was.
    """
    stored = list(source.segments.order_by("-rows", "pk"))
    if len(stored) <= MOST:
        return 0
    small = sorted(stored[_LARGEST:], key=lambda s: s.pk)
    veil = erased.veil()
    written = places.beside(small[0].path, veil.over(_batches(small)))
    try:
        with transaction.atomic():
            erased.must_be(veil, source)
            _swap(source, small, written)
    except BadInput:
        places.remove(str(written.path))
        return 0
    except BaseException:
        places.remove(str(written.path))
        raise
    return len(small)


def _swap(source: Source, small: Sequence[Segment], written: segments.Segment) -> None:
    ours = {s.pk: s.sha256 for s in small}
    there = dict(source.segments.filter(pk__in=ours).values_list("pk", "sha256"))
    if there != ours:
        raise BadInput("A segment was changed while it was being merged.")
    source.segments.filter(pk__in=ours).delete()
    Segment.objects.create(
        source=source,
        path=str(written.path),
        rows=written.rows,
        first_at=written.first_at,
        last_at=written.last_at,
        sha256=written.sha256,
    )


def _batches(stored: Sequence[Segment]) -> Iterator[pa.RecordBatch]:
    for segment in stored:
        [path] = places.read([segment])
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=50_000):
                yield batch.cast(SCHEMA)
