"""Where a leader stands between front and behind: two means of shares, with an ellipse of uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, hypot, log, pi, sin, sqrt

from scipy.special import ndtri

ACROSS, UP = "across", "up"


@dataclass(frozen=True, slots=True)
class Seen:
    """What one kind of evidence says: hits (fractions allowed) of n things."""

    hits: float
    n: float

    @property
    def mean(self) -> float:
        """Posterior mean of the share under Jeffreys' prior, Beta(1/2, 1/2)."""
        return (self.hits + 0.5) / (self.n + 1)

    @property
    def variance(self) -> float:
        return self.mean * (1 - self.mean) / (self.n + 2)


@dataclass(frozen=True, slots=True)
class Place:
    """A place on one axis, from 0 to 1, and its interval."""

    at: float
    sd: float
    low: float
    high: float
    kinds: int  # of evidence that had anything to say
    n: float  # things behind it


def place(seen: Mapping[str, Seen], *, level: float = 0.9) -> Place | None:
    """Return the mean of the shares that have evidence, each weighing the same; None where none has.

    Each share has its beta posterior under Jeffreys' prior (Gelman et al. 2013, Bayesian Data Analysis,
    2.4 and 2.8); the shares are taken as independent, so the variance of their mean is the sum of theirs over the
    square of their number, and the interval is normal, cut off at 0 and 1.
    """
    told = [s for s in seen.values() if s.n > 0]
    if not told:
        return None
    at = sum(s.mean for s in told) / len(told)
    sd = sqrt(sum(s.variance for s in told)) / len(told)
    half = float(ndtri(0.5 + level / 2)) * sd
    return Place(at, sd, max(0.0, at - half), min(1.0, at + half), len(told), sum(s.n for s in told))


def ellipse(across: Place, up: Place, *, level: float = 0.9, corners: int = 48) -> list[tuple[float, float]]:
    """Return the outline that holds the true place at a level: both axes normal and independent."""
    reach = sqrt(-2 * log(1 - level))  # of a chi-squared with two degrees of freedom
    turns = [2 * pi * k / corners for k in range(corners)]
    return [(across.at + reach * across.sd * cos(t), up.at + reach * up.sd * sin(t)) for t in turns]


def inside(point: tuple[float, float], across: Place, up: Place, *, level: float = 0.9) -> bool:
    """Say whether a point lies within that outline."""
    x, y = (point[0] - across.at) / across.sd, (point[1] - up.at) / up.sd
    return hypot(x, y) <= sqrt(-2 * log(1 - level))
