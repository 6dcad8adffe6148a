"""What may be said of answers on five steps of which only rounded counts, or about the mean, were let out.

The answers are taken as drawn from unknown shares of the five steps. Every exact count that the release allows is weighed
by how likely the rounding was to write it so, and by its Dirichlet-multinomial probability under Jeffreys'
prior, Dirichlet(1/2, ..., 1/2) (Gelman et al. 2013, Bayesian Data Analysis, 3.4). The mean step of the shares then follows
from their posterior.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from followspot.disclosure import STEPS, Released, likelihood, possible

DRAWS = 2000
_PRIOR = np.full(STEPS, 0.5)
_AT = np.arange(1, STEPS + 1)


def draws(released: Released, *, seed: int = 0) -> NDArray[np.float64]:
    """Return draws of the mean step from its posterior, shape (DRAWS,), in steps from 1 to 5."""
    allowed, weight = _weighed(released)
    chance = np.random.default_rng([seed, released.n, released.place, *released.counts])
    chosen = allowed[chance.choice(len(allowed), DRAWS, p=weight)]
    shares = chance.standard_gamma(chosen + _PRIOR)
    found: NDArray[np.float64] = shares @ _AT / shares.sum(axis=1)
    return found


def centre(released: Released) -> float:
    """Return the mean of the answers themselves that is to be expected behind a release, in steps from 1 to 5."""
    allowed, weight = _weighed(released)
    return float(weight @ (allowed @ _AT) / released.n)


def _weighed(released: Released) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the counts that a release allows, shape (m, 5), and how likely each is, shape (m,)."""
    counts = possible(released)
    allowed = np.array(counts, dtype=np.int64)
    rounding = np.array([likelihood(c, released) for c in counts])
    before = (gammaln(allowed + _PRIOR) - gammaln(allowed + 1)).sum(axis=1)
    weight = np.exp(before - before.max()) * rounding
    return allowed, weight / weight.sum()


def rises(waves: list[NDArray[np.float64]], days: list[float]) -> float:
    """Return how likely the means rose over the waves: the share of draws in which their least-squares slope does.

    waves : draws of each wave; days : when each was.
    """
    at = np.array(days, float)
    slope = (at - at.mean()) @ np.array(waves)
    return float((slope > 0).mean())


def fell(before: Sequence[NDArray[np.float64]], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return draws of how far a wave lies below the mean of those before it, in steps; below nought where it rose."""
    found: NDArray[np.float64] = np.mean(before, axis=0) - last
    return found
