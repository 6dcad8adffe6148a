"""The practices' events in the order in which they were written, for whoever passes them on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from followspot.evidence.models import StoredEvent
from followspot.teams.models import Person, Team

LATE = 500  # events that are looked at once more: a transaction that began before another may end after it


@dataclass(frozen=True, slots=True)
class News:
    """One event with the number under which it was written. key : by which it is the same whenever it is told."""

    number: int
    at: datetime
    activity: str
    actor: Person | None
    object: str
    about: tuple[str, ...]
    key: str


def newest(team: Team) -> int:
    """Return the number of what was written last, 0 before the first."""
    return StoredEvent.objects.filter(team=team).aggregate(last=Max("pk"))["last"] or 0


def after(team: Team, number: int, *, activities: frozenset[str], most: int) -> list[News]:
    """Return what was written after a number, the oldest first."""
    rows = StoredEvent.objects.filter(team=team, pk__gt=number, activity__in=activities)
    return [_told(row) for row in rows.select_related("actor").order_by("pk")[:most]]


def one(team: Team, number: int) -> News | None:
    """Return one event, or None if it is gone."""
    row = StoredEvent.objects.select_related("actor").filter(team=team, pk=number).first()
    return _told(row) if row is not None else None


def lately(*, since: datetime, activities: frozenset[str]) -> list[tuple[Team, News]]:
    """Return what happened since a moment in all teams but samples, the oldest first."""
    real = Team.objects.filter(sample="")
    rows = StoredEvent.objects.filter(team__in=real, at__gte=since, activity__in=activities)
    return [(row.team, _told(row)) for row in rows.select_related("actor", "team").order_by("pk")]


def _told(row: StoredEvent) -> News:
    return News(row.pk, row.at, row.activity, row.actor, row.object, tuple(row.about), row.key)
