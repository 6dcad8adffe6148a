"""Daily counts: building, cutting, and what is refused."""

from datetime import date

import numpy as np
import pytest

from followspot.errors import BadInput
from followspot.measures._methods.days import DailyCounts, from_mappings

MONDAY, WEDNESDAY = date(2024, 1, 1), date(2024, 1, 3)


def test_days_that_are_not_named_had_no_items():
    days = from_mappings({MONDAY: 3, WEDNESDAY: 2})
    assert days.others.tolist() == [3, 0, 2]
    assert days.last == WEDNESDAY


def test_missing_days_are_not_a_number():
    days = from_mappings({MONDAY: 3, WEDNESDAY: 2}, missing=[date(2024, 1, 2)])
    assert np.isnan(days.others).tolist() == [False, True, False]


def test_people_that_are_not_named_are_unknown():
    days = from_mappings({MONDAY: 3, WEDNESDAY: 2}, at_work={MONDAY: 4}, holidays=[WEDNESDAY])
    assert np.isnan(days.at_work).tolist() == [False, True, True]
    assert days.holiday.tolist() == [False, False, True]


def test_cut_keeps_the_columns_together():
    days = from_mappings({MONDAY: 3, WEDNESDAY: 2}, leader={WEDNESDAY: 1}).between(
        WEDNESDAY, date(2030, 1, 1)
    )
    assert (days.start, days.others.tolist(), days.leader.tolist()) == (WEDNESDAY, [2], [1])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"others": np.array([])}, "no days"),
        ({"others": np.array([1.0, -1.0])}, "negative"),
        ({"others": np.array([1.0, np.inf])}, "negative or endless"),
        ({"others": np.ones(3), "leader": np.ones(2)}, "leader has 2 days"),
        ({"others": np.ones(3), "holiday": np.zeros(2, dtype=bool)}, "holiday has 2 days"),
    ],
)
def test_senseless_columns_are_refused(columns, words):
    with pytest.raises(BadInput, match=words):
        DailyCounts(MONDAY, **columns)


def test_no_days_and_turned_dates_are_refused():
    with pytest.raises(BadInput, match="no days"):
        from_mappings({})
    with pytest.raises(BadInput, match="before the first"):
        from_mappings({}, first=WEDNESDAY, last=MONDAY)
