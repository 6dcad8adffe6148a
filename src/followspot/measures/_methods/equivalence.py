"""From a count and its expectation to a ratio, an interval, odds and an equivalence verdict."""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from scipy.special import gammainc

from followspot.measures import Verdict
from followspot.measures._methods.counterfactual import Expected
from followspot.measures._methods.days import Floats

LOWEST, HIGHEST = -8.0, 6.0  # of the log ratio
REACH = 5.0  # sds of the expectation that are looked at on either side
NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Ratio:
    """Observed over expected, with the interval at the level asked for."""

    ratio: float
    low: float
    high: float
    expected: float
    observed: float


@dataclass(frozen=True, slots=True)
class Odds:
    """Chances that output stayed above the margin, fell below it, rose above the expected."""

    held: float
    dropped: float
    rose: float


@dataclass(frozen=True, slots=True, eq=False)
class CountTest:
    """Chance of as many items or more as a function of the true ratio (mid-p).

    A count of mean R L and variance phi R L is taken as phi times a Poisson variable, L as the
    widened mixture; evenly spaced nodes stand for each log-normal of the mixture.
    """

    observed: float
    phi: float
    means: Floats
    weight: Floats

    def at_least(self, ratio: float) -> float:
        """Chance of the observed count or more if this were the true ratio."""
        chance = gammainc(self.observed / self.phi + 0.5, ratio * self.means / self.phi)
        return float(self.weight @ chance)

    def solve(self, chance: float) -> float:
        """The ratio at which the count has that chance, by bisection on the log scale."""
        low, high = LOWEST, HIGHEST
        for _ in range(30):
            middle = (low + high) / 2
            if self.at_least(float(np.exp(middle))) < chance:
                low = middle
            else:
                high = middle
        return float(np.exp((low + high) / 2))


def count_test(observed: float, expected: Expected, phi: float, widening: float) -> CountTest:
    """The test of a count against its widened expectation."""
    spread = widening * np.sqrt(np.maximum(expected.variance, 0.0))
    # The nodes must lie closer than the count's own noise is wide, or the chance climbs in steps
    # (fifteen Gauss-Hermite nodes do, for a hundred items a day). Even spacing is the more exact
    # the smoother the integrand, so small counts need few.
    noise = widening * sqrt(phi / (observed + 0.5)) / max(float(spread.max()), 1e-6)
    node = np.linspace(-REACH, REACH, ceil(2 * REACH / min(0.7, max(noise, 0.03))) + 1)
    node_weight = np.exp(-(node**2) / 2)
    means = np.exp(expected.log_mean[:, None] + spread[:, None] * node).ravel()
    weight = (expected.weight[:, None] * node_weight / node_weight.sum()).ravel()
    return CountTest(observed, phi * widening**2, means, weight)


def ratio(observed: float, expected: Expected, phi: float, widening: float, level: float) -> Ratio:
    """Ratio and interval by inverting the count test at both ends.

    Parameters
    ----------
    observed, expected
        Items finished, and the mixture of what was to be expected.
    phi
        Variance of a count over its mean.
    widening
        Factor from the placebo check, for sds.
    level
        Level of the interval, between 0 and 1.
    """
    test = count_test(observed, expected, phi, widening)
    tail = (1 - level) / 2
    low = test.solve(tail) if observed > 0 else 0.0
    centre = expected.centre
    return Ratio(observed / centre, low, test.solve(1 - tail), centre, observed)


def odds(observed: float, expected: Expected, phi: float, widening: float, margin: float) -> Odds:
    """Posterior chances of the true ratio, from the same test read as a confidence distribution.

    The confidence distribution (Schweder & Hjort 2016) is the posterior under a prior that is even
    on the log scale. Here that prior reaches from half to twice 1 - margin, so that before looking
    'held' and 'dropped' are as likely as each other. The reach was chosen on planted truth, where
    odds without bounds were too sure of themselves. Ratios beyond it do happen, and then the odds
    are more cautious than the interval: 'held' can stand beside odds a little below 95 in 100.
    """
    test = count_test(observed, expected, phi, widening)
    least, line, most = (test.at_least(factor * (1 - margin)) for factor in (0.5, 1.0, 2.0))
    if most - least < NOTHING:  # the count lies far outside of the bounds, on one side
        high = float(observed > expected.centre)
        return Odds(held=high, dropped=1 - high, rose=high)
    held = (most - line) / (most - least)
    above = max(0.0, most - test.at_least(1.0)) / (most - least)
    return Odds(held=held, dropped=1 - held, rose=above)


def verdict(low: float, high: float, margin: float) -> Verdict:
    """Two one-sided tests. 'No significant drop' is never 'held'."""
    if low > 1:
        return Verdict.ROSE
    if low >= 1 - margin:
        return Verdict.HELD
    return Verdict.DROPPED if high < 1 else Verdict.CANT_TELL
