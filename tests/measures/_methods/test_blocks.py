"""States, quiet periods, exposure and dispersion of days."""

from datetime import date, timedelta

import numpy as np
import pytest

from followspot.measures._methods import blocks
from followspot.measures._methods.days import Absence, DailyCounts

START = date(2024, 1, 1)


def days(counts, **columns):
    return DailyCounts(START, np.asarray(counts, dtype=float), **columns)


def away(first, last):
    return Absence(START + timedelta(days=first), START + timedelta(days=last))


def where(state, wanted):
    found = np.flatnonzero(state == wanted)
    return (found[0], found[-1], found.size)


def test_a_long_absence_has_a_week_on_either_side():
    state = blocks.states(days(np.ones(60)), [away(20, 33)])
    assert where(state, 1) == (20, 33, 14)
    assert where(state, -1) == (13, 40, 14)


def test_a_short_absence_has_a_day_on_either_side():
    assert where(blocks.states(days(np.ones(60)), [away(20, 23)]), -1) == (19, 24, 2)


def test_an_absence_in_another_ones_return_period_stays_judged():
    state = blocks.states(days(np.ones(60)), [away(10, 16), away(20, 26)])
    assert where(state, 1) == (10, 16, 7)
    assert where(state, 2) == (20, 26, 7)


def test_catch_up_is_as_long_as_the_absence_at_most():
    assert where(blocks.states(days(np.ones(90)), [away(10, 16)], catch_up=28), 1) == (10, 23, 14)
    assert where(blocks.states(days(np.ones(120)), [away(10, 59)], catch_up=28), 1) == (10, 87, 78)


def test_holidays_and_missing_days_are_left_out():
    counts = np.ones(60)
    counts[22] = np.nan
    holiday = np.zeros(60, dtype=bool)
    holiday[[5, 25]] = True
    state = blocks.states(days(counts, holiday=holiday), [away(20, 33)])
    assert state[[5, 22, 25]].tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("day", "quiet", "year"),
    [
        (date(2024, 12, 19), 0, 0),
        (date(2024, 12, 20), 1, 2024),
        (date(2025, 1, 3), 1, 2024),
        (date(2025, 1, 4), 0, 0),
        (date(2024, 7, 10), 2, 2024),
        (date(2024, 8, 31), 2, 2024),
        (date(2024, 9, 1), 0, 0),
    ],
)
def test_quiet_periods(day, quiet, year):
    when = blocks.calendar(DailyCounts(day, np.ones(1)))
    assert (when.quiet[0], when.quiet_year[0]) == (quiet, year)


def test_weeks_begin_on_monday():
    when = blocks.calendar(days(np.ones(8)))
    assert when.weekday.tolist() == [0, 1, 2, 3, 4, 5, 6, 0]
    assert np.diff(when.week).tolist() == [0] * 6 + [1]


def test_weekdays_nobody_is_planned_for_count_as_usual():
    people = np.where(np.arange(70) % 7 < 5, 4.0, 0.0)
    people[7:12] = 2
    counted = days(np.ones(70), at_work=people)
    share = blocks.share_at_work(counted, blocks.calendar(counted))
    assert share[:14].tolist() == [1] * 7 + [0.5] * 5 + [1, 1]


def test_people_who_are_not_known_count_as_usual():
    counted = days(np.ones(14), at_work=np.full(14, np.nan))
    assert blocks.share_at_work(counted, blocks.calendar(counted)).tolist() == [1] * 14


def test_dispersion_finds_the_variance_over_the_mean():
    random = np.random.default_rng(5)
    counted = days(4 * random.poisson(5, 4000))
    setting = blocks.prepare(counted, [away(3900, 3910)], blocks.QUIET_PERIODS)
    assert setting.phi == pytest.approx(4, rel=0.1)


def test_dispersion_is_one_where_it_cannot_be_told():
    assert blocks.prepare(days(np.ones(9)), [away(8, 8)], blocks.QUIET_PERIODS).phi == 1


def test_blocks_hold_every_day_on_record():
    counts = np.arange(400.0)
    setting = blocks.prepare(days(counts), [away(280, 293)], blocks.QUIET_PERIODS)
    assert setting.blocks.count.sum() == counts.sum()
    assert (np.diff(setting.blocks.mid) >= 0).all()
    assert setting.absent.count.sum() == counts[280:294].sum()
