"""Shares with honest intervals, where what is counted comes in bursts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n things; low and high bound it at the asked level."""

    estimate: float
    low: float
    high: float
    n: int
    hits: int


def clustered_share(hits: ArrayLike, totals: ArrayLike, *, level: float = 0.9) -> Share:
    """Return sum(hits) / sum(totals) with a Wilson interval at the effective sample size.

    hits, totals : shape (clusters,), counts a cluster (a week); totals above 0 somewhere.
    Things in one week resemble each other, so the sample is worth less than its number: the
    linearised ratio variance over clusters gives the design effect (never below 1), and Wilson's
    interval is taken at n / effect. Korn & Graubard (1998), Survey Methodology 24:193-201;
    Wilson (1927), JASA 22:209-212. At a share of 0 or 1 the effect is 1.
    """
    k, n = np.asarray(hits, float), np.asarray(totals, float)
    total = float(n.sum())
    p = float(k.sum() / total)
    low, high = wilson(p, total / design_effect(k, n), level=level)
    return Share(p, low, high, round(total), round(float(k.sum())))


def design_effect(hits: ArrayLike, totals: ArrayLike) -> float:
    """Return by how much a share's variance exceeds that of as many unrelated things; never below 1.

    hits, totals : shape (clusters,). The linearised ratio variance over clusters; 1 at a share of 0 or 1.
    """
    k, n = np.asarray(hits, float), np.asarray(totals, float)
    k, n = k[n > 0], n[n > 0]
    total = float(n.sum())
    p = float(k.sum() / total) if total else 0.0
    if n.size < 2 or not 0 < p < 1:
        return 1.0
    residual = k - p * n
    variance = n.size / (n.size - 1) * float(residual @ residual) / total**2
    return max(1.0, variance / (p * (1 - p) / total))


def difference(one: Share, other: Share) -> tuple[float, float, float]:
    """Return one share less another, with the interval at the level of theirs.

    Newcombe's square-and-add of two score intervals (1998, Statistics in Medicine 17:873-890, method 10).
    """
    d = one.estimate - other.estimate
    down = np.hypot(one.estimate - one.low, other.high - other.estimate)
    up = np.hypot(one.high - one.estimate, other.estimate - other.low)
    return d, float(d - down), float(d + up)


def wilson(p: float, n: float, *, level: float = 0.9) -> tuple[float, float]:
    """Return Wilson's score interval for a share p of n (Wilson 1927)."""
    z = float(ndtri(0.5 + level / 2))
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def median_interval(values: ArrayLike, *, level: float = 0.9) -> tuple[float, float, float]:
    """Return the median and its distribution-free interval from order statistics.

    values : shape (n,), n at least 1. Conover (1999), Practical Nonparametric Statistics, 3.2.
    """
    x = np.sort(np.asarray(values, float))
    z = float(ndtri(0.5 + level / 2))
    half = z * np.sqrt(x.size) / 2
    low = max(0, int(np.floor(x.size / 2 - half)))
    high = min(x.size - 1, int(np.ceil(x.size / 2 + half)))
    return float(np.median(x)), float(x[low]), float(x[high])
