"""Do more people lead than the leader?"""

from datetime import UTC, datetime

import pytest

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Verdict
from followspot.measures.spread_of_leading import compute
from tests.events import ADA, BEN, CHI, DEE, change, table

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
