"""A forecast that comes true as often as it says, on work whose pace is known."""

import time
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.measures._methods.forecast import PERCENTS, Forecast, TooEarly, from_checkins, land

TODAY = date(2026, 11, 20)  # a Friday


def works(day):
    return day.weekday() < 5


def past(amounts, last=TODAY):
    days, day = [], last
    while len(days) < len(amounts):
        if works(day):
            days.append(day)
        day -= timedelta(days=1)
    return list(zip(reversed(days), map(float, amounts), strict=True))


def ahead(count):
    day = TODAY
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return day


def asked(amounts, remaining, due=10, **how):
    return land(past(amounts), remaining, today=TODAY, due=ahead(due), works=works, **how)


def test_steady_work_lands_about_when_its_rate_says():
    found = asked([2, 1, 3, 2, 2, 2, 1, 3, 2, 2] * 3, 20)
    assert found.dates[50] in {ahead(n) for n in (9, 10, 11)}
    assert ahead(4) < found.dates[5] <= ahead(10) <= found.dates[95] < ahead(18)
    assert 0.35 < found.chance < 0.75
    assert found.n == 30


def test_far_dates_are_in_order_and_none_where_out_of_sight():
    found = asked([0, 1, 0, 0, 1, 0, 0, 1, 0, 0], 60)
    known = [found.dates[p] for p in PERCENTS if found.dates[p]]
    assert known == sorted(known)
    assert found.dates[95] is None
    assert found.chance < 0.01


def test_a_longer_due_than_the_first_days_is_read_in_weeks():
    found = asked([1, 0, 1, 0, 1] * 4, 36, due=60)
    assert 0.3 < found.chance < 0.75
    assert ahead(45) < found.dates[50] < ahead(80)


def test_nothing_remains():
    found = asked([1, 1, 1, 1, 1], 0)
    assert found.chance == 1
    assert set(found.dates.values()) == {TODAY}


def test_what_is_overdue_has_no_chance_and_still_a_range():
    found = land(past([1] * 20), 5, today=TODAY, due=TODAY - timedelta(days=1), works=works)
    assert found.chance == 0
    assert found.dates[5] > TODAY


def test_nothing_lands_before_today():
    stale = past([2] * 20, last=TODAY - timedelta(days=21))
    found = land(stale, 3, today=TODAY, due=ahead(5), works=works)
    assert min(found.dates.values()) == TODAY


@pytest.mark.parametrize(
    ("amounts", "says"),
    [
        ([], "Three more finished pieces"),
        ([0, 1, 0, 0, 0, 1], "One more finished piece and"),
        ([3, 1], "Three more working days"),
        ([3, 1, 0, 0], "One more working day and"),
    ],
)
def test_too_early_says_what_would_be_enough(amounts, says):
    found = asked(amounts, 5)
    assert isinstance(found, TooEarly)
    assert says in found.sentence
    assert found.n == len(amounts)


def test_nonsense_is_refused():
    with pytest.raises(BadInput):
        asked([1, 2, np.nan, 1, 1], 5)
    with pytest.raises(BadInput):
        land(past([1] * 6), 5, today=TODAY, due=TODAY, works=lambda day: False)


def test_a_team_that_works_rarely_has_its_dates_on_its_days():
    def mondays(day):
        return day.weekday() == 0

    found = land(past([2] * 6), 4, today=TODAY, due=ahead(20), works=mondays)
    assert all(day.weekday() == 0 for day in found.dates.values())
    found = land(past([1] * 6), 40, today=TODAY, due=ahead(20), works=lambda day: day.day == 1)
    assert found.dates[50].day == 1


counts = st.lists(st.integers(0, 6), min_size=5, max_size=60).filter(lambda c: sum(c) >= 3)


@settings(max_examples=40, deadline=None)
@given(counts, st.integers(1, 60), st.integers(1, 30), st.randoms())
def test_order_and_repetition_say_nothing_and_the_same_question_has_the_same_answer(
    amounts, remaining, due, random
):
    progress = past(amounts)
    mixed = list(progress)
    random.shuffle(mixed)
    a = land(progress, remaining, today=TODAY, due=ahead(due), works=works, draws=300)
    b = land(mixed, remaining, today=TODAY, due=ahead(due), works=works, draws=300)
    assert a == b
    assert 0 <= a.chance <= 1
    known = [day for day in a.dates.values() if day]
    assert known == sorted(known)


@settings(max_examples=40, deadline=None)
@given(counts, st.integers(1, 60), st.integers(1, 40))
def test_a_later_due_day_is_never_a_smaller_chance(amounts, remaining, due):
    chances = [asked(amounts, remaining, due=n, draws=300).chance for n in (due, due + 1, due + 30)]
    assert chances == sorted(chances)


@pytest.mark.parametrize(("phi", "rate"), [(1.2, 3.0), (3.0, 3.0), (1.2, 0.5)])
def test_it_comes_true_as_often_as_it_says(phi, rate):
    """Of 300 planted futures, dates and chances hold within what chance allows."""
    rng, runs = np.random.default_rng(7), 300
    by = dict.fromkeys((10, 50, 90), 0)
    said = came = 0.0
    for _ in range(runs):
        days = rng.poisson(rng.gamma(rate / (phi - 1), phi - 1, 30 + 120))
        history, future = days[:30], np.cumsum(days[30:])
        if history.sum() < 3:
            continue
        remaining = max(1, round(rate * 10 * float(rng.uniform(0.7, 1.3))))
        landed = int((future >= remaining).argmax()) + 1
        found = asked(history, remaining, draws=400)
        for percent in by:
            by[percent] += ahead(landed) <= (found.dates[percent] or date.max)
        said += found.chance
        came += landed <= 10
    assert abs(said - came) / runs < 0.08
    assert by[10] / runs < 0.25
    assert 0.42 < by[50] / runs < 0.68
    assert by[90] / runs > 0.85


def test_a_seed_of_ones_own_changes_the_draws_and_little_else():
    amounts = [2, 1, 3, 2, 2, 2, 1, 3, 2, 2] * 3
    a, b = asked(amounts, 20, seed=1), asked(amounts, 20, seed=2)
    assert a.chance != b.chance
    assert a.chance == pytest.approx(b.chance, abs=0.05)


def test_bursts_make_the_range_wider():
    even, bursts = asked([2] * 30, 20), asked([0, 0, 0, 0, 0, 12] * 5, 20)
    assert bursts.dates[95] - bursts.dates[5] > 1.5 * (even.dates[95] - even.dates[5])


def test_a_short_history_makes_the_range_wider():
    short, long = asked([2, 1, 3, 2, 2, 2], 40), asked([2, 1, 3, 2, 2, 2] * 8, 40)
    assert short.dates[95] - short.dates[5] > long.dates[95] - long.dates[5]


def test_the_pace_of_late_counts_more():
    faster, slower = asked([1] * 30 + [4] * 20, 30), asked([4] * 20 + [1] * 30, 30)
    assert faster.dates[50] < slower.dates[50]


def test_checkins_are_spread_over_the_days_between():
    monday = date(2026, 11, 2)
    told = [(monday, 10.0), (monday + timedelta(days=4), 6.0), (monday + timedelta(days=7), 5.0)]
    spread = from_checkins(told, works=works)
    assert [amount for _, amount in spread] == [1.0] * 5
    assert [day.weekday() for day, _ in spread] == [1, 2, 3, 4, 0]


def test_the_later_of_two_checkins_on_a_day_counts_and_weekends_are_carried():
    friday = date(2026, 11, 6)
    told = [
        (friday - timedelta(days=1), 9.0),
        (friday, 9.0),
        (friday, 8.0),
        (friday + timedelta(days=1), 6.0),
    ]
    assert from_checkins(told, works=works) == [(friday, 3.0)]
    told.append((friday + timedelta(days=4), 4.0))
    assert [amount for _, amount in from_checkins(told, works=works)] == [1.0, 2.0, 2.0]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 30)), min_size=2, max_size=12, unique_by=lambda c: c[0]
    )
)
def test_no_work_is_lost_between_checkins(pairs):
    told = [(date(2026, 8, 3) + timedelta(days=d), float(r)) for d, r in pairs]
    spread = from_checkins(told, works=works)
    ordered = sorted(told)
    if spread:
        assert sum(a for _, a in spread) == pytest.approx(ordered[0][1] - ordered[-1][1])
    assert all(works(day) for day, _ in spread)


def test_scope_that_grew_may_grow_again():
    plain = asked([2, 2, 2, 2, 2] * 6, 20, due=12)
    growing = asked([2, 2, 2, 2, -6] * 6, 20, due=12)
    assert growing.chance < plain.chance / 2
    assert growing.dates[50] > plain.dates[50]


def test_work_that_grows_faster_than_it_is_done_never_lands():
    found = asked([1, 1, -4, 1, 1, -4] * 5, 20)
    assert found.dates[50] is None
    assert found.chance < 0.05


def test_one_forecast_is_quick():
    asked([2, 1, 3] * 10, 25)
    began = time.process_time()
    for _ in range(5):
        assert isinstance(asked([2, 1, 3] * 10, 25), Forecast)
    assert (time.process_time() - began) / 5 < 0.06  # 15 ms where nobody else is at work
