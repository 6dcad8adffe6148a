"""The team's own clock: which days it works, and how many of them lie between two moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from followspot.teams.models import Team


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days on which a team does not work, by weekday (Monday is 0) and by date."""

    zone: ZoneInfo
    week_off: frozenset[int]
    off: frozenset[date]

    def day(self, at: datetime) -> date:
        """Return the day on which a moment falls where the team lives."""
        return at.astimezone(self.zone).date()

    def works(self, day: date) -> bool:
        return day.weekday() not in self.week_off and day not in self.off

    def between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and including `last`; negative if it lies before."""
        if last < first:
            return -self.between(last, first)
        weeks, rest = divmod((last - first).days, 7)
        days = weeks * (7 - len(self.week_off)) + sum(
            (first.weekday() + n) % 7 not in self.week_off for n in range(1, rest + 1)
        )
        return days - sum(first < day <= last and day.weekday() not in self.week_off for day in self.off)

    def after(self, day: date, working_days: int) -> date:
        """Return the day that comes some working days after `day`; a team without any works every day."""
        found = 0
        for n in range(1, 3660):
            found += self.works(day + timedelta(days=n))
            if found >= working_days:
                return day + timedelta(days=n)
        return day + timedelta(days=working_days)

    def days(self, first: date, last: date) -> Iterator[date]:
        """Yield the working days from `first` to `last`, both included."""
        return (d for n in range((last - first).days + 1) if self.works(d := first + timedelta(days=n)))


def of(team: Team) -> Calendar:
    """Return a team's calendar as it stands now."""
    week_off = frozenset(int(c) for c in team.week_off if c in "0123456")
    return Calendar(
        ZoneInfo(team.zone),
        week_off if len(week_off) < 7 else frozenset(),
        frozenset(team.days_off.values_list("on", flat=True)),
    )
