"""Placebo in time: how far off the counterfactual is on the team's own ordinary stretches."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from followspot.measures._methods.blocks import Blocks
from followspot.measures._methods.counterfactual import Fit
from followspot.measures._methods.days import Floats, Ints

LEAST_WINDOWS = 4


@dataclass(frozen=True, slots=True)
class Check:
    """What the placebo stretches show.

    kappa is the root mean square of their standardised errors, at least 1; windows how many
    stretches' worth there were; widening the factor for the interval's half-width.
    """

    kappa: float
    windows: float
    widening: float


def runs(blocks: Blocks, weeks: int) -> list[Ints]:
    """Every run of consecutive ordinary weeks outside quiet periods, as block numbers."""
    plain = np.flatnonzero((blocks.quiet == 0) & ~np.isin(blocks.week, blocks.week[blocks.quiet > 0]))
    week = blocks.week[plain]
    if week.size < weeks:
        return []
    starts = np.flatnonzero(week[weeks - 1 :] - week[: week.size - weeks + 1] == weeks - 1)
    return [plain[first : first + weeks] for first in starts]


def standard_errors(fitted: Fit, weeks: int) -> Floats:
    """Standardised error of each placebo run, predicted from all blocks but it and its neighbours.

    With the precision matrix Q of the values the refit without a set b is at hand: its errors
    are inv(Q_bb) (Q r)_b, with covariance inv(Q_bb) (Rasmussen & Williams, 5.10-5.12).
    """
    weight = fitted.points.weights()
    lever = (fitted.precision @ fitted.residual[:, :, None])[:, :, 0]
    week, found = fitted.blocks.week, []
    for run in runs(fitted.blocks, weeks):
        first, last = np.searchsorted(week, week[run[0]] - 1), np.searchsorted(week, week[run[-1]] + 2)
        spread = np.linalg.inv(fitted.precision[:, first:last, first:last])
        error = (spread @ lever[:, first:last, None])[:, :, 0]
        share = np.zeros(last - first)
        share[run - first] = fitted.blocks.exposure[run]
        share /= share.sum()
        mean = error @ share
        middle = weight @ mean
        variance = weight @ (np.einsum("i,gij,j->g", share, spread, share) + (mean - middle) ** 2)
        found.append(middle / np.sqrt(variance))
    return np.array(found, dtype=np.float64)


def check(fitted: Fit, weeks: int, *, long: bool, level: float) -> Check:
    """Widening for an absence of that many weeks; it can only widen, never narrow.

    Parameters
    ----------
    weeks
        Length of the absence in weeks, at least 1.
    long
        Whether the absence lasts five days or more; a single day is not like a week, and the
        placebo weeks then only count towards the degrees of freedom.
    level
        Level of the interval, between 0 and 1.
    """
    errors = standard_errors(fitted, weeks)
    windows = errors.size / weeks
    kappa = 1.0
    if long and windows >= LEAST_WINDOWS:
        kappa = max(1.0, float(np.sqrt((errors**2).mean())))
    tail = (1 + level) / 2
    widening = kappa * float(stdtrit(max(windows - 1, 4.0), tail) / ndtri(tail))
    return Check(kappa, windows, widening)
