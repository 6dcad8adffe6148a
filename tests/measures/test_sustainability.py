"""Can the team keep up this pace?"""

import json
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Verdict
from followspot.measures._methods.proportion import clustered_share, difference
from followspot.measures.sustainability import compute
from tests.events import ADA, START, event, table

PEOPLE = [f"P{n} Person{n} <p{n}@x.org>" for n in range(6)]
DAYS = 364 + 182
ASOF = START + timedelta(days=DAYS) - timedelta(hours=9)


def worked(*, people=PEOPLE, days=range(DAYS), late=lambda day: False, a_day=1):
    """Each does something on every day of the week but Sunday, at 10 in the morning or at 23 at night."""
    return [
        event("item.done", who, day=d + (14 if late(d) else 1) / 24 + n / 1000, key=f"{who}{d}{n}")
        for who in people
        for d in days
        if d % 7 < 6
        for n in range(a_day(d) if callable(a_day) else a_day)
    ]


def reading(rows, *, zone="UTC", **how):
    return compute(masked(table(connect(zone), rows), Who(leads=(Spell(ADA),))), asof=ASOF, **how)


def part(found, question):
    return next(p for p in found.parts if question in p.question)


def test_the_planted_share_outside_is_found():
    found = reading(worked(late=lambda d: d >= 364 and d % 4 == 0))
    assert found.estimate == pytest.approx(0.25, abs=0.01)
    assert found.low < 0.25 < found.high


def test_where_nothing_changed_hardly_anything_is_outside():
    assert reading(worked()).estimate == 0.0


def test_what_grows_is_said_to_grow():
    found = part(reading(worked(late=lambda d: d >= DAYS - 91 and d % 5 == 0)), "three months")
    assert found.verdict == Verdict.ROSE
    assert found.low < 0.2 < found.high + 0.02
    calm = part(reading(worked(late=lambda d: d >= 364 and d % 5 == 0)), "three months")
    assert calm.verdict == Verdict.SEEN


def test_days_off_are_outside():
    rows = worked()
    assert reading(rows, week_off=(5, 6)).estimate == pytest.approx(1 / 6, abs=0.01)


def test_load_that_doubled_is_found():
    found = part(reading(worked(a_day=lambda d: 2 if d >= DAYS - 91 else 1)), "each do more")
    assert found.verdict == Verdict.ROSE
    assert found.low < 2 < found.high


def test_the_longest_stretch_without_a_quiet_day_is_the_planted_one():
    assert part(reading(worked()), "quiet day").estimate == 6
    every_day = worked() + worked(days=[d - 1 for d in range(400, 421) if d % 7 == 0])
    sundays = [event("item.done", PEOPLE[0], day=d, key=f"s{d}") for d in (405, 412)]
    assert part(reading(every_day + sundays), "quiet day").estimate == 20


def test_fewer_than_five_people_is_never_a_number():
    found = reading(worked(people=PEOPLE[:4]))
    assert found.verdict == Verdict.CANT_TELL
    assert found.estimate is None
    assert "Five people" in found.sentence


def test_too_little_is_cant_tell():
    assert reading([]).verdict == Verdict.CANT_TELL
    assert "100 would be enough" in reading(worked(days=[*range(364), 400])).sentence


def test_the_difference_of_two_shares_covers_the_truth():
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(500):
        p = rng.beta(6, 34, (2, 13))
        n = rng.poisson(40, (2, 13)) + 1
        one, other = (clustered_share(rng.binomial(n[i], p[i]), n[i]) for i in (0, 1))
        _, low, high = difference(one, other)
        held += low <= 0 <= high
    assert 0.85 <= held / 500 <= 0.96


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 99))
def test_order_does_not_matter(seed):
    rows = worked(late=lambda d: d % 9 == 0)
    mixed = rows[:]
    Random(seed).shuffle(mixed)
    assert reading(mixed) == reading(rows)


def test_it_names_nobody():
    found = reading(worked(late=lambda d: d % 9 == 0))
    assert not any(name in json.dumps(found.as_json()) for name in ("Person", "x.org"))


def test_it_is_set_against_the_same_half_year_a_year_before():
    long = range(-400, DAYS)
    more = part(reading(worked(days=long, late=lambda d: d >= 364 and d % 4 == 0)), "year before")
    assert more.verdict == Verdict.ROSE
    assert more.low < 0.25 < more.high + 0.02
    assert part(reading(worked()), "year before").verdict == Verdict.CANT_TELL
