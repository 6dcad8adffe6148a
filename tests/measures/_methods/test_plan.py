"""What a planned step-away could show, before anybody leaves."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from benchmarks import plan as benchmark
from followspot.measures._methods.days import Absence, DailyCounts
from followspot.measures._methods.plan import DESIGNS, foreseen, learn, plan
from followspot.measures.stepaway import judge

START = date(2024, 1, 1)


@pytest.fixture(scope="module")
def days():
    random = np.random.default_rng(4)
    week = np.repeat(np.exp(random.normal(0, 0.15, 64)), 7)[:441]
    return DailyCounts(
        START, random.poisson(np.array((19, 21, 22, 21, 17, 2, 1))[np.arange(441) % 7] * week) * 1.0
    )


def drops(designs):
    return {(d.days, d.count): d.smallest_drop for d in designs}


def test_every_design_is_weighed(days):
    designs = plan(days)
    assert tuple(drops(designs)) == DESIGNS
    assert all(0 < d.smallest_drop < 1 and 0 <= d.chance_held <= 1 for d in designs)


def test_longer_and_more_often_show_more(days):
    found = drops(plan(days))
    assert found[14, 3] < found[14, 2] < found[14, 1] < found[7, 1]
    assert found[1, 26] < found[1, 14]


def test_the_promise_is_about_what_judge_then_finds(days):
    planned = drops(plan(days))[14, 1]
    judged = judge(days, [Absence(START + timedelta(days=392), START + timedelta(days=405))])
    assert judged.smallest_drop == pytest.approx(planned, abs=0.07)


def test_earlier_absences_are_not_learned_from(days):
    counts = days.others.copy()
    counts[200:214] = 0
    earlier = [Absence(START + timedelta(days=200), START + timedelta(days=213))]
    kept = drops(plan(DailyCounts(START, counts), earlier=earlier))
    assert kept[14, 1] == pytest.approx(drops(plan(days))[14, 1], abs=0.05)
    assert kept[14, 1] < drops(plan(DailyCounts(START, counts)))[14, 1]


@pytest.mark.parametrize("counts", [np.ones(30), np.zeros(400)])
def test_too_little_history_promises_nothing(counts):
    assert plan(DailyCounts(START, counts)) == ()


def stretch(first, length):
    return Absence(START + timedelta(days=first), START + timedelta(days=first + length - 1))


class TestTheseDates:
    """What real dates could show, tried while they change."""

    def test_are_close_to_the_design_in_general(self, days):
        found = foreseen(learn(days), [stretch(455, 14)])
        assert found.smallest_drop == pytest.approx(drops(plan(days))[14, 1], abs=0.04)
        assert found.working_days == 10
        assert found.items == pytest.approx(206, rel=0.2)
        assert found.pooled is None

    def test_a_day_off_in_the_stretch_lowers_what_is_expected(self, days):
        learned, week = learn(days), [stretch(455, 7)]
        whole = foreseen(learned, week)
        shorter = foreseen(learned, week, holidays=[START + timedelta(days=457)])
        assert shorter.working_days == whole.working_days - 1
        assert shorter.items == pytest.approx(whole.items * (1 - 22 / 103), rel=0.05)
        assert shorter.smallest_drop > whole.smallest_drop

    def test_the_year_end_shows_less_than_spring(self, days):
        """No year's end but one is on record, so what it does to the work is not known."""
        learned = learn(days)
        year_end = foreseen(learned, [Absence(date(2025, 12, 20), date(2026, 1, 2))])
        spring = foreseen(learned, [Absence(date(2025, 4, 5), date(2025, 4, 18))])
        assert year_end.smallest_drop > spring.smallest_drop + 0.05

    def test_pooled_with_earlier_ones_shows_more(self, days):
        earlier = [stretch(150, 14), stretch(250, 14)]
        found = foreseen(learn(days, earlier=earlier), [stretch(455, 14)])
        assert found.pooled.smallest_drop < found.smallest_drop
        assert found.pooled.items > 2 * found.items

    def test_more_dates_show_more_and_say_what_would_be_enough(self, days):
        learned = learn(days)
        one = foreseen(learned, [stretch(455, 14)])
        three = foreseen(learned, [stretch(455 + 63 * k, 14) for k in range(3)])
        assert three.smallest_drop < one.smallest_drop
        assert three.chance_held > one.chance_held
        assert one.enough.stretches > 1

    def test_dates_that_have_passed_are_no_plan(self, days):
        assert foreseen(learn(days), [stretch(200, 14)]) is None
        assert foreseen(learn(days), []) is None

    def test_dates_without_work_show_nothing(self, days):
        off = [START + timedelta(days=455 + k) for k in range(3)]
        assert foreseen(learn(days), [stretch(455, 3)], holidays=off) is None

    def test_with_too_little_history_nothing_is_learned(self):
        assert learn(DailyCounts(START, np.ones(30))) is None


def test_the_stated_drop_is_seen_in_about_four_cases_of_five():
    """A small part of `benchmarks.plan`; the whole of it is in docs/figures/plan.md."""
    cell = replace(benchmark.DESIGNS["one fortnight"], rate=20.0)
    seen = [benchmark.once(cell, run)[2][benchmark.TIMES.index(1.0)] for run in range(40)]
    assert 0.62 <= np.mean(seen) <= 0.96
