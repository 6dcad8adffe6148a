"""Days drawn by lot: the test is exact, its interval is its own inversion, and its limits are said."""

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

from followspot.errors import BadInput
from followspot.measures._methods.days import Absence, DailyCounts
from followspot.measures._methods.lot import Draw, by_lot
from followspot.measures.stepaway import as_json, judge

START = date(2024, 1, 1)
BY_WEEKDAY = np.array((19, 21, 22, 21, 17, 2, 1))


def day(number):
    return START + timedelta(days=number)


def rough(seed, size=420):
    """Work that comes in waves: autocorrelated, and rougher than Poisson."""
    random = np.random.default_rng(seed)
    wave = np.convolve(random.normal(0, 0.2, size + 20), np.ones(21) / 4, "valid")
    mean = BY_WEEKDAY[np.arange(size) % 7] * np.exp(wave)
    return random.poisson(random.gamma(mean, 1.0)) * 1.0, random


def drills(random, count=12, first=182):
    """One weekday a week."""
    sets = [[first + 7 * week + weekday for weekday in range(5)] for week in range(count)]
    drawn = [int(random.choice(one)) for one in sets]
    return Draw(tuple(tuple(day(n) for n in one) for one in sets), tuple(day(n) for n in drawn)), drawn


def test_says_drop_no_more_often_than_claimed_however_rough_the_work():
    refused = []
    for seed in range(150):
        counts, random = rough(seed)
        found = by_lot(DailyCounts(START, counts), drills(random)[0])
        refused.append((found.p_drop <= 0.05, found.p_rise <= 0.05))
    assert (np.mean(refused, axis=0) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 150)).all()


def test_every_draw_is_as_likely_as_the_next():
    """Over all draws of one history, the chance of p at or below any x is at most x: exactness, without luck."""
    counts, _ = rough(3)
    days = DailyCounts(START, counts)
    sets = tuple(tuple(day(200 + 7 * week + d) for d in range(4)) for week in range(3))
    p = np.sort([by_lot(days, Draw(sets, chosen)).p_drop for chosen in product(*sets)])
    assert p.size == 64
    assert (p >= np.arange(1, 65) / 64 - 1e-12).all()


def test_a_planted_drop_is_found_and_measured():
    inside = []
    for seed in range(20):
        counts, random = rough(seed)
        draw, drawn = drills(random, count=26)
        counts[drawn] = random.binomial(counts[drawn].astype(int), 0.5)
        found = by_lot(DailyCounts(START, counts), draw)
        assert found.p_drop < 0.05
        assert found.high < 1
        inside.append(found.low <= 0.5 <= found.high)
    assert np.mean(inside) >= 0.75


def test_the_interval_holds_what_the_test_does_not_refuse():
    counts, random = rough(5)
    draw, drawn = drills(random, count=20)
    for factor in (0.3, 1.0, 3.0):
        scaled = counts.copy()
        scaled[drawn] *= factor
        found = by_lot(DailyCounts(START, scaled), draw)
        assert (found.low <= 1) == (found.p_rise > 0.05)
        assert (found.high >= 1) == (found.p_drop > 0.05)


def test_one_stretch_of_several_is_ranked():
    counts, _ = rough(1)
    counts[280:287] = 0
    dates = tuple(day(140 + 35 * n) for n in range(6))
    found = by_lot(DailyCounts(START, counts), Draw((dates,), (day(280),), 7))
    assert (found.rank, found.of, found.p_drop) == (1, 6, pytest.approx(1 / 6))
    assert found.low is None
    assert "6 stretches" in found.sentence
    assert "no proof by itself" in found.sentence


def test_few_draws_are_all_tried_and_many_are_redrawn_the_same_way_each_time():
    counts, random = rough(2)
    few, many = drills(random, count=4)[0], drills(random, count=20)[0]
    days = DailyCounts(START, counts)
    assert by_lot(days, few).every
    assert by_lot(days, few).draws == 625
    assert not by_lot(days, many).every
    assert by_lot(days, many).draws == 2000
    assert by_lot(days, many) == by_lot(days, many)


def test_a_set_without_a_record_is_left_out_as_a_whole():
    counts, random = rough(4)
    draw, _ = drills(random, count=6)
    other = next(day for day in draw.sets[0] if day != draw.chosen[0])
    counts[(other - START).days] = np.nan
    assert by_lot(DailyCounts(START, counts), draw).sets == 5


def test_sets_that_are_not_over_wait():
    counts, random = rough(4)
    draw, _ = drills(random, count=6)
    assert by_lot(DailyCounts(START, counts[:200]), draw).sets == 2
    assert by_lot(DailyCounts(START, counts[:184]), draw) is None


def test_stands_beside_the_verdict_and_never_changes_it():
    counts, random = rough(6)
    draw, drawn = drills(random, count=20)
    days = DailyCounts(START, counts)
    absences = [Absence(day(n), day(n)) for n in drawn]
    plain, full = judge(days, absences), judge(days, absences, draw=draw)
    assert (plain.verdict, plain.low, plain.high, plain.lot) == (full.verdict, full.low, full.high, None)
    assert as_json(full)["lot"]["p_drop"] == full.lot.p_drop
    assert "draws that could have come" in as_json(full)["lot"]["sentence"]


@pytest.mark.parametrize(
    ("sets", "chosen", "length", "words"),
    [
        ((), (), 1, "0 sets"),
        (((START,),), (), 1, "1 sets of days and 0"),
        (((START,),), (day(1),), 1, "isn't among"),
        (((START, START),), (START,), 1, "twice"),
        (((START,),), (START,), 0, "a day or more"),
    ],
)
def test_a_draw_that_makes_no_sense_is_refused(sets, chosen, length, words):
    with pytest.raises(BadInput, match=words):
        Draw(sets, chosen, length)
