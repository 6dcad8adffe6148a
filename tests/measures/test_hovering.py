"""Does the leader come unasked, and is the leader there when asked?"""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.measures import Verdict
from followspot.measures._methods.work import acts
from followspot.measures.hovering import compute, signs
from tests.events import ADA, BEN, CHI, event
from tests.measures.practised import ASOF, LAST, expectation, log, said, touch

OPEN = [r for n in range(4) for r in expectation(n, day=100, freedom=6)]


def reading(rows, **how):
    return compute(log(rows), asof=ASOF, **how)


def part(found, question):
    return next(p for p in found.parts if question in p.question)


def band(found, name):
    return next(r for r in found.table if name in r["freedom"])


def test_touches_are_set_against_the_freedom_agreed():
    little = [r for n in (8, 9) for r in expectation(n, day=100, freedom=2)]
    rows = OPEN + little + [touch(n % 4, day=LAST - 1 - 7 * n) for n in range(13)] + [touch(8, day=LAST - 3)]
    found = reading(rows)
    assert band(found, "much")["unasked"] == 13
    assert band(found, "much")["weeks in hand"] == 52
    assert band(found, "much")["a week"] == pytest.approx(0.25)
    assert band(found, "little")["unasked"] == 1
    assert found.estimate is None, "two sides, and never one number"


def test_who_was_asked_is_no_hoverer():
    rows = OPEN + [touch(n % 4, day=LAST - 1 - n, asked=True) for n in range(20)]
    found = reading(rows)
    assert part(found, "come unasked").n == 0
    assert "none of the 4 unasked" in found.sentence


def test_danger_stands_apart():
    danger = [
        said("danger.declared", "danger:1", day=LAST - 20),
        said("danger.ended", "danger:1", day=LAST - 10),
    ]
    rows = OPEN + danger + [touch(n % 4, day=LAST - 19 + n) for n in range(8)] + [touch(0, day=LAST - 2)]
    found = reading(rows)
    assert part(found, "come unasked").n == 1
    assert band(found, "danger")["unasked"] == 8


def test_a_newcomers_first_six_weeks_stand_apart():
    new = expectation(7, owner=CHI, day=LAST - 30, freedom=6)
    rows = OPEN + new + [touch(7, day=LAST - 20 + n) for n in range(6)]
    found = reading(rows)
    assert part(found, "come unasked").n == 0
    assert band(found, "newcomers")["unasked"] == 6


def test_the_freedom_is_the_one_of_that_day():
    from tests.measures.practised import freed

    rows = [*OPEN, freed(0, 2, day=LAST - 10), touch(0, day=LAST - 30), touch(0, day=LAST - 5)]
    found = reading(rows)
    assert band(found, "much")["unasked"] == 1
    assert band(found, "little")["unasked"] == 1


def test_what_waits_is_the_other_side():
    rows = [
        *OPEN,
        *expectation(5, day=LAST - 8, agreed=False),
        said("comment.made", "expectation:1", day=LAST - 4, to=[ADA]),
        said("comment.made", "expectation:2", day=LAST - 6, to=[ADA]),
        said("comment.made", "expectation:2", day=LAST - 5, by=ADA),
        said("barrier.raised", "barrier:1", day=LAST - 9, to=[ADA]),
        said("barrier.raised", "barrier:2", day=LAST - 9, to=[ADA]),
        said("barrier.taken", "barrier:2", day=LAST - 8, by=ADA, value=19999.0, unit="day"),
    ]
    found = reading(rows)
    assert part(found, "questions").sentence == "1 question waits, the oldest for 4 working days."
    assert part(found, "barriers").sentence == "1 barrier waits, the oldest for 9 working days."
    assert part(found, "expectations have no yes").sentence == (
        "1 expectation waits, the oldest for 8 working days."
    )
    assert part(found, "hear").estimate == 5
    assert found.sentence.endswith("3 things wait for the leader.")


def test_waits_stand_still_on_days_off():
    rows = [*OPEN, said("barrier.raised", "barrier:1", day=LAST - 9, to=[ADA])]
    assert part(reading(rows, week_off=(5, 6)), "barriers").sentence.endswith("for 7 working days.")


def test_a_sign_has_its_months_and_a_word_where_the_counts_carry_one():
    rows = OPEN + [touch(n % 4, day=LAST - 1 - n) for n in range(13)] + [touch(0, day=LAST - 50)]
    rows += [touch(1, day=LAST - 5 - n * 30, activity="expectation.help_offered") for n in range(2)]
    word, offer = signs(*acts(log(rows), asof=ASOF))
    assert word.question == "Came with a word nobody had asked for"
    assert word.sentence == "13 times in the last 30 days, once in the five months before. Going up."
    assert word.verdict == Verdict.ROSE
    assert [r["times"] for r in word.table] == [0, 0, 0, 0, 1, 13]
    assert offer.sentence.endswith("Too few to call a trend.")


def test_too_little_is_cant_tell():
    assert reading([]).verdict == Verdict.CANT_TELL
    short = reading(expectation(1, day=LAST - 10, freedom=6))
    assert part(short, "come unasked").verdict == Verdict.CANT_TELL
    assert "8 would be enough" in short.sentence


@pytest.mark.parametrize("bursts", [False, True])
def test_the_interval_holds_the_planted_rate_as_often_as_it_says(bursts):
    """Weeks of touches at a planted 0.5 a week of work in hand; at the level of the rate itself."""
    from followspot.measures._methods.counts import rate

    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        mean = 0.5 * 4 * (rng.gamma(2, 0.5, 13) if bursts else np.ones(13))
        found = rate(rng.poisson(mean), np.full(13, 4.0))
        held += found.low <= 0.5 <= found.high
    assert 0.84 <= held / 400 <= 0.98


@settings(max_examples=8, deadline=None)
@given(st.randoms())
def test_neither_order_nor_a_second_copy_changes_it(random):
    rows = OPEN + [touch(n % 4, day=LAST - 1 - 3 * n) for n in range(9)]
    mixed = rows + rows[:20]
    random.shuffle(mixed)
    assert reading(mixed) == reading(rows)


def test_another_clock_moves_no_touch_out_of_its_week():
    rows = OPEN + [touch(n % 4, day=LAST - 2.5 - 7 * n) for n in range(9)]
    there = compute(log(rows, zone="Asia/Tokyo"), asof=ASOF)
    assert there.table == reading(rows).table


def test_it_is_plain_json_and_names_nobody():
    rows = OPEN + [touch(n % 4, day=LAST - 1 - 3 * n) for n in range(9)]
    rows += [said("comment.made", "expectation:1", day=LAST - 4, by=CHI, to=[ADA, BEN])]
    found = reading(rows)
    told = json.dumps(found.as_json()) + repr(found)
    assert not any(name in told for name in ("Ada", "Ben", "Chi", "x.org"))


def test_words_on_pull_requests_are_a_sign_unless_asked_for():
    opened = [event("pull.opened", BEN, day=LAST - 20, object="pull:1", key="o"), event("pull.opened", ADA, day=LAST - 20, object="pull:2", key="p")]  # fmt: skip
    unasked = [
        event("comment.written", ADA, day=LAST - 9 + n, object="pull:1", to=[BEN], key=f"c{n}")
        for n in range(3)
    ]
    asked = event("review.given", ADA, day=LAST - 5, object="pull:1", to=[BEN], key="r") | {
        "invited_by": "ask"
    }
    own = event("comment.written", ADA, day=LAST - 4, object="pull:2", key="own")
    others = event("comment.written", CHI, day=LAST - 4, object="pull:1", to=[BEN], key="chi")
    found = reading([*OPEN, *opened, *unasked, asked, own, others])
    assert part(found, "pull requests").estimate == 3
