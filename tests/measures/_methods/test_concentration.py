"""How many share the leading, and who most areas need, without names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from followspot.measures._methods.concentration import degree_of_authorship, effective_number, truck_factor


@pytest.mark.parametrize("people", [1, 2, 5, 12])
def test_equal_shares_of_k_people_give_k(people):
    assert effective_number([1000] * people)[0] == pytest.approx(people, rel=0.01)


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12))
def test_it_is_the_exponential_of_the_entropy_with_a_small_sample_correction(counts):
    plain = np.exp(entropy(counts))
    estimate, low, high = effective_number(counts)
    assert estimate == pytest.approx(plain * np.exp((len(counts) - 1) / (2 * sum(counts))))
    assert low <= estimate * (1 + 1e-9)
    assert high >= estimate * (1 - 1e-9)


def test_the_interval_covers_as_often_as_it_says():
    rng, shares, covered = np.random.default_rng(2), np.array([0.5, 0.2, 0.15, 0.1, 0.05]), 0
    truth = np.exp(entropy(shares))
    for _ in range(500):
        _, low, high = effective_number(rng.multinomial(120, shares))
        covered += low <= truth <= high
    assert 0.85 <= covered / 500 <= 0.96


def test_degree_of_authorship_has_the_published_coefficients():
    assert degree_of_authorship([1], [10], [0])[0] == pytest.approx(3.293 + 1.098 + 1.64)
    assert degree_of_authorship([0], [2], [9])[0] == pytest.approx(3.293 + 0.328 - 0.321 * np.log(10))


def test_whoever_wrote_everything_is_the_whole_set():
    assert truck_factor([0, 1, 2, 3], [7, 7, 7, 7], [9.0] * 4) == [7]


def test_areas_with_two_authors_need_both_to_go():
    area, person = [0, 0, 1, 1, 2, 2], [1, 2, 1, 2, 1, 2]
    assert sorted(truck_factor(area, person, [9.0] * 6)) == [1, 2]


def test_no_areas_no_set():
    assert truck_factor([], [], []) == []
