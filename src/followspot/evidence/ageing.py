"""Lets what has been kept long enough leave the log, and the notes on how sources were read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from django.db.models import Max, QuerySet, Sum

from followspot.evidence import places
from followspot.evidence.event import SCHEMA
from followspot.evidence.models import Run, Segment, StoredEvent


def runs_before(moment: datetime) -> QuerySet[Run]:
    """Notes on readings of sources that ended before a moment; the last one of each source stays."""
    last = Run.objects.values("source").annotate(last=Max("pk")).values("last")
    return Run.objects.filter(ended_at__lt=moment).exclude(pk__in=last)


def _practised_before(moment: datetime) -> QuerySet[StoredEvent]:
    return StoredEvent.objects.filter(at__lt=moment, team__sample="")


def _segments_before(moment: datetime) -> QuerySet[Segment]:
    return Segment.objects.filter(first_at__lt=moment, source__team__sample="")


def events_before(moment: datetime) -> int:
    """Return how many events of the log, samples apart, lie before a moment; of segments that only begin there, none."""
    whole = _segments_before(moment).filter(last_at__lt=moment).aggregate(rows=Sum("rows"))["rows"] or 0
    return whole + _practised_before(moment).count()


def forget_before(moment: datetime) -> int:
    """Delete the events of the log that lie before a moment; samples stay whole."""
    gone, _ = _practised_before(moment).delete()
    for stored in _segments_before(moment):
        gone += _shortened(stored, moment)
    return gone


def _shortened(stored: Segment, moment: datetime) -> int:
    [path] = places.read([stored])
    written = places.beside(stored.path, _since(path, moment))
    with transaction.atomic():
        there = Segment.objects.filter(pk=stored.pk, sha256=stored.sha256)
        if not written.rows:
            there.delete()
        else:
            there.update(
                path=str(written.path),
                sha256=written.sha256,
                rows=written.rows,
                first_at=written.first_at,
                last_at=written.last_at,
            )
    places.remove(stored.path)
    return stored.rows - written.rows


def _since(path: Path, moment: datetime) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=50_000):
            yield batch.filter(pc.greater_equal(batch["at"], pa.scalar(moment, batch["at"].type))).cast(
                SCHEMA
            )
