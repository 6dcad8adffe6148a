"""What does the team say about how it is led? From what was let out of mirrors, with the truth planted."""

from random import Random

import numpy as np
import pytest

from followspot.disclosure import FLOOR, release, told
from followspot.evidence import table
from followspot.evidence.event import SCHEMA
from followspot.items import ACROSS, MIRROR, UP
from followspot.measures import Verdict, answer
from followspot.measures.mirror import PLACE, STEPS, axis_of, measure, where
from tests.measures.test_pulse import END, drawn, log_of


def mirror_of(answers, *, seed=0):
    """Return a masked log with one closed mirror. answers : of each statement."""
    import pyarrow as pa

    rows = []
    for slug, some in answers.items():
        released = release(some, floor=FLOOR, chance=Random(seed))
        for value, unit in told(released) if released else ():
            rows.append(
                dict.fromkeys(SCHEMA.names)
                | {"at": END.replace(day=1), "activity": "mirror.tallied", "object": "wave:1", "about": [f"item:{slug}"], "to": [], "value": value, "unit": unit, "source": "pulse", "key": f"{slug} {unit}"}
            )  # fmt: skip
    events = table.connect().create_table("events", pa.Table.from_pylist(rows, schema=SCHEMA), temp=True)
    return table.masked(events, table.Who())


def statements(reading):
    return {p.sample: p for p in reading.parts if p.unit == STEPS}


def axes(reading):
    return {p.question: p for p in reading.parts if p.unit == PLACE}


def test_each_statement_has_its_mean_step_and_a_band_in_the_order_of_the_catalogue():
    reading = answer(measure, mirror_of({"danger-only": [2] * 14, "credit-light": [4] * 14}), asof=END)
    assert reading.verdict == Verdict.SEEN
    assert reading.estimate is None  # the statements say different things
    found = statements(reading)
    assert list(found) == ["credit-light", "danger-only"]
    light = found["credit-light"]
    assert light.low < light.estimate < light.high
    assert light.sentence in ("Mostly, of 14 answers.", "Between sometimes and mostly, of 14 answers.")
    assert light.n == 14


def test_below_the_floor_it_can_t_tell():
    reading = answer(measure, mirror_of({"credit-light": [4] * 4}), asof=END)
    assert reading.verdict == Verdict.CANT_TELL
    assert "nothing here sends mirror.tallied" in reading.sentence


def test_a_pulse_is_nobody_s_mirror():
    assert answer(measure, log_of([[3] * 12]), asof=END).verdict == Verdict.CANT_TELL


def test_statements_that_too_few_answered_are_missing_and_the_others_are_not():
    reading = answer(measure, mirror_of({"credit-light": [4] * 4, "there-asked": [3] * 9}), asof=END)
    assert list(statements(reading)) == ["there-asked"]


def test_waves_stand_in_order_and_the_newest_is_the_reading():
    log = log_of([[2] * 14, [4] * 14], activity="mirror.tallied", item="there-asked")
    (there, up) = answer(measure, log, asof=END).parts
    assert [row["mean"] for row in there.table] == [pytest.approx(2, abs=0.5), pytest.approx(4, abs=0.5)]
    assert there.estimate == there.table[-1]["mean"]
    assert up.question == UP
    assert up.estimate == pytest.approx((there.estimate - 1) / 4, abs=0.01)


def test_an_earlier_moment_sees_the_earlier_wave():
    from datetime import timedelta

    log = log_of([[2] * 14, [4] * 14], activity="mirror.tallied", item="there-asked")
    reading = answer(measure, log, asof=END - timedelta(weeks=2))
    assert reading.parts[0].estimate == pytest.approx(2, abs=0.5)


def test_the_place_on_the_map_is_the_mean_over_the_statements_of_each_axis():
    reading = answer(measure, mirror_of({slug: [5] * 12 for slug in MIRROR}), asof=END)
    found = axes(reading)
    assert set(found) == {ACROSS, UP}
    for part in found.values():
        assert 0.75 < part.low < part.estimate <= part.high <= 1
    assert found[ACROSS].n == sum(s.axis == ACROSS for s in MIRROR.values())


def test_an_axis_of_one_s_own_steps_leaves_out_what_was_left_out():
    assert axis_of({"standing-back-how": 5, "danger-only": 1, "credit-light": 1}, ACROSS) == 0.5
    assert axis_of({"credit-light": 1}, ACROSS) is None


@pytest.mark.parametrize(("step", "words"), [(1.0, "Never"), (3.9, "Mostly"), (3.5, "Between sometimes and mostly"), (5.0, "Always")])  # fmt: skip
def test_a_step_is_said_in_words(step, words):
    assert where(step) == words


@pytest.mark.parametrize("n", [7, 14])
def test_the_band_holds_the_planted_truth_about_as_often_as_it_says(n):
    held = 0
    for seed in range(60):
        chance = Random(seed)
        some = drawn(chance, n, 3.6)
        shares = np.array([drawn(Random(10_000 + k), 1, 3.6)[0] for k in range(2000)])
        (part,) = statements(answer(measure, mirror_of({"credit-light": some}, seed=seed), asof=END)).values()
        held += part.low <= shares.mean() <= part.high
    assert held / 60 >= 0.8


def test_it_is_for_the_leader_s_eyes():
    assert measure.eyes == "leader"
