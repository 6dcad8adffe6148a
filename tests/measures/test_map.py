"""Where does the leader lead from: the front, or behind?"""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.measures import Verdict
from followspot.measures.map import KINDS, compute
from tests.events import ADA, BEN, CHI
from tests.measures.practised import ASOF, LAST, expectation, log, said, touch


def led(freedom, *, unasked, answered, alive, promised=True, since=LAST - 80):
    """Six expectations and twelve barriers of the last eighty days, led in one way."""
    rows = [r for n in range(6) for r in expectation(n, day=since + n, freedom=freedom)]
    if alive:
        rows += [
            said("expectation.progressed", f"expectation:{n}", day=since + 3 + 5 * k, value=3.0, unit="items")
            for n in range(6)
            for k in range(15)
        ]
    if unasked:
        rows += [touch(n, day=LAST - 1 - 7 * k) for n in range(6) for k in range(8)]
    for n in range(12):
        day = LAST - 65 + 4 * n
        rows.append(said("barrier.raised", f"barrier:{n}", day=day, by=CHI, to=[ADA]))
        if answered:
            rows.append(said("barrier.cleared", f"barrier:{n}", day=day + 3, by=ADA))
    return rows


def reading(rows):
    return compute(log(rows), asof=ASOF)


def test_much_freedom_left_alone_and_all_held_up_is_from_behind():
    found = reading(led(7, unasked=False, answered=True, alive=True))
    assert found.sentence.startswith("From behind.")
    assert found.table[-1]["across, low"] > 0.5
    assert found.table[-1]["up, low"] > 0.5


def test_little_freedom_and_all_held_up_is_from_the_front():
    assert reading(led(1, unasked=True, answered=True, alive=True)).sentence.startswith("From the front.")


def test_much_freedom_and_nothing_answered_is_just_getting_out_of_the_way():
    late = [r for n in range(20, 30) for r in expectation(n, day=LAST - 60 + n - 20, agreed=False)]
    rows = led(7, unasked=False, answered=False, alive=False) + late
    assert reading(rows).sentence.startswith("Just getting out of the way.")


def test_little_freedom_unasked_touches_and_nothing_answered_is_hovering():
    late = [r for n in range(20, 30) for r in expectation(n, day=LAST - 60 + n - 20, agreed=False)]
    rows = led(1, unasked=True, answered=False, alive=False)
    rows = [r for r in rows + late if r["activity"] != "comment.made"]
    rows += [touch(n, day=LAST - 1 - 7 * k) for n in range(6) for k in range(2)]
    found = reading(rows)
    assert "hovering" in found.sentence.lower()
    assert found.table[-1]["across"] < 0.5
    assert found.table[-1]["up"] < 0.5


def test_a_change_shows_on_the_path():
    early = [r for n in range(30, 36) for r in expectation(n, day=150, ended=275, freedom=1)]
    early += [touch(n, day=275 - 7 * k) for n in range(30, 36) for k in range(1, 16)]
    early += [
        said("expectation.progressed", f"expectation:{n}", day=155 + 5 * k, value=3.0, unit="items")
        for n in range(30, 36)
        for k in range(24)
    ]
    for n in range(50, 62):
        early.append(said("barrier.raised", f"barrier:{n}", day=210 + 4 * (n - 50), by=CHI, to=[ADA]))
        early.append(said("barrier.cleared", f"barrier:{n}", day=213 + 4 * (n - 50), by=ADA))
    found = reading(early + led(7, unasked=False, answered=True, alive=True, since=276))
    assert found.sentence == ("From behind. In three months it went to the right, towards more freedom.")
    assert min(row["across"] for row in found.table) < 0.4 < 0.7 < found.table[-1]["across"]
    moved = next(p for p in found.parts if p.question == "Freedom agreed")
    assert moved.sentence.endswith("It pulled right in three months.")
    assert len(found.table) >= 4


def test_each_expectation_counts_once_however_many_weeks():
    found = reading(led(7, unasked=False, answered=True, alive=True))
    assert next(p for p in found.parts if p.question == "Work left alone").n == 6


def test_what_came_unasked_in_danger_is_left_out():
    danger = [said("danger.declared", "danger:1", day=LAST - 70), said("danger.ended", "danger:1", day=LAST)]
    rows = led(7, unasked=True, answered=True, alive=True)
    alone = next(p for p in reading(rows + danger).parts if p.question == "Work left alone")
    assert alone.sentence.startswith("100% of 6.")


def test_too_little_is_cant_tell():
    assert reading([]).verdict == Verdict.CANT_TELL
    few = reading(expectation(1, day=LAST - 40, freedom=7))
    assert few.verdict == Verdict.CANT_TELL
    assert "five things each way" in few.sentence


def test_it_is_two_numbers_and_never_one():
    found = reading(led(7, unasked=False, answered=True, alive=True))
    assert found.estimate is None
    assert {p.question for p in found.parts} <= set(KINDS)
    assert all(0 <= row[side] <= 1 for row in found.table for side in ("across", "up"))


def test_the_drawing_has_its_corners_and_its_months():
    drawn = json.dumps(reading(led(7, unasked=False, answered=True, alive=True)).chart)
    for words in ("from behind", "from the front", "hovering", "just getting out of the way", "Dec"):
        assert words in drawn


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 99))
def test_neither_order_nor_a_second_copy_changes_it(seed):
    rows = led(5, unasked=True, answered=True, alive=True)
    mixed = rows + rows[:25]
    Random(seed).shuffle(mixed)
    for one, other in zip(reading(mixed).table, reading(rows).table, strict=True):
        assert {**one, "month": 0} == pytest.approx({**other, "month": 0})


def test_it_names_nobody():
    told = json.dumps(reading(led(7, unasked=True, answered=True, alive=True)).as_json())
    assert not any(name in told for name in ("Ada", "Ben", "Chi", "x.org", BEN))
