"""The clock that stands still on days off."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.measures._methods.workdays import EPOCH, as_date, calendar, working_time

FRIDAY = date(2026, 11, 20).toordinal() - EPOCH
moments = st.floats(10_000, 30_000)


def test_friday_noon_to_monday_noon_is_one_day():
    assert working_time([FRIDAY + 0.5], [FRIDAY + 3.5], week_off=(5, 6)) == pytest.approx([1.0])


def test_a_day_off_stops_the_clock_and_half_days_count():
    assert working_time([FRIDAY + 0.25], [FRIDAY + 4.0], off=[date(2026, 11, 23)]) == pytest.approx([2.75])
    assert working_time([FRIDAY + 0.25], [FRIDAY + 0.75]) == pytest.approx([0.5])


def test_nothing_passes_within_a_weekend():
    assert working_time([FRIDAY + 1.1], [FRIDAY + 2.9], week_off=(5, 6)) == pytest.approx([0.0])


def test_no_moments_give_no_time():
    assert working_time([], []).size == 0


def test_a_team_that_never_works_has_not_said_when_it_does():
    works = calendar(week_off=range(7))
    assert all(works(as_date(FRIDAY + n)) for n in range(7))


@given(moments, moments, moments)
def test_time_adds_up(a, b, c):
    a, b, c = sorted((a, b, c))
    one, two, whole = working_time([a, b, a], [b, c, c], week_off=(5, 6))
    assert one + two == pytest.approx(whole, abs=1e-6)
    assert 0 <= whole <= c - a + 1e-6
