"""Do more people lead than the leader?"""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Verdict
from followspot.measures.spread_of_leading import compute
from tests.events import ADA, BEN, CHI, DEE, change, event, table

ASOF = datetime(2024, 12, 31, tzinfo=UTC)


def reading(rows):
    return compute(masked(table(connect(), rows), Who(leads=(Spell(ADA),))), asof=ASOF)


def let_in(*who):
    return [
        e
        for n in range(80)
        for e in change(f"{n}", BEN if who[n % len(who)] != BEN else CHI, day=n / 2, by=who[n % len(who)])
    ]


def test_three_who_lead_equally_are_three():
    assert reading(let_in(ADA, BEN, CHI)).estimate == pytest.approx(3, abs=0.15)


def test_one_who_does_nearly_everything_is_little_more_than_one():
    rows = let_in(ADA) + [e for n in range(2) for e in change(f"x{n}", DEE, day=n, by=(BEN, CHI)[n])]
    assert reading(rows).estimate < 1.3


def test_letting_in_ones_own_work_leads_nobody():
    own = [e for n in range(80) for e in change(f"{n}", (ADA, BEN, CHI)[n % 3], day=n / 2)]
    assert reading(own).verdict == Verdict.CANT_TELL


def test_fewer_than_three_people_is_never_a_number():
    found = reading(let_in(ADA, BEN))
    assert found.verdict == Verdict.CANT_TELL
    assert found.estimate is None


def test_it_says_how_many_and_never_who():
    assert not any(name in repr(reading(let_in(ADA, BEN, CHI))) for name in ("Ada", "Ben", "Chi", "x.org"))


def test_what_is_led_in_the_app_counts():
    rows = [
        event("expectation.started", (ADA, BEN, CHI, DEE)[n % 4], day=n, object=f"expectation:{n}")
        for n in range(80)
    ]
    assert reading(rows).estimate == pytest.approx(4, abs=0.2)


def test_clearing_ones_own_barrier_leads_nobody_and_clearing_anothers_does():
    people = (ADA, BEN, CHI)
    raised = [event("barrier.raised", people[n % 3], day=n, object=f"barrier:{n}") for n in range(60)]
    own = [event("barrier.cleared", people[n % 3], day=n + 1, object=f"barrier:{n}") for n in range(60)]
    others = [
        event("barrier.cleared", people[(n + 1) % 3], day=n + 1, object=f"barrier:{n}") for n in range(60)
    ]
    assert reading(raised + own).verdict == Verdict.CANT_TELL
    assert reading(raised + others).estimate == pytest.approx(3, abs=0.2)


def test_what_was_told_without_a_name_is_nobodys():
    rows = [event("lesson.told", "nobody", day=n, object=f"lesson:{n}") for n in range(80)]
    assert reading(rows).verdict == Verdict.CANT_TELL


def test_firsts_are_counted_by_quarter_and_nobody_is_named():
    rows = let_in(ADA, BEN, CHI)
    rows += [
        event("review.given", who, day=100 + n, object=f"change:r{n}")
        for n, who in enumerate((DEE, DEE, BEN))
    ]
    rows += [e for n in range(30) for e in change(f"l{n}", DEE, day=95 + n, by=(ADA, BEN, CHI)[n % 3])]
    firsts = reading(rows).parts[0]
    assert firsts.table == ({"quarter": "2024-04", "firsts": 2},)
    assert firsts.sentence == "2 times in the quarter from 2024-04."


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 99))
def test_order_does_not_matter(seed):
    rows = let_in(ADA, BEN, CHI, DEE)
    mixed = rows[:]
    Random(seed).shuffle(mixed)
    assert reading(mixed) == reading(rows)
