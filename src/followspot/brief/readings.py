"""Runs measures on a team's log, once for each state of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from followspot import __version__
from followspot.evidence import log
from followspot.measures import Reading, activities, answer, measures
from followspot.teams import calendar
from followspot.teams.models import Team

_KEPT = int(timedelta(days=30).total_seconds())
_LATEST_KEPT = int(timedelta(days=2).total_seconds())  # by then the background has read them anew


def once[T](team: Team, what: str, compute: Callable[[], T]) -> T:
    """Return a reading from the cache, or compute it; version and the log's stamp keep it true."""
    key = hashlib.sha256(f"{__version__} {team.pk} {log.head(team)} {what}".encode()).hexdigest()
    found: T | None = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, _KEPT)
    return found


def reading(team: Team, slug: str, *, asof: datetime | None = None) -> Reading:
    """Return what a measure says of a team, on its own working days.

    asof : when the lead of whom it speaks ended, if it did; what is the whole team's goes on.
    """
    measure = measures()[slug]
    clock, now = calendar.of(team), timezone.now()
    ended = asof if measure.eyes == "leader" else None
    until = ended or (now if measure.upto == "now" else log.until(team) or now)

    def compute() -> Reading:
        # The last thing that happened lies just before the moment that is asked about.
        upto = until + timedelta(seconds=1) if measure.upto == "evidence" else until
        with log.lend(team) as events:
            sent = once(team, "activities", lambda: activities(events))
            found = answer(measure, events, asof=upto, off=clock.off, week_off=clock.week_off, sent=sent)
        if asof is None:
            cache.set(_latest(team, [slug])[slug], found, _LATEST_KEPT)
        return found

    # What is read up to now changes with every event, and with the day.
    return once(team, f"{slug} {ended or clock.day(until)} {sorted(clock.week_off)}", compute)


def refreshed(team: Team, slug: str) -> Reading:
    """Return a reading, and keep it among the newest ones even if nothing has happened since."""
    found = reading(team, slug)
    cache.set(_latest(team, [slug])[slug], found, _LATEST_KEPT)
    return found


def known(team: Team, slugs: Iterable[str]) -> dict[str, Reading]:
    """Return the newest readings that are there already, at most two days old; nothing is computed."""
    keys = _latest(team, slugs)
    there = cache.get_many(keys.values())
    return {slug: there[key] for slug, key in keys.items() if key in there}


def _latest(team: Team, slugs: Iterable[str]) -> dict[str, str]:
    """Return where the newest readings lie; a new leader finds none of those about the one before."""
    leads = list(team.leaderships.values_list("person", "begins_on", "ends_on"))
    # A number can be given again once a team is gone; the moment of its making can't.
    whose = f"{__version__} newest {team.pk} {team.created_at} {leads}"
    return {slug: hashlib.sha256(f"{whose} {slug}".encode()).hexdigest() for slug in slugs}
