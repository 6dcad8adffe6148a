"""Before the leader goes: what would each way of stepping away be able to show, and what would these very dates?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from followspot.measures._methods.blocks import (
    FOR_GOOD_DAYS,
    LONG,
    ORDINARY,
    QUIET_PERIODS,
    Blocks,
    QuietPeriod,
    Setting,
    blocks,
    calendar,
    prepare,
    states,
)
from followspot.measures._methods.counterfactual import Fit, fit, holding
from followspot.measures._methods.days import Absence, DailyCounts, Floats, Ints
from followspot.measures._methods.placebo import check
from followspot.measures._methods.power import (
    PLANNED_WEIGHT,
    WEEKS_AFTER,
    Enough,
    chance_held,
    design_spread,
    enough,
    smallest_drop,
    spread_of,
)
from followspot.measures._methods.refusals import LEAST_BLOCKS

HISTORY_DAYS = 1096
FAR = timedelta(days=1096)  # ahead of the last day on record; what lies further nobody can foresee
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


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What planned dates could show. items, working_days : what is to be expected in them.

    pooled : the same together with the earlier absences, None where there are none. enough : what
    would show a drop as large as the margin.
    """

    smallest_drop: float
    chance_held: float
    items: float
    working_days: int
    enough: Enough
    pooled: "Foreseen | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A team's pace and noise, learned once, so that dates can be tried while they change."""

    setting: Setting
    fitted: Fit

    @property
    def earlier(self) -> Sequence[Absence]:
        """The absences that were set apart while learning."""
        return self.setting.absences


def learn(
    days: DailyCounts, *, earlier: Sequence[Absence] = (), periods: Sequence[QuietPeriod] = QUIET_PERIODS
) -> Learned | None:
    """Learn a team's pace and noise from its last three years; None with too little history.

    days : daily counts up to today. earlier : absences so far, in order; they are left out of
    what is learned from, and pooled with what is planned.
    """
    near = days.between(days.last - timedelta(days=HISTORY_DAYS - 1), days.last)
    seen = [a for a in earlier if near.start <= a.start <= near.last]
    setting = prepare(near, seen, periods)
    if len(setting.ordinary) < LEAST_BLOCKS or not setting.ordinary.count.sum():
        return None
    with threadpool_limits(1, "blas"):  # as in judge
        fitted = fit(setting.ordinary, setting.phi, int((setting.state == ORDINARY).sum()), periods)
    kept = holding(fitted.points.log_weight, PLANNED_WEIGHT)
    fewer = replace(
        fitted,
        points=fitted.points.where(kept),
        precision=fitted.precision[kept],
        residual=fitted.residual[kept],
    )
    return Learned(setting, fewer)


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
    learned = learn(days, earlier=earlier, periods=periods)
    if learned is None:
        return ()
    fitted, found = learned.fitted, []
    for length, count in designs:
        spread = design_spread(fitted, fitted.points, length, count, _widening(fitted, length, level))
        drop, held = smallest_drop(spread, level), chance_held(spread.sd, level, margin)
        found.append(Design(length, count, drop, held))
    return tuple(found)


@threadpool_limits.wrap(limits=1, user_api="blas")  # type: ignore[untyped-decorator]  # as in judge
def foreseen(
    learned: Learned,
    planned: Sequence[Absence],
    *,
    holidays: Collection[date] = (),
    margin: float = 0.2,
    level: float = 0.9,
) -> Foreseen | None:
    """What these dates could show, alone and pooled with the earlier ones; None where no work is expected, or days lie over three years ahead.

    Parameters
    ----------
    learned
        What `learn` found. The plan takes it that ordinary weeks go on up to four weeks after.
    planned
        Stretches after the last day learned from, both ends included, none overlapping; one without an end
        is taken to last 91 days.
    holidays
        Days to come on which the team as a whole is off.
    margin, level
        As for `judge`.
    """
    last = learned.setting.days.last
    coming = [
        Absence(a.start, a.end or a.start + timedelta(days=FOR_GOOD_DAYS - 1))
        for a in sorted(planned, key=lambda a: a.start)
        if a.start > last and (a.end or a.start) - last <= FAR
    ]
    if not coming:
        return None
    future = _future(learned, coming, holidays)
    before = len(learned.earlier)
    working = int(((future.state > before) & (future.exposed >= 0.5)).sum())
    new = future.blocks.state > before
    if not new.any():
        return None
    length = round(median((a.end - a.start).days + 1 for a in coming if a.end))
    widening = _widening(learned.fitted, length, level)
    ways = enough(learned.fitted, length, widening, level, margin)

    def read(absent: Blocks, pooled: Foreseen | None = None) -> Foreseen:
        usual = future.blocks.where(future.blocks.state == ORDINARY)
        expected = absent.exposure * np.exp(_middle(learned.fitted, absent))
        spread = spread_of(learned.fitted, learned.fitted.points, usual, absent, expected, widening)
        drop, held = smallest_drop(spread, level), chance_held(spread.sd, level, margin)
        return Foreseen(drop, held, float(expected.sum()), working, ways, pooled)

    both = future.blocks.state > ORDINARY
    pooled = read(future.blocks.where(both)) if (both & ~new).any() else None
    return read(future.blocks.where(new), pooled)


@dataclass(frozen=True, slots=True, eq=False)
class _Future:
    """The days learned from and those to come, as `prepare` would see them; counts to come are 0."""

    state: Ints
    exposed: Floats
    blocks: Blocks


def _future(learned: Learned, coming: Sequence[Absence], holidays: Collection[date]) -> _Future:
    setting = learned.setting
    past = setting.days
    more = (max(a.end for a in coming if a.end) - past.last).days + 7 * (WEEKS_AFTER + 1)
    days = DailyCounts(past.start, np.concatenate([past.others, np.zeros(more)]))
    off = np.zeros(days.others.size, dtype=np.bool_)
    if past.holiday is not None:
        off[: past.holiday.size] = past.holiday
    inside = [days.index(day) for day in holidays if past.last < day <= days.last]
    off[inside] = True
    days = replace(days, holiday=off)
    when = calendar(days, setting.periods)
    by_weekday = np.array([setting.profile[setting.when.weekday == d].mean() for d in range(7)])
    share = np.concatenate([setting.share, np.ones(more)])
    exposed = by_weekday[when.weekday] * share
    state = states(days, [*learned.earlier, *coming])
    return _Future(state, exposed, blocks(days, when, state, exposed))


def _middle(fitted: Fit, absent: Blocks) -> Floats:
    """Predicted log rate of each block."""
    mean, _ = fitted.predict(absent)
    result: Floats = fitted.points.weights() @ mean
    return result


def _widening(fitted: Fit, length: int, level: float) -> float:
    return check(fitted, max(1, round(length / 7)), long=length >= LONG, level=level).widening
