"""What a step-away can show: smallest drop, chance of 'held', and what would be enough."""

from bisect import bisect_left
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from followspot.measures._methods.blocks import LONG, Blocks
from followspot.measures._methods.counterfactual import Fit, Grid, covariance, holding
from followspot.measures._methods.days import Floats

POWER = 0.8
ITERATIONS, FARTHEST = 8, 3.0  # a drop to a twentieth is as good as all
PLANNED_WEIGHT = 0.8  # of the grid: a plan needs no tails, and there are many designs to try
WEEKS_BEFORE, WEEKS_AFTER = 52, 4  # of ordinary work around a planned step-away
WEEKS_BETWEEN = 6  # from the end of one stretch to the next, run-up and return among them
# Longer is not always better: the ordinary weeks around a long piece are far from its middle.
WEEKS_IN_ONE_PIECE = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 26)
STRETCHES = (1, 2, 3, 4, 5, 6, 8, 10, 13, 20, 26)


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the log ratio's uncertainty comes from: variances of the expectation and of the count at no effect.

    widening is the factor from the placebo check, for sds.
    """

    expectation: float
    count: float
    widening: float

    @property
    def sd(self) -> float:
        """Sd of the log ratio where nothing changes."""
        return sqrt(self.expectation + self.count) * self.widening


def smallest_drop(spread: Spread, level: float) -> float:
    """Smallest share lost that would be seen in four cases of five.

    The count must fall below what chance would leave at no effect (widened, as the test is); around a
    smaller expectation a count is rougher on the log scale, so the drop is found by iteration.
    """
    line = float(ndtri((1 + level) / 2)) * spread.sd
    log_ratio = -line
    for _ in range(ITERATIONS):
        there = sqrt(spread.expectation + spread.count * exp(min(-log_ratio, FARTHEST))) * spread.widening
        log_ratio = max(-line - float(ndtri(POWER)) * there, -FARTHEST)
    return 1 - exp(log_ratio)


def chance_held(sd: float, level: float, margin: float) -> float:
    """Chance that the answer is 'held' if nothing changes."""
    return float(ndtr(-log(1 - margin) / sd - ndtri((1 + level) / 2)))


@dataclass(frozen=True, slots=True)
class Enough:
    """What would show a drop as large as the margin in four cases of five; None: nothing tried would."""

    weeks_in_one_piece: int | None
    stretches: int | None
    stretch_days: int


def _regular(exposure: Floats, mid: npt.NDArray[Any]) -> Blocks:
    """Blocks of ordinary weeks outside quiet periods; counts are not needed to plan."""
    none = np.zeros(mid.size, dtype=np.int64)
    week = (mid // 7).astype(np.int64)
    day = mid.astype(np.float64)
    return Blocks(np.zeros(mid.size), exposure, day, day % 365.25, week, none, none, none)


def _design(days: int, count: int) -> tuple[Blocks, Blocks]:
    """Ordinary and absent blocks of a plan, exposures in weeks."""
    if days < LONG:
        first = 7 * (WEEKS_BEFORE + np.arange(count))
        absent = _regular(np.full(count, days / 7), first + 2.0)
        rest = 7.0 * np.arange(WEEKS_BEFORE + count + WEEKS_AFTER) + 3
        share = np.where(np.isin(rest, first + 3), max(5 - days, 1) / 7, 1.0)
        return _regular(share, rest), absent
    weeks = max(1, round(days / 7))
    starts = WEEKS_BEFORE + np.arange(count) * (weeks + WEEKS_BETWEEN)
    away = (starts[:, None] + np.arange(weeks)).ravel()
    buffered = (starts[:, None] + np.arange(-1, weeks + 1)).ravel()
    usual = np.setdiff1d(np.arange(away[-1] + 2 + WEEKS_AFTER), buffered)
    return _regular(np.ones(usual.size), 7.0 * usual + 3), _regular(np.ones(away.size), 7.0 * away + 3)


def design_spread(fitted: Fit, points: Grid, days: int, count: int, widening: float) -> Spread:
    """Spread of the log ratio that `count` stretches of `days` days would give, after this history.

    Parameters
    ----------
    fitted
        The model of the team's ordinary weeks: its variances and dispersion are used, and its
        mean week's work.
    points
        The grid points to average over.
    widening
        Factor from the placebo check.
    """
    usual, absent = _design(days, count)
    return spread_of(fitted, points, usual, absent, _week(fitted) * absent.exposure, widening)


def spread_of(
    fitted: Fit, points: Grid, usual: Blocks, absent: Blocks, expected: Floats, widening: float
) -> Spread:
    """Spread of the log ratio over the absent blocks, seen from the usual ones; counts are not needed.

    expected : items in each absent block. usual : exposures in the unit of `fitted`, or in weeks
    where `_design` made them.
    """
    scale = expected.sum() / absent.exposure.sum()
    among = covariance(usual, usual, points, fitted.periods)
    among += np.diag(fitted.phi / (scale * usual.exposure))
    share = expected / expected.sum()
    cross = covariance(usual, absent, points, fitted.periods) @ share
    own = covariance(absent, absent, points, fitted.periods) @ share @ share
    known = np.einsum("gi,gi->g", cross, np.linalg.solve(among, cross[:, :, None])[:, :, 0])
    variance = points.weights() @ (own - known)
    return Spread(max(float(variance), 0.0), float(fitted.phi / expected.sum()), widening)


def _week(fitted: Fit) -> float:
    """Items of a mean ordinary week."""
    return float(fitted.blocks.count.sum() / fitted.blocks.exposure.sum() * 7)


def enough(fitted: Fit, days: int, widening: float, level: float, margin: float) -> Enough:
    """The shortest single piece, and the fewest stretches of `days` days, that would be enough."""

    points = fitted.points.where(holding(fitted.points.log_weight, PLANNED_WEIGHT))

    def suffices(length: int, count: int) -> bool:
        spread = design_spread(fitted, points, length, count, widening)
        return smallest_drop(spread, level) <= margin

    piece = next((weeks for weeks in WEEKS_IN_ONE_PIECE if suffices(7 * weeks, 1)), None)
    # More stretches are never worse, so halving finds the fewest.
    place = bisect_left(STRETCHES, True, key=lambda count: suffices(days, count))
    return Enough(piece, STRETCHES[place] if place < len(STRETCHES) else None, days)
