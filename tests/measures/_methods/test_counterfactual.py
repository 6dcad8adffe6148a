"""The Gaussian process, its placebo check and its count test against what is published or known."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import chi2, norm, poisson

from followspot.measures._methods import blocks, counterfactual, equivalence, placebo, power
from followspot.measures._methods.days import Absence, DailyCounts

START = date(2024, 1, 1)


@pytest.fixture(scope="module")
def setting():
    random = np.random.default_rng(11)
    week = np.repeat(np.exp(random.normal(0, 0.2, 60)), 7)[:420]
    mean = np.array((19, 21, 22, 21, 17, 2, 1))[np.arange(420) % 7] * week
    absence = Absence(START + timedelta(days=280), START + timedelta(days=293))
    return blocks.prepare(DailyCounts(START, random.poisson(mean) * 1.0), [absence], blocks.QUIET_PERIODS)


@pytest.fixture(scope="module")
def fitted(setting):
    return counterfactual.fit(setting.ordinary, setting.phi, 392, setting.periods)


def test_likelihood_is_the_normal_density(setting):
    points = counterfactual.grid(0).where(np.arange(75) < 3)
    prior = counterfactual.covariance(setting.ordinary, setting.ordinary, points)
    seen = counterfactual.linearise(setting.ordinary, 1.5, np.full(len(setting.ordinary), 2.5))
    residual = seen.value - seen.mean
    dense = [
        -np.linalg.slogdet(k + np.diag(seen.variance))[1] / 2
        - residual @ np.linalg.solve(k + np.diag(seen.variance), residual) / 2
        for k in prior
    ]
    assert counterfactual.log_likelihood(prior, seen) == pytest.approx(dense)


def test_covariances_are_symmetric_and_positive(setting):
    points = counterfactual.grid(700)
    prior = counterfactual.covariance(setting.blocks, setting.blocks, points)
    assert np.allclose(prior, prior.transpose(0, 2, 1))
    assert np.linalg.eigvalsh(prior).min() > -1e-8


def test_the_kept_points_hold_the_weight(fitted):
    weight = fitted.points.weights()
    assert weight.sum() == pytest.approx(1)
    assert 1 <= weight.size < 75


def test_placebo_errors_are_those_of_a_refit(fitted):
    """The shortcut by the precision matrix equals predicting from the other blocks alone."""
    run = placebo.runs(fitted.blocks, 2)[10]
    week = fitted.blocks.week
    out = (week >= week[run[0]] - 1) & (week <= week[run[-1]] + 1)
    cross = counterfactual.covariance(fitted.blocks, fitted.blocks, fitted.points, fitted.periods)
    kept = cross[:, ~out][:, :, ~out] + np.diag(fitted.seen.variance[~out])
    weight = fitted.points.weights()
    share = np.where(np.isin(np.flatnonzero(out), run), fitted.blocks.exposure[out], 0)
    share /= share.sum()
    means, variances = [], []
    for g in range(weight.size):
        gain = np.linalg.solve(kept[g], cross[g][np.ix_(~out, out)]).T
        error = fitted.residual[g][out] - gain @ fitted.residual[g][~out]
        own = cross[g][np.ix_(out, out)] + np.diag(fitted.seen.variance[out])
        spread = own - gain @ cross[g][np.ix_(~out, out)]
        means.append(share @ error)
        variances.append(share @ spread @ share)
    middle = weight @ means
    sd = np.sqrt(weight @ (np.array(variances) + (np.array(means) - middle) ** 2))
    assert placebo.standard_errors(fitted, 2)[10] == pytest.approx(middle / sd, rel=1e-6)


def test_the_check_never_narrows(fitted):
    for weeks in (1, 2, 5, 60):
        found = placebo.check(fitted, weeks, long=True, level=0.9)
        assert found.kappa >= 1
        assert found.widening >= 1


def known(total):
    """An expectation without uncertainty."""
    return counterfactual.Expected(np.array([np.log(total)]), np.array([0.0]), np.array([1.0]))


@pytest.mark.parametrize("observed", [8, 20, 150])
def test_limits_are_mid_p_limits_of_a_poisson_count(observed):
    found = equivalence.ratio(observed, known(25.0), 1.0, 1.0, 0.9)
    exact = chi2.ppf(0.05, 2 * observed) / 50, chi2.ppf(0.95, 2 * observed + 2) / 50
    assert exact[0] < found.low < found.ratio < found.high < exact[1]
    above = poisson.sf(observed, found.low * 25) + poisson.pmf(observed, found.low * 25) / 2
    assert above == pytest.approx(0.05, rel=0.12)


def test_no_items_have_an_upper_limit():
    found = equivalence.ratio(0, known(25.0), 1.0, 1.0, 0.9)
    assert found.low == found.ratio == 0
    assert 0.05 < found.high < 0.12


def test_odds_are_a_posterior_between_half_and_twice_the_line():
    """A log-normal ratio of sd s around the line: the odds have a closed form."""
    expected = counterfactual.Expected(np.array([np.log(8000.0)]), np.array([0.09]), np.array([1.0]))
    found = equivalence.odds(8000, expected, 1.0, 1.0, margin=0.2)
    edge = norm.cdf(np.log([0.4, 0.8, 1.0, 1.6]) / 0.3)
    assert found.held == pytest.approx((edge[3] - edge[1]) / (edge[3] - edge[0]), abs=0.01)
    assert found.rose == pytest.approx((edge[3] - edge[2]) / (edge[3] - edge[0]), abs=0.01)
    assert found.held + found.dropped == pytest.approx(1)


def test_limits_climb_without_steps():
    """A large count of a vague expectation has log-normal limits, at every level."""
    expected = counterfactual.Expected(np.array([np.log(8000.0)]), np.array([0.09]), np.array([1.0]))
    for level in (0.6, 0.8, 0.9, 0.95):
        found = equivalence.ratio(8000, expected, 1.0, 1.0, level)
        half = norm.ppf((1 + level) / 2) * 0.3
        assert np.log([found.low, found.high]) == pytest.approx([-half, half], abs=0.005)


def test_nothing_known_is_even_odds():
    vague = counterfactual.Expected(np.array([np.log(100.0)]), np.array([25.0]), np.array([1.0]))
    assert equivalence.odds(100, vague, 1.0, 1.0, margin=0.2).held == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(("observed", "held"), [(0, 0.0), (10, 0.0), (9000, 1.0)])
def test_odds_far_outside_the_bounds(observed, held):
    assert equivalence.odds(observed, known(800.0), 1.0, 1.0, margin=0.2).held == pytest.approx(
        held, abs=1e-6
    )


def test_total_of_lognormals_matches_simulation():
    random = np.random.default_rng(3)
    block = blocks.Blocks(*(np.ones(2) for _ in range(4)), *(np.zeros(2, dtype=int) for _ in range(4)))
    mean, spread = np.array([[1.0, 1.4]]), np.array([[[0.05, 0.02], [0.02, 0.08]]])
    points = counterfactual.grid(0).where(np.arange(75) < 1)
    fitted = counterfactual.Fit(block, 1.0, points, None, None, None, ())
    found = counterfactual.total(fitted, block, mean, spread)
    drawn = np.log(np.exp(random.multivariate_normal(mean[0], spread[0], 200_000)).sum(1))
    assert found.log_mean[0] == pytest.approx(drawn.mean(), abs=0.01)
    assert found.variance[0] == pytest.approx(drawn.var(), rel=0.03)


def test_power_is_that_of_a_one_sided_normal_test():
    """Where the expectation alone is uncertain; counts get rougher on the log scale as they shrink."""
    drop = power.smallest_drop(power.Spread(0.18**2, 0.0, 1.0), 0.9)
    assert norm.cdf(-np.log(1 - drop) / 0.18 - 1.645) == pytest.approx(0.8, abs=0.001)
    assert power.smallest_drop(power.Spread(0.0, 0.18**2, 1.0), 0.9) > drop
    assert power.chance_held(0.07, 0.9, 0.2) == pytest.approx(norm.cdf(0.2231 / 0.07 - 1.645), abs=0.001)


def test_the_smallest_drop_of_a_plain_count_is_seen_in_four_cases_of_five():
    """A Poisson count of 40 with a known mean, against the exact chance."""
    ratio = 1 - power.smallest_drop(power.Spread(0.0, 1 / 40, 1.0), 0.9)
    line = poisson.ppf(0.05, 40) - 1
    assert poisson.cdf(line, 40 * ratio) == pytest.approx(0.8, abs=0.07)


def test_more_stretches_show_smaller_drops(fitted):
    sds = [power.design_spread(fitted, fitted.points, 14, count, 1.0).sd for count in (1, 2, 3, 6)]
    assert sds == sorted(sds, reverse=True)
    few, many = (power.design_spread(fitted, fitted.points, 1, count, 1.0) for count in (14, 26))
    assert many.sd < few.sd
