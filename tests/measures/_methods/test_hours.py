"""Which acts lay outside the usual hours of whoever did them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures._methods.hours import outside_hours
from tests.events import ADA, BEN, CHI, event, table

SINCE, UNTIL = datetime(2024, 12, 30, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)  # day 364 of START on


def acts(who, hours, days, activity="change.written"):
    """One act a day at one of these hours of the day; day 0 is Monday, 1 January 2024."""
    return [
        event(activity, who, day=d + (hours[n % len(hours)] - 9) / 24, key=f"{who}{activity}{d}{n}")
        for n, d in enumerate(days)
    ]


def found(rows, *, zone="UTC", **off):
    log = masked(table(connect(zone), rows), Who(leads=(Spell(ADA),)))
    asked = outside_hours(log, since=SINCE, until=UNTIL, **off)
    assert asked.columns == ("at", "outside")
    return asked.order_by("at").to_pyarrow().to_pylist()


def outside(rows, **how):
    return [r["outside"] for r in found(rows, **how)]


WORKING = [d for d in range(364) if d % 7 < 5]


def test_who_works_days_is_outside_at_night():
    usual = acts(BEN, (9, 10, 11, 14, 15), WORKING)
    assert outside(usual + acts(BEN, (10,), [365]) + acts(BEN, (23,), [366])) == [False, True]


def test_who_works_nights_is_inside_at_night():
    usual = acts(CHI, (22, 23, 1, 2), WORKING)
    assert outside(usual + acts(CHI, (23,), [365]) + acts(CHI, (10,), [366])) == [False, True]


def test_who_always_works_saturdays_is_inside_on_one_and_who_never_does_is_not():
    usual = acts(BEN, (10,), WORKING) + acts(CHI, (10,), range(364))
    assert outside(usual + acts(BEN, (10,), [369])) == [True]
    assert outside(usual + acts(CHI, (10,), [369])) == [False]


def test_an_act_on_a_day_off_is_outside_whatever_the_hour():
    rows = acts(BEN, (10,), range(364)) + acts(BEN, (10,), [365, 369])
    assert outside(rows) == [False, False]
    assert outside(rows, off=[date(2024, 12, 31)]) == [True, False]
    assert outside(rows, week_off=[5, 6]) == [False, True]


def test_of_whoever_did_little_before_nothing_is_said():
    assert outside(acts(BEN, (10,), range(49)) + acts(BEN, (23,), [365])) == []
    assert outside(acts(BEN, (10,), range(50)) + acts(BEN, (23,), [365])) == [True]


def test_the_leaders_acts_and_those_at_anothers_time_are_left_out():
    rows = acts(ADA, (10,), WORKING) + acts(ADA, (23,), [365])
    rows += acts(BEN, (10,), WORKING) + acts(BEN, (23,), [365], activity="change.landed")
    assert outside(rows) == []


def test_nothing_is_nothing():
    assert found([]) == []


def test_one_in_ten_is_outside_where_nothing_changed():
    import numpy as np

    rng = np.random.default_rng(3)
    when = np.clip(rng.normal(13, 2.5, 800), 0, 23).astype(int).tolist()
    rows = acts(BEN, when[:600], list(range(300)) * 2)
    rows += acts(BEN, when[600:], [364 + d % 28 for d in range(200)])
    share = sum(outside(rows)) / 200
    assert 0.02 < share < 0.18


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(40)))
def test_order_does_not_matter(order):
    rows = acts(BEN, (9, 10, 15), WORKING) + acts(BEN, (10, 23, 3), range(365, 378))
    shuffled = [rows[i % len(rows)] for i in order] + [
        r for n, r in enumerate(rows) if n not in {i % len(rows) for i in order}
    ]
    assert found(rows) == found(shuffled)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/Phoenix"])
def test_another_clock_changes_what_a_day_off_is_and_no_usual_hour(zone):
    # Midweek only: no act crosses into a weekend of the other clock.
    midweek = [d for d in range(364) if d % 7 in (1, 2, 3)]
    rows = acts(BEN, (9, 10, 11), midweek) + acts(BEN, (10, 12), [365, 366])
    assert outside(rows, zone=zone) == outside(rows)
