"""Rates of what happens now and then, and two of them compared."""

import numpy as np
import pytest
from scipy import stats

from followspot.measures._methods.counts import Trend, change, exact_share, rate, trend


def test_of_one_stretch_it_is_the_exact_poisson_interval():
    found = rate([7], [2.0])
    assert found.estimate == 3.5
    assert found.low == pytest.approx(stats.chi2.ppf(0.05, 14) / 2 / 2)
    assert found.high == pytest.approx(stats.chi2.ppf(0.95, 16) / 2 / 2)


def test_nothing_is_between_none_and_some():
    found = rate([0, 0, 0], [1, 1, 1])
    assert (found.estimate, found.low) == (0, 0)
    assert found.high == pytest.approx(stats.chi2.ppf(0.95, 2) / 2 / 3)


def test_bursts_widen_it_and_calm_never_narrows_it():
    assert rate([0, 12, 0, 0], [1] * 4).high > rate([12], [4]).high
    assert rate([3, 3, 3, 3], [1] * 4) == rate([12], [4])


@pytest.mark.parametrize("spread", [None, 1.5])
def test_it_covers_the_truth_as_often_as_it_says(spread):
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(600):
        mean = 2.0 if spread is None else rng.gamma(spread, 2.0 / spread, 26)
        found = rate(rng.poisson(mean, 26), np.ones(26))
        hits += found.low <= 2.0 <= found.high
    assert 0.86 <= hits / 600 <= 0.97


def test_a_share_is_bounded_as_scipy_bounds_it():
    for hits, n in ((0, 5), (3, 9), (9, 9)):
        theirs = stats.binomtest(hits, n).proportion_ci(0.9, method="exact")
        assert exact_share(hits, n) == pytest.approx((theirs.low, theirs.high))


def test_two_counts_are_compared_as_a_share_of_both():
    found = change(8, 2, time_now=1, time_before=2)
    theirs = stats.binomtest(8, 10).proportion_ci(0.9, method="exact")
    assert found.estimate == pytest.approx(8.0)
    assert found.low == pytest.approx(2 * theirs.low / (1 - theirs.low))
    assert found.high == pytest.approx(2 * theirs.high / (1 - theirs.high))
    assert change(0, 0) is None


def test_a_trend_has_a_word_only_where_the_counts_carry_it():
    assert trend(change(20, 5)) == Trend.UP
    assert trend(change(5, 20)) == Trend.DOWN
    assert trend(change(400, 400)) == Trend.SAME
    assert trend(change(2, 3)) == Trend.TOO_FEW
    assert trend(change(6, 0)) == Trend.UP
    assert trend(None) == Trend.TOO_FEW


def test_where_nothing_changed_a_direction_is_called_one_time_in_ten_at_most():
    rng = np.random.default_rng(4)
    called = [trend(change(*rng.poisson(6, 2))) in (Trend.UP, Trend.DOWN) for _ in range(1000)]
    assert np.mean(called) <= 0.1
