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
PLANNED_WEIGHT = 0.8  # of the grid: a plan needs no tails, and there are many designs to try
WEEKS_BEFORE, WEEKS_AFTER = 52, 4  # of ordinary work around a planned step-away
WEEKS_BETWEEN = 6  # from the end of one stretch to the next, run-up and return among them
# Longer is not always better: the ordinary weeks around a long piece are far from its middle.
WEEKS_IN_ONE_PIECE = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 26)
STRETCHES = (1, 2, 3, 4, 5, 6, 8, 10, 13, 20, 26)


def smallest_drop(sd: float, level: float) -> float:
    """Smallest share lost that would be seen in four cases of five, sd being that of the log ratio."""
    return 1 - exp(-float(ndtri((1 + level) / 2) + ndtri(POWER)) * sd)


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


def design_sd(fitted: Fit, points: Grid, days: int, count: int, widening: float) -> float:
    """Sd of the log ratio that `count` stretches of `days` days would give, after this history.

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
    week = fitted.blocks.count.sum() / fitted.blocks.exposure.sum() * 7
    among = covariance(usual, usual, points, fitted.periods)
    among += np.diag(fitted.phi / (week * usual.exposure))
    share = absent.exposure / absent.exposure.sum()
    cross = covariance(usual, absent, points, fitted.periods) @ share
    own = covariance(absent, absent, points, fitted.periods) @ share @ share
    known = np.einsum("gi,gi->g", cross, np.linalg.solve(among, cross[:, :, None])[:, :, 0])
    variance = points.weights() @ (own - known)
    return sqrt(max(float(variance), 0.0) + fitted.phi / (week * absent.exposure.sum())) * widening


def enough(fitted: Fit, days: int, widening: float, level: float, margin: float) -> Enough:
    """The shortest single piece, and the fewest stretches of `days` days, that would be enough."""

    points = fitted.points.where(holding(fitted.points.log_weight, PLANNED_WEIGHT))

    def suffices(length: int, count: int) -> bool:
        return smallest_drop(design_sd(fitted, points, length, count, widening), level) <= margin

    piece = next((weeks for weeks in WEEKS_IN_ONE_PIECE if suffices(7 * weeks, 1)), None)
    # More stretches are never worse, so halving finds the fewest.
    place = bisect_left(STRETCHES, True, key=lambda count: suffices(days, count))
    return Enough(piece, STRETCHES[place] if place < len(STRETCHES) else None, days)
