"""Nothing is told below the floor, nothing exact above it, and no two figures differ by fewer than the floor."""

from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot import disclosure
from followspot.disclosure import BASE, FLOOR, JITTER, STEP_BY_STEP, possible, release, rounded, together

answers = st.lists(st.integers(1, 5), max_size=60)


@given(answers, st.integers(5, 20))
def test_below_the_floor_there_is_nothing(given_answers, floor):
    told = release(given_answers, floor=floor, chance=Random(1))
    assert (told is None) == (len(given_answers) < floor)


def test_a_floor_below_five_counts_as_five():
    assert release([3, 3, 3, 3], floor=1, chance=Random(1)) is None


@given(answers.filter(lambda a: len(a) >= STEP_BY_STEP))
def test_from_ten_on_each_step_is_a_multiple_of_three_next_to_what_it_was(given_answers):
    told = release(given_answers, floor=FLOOR, chance=Random(2))
    for step, count in enumerate(told.counts, 1):
        assert count % BASE == 0
        assert abs(count - given_answers.count(step)) < BASE


def test_rounding_is_right_on_average():
    chance = Random(3)
    for count in range(7):
        mean = sum(rounded(count, chance) for _ in range(20_000)) / 20_000
        assert abs(mean - count) < 0.06


@given(answers.filter(lambda a: FLOOR <= len(a) < STEP_BY_STEP), st.integers())
def test_below_ten_only_the_step_next_to_the_mean_is_told(given_answers, seed):
    told = release(given_answers, floor=FLOOR, chance=Random(seed))
    assert told.counts == ()
    assert abs(sum(given_answers) / len(given_answers) - told.place) <= 0.5 + JITTER


def test_whoever_comes_into_a_small_wave_could_have_said_almost_anything():
    """Even if nobody else changed their answer: of every two releases that can follow each other, at least three answers."""
    for n in range(FLOOR, STEP_BY_STEP - 1):
        for before, after in product(range(1, 6), repeat=2):
            answers = {
                x
                for total in range(n, 5 * n + 1)
                for x in range(1, 6)
                if abs(total / n - before) < 0.5 + JITTER
                and abs((total + x) / (n + 1) - after) < 0.5 + JITTER
            }
            assert len(answers) in (0, 3, 4, 5), (n, before, after)


@pytest.mark.parametrize("n", [10, 11, 14, 20])
def test_whoever_comes_into_a_larger_wave_is_not_read_from_the_counts(n):
    """Whatever is known of the others' answers but their count: two steps or more remain possible for the newcomer.

    `python -m benchmarks.pulse` says how often it is otherwise: about once in ten thousand.
    """
    chance = Random(n)
    for _ in range(40):
        before = [chance.randint(1, 5) for _ in range(n)]
        one = release(before, floor=FLOOR, chance=chance)
        other = release([*before, chance.randint(1, 5)], floor=FLOOR, chance=chance)
        then = set(possible(other))
        left = {k for c in possible(one) for k in range(5) if (*c[:k], c[k] + 1, *c[k + 1 :]) in then}
        assert len(left) >= 2


def test_however_alike_people_answer_something_is_told():
    for n in range(10, 40):
        for answers in ([3] * n, [1] * (n // 2) + [5] * (n - n // 2)):
            told = release(answers, floor=FLOOR, chance=Random(n))
            assert told.counts
            assert len(possible(told)) >= 15


@given(st.lists(st.integers(1, 5), min_size=10, max_size=40), st.integers(0, 2**32))
def test_no_count_of_a_step_is_ever_certain(given_answers, seed):
    told = release(given_answers, floor=FLOOR, chance=Random(seed))
    for step in zip(*possible(told), strict=True):
        assert len(set(step)) > 1


@given(answers.filter(lambda a: len(a) >= FLOOR), st.integers(0, 2**32))
def test_what_really_was_answered_is_among_what_is_possible(given_answers, seed):
    told = release(given_answers, floor=FLOOR, chance=Random(seed))
    assert tuple(given_answers.count(k) for k in range(1, 6)) in possible(told)


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 30)), st.integers(5, 9))
def test_no_two_figures_differ_by_less_than_the_floor(sizes, floor):
    parts = together(sizes, floor=floor)
    if not parts:
        return
    assert sorted(name for part in parts for name in part) == sorted(sizes)
    counts = [sum(sizes[name] for name in part) for part in parts]
    for many in range(1, len(counts)):
        for some in combinations(counts, many):
            assert sum(some) >= floor
            assert sum(counts) - sum(some) >= floor


def test_the_smallest_groups_are_shown_as_one():
    sizes = {"Day desk": 6, "Gate": 5, "Night desk": 3}
    assert together(sizes, floor=5) == [("Gate", "Night desk"), ("Day desk",)]


def test_a_group_that_said_nothing_is_joined_as_well():
    assert together({"Day": 9, "Gate": 0, "Night": 7}, floor=5) == [("Day",), ("Gate", "Night")]


def test_two_groups_of_which_one_is_small_are_not_told_apart():
    assert together({"Day": 20, "Night": 4}, floor=5) == []


@given(st.lists(st.integers(1, 5), min_size=5, max_size=40))
def test_what_is_written_into_the_log_is_read_back(given_answers):
    told = release(given_answers, floor=5, chance=Random(5))
    assert disclosure.heard(disclosure.told(told)) == told
