"""From days to weekly blocks: which days compare, how much work a day invites, how rough counts are."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from followspot.measures._methods.days import Absence, Bools, DailyCounts, Floats, Ints

ORDINARY, LEFT_OUT = 0, -1
FOR_GOOD_DAYS = 91
LONG = 5  # days from which an absence has a whole week of run-up and of return
LEAST_EXPOSURE = 0.5  # of an average day; smaller blocks say nothing and upset the logs


@dataclass(frozen=True, slots=True)
class QuietPeriod:
    """A stretch of the year in which work slows down, by month and day, both included.

    spread is the prior sd of its log effect, spread_year that of one year's own deviation from it.
    """

    name: str
    start: tuple[int, int]
    end: tuple[int, int]
    spread: float
    spread_year: float


YEAR_END = QuietPeriod("the year's end", (12, 20), (1, 3), 0.8, 0.25)
SUMMER = QuietPeriod("summer", (7, 10), (8, 31), 0.2, 0.1)
QUIET_PERIODS = (YEAR_END, SUMMER)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """What the calendar says of each day. quiet is 0, or 1 + the place in the list of periods."""

    week: Ints
    weekday: Ints
    yearday: Floats
    quiet: Ints
    quiet_year: Ints


def calendar(days: DailyCounts, periods: Sequence[QuietPeriod] = QUIET_PERIODS) -> Calendar:
    """Week (Monday first), weekday, day of the year and quiet period of each day."""
    ordinal = days.start.toordinal() - 1 + np.arange(days.others.size)
    stamps = np.datetime64(days.start) + np.arange(days.others.size)
    years, months = stamps.astype("M8[Y]"), stamps.astype("M8[M]")
    year = years.astype(np.int64) + 1970
    month = (months - years.astype("M8[M]")).astype(np.int64) + 1
    month_day = month * 100 + (stamps - months.astype("M8[D]")).astype(np.int64) + 1
    quiet, quiet_year = np.zeros_like(year), np.zeros_like(year)
    for place, period in enumerate(periods, start=1):
        begin, end = (m * 100 + d for m, d in (period.start, period.end))
        late, early = month_day >= begin, month_day <= end
        inside = late & early if begin <= end else late | early
        quiet[inside] = place
        quiet_year[inside] = np.where(late, year, year - 1)[inside]
    return Calendar(
        week=ordinal // 7,
        weekday=ordinal % 7,
        yearday=(stamps - years.astype("M8[D]")).astype(np.float64),
        quiet=quiet,
        quiet_year=quiet_year,
    )


def states(days: DailyCounts, absences: Sequence[Absence], catch_up: int = 0) -> Ints:
    """State of each day: 0 ordinary, 1, 2, ... in that absence, -1 left out.

    Parameters
    ----------
    catch_up
        Longest return period, in days, that is judged together with its absence (for the net
        ratio); never longer than the absence itself.
    """
    size = days.others.size
    state: Ints = np.zeros(size, dtype=np.int64)
    spans = [(days.index(a.start), days.index(a.end) if a.end else size - 1) for a in absences]
    for first, last in spans:
        buffer = 7 if last - first + 1 >= LONG else 1
        state[max(0, first - buffer) : last + 1 + buffer] = LEFT_OUT
    for number, (first, last) in enumerate(spans, start=1):
        judged = last if absences[number - 1].end else min(last, first + FOR_GOOD_DAYS - 1)
        if absences[number - 1].end:
            judged += min(last - first + 1, catch_up)
        state[first : judged + 1] = number
    state[np.isnan(days.others)] = LEFT_OUT
    if days.holiday is not None:
        state[days.holiday] = LEFT_OUT
    return state


def share_at_work(days: DailyCounts, when: Calendar) -> Floats:
    """People scheduled over their median on working days; 1 where it is not known."""
    if days.at_work is None:
        return np.ones(days.others.size)
    # Work done on weekdays that nobody is ever scheduled for is work all the same.
    never = np.bincount(when.weekday, weights=np.nan_to_num(days.at_work), minlength=7) == 0
    people = np.where(never[when.weekday], np.nan, days.at_work)
    if not (people > 0).any():
        return np.ones(days.others.size)
    return np.where(np.isnan(people), 1.0, people / np.median(people[people > 0]))


def profile(days: DailyCounts, when: Calendar, state: Ints, share: Floats) -> Floats:
    """Each day's usual share of work by its weekday, mean 1 over the week."""
    plain = (state == ORDINARY) & (when.quiet == 0)
    if not plain.any():
        plain = state == ORDINARY
    count = np.where(plain, np.nan_to_num(days.others), 0.0)
    mean = count.sum() / max(1, int(plain.sum()))
    work = np.bincount(when.weekday, weights=count, minlength=7)
    people = np.bincount(when.weekday, weights=np.where(plain, share, 0.0), minlength=7)
    usual = (work + 0.5 * mean) / (people + 0.5)
    if usual.sum() <= 0:
        return np.ones(days.others.size)
    result: Floats = (usual / usual.mean())[when.weekday]
    return result


def dispersion(days: DailyCounts, when: Calendar, state: Ints, exposed: Floats) -> float:
    """Variance of a day's count over its mean, within weeks; at least 1 (Pearson estimate)."""
    use = (state == ORDINARY) & (exposed > 0)
    week, count, part = when.week[use], days.others[use], exposed[use]
    _, place = np.unique(week, return_inverse=True)
    size, total, whole = (np.bincount(place, weights=w) for w in (np.ones(place.size), count, part))
    kept = ((size >= 4) & (total > 0))[place]
    if not kept.any():
        return 1.0
    mean = (total / whole)[place][kept] * part[kept]
    free = kept.sum() - np.unique(place[kept]).size - 6
    squares = ((count[kept] - mean) ** 2 / mean).sum()
    return max(1.0, float(squares / free)) if free > 0 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Days grouped by calendar week, state and quiet period, in order of time."""

    count: Floats
    exposure: Floats
    mid: Floats  # exposure-weighted mean day, counted from the first day
    yearday: Floats
    week: Ints
    quiet: Ints
    quiet_year: Ints
    state: Ints

    def __len__(self) -> int:
        return int(self.count.size)

    def where(self, chosen: Bools | Ints) -> Self:
        """Only the chosen blocks."""
        return type(self)(*(getattr(self, column.name)[chosen] for column in fields(self)))

    def in_order(self) -> Self:
        """The same blocks in order of time."""
        return self.where(np.argsort(self.mid, kind="stable"))


def blocks(days: DailyCounts, when: Calendar, state: Ints, exposed: Floats) -> Blocks:
    """Group the days that have a record; tiny ordinary blocks are dropped, empty ones too."""
    use = ~np.isnan(days.others) & (exposed > 0)
    keys = np.stack([when.week, state, when.quiet, when.quiet_year])[:, use]
    labels, place = np.unique(keys, axis=1, return_inverse=True)
    weight = exposed[use]

    def total(values: Floats) -> Floats:
        return np.bincount(place, weights=values, minlength=labels.shape[1])

    whole = total(weight)
    grouped = Blocks(
        count=total(days.others[use]),
        exposure=whole,
        mid=total(weight * np.flatnonzero(use)) / whole,
        yearday=total(weight * when.yearday[use]) / whole,
        week=labels[0],
        quiet=labels[2],
        quiet_year=labels[3],
        state=labels[1],
    )
    return grouped.where((grouped.state != ORDINARY) | (whole >= LEAST_EXPOSURE)).in_order()


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """The days of a test, sorted and grouped: what is learned from, and what is judged."""

    days: DailyCounts
    absences: Sequence[Absence]
    periods: Sequence[QuietPeriod]
    when: Calendar
    state: Ints
    share: Floats
    profile: Floats
    phi: float
    blocks: Blocks

    @property
    def ordinary(self) -> Blocks:
        """The blocks that the model may learn from."""
        return self.blocks.where(self.blocks.state == ORDINARY)

    @property
    def absent(self) -> Blocks:
        """The blocks to be judged."""
        return self.blocks.where(self.blocks.state > ORDINARY)

    @property
    def exposure(self) -> Floats:
        """How much work each day invites."""
        return self.profile * self.share

    @property
    def lengths(self) -> list[int]:
        """Days from the first to the last judged day of each absence."""
        numbers = range(1, len(self.absences) + 1)
        where = [np.flatnonzero(self.state == number) for number in numbers]
        return [int(found[-1] - found[0] + 1) if found.size else 0 for found in where]


def prepare(
    days: DailyCounts, absences: Sequence[Absence], periods: Sequence[QuietPeriod], catch_up: int = 0
) -> Setting:
    """Sort and group the days around the absences (in order, inside the record)."""
    when = calendar(days, periods)
    state = states(days, absences, catch_up)
    share = share_at_work(days, when)
    by_weekday = profile(days, when, state, share)
    exposed = by_weekday * share
    phi = dispersion(days, when, state, exposed)
    grouped = blocks(days, when, state, exposed)
    return Setting(days, absences, periods, when, state, share, by_weekday, phi, grouped)
