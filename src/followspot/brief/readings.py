"""Runs measures on a team's log, once for each state of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from followspot import __version__
from followspot.evidence import log
from followspot.measures import Reading, measures, stepaway
from followspot.measures.stepaway import Absence, StepAway
from followspot.practices.stepaways.models import StepAway as Announced
from followspot.teams import calendar
from followspot.teams.models import Team

_KEPT = int(timedelta(days=30).total_seconds())


def once[T](team: Team, what: str, compute: Callable[[], T]) -> T:
    """Return a reading from the cache, or compute it; version and the log's stamp keep it true."""
    key = hashlib.sha256(f"{__version__} {team.pk} {log.head(team)} {what}".encode()).hexdigest()
    found: T | None = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, _KEPT)
    return found


# What happens in the app itself: read up to now, on the team's own working days, for the whole team's eyes.
PRACTISED = frozenset({"barrier-survival", "pace"})


def reading(team: Team, slug: str, *, asof: datetime | None = None) -> Reading:
    """Return what a measure says of a team at the end of its evidence, or at `asof`."""
    measure = measures()[slug]
    if slug in PRACTISED:
        return _practised(team, slug)

    def compute() -> Reading:
        until = asof or log.until(team) or timezone.now()
        computed: Reading = measure.compute(log.read(team), asof=until + timedelta(seconds=1))
        return computed

    return once(team, f"{slug} {asof}", compute)


def _practised(team: Team, slug: str) -> Reading:
    """Return a reading of a practice as of now; it changes with every event, and with the day."""
    clock = calendar.of(team)
    now = timezone.now()

    def compute() -> Reading:
        computed: Reading = measures()[slug].compute(
            log.read(team), asof=now, off=clock.off, week_off=clock.week_off
        )
        return computed

    return once(team, f"{slug} {clock.day(now)} {sorted(clock.week_off)}", compute)


def step_away(announced: Announced, *, earlier: Sequence[Announced] = ()) -> dict[str, StepAway]:
    """Return what every flow says of a step-away, alone or pooled with earlier ones."""
    stretch = [Absence(s.begins_on, s.ends_on) for s in (*earlier, announced)]
    what = f"stepaway {stretch} {announced.margin} {announced.leader_id}"

    def compute() -> dict[str, StepAway]:
        days_off = list(announced.team.days_off.values_list("on", flat=True))
        return stepaway.compute(
            log.read(announced.team, leader=announced.leader),
            absences=stretch,
            margin=announced.margin,
            holidays=days_off,
        )

    return once(announced.team, what, compute)
