"""Rates of what happens now and then, two of them compared, and the few words that a trend may get."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, gammaincinv

from followspot.language import say


class Trend(Enum):
    """What may be said of a change, in words."""

    UP = say("Going up.")
    DOWN = say("Going down.")
    SAME = say("About the same.")
    TOO_FEW = say("Too few to call a trend.")


ALIKE = 1.5  # a change by less than this factor, either way, is about the same


@dataclass(frozen=True, slots=True)
class Rate:
    """count per unit of exposure, low and high bounding it at the asked level."""

    count: int
    exposure: float
    estimate: float
    low: float
    high: float


def rate(counts: ArrayLike, exposures: ArrayLike, *, level: float = 0.9) -> Rate:
    """Return the rate of a count over stretches of time, with an interval that knows of bursts.

    counts, exposures : shape (stretches,), a week each; exposures above 0 somewhere.
    Garwood's exact Poisson interval (1936, Biometrika 28:437-442), taken at the count divided by the
    dispersion: Pearson's chi-squared of the stretches over their degrees of freedom, never below 1
    (quasi-Poisson; McCullagh & Nelder 1989, 6.2.3).
    """
    k, t = np.asarray(counts, float), np.asarray(exposures, float)
    k, t = k[t > 0], t[t > 0]
    count, exposure = float(k.sum()), float(t.sum())
    phi = 1.0
    if k.size > 1 and count > 0:
        expected = t * count / exposure
        phi = max(1.0, float(((k - expected) ** 2 / expected).sum()) / (k.size - 1))
    tail = (1 - level) / 2
    low = phi * float(gammaincinv(count / phi, tail)) if count else 0.0
    high = phi * float(gammaincinv(count / phi + 1, 1 - tail))
    return Rate(round(count), exposure, count / exposure, low / exposure, high / exposure)


@dataclass(frozen=True, slots=True)
class Change:
    """How many times as often as before; high is infinite where it never happened before."""

    estimate: float
    low: float
    high: float


def change(
    now: float,
    before: float,
    *,
    time_now: float = 1.0,
    time_before: float = 1.0,
    bursts: float = 1.0,
    level: float = 0.9,
) -> Change | None:
    """Return how many times as often something happens as before; None where it never happened.

    bursts : how much more the counts vary than chance alone would let them; they weigh so much less.

    Given how often it happened in all, how many of those fell on now is binomial (Przyborowski &
    Wilenski 1940, Biometrika 31:313-323), with Clopper and Pearson's exact interval (1934).
    """
    if now + before == 0 or time_now <= 0 or time_before <= 0:
        return None
    low, high = exact_share(now / bursts, (now + before) / bursts, level=level)
    times = time_before / time_now
    odds = [p / (1 - p) if p < 1 else np.inf for p in (now / (now + before), low, high)]
    return Change(*(float(times * o) for o in odds))


def exact_share(hits: float, n: float, *, level: float = 0.9) -> tuple[float, float]:
    """Return Clopper and Pearson's interval (1934, Biometrika 26:404-413) for a share of hits in n."""
    tail = (1 - level) / 2
    low = float(betaincinv(hits, n - hits + 1, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1 - tail)) if hits < n else 1.0
    return low, high


def trend(found: Change | None) -> Trend:
    """Return the word for a change: a direction only where its interval leaves out "no change"."""
    if found is None:
        return Trend.TOO_FEW
    if found.low > 1:
        return Trend.UP
    if found.high < 1:
        return Trend.DOWN
    if found.low > 1 / ALIKE and found.high < ALIKE:
        return Trend.SAME
    return Trend.TOO_FEW
