"""How is it for the team? From what was let out of its waves, with the truth planted."""

from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.disclosure import FLOOR, Released, release, told
from followspot.evidence import table
from followspot.evidence.event import SCHEMA
from followspot.measures import Verdict, answer
from followspot.measures._methods import ordinal
from followspot.measures.pulse import measure

END = datetime(2026, 11, 23, tzinfo=UTC)


def log_of(waves, activity="wave.tallied", item="energy"):
    """Return a masked log in which each wave let out the answers given, two weeks apart, the last one first."""
    rows = []
    for n, answers in enumerate(reversed(waves)):
        released = release(answers, floor=FLOOR, chance=Random(n))
        for value, unit in told(released) if released else ():
            rows.append(
                dict.fromkeys(SCHEMA.names)
                | {
                    "at": END - timedelta(weeks=2 * n + 1),
                    "activity": activity,
                    "object": f"wave:{n}",
                    "about": [f"item:{item}"],
                    "to": [],
                    "value": value,
                    "unit": unit,
                    "source": "pulse",
                    "key": f"{n} {unit} {item}",
                }
            )
    engine = table.connect()
    import pyarrow as pa

    events = engine.create_table("events", pa.Table.from_pylist(rows, schema=SCHEMA), temp=True)
    return table.masked(events, table.Who())


def drawn(chance, n, centre, spread=1.0):
    return [min(5, max(1, round(chance.gauss(centre, spread)))) for _ in range(n)]


def test_it_says_where_each_item_lies_in_its_own_words():
    reading = answer(measure, log_of([[4] * 14]), asof=END)
    assert reading.verdict == Verdict.SEEN
    (energy,) = reading.parts
    assert energy.question == "Energy"
    assert energy.sentence == "Around “good”. Too few waves to call a trend: 2 more would do."
    assert energy.low < 4 < energy.high + 0.3
    assert energy.n == 14


def test_without_a_closed_wave_it_can_t_tell():
    reading = answer(measure, log_of([[3] * 4]), asof=END)
    assert reading.verdict == Verdict.CANT_TELL
    assert "nothing here sends wave.tallied" in reading.sentence


def test_a_mirror_is_nobody_s_pulse():
    reading = answer(measure, log_of([[3] * 12], activity="mirror.tallied"), asof=END)
    assert reading.verdict == Verdict.CANT_TELL


def test_a_planted_rise_is_seen_and_drawn():
    chance = Random(1)
    waves = [drawn(chance, 16, 2 + 0.25 * n) for n in range(9)]
    (energy,) = answer(measure, log_of(waves), asof=END).parts
    assert "Up since" in energy.sentence
    assert len(energy.table) == 9
    assert energy.chart["data"]["values"] == list(energy.table)


@pytest.mark.parametrize("n", [6, 9, 14, 30])
def test_the_band_holds_the_mean_about_as_often_as_it_says(n):
    """Planted: answers drawn from known shares; the 90 % band of their mean step, rounding and all."""
    chance, truth, held, runs = np.random.default_rng(n), np.array([0.05, 0.15, 0.3, 0.35, 0.15]), 0, 240
    mean = float(truth @ np.arange(1, 6))
    rounding = Random(n)
    for _ in range(runs):
        answers = list(chance.choice(np.arange(1, 6), n, p=truth))
        draws = ordinal.draws(release([int(a) for a in answers], floor=FLOOR, chance=rounding))
        low, high = np.quantile(draws, [0.05, 0.95])
        held += low <= mean <= high
    assert 0.85 <= held / runs <= 0.99


def test_without_a_move_a_trend_is_called_about_one_time_in_ten():
    called, runs = 0, 120
    for run in range(runs):
        chance = Random(run)
        waves = [ordinal.draws(release(drawn(chance, 14, 3.4), floor=FLOOR, chance=chance)) for _ in range(6)]
        rose = ordinal.rises(waves, list(range(6)))
        called += not 0.05 < rose < 0.95
    assert called / runs < 0.17


@given(st.lists(st.integers(1, 5), min_size=5, max_size=30), st.integers(0, 2**31))
def test_draws_lie_between_the_first_and_the_last_step_and_are_the_same_each_time(answers, seed):
    released = release(answers, floor=FLOOR, chance=Random(seed))
    draws = ordinal.draws(released)
    assert draws.shape == (ordinal.DRAWS,)
    assert 1 <= draws.min() <= draws.max() <= 5
    assert (draws == ordinal.draws(released)).all()


def test_a_band_of_few_is_wider_than_one_of_many():
    def width(released):
        return np.ptp(np.quantile(ordinal.draws(released), [0.05, 0.95]))

    assert width(Released(6, place=4)) > width(Released(30, (0, 0, 6, 15, 9)))
