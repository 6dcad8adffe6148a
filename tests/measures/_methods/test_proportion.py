"""Shares with intervals that hold what they promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from followspot.measures._methods.proportion import clustered_share, median_interval, wilson


@pytest.mark.parametrize(("hits", "n"), [(0, 20), (3, 20), (20, 20), (47, 112)])
def test_wilson_agrees_with_the_published_implementation(hits, n):
    assert wilson(hits / n, n) == pytest.approx(
        proportion_confint(hits, n, alpha=0.1, method="wilson"), abs=1e-9
    )


def test_even_weeks_give_wilsons_interval():
    share = clustered_share([5, 5, 5, 5], [10, 10, 10, 10])
    assert (share.low, share.high) == pytest.approx(wilson(0.5, 40))


def test_work_in_bursts_widens_the_interval():
    even = clustered_share([5] * 10, [10] * 10)
    bursts = clustered_share([10, 0] * 5, [10] * 10)
    assert bursts.high - bursts.low > 1.5 * (even.high - even.low)


def test_the_interval_covers_as_often_as_it_says_with_bursts():
    rng, covered = np.random.default_rng(1), 0
    for _ in range(600):
        totals = rng.poisson(8, 40) + 1
        hits = rng.binomial(totals, rng.beta(3, 7, 40))
        share = clustered_share(hits, totals)
        covered += share.low <= 0.3 <= share.high
    assert 0.85 <= covered / 600 <= 0.95


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1).filter(
        lambda w: any(a + b for a, b in w)
    )
)
def test_a_share_always_lies_in_its_interval(weeks):
    share = clustered_share([a for a, _ in weeks], [a + b for a, b in weeks])
    assert 0 <= share.low <= share.estimate + 1e-9
    assert share.estimate <= share.high + 1e-9 <= 1 + 1e-6


def test_the_median_lies_between_order_statistics():
    middle, low, high = median_interval(range(1, 100))
    assert (middle, low < 45, high > 55) == (50, True, True)
