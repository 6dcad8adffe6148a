"""Does a mistake cost people their freedom?"""

import json
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.measures import Verdict
from followspot.measures._methods.counts import change
from followspot.measures._methods.proportion import design_effect
from followspot.measures.freedom_after_mistakes import compute
from tests.events import BEN, event
from tests.measures.practised import ASOF, expectation, freed, log, said, touch

DAYS = (60.0, 130.0, 200.0, 270.0)
OPEN = [r for n in range(4) for r in expectation(n, day=5, freedom=5)]
LESSONS = [
    said("lesson.told", f"lesson:{n}", day=day, about=[f"expectation:{n}"]) for n, day in enumerate(DAYS)
]


def reading(rows):
    return compute(log(rows), asof=ASOF)


def came(before, after):
    """So many unasked touches on each side of each lesson."""
    return [
        touch(n, day=day + side * (1 + k))
        for n, day in enumerate(DAYS)
        for side, times in ((-1, before), (1, after))
        for k in range(times)
    ]


def test_a_leader_who_comes_closer_after_mistakes_is_seen():
    found = reading(OPEN + LESSONS + came(1, 4))
    assert found.verdict == Verdict.ROSE
    assert found.estimate == pytest.approx(4)
    assert found.low < 4 < found.high
    assert found.sentence.startswith("Closer: the leader came unasked 16 times in the thirty days after")


def test_a_leader_who_stays_as_before_is_not_accused():
    found = reading(OPEN + LESSONS + came(3, 3))
    assert found.verdict == Verdict.SEEN
    assert found.low < 1 < found.high


def test_touches_on_other_work_and_asked_for_do_not_count():
    rows = OPEN + LESSONS + came(2, 2)
    other = [touch((n + 1) % 4, day=day + 3) for n, day in enumerate(DAYS) for _ in range(3)]
    asked = [touch(n, day=day + 4.5, asked=True) for n, day in enumerate(DAYS)]
    assert reading(rows + other + asked) == reading(rows)


def test_levels_that_were_lowered_are_counted_against_those_that_stayed():
    found = reading([*OPEN, *LESSONS, freed(0, 2, day=70), freed(1, 7, day=140), freed(2, 2, day=240)])
    freedom = found.parts[0]
    assert freedom.sentence.startswith("1 of 4 was lowered within thirty days")
    assert freedom.sentence.endswith("1 raised.")
    assert freedom.low < 0.25 < freedom.high


def test_a_change_taken_back_is_a_mistake_of_the_whole_team():
    reverts = [event("change.reverted", BEN, day=d, object=f"change:{d}") for d in DAYS]
    found = reading(OPEN + reverts + came(1, 4))
    assert found.estimate == pytest.approx(4)


def test_a_lesson_taken_back_and_one_close_upon_another_are_none():
    back = [said("lesson.withdrawn", f"lesson:{n}", day=day + 1) for n, day in enumerate(DAYS)]
    assert "no mistakes" in reading(OPEN + LESSONS + back).sentence
    soon = [
        said("lesson.told", f"lesson:x{n}", day=day + 9, about=[f"expectation:{n}"])
        for n, day in enumerate(DAYS)
    ]
    assert reading(OPEN + LESSONS + soon + came(1, 4)) == reading(OPEN + LESSONS + came(1, 4))


def test_a_mistake_whose_thirty_days_are_not_over_waits():
    late = [said("lesson.told", f"lesson:{n}", day=350 + n, about=[f"expectation:{n}"]) for n in range(4)]
    assert "no mistakes" in reading(OPEN + late).sentence


def test_too_little_is_cant_tell():
    assert reading([]).verdict == Verdict.CANT_TELL
    assert reading(OPEN + LESSONS[:2] + came(1, 4)).verdict == Verdict.CANT_TELL
    assert "too few to compare, and hardly bad news" in reading(OPEN + LESSONS).sentence


@pytest.mark.parametrize("bursts", [False, True])
def test_the_interval_holds_the_planted_ratio_at_least_as_often_as_it_says(bursts):
    rng = np.random.default_rng(12)
    held = told = 0
    for _ in range(500):
        mean = 3 * (rng.gamma(1.5, 1 / 1.5, (2, 12)) if bursts else np.ones((2, 12)))
        before, after = rng.poisson(mean[0]), rng.poisson(2 * mean[1])
        found = change(after.sum(), before.sum(), bursts=design_effect(after, before + after))
        told += found is not None
        held += found is not None and found.low <= 2 <= found.high
    assert held / told >= 0.87


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 99))
def test_neither_order_nor_a_second_copy_changes_it(seed):
    rows = OPEN + LESSONS + came(1, 3)
    mixed = rows + rows[:15]
    Random(seed).shuffle(mixed)
    assert reading(mixed) == reading(rows)


def test_it_names_nobody_and_no_single_mistake():
    found = reading(OPEN + LESSONS + came(1, 4))
    told = json.dumps(found.as_json())
    assert not any(name in told for name in ("Ada", "Ben", "x.org"))
    assert len(found.table) == 2
