"""What a planned step-away could show, before anybody leaves."""

from datetime import date, timedelta

import numpy as np
import pytest

from followspot.measures._methods.days import Absence, DailyCounts
from followspot.measures._methods.plan import DESIGNS, plan
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
