"""What the team would have done: a Gaussian process on weekly blocks, averaged over its variances.

Rasmussen & Williams (2006), chapters 2 and 5; the grid in place of an optimiser follows Rue,
Martino & Chopin (2009). Deterministic: the same counts give the same answer every time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from followspot.measures._methods.blocks import QUIET_PERIODS, Blocks, QuietPeriod
from followspot.measures._methods.days import Bools, Floats

LEVEL_VARIANCE = 25.0  # of the log level: practically unknown
SEASON_DAYS = 14.0
SEASON_FROM = 640  # ordinary days; with less no week of the year is seen twice
WEEK_SD = (0.03, 0.12, 0.25, 0.45, 0.8)
DRIFT_SD = (0.07, 0.15, 0.3, 0.6, 1.0)
DRIFT_DAYS = (28.0, 84.0, 250.0)
SEASON_SD = (0.0, 0.15)
AT_ONCE = 8  # grid points; of a year of days, their matrices stay in a processor's cache together


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Points of the variance parameters (sds of the log rate, days) and their log weights."""

    week: Floats
    drift: Floats
    days: Floats
    season: Floats
    log_weight: Floats

    def where(self, chosen: Bools) -> Self:
        """Only the chosen points."""
        return type(self)(*(getattr(self, column.name)[chosen] for column in fields(self)))

    def weights(self) -> Floats:
        """Weights that sum to 1."""
        raw = np.exp(self.log_weight - self.log_weight.max())
        result: Floats = raw / raw.sum()
        return result


def grid(ordinary_days: int) -> Grid:
    """The whole grid with its prior weight."""
    seasons = SEASON_SD if ordinary_days >= SEASON_FROM else SEASON_SD[:1]
    mesh = np.meshgrid(WEEK_SD, DRIFT_SD, DRIFT_DAYS, seasons, indexing="ij")
    week, drift, days, season = (axis.ravel() for axis in mesh)
    spread = (week / 0.35) ** 2 + (drift / 0.5) ** 2 + (season / 0.2) ** 2
    # The grid is even in the logs, hence the two Jacobian terms.
    return Grid(week, drift, days, season, np.log(week) + np.log(drift) - spread / 2)


def covariance(a: Blocks, b: Blocks, points: Grid, periods: Sequence[QuietPeriod] = QUIET_PERIODS) -> Floats:
    """Covariance of the log rates of blocks a and b at each grid point, shape (points, a, b)."""
    lag = np.abs(a.mid[:, None] - b.mid)
    apart = np.abs(a.yearday[:, None] - b.yearday)
    apart = np.minimum(apart, 365.25 - apart)
    always = np.full(lag.shape, LEVEL_VARIANCE)
    for place, period in enumerate(periods, start=1):
        both = (a.quiet[:, None] == place) & (b.quiet == place)
        same_year = both & (a.quiet_year[:, None] == b.quiet_year)
        always += both * period.spread**2 + same_year * period.spread_year**2
    same_week = (a.week[:, None] == b.week).astype(np.float64)
    season = np.exp(-(apart**2) / (2 * SEASON_DAYS**2))
    lengths, which = np.unique(points.days, return_inverse=True)
    drift = points.drift[:, None] ** 2 * (which[:, None] == np.arange(lengths.size))
    # Every point weighs the same few matrices: one product of two tables makes them all at once.
    weighed = np.column_stack([drift, points.week**2, points.season**2, np.ones_like(points.week)])
    parts = np.stack([*np.exp(-lag / lengths[:, None, None]), same_week, season, always])
    result: Floats = (weighed @ parts.reshape(len(parts), -1)).reshape(-1, *lag.shape)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Counts seen as normal on the log scale around a rate: value, its variance, the plain mean."""

    value: Floats
    variance: Floats
    mean: float


def linearise(blocks: Blocks, phi: float, log_rate: Floats) -> Linear:
    """Working response of a log-linear count model at log_rate, as in iterated least squares."""
    expected = blocks.exposure * np.exp(log_rate)
    variance = phi / expected
    value = log_rate + (blocks.count - expected) / expected
    return Linear(value, variance, float(np.average(value, weights=1 / (variance + 0.1))))


def log_likelihood(prior: Floats, seen: Linear) -> Floats:
    """Marginal log likelihood at each grid point, up to a constant."""
    few = (prior[first : first + AT_ONCE] for first in range(0, len(prior), AT_ONCE))
    return np.concatenate([_log_likelihood(points, seen) for points in few])


def _log_likelihood(prior: Floats, seen: Linear) -> Floats:
    size = seen.value.size
    residual = seen.value - seen.mean
    # The last row of the factor of the bordered matrix is L^-1 r: one batched call does it all.
    bordered = np.empty((len(prior), size + 1, size + 1))
    bordered[:, :size, :size] = prior
    bordered[:, range(size), range(size)] += seen.variance
    bordered[:, size, :size] = bordered[:, :size, size] = residual
    bordered[:, size, size] = (residual**2 / seen.variance).sum() + 1.0
    factor = np.linalg.cholesky(bordered)
    diagonal = np.diagonal(factor, axis1=1, axis2=2)[:, :size]
    result: Floats = -np.log(diagonal).sum(1) - (factor[:, size, :size] ** 2).sum(1) / 2
    return result


def _first_guess(blocks: Blocks) -> Floats:
    """Log of a moving average of the rate over seven blocks."""
    around = np.ones(7)
    count, whole = (np.convolve(np.pad(v, 3), around, "valid") for v in (blocks.count, blocks.exposure))
    result: Floats = np.log((count + 0.5) / whole)
    return result


def _newton(blocks: Blocks, phi: float, log_rate: Floats, prior: Floats, steps: int = 5) -> Floats:
    """Move the log rate towards its mode under one grid point's covariance."""
    for _ in range(steps):
        seen = linearise(blocks, phi, log_rate)
        full = prior + np.diag(seen.variance)
        log_rate = seen.mean + prior @ np.linalg.solve(full, seen.value - seen.mean)
        log_rate = np.clip(log_rate, -20, 20)
    return log_rate


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The model after seeing the ordinary blocks.

    precision is the inverse of the covariance of their values at each grid point, shape
    (points, n, n); residual the skew-corrected values less the mean, shape (points, n).
    """

    blocks: Blocks
    phi: float
    points: Grid
    seen: Linear
    precision: Floats
    residual: Floats
    periods: Sequence[QuietPeriod]

    def predict(self, target: Blocks) -> tuple[Floats, Floats]:
        """Mean (points, m) and covariance (points, m, m) of the log rates of other blocks."""
        cross = covariance(target, self.blocks, self.points, self.periods)
        gain = cross @ self.precision
        mean = self.seen.mean + (gain @ self.residual[:, :, None])[:, :, 0]
        spread = covariance(target, target, self.points, self.periods) - gain @ cross.transpose(0, 2, 1)
        return mean, spread


def fit(blocks: Blocks, phi: float, ordinary_days: int, periods: Sequence[QuietPeriod]) -> Fit:
    """Fit the counterfactual to ordinary blocks only.

    Parameters
    ----------
    blocks
        Ordinary blocks in order of time; at least one, with some output.
    phi
        Variance of a count over its mean.
    ordinary_days
        Days that the blocks stand for; the season is only looked for when they span two years.
    """
    points = grid(ordinary_days)
    prior = covariance(blocks, blocks, points, periods)
    log_rate = _first_guess(blocks)
    score = points.log_weight + log_likelihood(prior, linearise(blocks, phi, log_rate))
    best = int(score.argmax())
    near = score > score[best] - 9
    log_rate = _newton(blocks, phi, log_rate, prior[best])
    points, prior = points.where(near), prior[near]
    seen = linearise(blocks, phi, log_rate)
    score = points.log_weight + log_likelihood(prior, seen)
    kept = holding(score, 0.995)
    points, prior = points.where(kept), prior[kept]
    points = Grid(points.week, points.drift, points.days, points.season, score[kept])
    prior[:, range(len(blocks)), range(len(blocks))] += seen.variance
    precision = np.linalg.inv(prior)
    # A count's likelihood is skewed: half the posterior variance moves its mode to its mean.
    posterior = seen.variance - seen.variance**2 * np.diagonal(precision, axis1=1, axis2=2)
    residual = seen.value - seen.mean - posterior / 2
    return Fit(blocks, phi, points, seen, precision, residual, periods)


def holding(score: Floats, share: float) -> Bools:
    """The fewest points that together hold the share of the weight."""
    weight = np.exp(score - score.max())
    order = np.argsort(-weight, kind="stable")
    ahead = np.cumsum(weight[order]) - weight[order]
    kept = np.zeros(score.size, dtype=np.bool_)
    kept[order[ahead < share * weight.sum()]] = True
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Total expected over some blocks: a mixture of log-normals, one for each grid point."""

    log_mean: Floats
    variance: Floats
    weight: Floats

    @property
    def centre(self) -> float:
        """The expected total, the mean taken on the log scale."""
        return float(np.exp(self.weight @ self.log_mean))

    @property
    def spread(self) -> float:
        """Variance of the log of the expected total over the whole mixture."""
        middle = self.weight @ self.log_mean
        return float(self.weight @ (self.variance + (self.log_mean - middle) ** 2))


def total(fitted: Fit, target: Blocks, mean: Floats, spread: Floats) -> Expected:
    """Expected total of the target blocks from their predicted log rates (log-normal sums)."""
    log_each = np.log(target.exposure) + mean + np.diagonal(spread, axis1=1, axis2=2) / 2
    top = log_each.max(axis=1, keepdims=True)
    each = np.exp(log_each - top)
    share = each / each.sum(1, keepdims=True)
    variance = np.einsum("gi,gij,gj->g", share, spread, share)
    log_total = top[:, 0] + np.log(each.sum(1))
    return Expected(log_total - variance / 2, variance, fitted.points.weights())
