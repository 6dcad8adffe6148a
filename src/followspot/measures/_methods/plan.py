"""Before the leader goes: what would each way of stepping away be able to show?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from threadpoolctl import threadpool_limits

from followspot.measures._methods.blocks import LONG, QUIET_PERIODS, QuietPeriod, prepare
from followspot.measures._methods.counterfactual import fit
from followspot.measures._methods.days import Absence, DailyCounts
from followspot.measures._methods.placebo import check
from followspot.measures._methods.power import chance_held, design_sd, smallest_drop
from followspot.measures._methods.refusals import LEAST_BLOCKS

HISTORY_DAYS = 1096
# One stretch, the same time in parts, and single days drawn by lot, as (days, how many).
DESIGNS = ((7, 1), (14, 1), (21, 1), (35, 1), (14, 2), (14, 3), (7, 6), (1, 14), (1, 26))


@dataclass(frozen=True, slots=True)
class Design:
    """So many stretches of so many days, and what they could show outside quiet periods.

    smallest_drop is the smallest share lost that would be seen in four cases of five;
    chance_held the chance that the answer is 'held' if nothing changes.
    """

    days: int
    count: int
    smallest_drop: float
    chance_held: float


@threadpool_limits.wrap(limits=1, user_api="blas")  # type: ignore[untyped-decorator]  # as in judge
def plan(
    days: DailyCounts,
    *,
    earlier: Sequence[Absence] = (),
    designs: Sequence[tuple[int, int]] = DESIGNS,
    margin: float = 0.2,
    level: float = 0.9,
    periods: Sequence[QuietPeriod] = QUIET_PERIODS,
) -> tuple[Design, ...]:
    """What each design could show at this team's pace and noise; empty with too little history.

    Parameters
    ----------
    days
        Daily counts up to today; the last three years are read.
    earlier
        Absences so far, in order; they are left out of what is learned from.
    designs
        Days of a stretch, and how many stretches.
    margin, level
        As for `judge`: the share lost that would matter, and the level of the interval.
    """
    near = days.between(days.last - timedelta(days=HISTORY_DAYS - 1), days.last)
    seen = [a for a in earlier if near.start <= a.start <= near.last]
    setting = prepare(near, seen, periods)
    if len(setting.ordinary) < LEAST_BLOCKS or not setting.ordinary.count.sum():
        return ()
    fitted = fit(setting.ordinary, setting.phi, int((setting.state == 0).sum()), periods)
    found = []
    for length, count in designs:
        checked = check(fitted, max(1, round(length / 7)), long=length >= LONG, level=level)
        sd = design_sd(fitted, fitted.points, length, count, checked.widening)
        found.append(Design(length, count, smallest_drop(sd, level), chance_held(sd, level, margin)))
    return tuple(found)
