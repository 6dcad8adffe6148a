"""Does good work reach the light?"""

import json
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.measures import Verdict
from followspot.measures.credit_flow import compute
from tests.events import ADA, BEN, CHI, DEE
from tests.measures.practised import ASOF, LAST, expectation, log, said


def clap(number, cites="", *, day, by=CHI, to=(BEN,), kind=""):
    about = [a for a in (cites, kind and f"kind:{kind}") if a]
    return said("applause.given", f"applause:{number}", day=day, by=by, to=list(to), about=about)


def met(n, *, day):
    return expectation(n, day=day - 20, ended=day)


def reading(rows):
    return compute(log(rows), asof=ASOF)


def part(found, question):
    return next(p for p in found.parts if question in p.question)


def year(applauded, of=40, *, after=5):
    rows = [e for n in range(of) for e in met(n, day=25 + n * 300 / of)]
    return rows + [
        clap(n, f"expectation:{n}", day=25 + n * 300 / of + after) for n in range(of) if n % 4 < applauded
    ]


def test_the_planted_share_that_drew_applause_is_found():
    found = reading(year(1))
    assert found.estimate == pytest.approx(0.25)
    assert found.low < 0.25 < found.high
    assert found.n == 40


def test_applause_after_thirty_days_is_too_late_and_before_the_end_is_not():
    assert reading(year(1, after=31)).estimate == 0
    assert reading(year(1, after=-3)).estimate == pytest.approx(0.25)


def test_what_can_still_draw_applause_is_left_out():
    fresh = [e for n in range(50, 70) for e in met(n, day=LAST - 10)]
    assert reading(year(1) + fresh) == reading(year(1))


def test_applause_taken_back_is_none():
    back = [said("applause.withdrawn", f"applause:{n}", day=359, by=CHI) for n in range(40)]
    assert reading(year(1) + back).estimate == 0


def test_what_the_leader_did_is_not_asked_about():
    own = [e for n in range(90, 110) for e in expectation(n, owner=ADA, day=50, ended=100)]
    cleared = [said("barrier.cleared", f"barrier:{n}", day=90, by=ADA) for n in range(9)]
    assert reading(year(2) + own + cleared).n == 40


def test_what_was_undone_was_not_finished():
    lessons = [said("lesson.told", f"lesson:{n}", day=100 + n) for n in range(12)]
    back = [said("lesson.withdrawn", f"lesson:{n}", day=150 + n) for n in range(4)]
    assert part(reading(lessons + back), "Lessons told").n == 8


def test_a_kind_that_nobody_applauded_stays_in_the_dark():
    reviews = [said("review.given", f"change:{n}", day=250 + n / 2, by=DEE, to=[BEN]) for n in range(60)]
    dark = part(reading(year(1) + reviews), "dark")
    assert dark.sentence == "Reviewing: done 60 times in three months, never applauded in a year."
    for light in (
        clap(900, day=300, kind="reviewing", to=[DEE]),
        clap(900, "evidence:change:7", day=300, to=[DEE]),
    ):
        assert part(reading([*year(1), *reviews, light]), "dark").sentence.startswith("Nothing: all")


def test_the_leaders_share_of_giving_and_of_getting():
    claps = [clap(n, day=50 + n * 3, by=ADA if n % 4 == 0 else CHI) for n in range(80)]
    claps += [clap(100 + n, day=60 + n * 9, to=[ADA]) for n in range(20)]
    found = reading(claps)
    assert part(found, "leader give").estimate == pytest.approx(0.2)
    assert part(found, "went to the leader").estimate == pytest.approx(0.2)


def test_too_little_is_cant_tell():
    assert reading([]).verdict == Verdict.CANT_TELL
    few = reading(year(4, of=8))
    assert few.verdict == Verdict.CANT_TELL
    assert "10 things would be enough" in few.sentence


def test_the_interval_holds_the_planted_share_as_often_as_it_says():
    from followspot.measures._methods.proportion import clustered_share

    rng = np.random.default_rng(6)
    held = 0
    for _ in range(400):
        n = rng.poisson(1.5, 48)
        n[0] += 1
        found = clustered_share(rng.binomial(n, 0.3), n)
        held += found.low <= 0.3 <= found.high
    assert 0.86 <= held / 400 <= 0.97


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 99))
def test_neither_order_nor_a_second_copy_changes_it(seed):
    rows = year(1)
    mixed = rows + rows[:30]
    Random(seed).shuffle(mixed)
    assert reading(mixed) == reading(rows)


def test_it_counts_nobodys_applause_and_names_nobody():
    told = json.dumps(reading(year(2)).as_json())
    assert not any(name in told for name in ("Ada", "Ben", "Chi", "Dee", "x.org"))
