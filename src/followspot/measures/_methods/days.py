"""Daily counts of a team's finished work, and the absences to be judged in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from followspot.errors import BadInput
from followspot.language import say

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]
type Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch in which the leader was away. Both ends are included; no end means for good."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DailyCounts:
    """What was finished on each of a row of days without gaps.

    Parameters
    ----------
    start
        The first day.
    others
        Items finished by everybody but the leader and the bots, one number a day. NaN says that
        nothing was recorded (an outage): missing, never zero.
    leader
        Items finished under the leader's own name. Never part of the ratio.
    leader_acts
        Anything the leader did with the team's work that day (items, reviews, merges, comments):
        it shows whether the leader was really away. Without it `leader` is read instead.
    bots
        Items finished by automata, for those who want to show them. Never judged.
    at_work
        How many people of the team were scheduled that day.
    holiday
        True on public holidays.
    """

    start: date
    others: Floats
    leader: Floats | None = None
    leader_acts: Floats | None = None
    bots: Floats | None = None
    at_work: Floats | None = None
    holiday: Bools | None = None

    def __post_init__(self) -> None:
        if self.others.ndim != 1 or not self.others.size:
            raise BadInput(say("There are no days to look at. Give one count for each day."))
        for name in ("others", "leader", "leader_acts", "bots", "at_work"):
            column = getattr(self, name)
            if column is not None:
                _check_column(name, column, self.others.size)
        if self.holiday is not None and self.holiday.shape != self.others.shape:
            raise BadInput(
                say(
                    "The column holiday has {size} days, others has {others}.",
                    size=self.holiday.size,
                    others=self.others.size,
                )
            )

    @property
    def last(self) -> date:
        """The last day."""
        return self.start + timedelta(days=self.others.size - 1)

    def index(self, day: date) -> int:
        """Where a day stands in the arrays; negative or too large when it lies outside."""
        return (day - self.start).days

    def between(self, first: date, last: date) -> "DailyCounts":
        """The same columns, cut to the days from first to last."""
        low, high = max(0, self.index(first)), self.index(last) + 1

        def cut[T: np.generic](column: npt.NDArray[T] | None) -> npt.NDArray[T] | None:
            return None if column is None else column[low:high]

        return DailyCounts(
            start=self.start + timedelta(days=low),
            others=self.others[low:high],
            leader=cut(self.leader),
            leader_acts=cut(self.leader_acts),
            bots=cut(self.bots),
            at_work=cut(self.at_work),
            holiday=cut(self.holiday),
        )


def _check_column(name: str, column: Floats, size: int) -> None:
    if column.shape != (size,):
        raise BadInput(
            say(
                "The column {name} has {size} days, others has {others}.",
                name=name,
                size=column.size,
                others=size,
            )
        )
    if np.isinf(column).any() or (column[~np.isnan(column)] < 0).any():
        raise BadInput(
            say("The column {name} has a negative or endless count. Counts are 0 or more.", name=name)
        )


def from_mappings(
    others: Mapping[date, float],
    *,
    first: date | None = None,
    last: date | None = None,
    leader: Mapping[date, float] | None = None,
    leader_acts: Mapping[date, float] | None = None,
    bots: Mapping[date, float] | None = None,
    at_work: Mapping[date, float] | None = None,
    holidays: Sequence[date] = (),
    missing: Sequence[date] = (),
) -> DailyCounts:
    """Daily counts from tables of day and number.

    Parameters
    ----------
    others, leader, leader_acts, bots
        Items by day. A day that is not in the table had none; days without a record are `missing`.
    first, last
        The days on record; from the first to the last key of `others` if not given.
    at_work
        People scheduled by day. A day that is not in the table is taken as unknown.
    holidays, missing
        Public holidays, and days on which nothing was recorded.
    """
    if not others and (first is None or last is None):
        raise BadInput(say("There are no days to look at. Give one count for each day."))
    start, end = first or min(others), last or max(others)
    if end < start:
        raise BadInput(say("The last day, {end}, lies before the first, {start}.", end=end, start=start))
    row = [start + timedelta(days=i) for i in range((end - start).days + 1)]

    def column(table: Mapping[date, float], unknown: float) -> Floats:
        return np.array([table.get(day, unknown) for day in row], dtype=np.float64)

    counts = column(others, 0.0)
    gone = set(missing)
    counts[[day in gone for day in row]] = np.nan
    off = set(holidays)
    return DailyCounts(
        start=start,
        others=counts,
        leader=None if leader is None else column(leader, 0.0),
        leader_acts=None if leader_acts is None else column(leader_acts, 0.0),
        bots=None if bots is None else column(bots, 0.0),
        at_work=None if at_work is None else column(at_work, np.nan),
        holiday=np.array([day in off for day in row], dtype=np.bool_),
    )


def checked(
    days: DailyCounts, absences: Sequence[Absence], margin: float, level: float, asof: date
) -> list[Absence]:
    """The absences in order of time, once everything makes sense."""
    if not 0 < margin < 1:
        raise BadInput(
            say(
                "The margin must lie between 0 and 1, like 0.2 for a drop of one in five; got {margin}.",
                margin=margin,
            )
        )
    if not 0.5 <= level < 1:
        raise BadInput(say("The level must lie between 0.5 and 1, like 0.9; got {level}.", level=level))
    if not absences:
        raise BadInput(say("There is no absence to judge. Give at least one with its first and last day."))
    if not days.start <= asof <= days.last:
        raise BadInput(
            say(
                "The counts run from {start} to {last}; {asof} lies outside.",
                start=days.start,
                last=days.last,
                asof=asof,
            )
        )
    ordered = sorted(absences, key=lambda a: a.start)
    for absence in ordered:
        if absence.end and absence.end < absence.start:
            raise BadInput(
                say(
                    "The absence ends on {end}, before it starts on {start}.",
                    end=absence.end,
                    start=absence.start,
                )
            )
        if not days.start <= absence.start <= asof:
            raise BadInput(
                say(
                    "The absence from {start} starts outside the counts, which run from {first} to {asof}.",
                    start=absence.start,
                    first=days.start,
                    asof=asof,
                )
            )
    for earlier, later in pairwise(ordered):
        if earlier.end is None or later.start <= earlier.end:
            raise BadInput(
                say(
                    "The absences from {start} and from {later} overlap.",
                    start=earlier.start,
                    later=later.start,
                )
            )
    return ordered
