"""Has the pace collapsed? A cumulative sum of weeks that came in lower than the weeks before them.

Page (1954), Biometrika 41:100-115; Hawkins & Olwell (1998), Cumulative Sum Charts, for self-starting scores. Each week is
compared only with weeks before it, so nothing is said that could not have been said then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from followspot.measures._methods.blocks import (
    ORDINARY,
    QUIET_PERIODS,
    QuietPeriod,
    calendar,
    profile,
    share_at_work,
    states,
)
from followspot.measures._methods.days import Absence, DailyCounts, Floats

BASE_WEEKS, LEAST_WEEKS = 26, 12  # of ordinary work that say what is usual
LAG_WEEKS = 4  # so that the first weeks of a collapse don't lower what is usual
ALLOWANCE = 0.75  # sds by which a week may come in lower before it counts
MOST = 3.0  # sds that one week can count for: one dead week alone is not a collapse
THRESHOLD = 5.5  # tuned in benchmarks.monitors: fewer than one false alarm in two years
WHOLE_ENOUGH = 0.5  # of a usual week's work; weeks of which less is ordinary are passed over


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """Week by week: what was finished, what was usual, and how the lower weeks add up.

    weeks : the Mondays of those weeks that could be scored; finished, usual : items, `usual` for as
    much of the week as was ordinary; statistic : the sum, in sds.
    """

    weeks: tuple[date, ...]
    finished: Floats
    usual: Floats
    statistic: Floats

    @property
    def begun(self) -> int:
        """The place of the first week of the stretch that the sum now adds up."""
        zero = np.flatnonzero(self.statistic <= 0)
        return int(zero[-1] + 1) if zero.size else 0


def watch(
    days: DailyCounts, *, away: Sequence[Absence] = (), periods: Sequence[QuietPeriod] = QUIET_PERIODS
) -> Watch | None:
    """Watch a team's weeks for a collapse of pace; None where fewer than 17 ordinary ones are on record.

    days : daily counts whose last day has a whole record. away : stretches in which the leader was
    away, with their run-up and return: they are passed over, as are quiet periods, days off and days without a record.
    """
    when = calendar(days, periods)
    state = states(days, away)
    share = share_at_work(days, when)
    exposed = profile(days, when, state, share) * share
    use = (state == ORDINARY) & (when.quiet == 0)
    monday, place = np.unique(when.week, return_inverse=True)
    exposure = np.bincount(place, weights=np.where(use, exposed, 0.0))
    count = np.bincount(place, weights=np.where(use, np.nan_to_num(days.others), 0.0))
    whole = np.bincount(place) == 7
    kept = whole & (exposure >= WHOLE_ENOUGH * 7)
    monday, exposure, count = monday[kept], exposure[kept], count[kept]
    if monday.size < LEAST_WEEKS + LAG_WEEKS + 1 or not count.sum():
        return None
    usual, score = scores(count, exposure)
    statistic = add_up(score)
    first = LEAST_WEEKS + LAG_WEEKS
    weeks = tuple(date.fromordinal(int(m) * 7 + 1) for m in monday[first:])
    return Watch(weeks, count[first:], usual[first:], statistic[first:])


def scores(count: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """What was usual of each week, and by how many sds it came in lower; NaN and 0 where it is too early.

    A week's log ratio to the mean rate of the 26 weeks that ended four before is set against the
    spread of such ratios up to then, and never against less than counting alone makes.
    """
    usual, score = np.full(count.size, np.nan), np.zeros(count.size)
    ratio = np.full(count.size, np.nan)
    for week in range(LEAST_WEEKS + LAG_WEEKS, count.size):
        until = week - LAG_WEEKS
        base = slice(max(0, until - BASE_WEEKS), until)
        rate = count[base].sum() / exposure[base].sum()
        usual[week] = rate * exposure[week]
        ratio[week] = np.log((count[week] + 0.5) / (usual[week] + 0.5))
        within = np.log((count[base] + 0.5) / (rate * exposure[base] + 0.5))
        spread = (within**2).sum() / (within.size - 1)
        seen = ratio[max(0, until - 2 * BASE_WEEKS) : until]
        seen = seen[~np.isnan(seen)]
        if seen.size >= LEAST_WEEKS:
            spread = max(spread, float((seen**2).mean()))
        score[week] = -ratio[week] / np.sqrt(max(spread, 1 / (usual[week] + 0.5)))
    return usual, score


def add_up(score: Floats, threshold: float = THRESHOLD, allowance: float = ALLOWANCE) -> Floats:
    """The cumulative sum of scores above the allowance, never below 0 nor above twice the threshold."""
    total, statistic = 0.0, np.zeros(score.size)
    for week, lower in enumerate(score):
        total = min(max(0.0, total + min(float(lower), MOST) - allowance), 2 * threshold)
        statistic[week] = total
    return statistic
