"""What waits in the background, and what is dated ahead of the clock: counts without anybody's name."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django_ox.models import OxTask

from followspot.evidence import log

_SLACK = timedelta(minutes=10)


def waiting(*, now: datetime) -> int:
    """Return how many pieces of work could be done now and are not."""
    return _waiting(now).count()


def late(*, now: datetime) -> int:
    """Return how many pieces of work could have been done ten minutes ago."""
    return _waiting(now - _SLACK).filter(enqueued_at__lte=now - _SLACK).count()


def failed() -> int:
    """Return how many pieces of work failed for good in the last week, which is how long they are kept."""
    return OxTask.objects.filter(status__in=[OxTask.Status.FAILED, OxTask.Status.LOST]).count()


def dated_ahead(*, now: datetime) -> int:
    """Return how many things were written down as of later than now."""
    tasks = OxTask.objects.filter(Q(enqueued_at__gt=now + _SLACK) | Q(locked_at__gt=now + _SLACK))
    return tasks.count() + log.dated_ahead(now=now + _SLACK)


def _waiting(now: datetime) -> QuerySet[OxTask]:
    due = Q(run_after=None) | Q(run_after__lte=now)
    return OxTask.objects.filter(due, status=OxTask.Status.READY)
