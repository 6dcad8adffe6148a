"""What a monitor asks for, in Prometheus' text format: how it is going, and nothing about anybody or any team."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from followspot import __version__
from followspot.evidence import collect, log
from followspot.upkeep import backlog, backup

FORMAT = "text/plain; version=0.0.4; charset=utf-8"

_registry = CollectorRegistry()
# Of this process alone; each one that serves pages is asked for itself.
_ANSWERS = Counter("followspot_answers", "Requests answered.", ["kind", "status"], registry=_registry)
_SECONDS = Histogram("followspot_answer_seconds", "How long an answer took.", ["kind"], registry=_registry)


def answered(kind: str, status: int, seconds: float) -> None:
    """Count an answer. kind : page, api or static; never which page, or when somebody answered a pulse would stand there."""
    _ANSWERS.labels(kind, f"{status // 100}xx").inc()
    _SECONDS.labels(kind).observe(seconds)


def written() -> bytes:
    """Return all figures as they are now."""
    return generate_latest(_registry)


class _Now(Collector):
    """What is counted when it is asked for."""

    def describe(self) -> Iterator[Metric]:
        return iter(())  # nothing is asked of the database before anybody wants to know

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        yield InfoMetricFamily("followspot", "Which Followspot this is.", {"version": __version__})
        segments, events = log.size()
        at = backup.last()
        for name, what, value in (
            ("data_free_bytes", "Room left for the data folder.", shutil.disk_usage(settings.DATA).free),
            ("segments", "Segments of evidence.", segments),
            ("events", "Events in them.", events),
            ("sources_failing", "Sources that could not be read last time.", collect.failing()),
            (
                "work_waiting",
                "Pieces of work in the background that could be done now.",
                backlog.waiting(now=now),
            ),
            ("work_late", "Those that could have been done ten minutes ago.", backlog.late(now=now)),
            ("work_failed", "Those that failed for good in the last week.", backlog.failed()),
            (
                "backup_timestamp_seconds",
                "When the last backup was made; 0: never.",
                at.timestamp() if at else 0,
            ),
        ):
            yield GaugeMetricFamily(f"followspot_{name}", what, value)


_registry.register(_Now())
