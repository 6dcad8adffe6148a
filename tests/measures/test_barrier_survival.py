"""How long does a barrier stand?"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Verdict
from followspot.measures.barrier_survival import compute
from tests.events import ADA, BEN, CHI, START, event, table

ASOF = datetime(2024, 12, 31, 9, tzinfo=UTC)
LAST = (ASOF - START).days  # days in the events below are days from START, at the same hour
ENGINES = {}


def reading(rows, *, asof=ASOF, zone="UTC", **how):
    engine = ENGINES.setdefault(zone, connect(zone))
    return compute(masked(table(engine, rows), Who(leads=(Spell(ADA),))), asof=asof, **how)


def said(what, n, day, by=ADA, value=None):
    return event(f"barrier.{what}", by, day=day, object=f"barrier:{n}", value=value, key=f"{n}:{what}:{day}")


def barrier(n, raised, stood=None, *more):
    """A barrier raised on a day and cleared some days later, if ever."""
    rows = [said("raised", n, raised, BEN), *more]
    return rows if stood is None else [*rows, said("cleared", n, raised + stood)]


def some(lengths, first=LAST - 60):
    return [row for n, stood in enumerate(lengths) for row in barrier(f"{first}-{n}", first + n * 0.5, stood)]


def epoch_day(day):
    return float(((START + timedelta(days=day)).date() - date(1970, 1, 1)).days)


def kept(found):
    return next(p for p in found.parts if "first promised" in p.question)


def test_half_are_gone_within_the_median_and_open_ones_count():
    found = reading(some([1, 2, 3, 4, 5, 6, 7, None, None]))
    assert found.verdict == Verdict.SEEN
    assert found.estimate == pytest.approx(5)
    assert (found.low, found.high) == (pytest.approx(2), pytest.approx(7))
    assert found.n == 9
    assert found.sentence == "Half are gone within 5 working days (between 2 and 7, 9 times in 10)."
    assert "7 of them cleared" in found.sample


def test_closed_ones_alone_would_have_looked_quicker():
    assert reading(some([1, 2, 3, 4, 5])).estimate == pytest.approx(3)
    assert reading(some([1, 2, 3, 4, 5] + [None] * 4)).estimate == pytest.approx(5)


def test_the_sentence_gives_the_range_in_whole_days():
    found = reading(some([0.5 + n % 9 for n in range(60)], LAST - 80))
    assert found.sentence == "Half are gone within 5 working days (between 3 and 6, 9 times in 10)."
    quick = reading(some([0.1, 0.2, 0.3, 0.1, 0.2, 0.4] * 3))
    assert quick.sentence == "Half are gone within 1 working day (hardly ever more, 9 times in 10)."


def test_clocks_stand_still_on_days_off():
    rows = some([7] * 8)
    assert reading(rows, week_off=(5, 6)).estimate == pytest.approx(5)
    days_off = [(START + timedelta(days=LAST - 55 + n)).date() for n in range(2)]
    assert reading(rows, week_off=(5, 6), off=days_off).high <= 5


def test_reopened_goes_on_from_the_raising_and_the_last_clearing_counts():
    again = [
        row
        for n in range(6)
        for row in barrier(n, LAST - 40, 2, said("reopened", n, LAST - 37, BEN), said("cleared", n, LAST - 30), said("confirmed", n, LAST - 29, BEN))
    ]  # fmt: skip
    assert reading(again).estimate == pytest.approx(10)
    still = [
        row for n in range(6, 9) for row in barrier(n, LAST - 40, 2, said("reopened", n, LAST - 37, BEN))
    ]
    found = reading(again + still)
    assert "6 of them cleared" in found.sample
    assert found.estimate == pytest.approx(10)


def test_passing_up_keeps_the_clock_and_stepping_back_changes_nothing():
    rows = [
        row
        for n in range(6)
        for row in barrier(
            n, LAST - 40, 4, said("passed_up", n, LAST - 38), said("stepped_back", n, LAST - 20)
        )
    ]
    assert reading(rows).estimate == pytest.approx(4)


def test_the_raiser_may_confirm_what_nobody_called_cleared():
    rows = [
        row for n in range(6) for row in barrier(n, LAST - 40, None, said("confirmed", n, LAST - 37, BEN))
    ]
    assert reading(rows).estimate == pytest.approx(3)


def test_withdrawn_ones_are_followed_up_to_then_and_said():
    rows = some([5] * 6) + [
        row
        for n in range(3)
        for row in barrier(f"w{n}", LAST - 40, None, said("withdrawn", f"w{n}", LAST - 38, BEN))
    ]
    found = reading(rows)
    assert found.n == 9
    assert found.estimate == pytest.approx(5)
    assert any("3 withdrawn" in c for c in found.caveats)
    after = reading([*some([5] * 6), said("withdrawn", f"{LAST - 60}-0", LAST - 2, BEN)])
    assert "6 of them cleared" in after.sample


def test_two_curves_are_drawn_where_both_have_enough():
    found = reading(some([1, 2, 3, 4, 5, 6]) + some([4, 6, 8, 10, 12, None], LAST - 150))
    drawn = repr(found.chart)
    assert "last 3 months" in drawn
    assert "the 3 months before" in drawn
    before = next(p for p in found.parts if "3 months before" in p.question)
    assert before.estimate == pytest.approx(8)
    assert found.estimate == pytest.approx(3)
    assert found.table[0]["still standing"] == 1
    assert found.table[0]["followed"] == 6
    assert found.table[-1]["followed, the 3 months before"] >= 1
    assert [row["still standing"] for row in found.table] == sorted((row["still standing"] for row in found.table), reverse=True)  # fmt: skip


def test_one_curve_where_the_months_before_have_too_little():
    found = reading(some([1, 2, 3, 4, 5]) + some([4, None], LAST - 150))
    assert "the 3 months before" not in repr(found.chart)
    assert not [p for p in found.parts if "months before" in p.question]


def test_it_looks_back_further_where_three_months_have_too_little_and_says_so():
    found = reading(some([1, 2]) + some([3, 4, 5, 6], LAST - 150))
    assert "in the last 6 months" in found.sample
    assert found.n == 6
    assert "in the last year" in reading(some([1, 2, 3, 4, 5], LAST - 300)).sample


def test_older_ones_that_still_stand_are_said():
    found = reading(some([1, 2, 3, 4, 5]) + some([None, None], LAST - 200))
    assert any("2 raised earlier still stand" in c for c in found.caveats)
    assert any(
        "1 raised earlier still stands" in c
        for c in reading(some([1] * 5) + some([None], LAST - 200)).caveats
    )


def test_where_fewer_than_half_are_gone_there_is_no_median():
    found = reading(some([1, 2, 3] + [None] * 9))
    assert found.verdict == Verdict.SEEN
    assert found.estimate is None
    assert found.sentence.startswith("Fewer than half are gone: 3 of 12")


def test_promises_are_judged_by_the_first_one():
    rows = []
    for n in range(10):
        late = n >= 7
        rows += barrier(n, LAST - 60 + n, 8 if late else 3, said("taken", n, LAST - 59 + n, value=epoch_day(LAST - 55 + n)), said("promised", n, LAST - 56 + n, value=epoch_day(LAST - 50 + n)))  # fmt: skip
    found = kept(reading(rows))
    assert found.estimate == pytest.approx(0.7)
    assert (found.n, found.low < 0.7 < found.high) == (10, True)
    assert "7 of 10 were cleared by the day first promised" in found.sentence


def test_a_promise_counts_once_its_day_has_passed_and_open_ones_break_it():
    due = epoch_day(LAST - 10)
    rows = [
        row
        for n in range(6)
        for row in barrier(n, LAST - 30, 1 if n else None, said("taken", n, LAST - 29, value=due))
    ]
    rows += [
        row
        for n in range(6, 9)
        for row in barrier(n, LAST - 30, 1, said("taken", n, LAST - 29, value=epoch_day(LAST + 5)))
    ]
    rows += barrier(
        "w", LAST - 30, None, said("taken", "w", LAST - 29, value=due), said("withdrawn", "w", LAST - 20, BEN)
    )
    rows += barrier("none", LAST - 30, 1, said("taken", "none", LAST - 29))
    found = kept(reading(rows))
    assert (found.n, found.estimate) == (6, pytest.approx(5 / 6))


def test_clearing_on_the_promised_day_keeps_the_promise():
    rows = [
        row
        for n in range(5)
        for row in barrier(n, LAST - 30, 4, said("taken", n, LAST - 29, value=epoch_day(LAST - 26)))
    ]
    assert kept(reading(rows)).estimate == 1


@pytest.mark.parametrize("rows", [[], some([1, 2]), some([None] * 9), some([1, 2, None, None, None])])
def test_too_little_is_cant_tell_and_says_what_would_be_enough(rows):
    found = reading(rows)
    assert found.verdict == Verdict.CANT_TELL
    assert found.estimate is None
    assert "would be enough" in found.sentence
    assert kept(found).verdict == Verdict.CANT_TELL


def test_no_barriers_may_mean_that_nobody_says_so():
    assert "Or nobody has said so" in reading([]).sentence


def test_what_was_raised_before_the_log_began_or_after_asof_is_not_followed():
    rows = [said("cleared", n, LAST - 20) for n in range(9)] + some([1] * 9, LAST + 5)
    assert reading(rows).n == 0


def test_no_name_comes_out():
    found = reading(some([1, 2, 3, 4, 5]))
    assert not any(name in repr(found) for name in ("Ada", "Ben", "Chi", "x.org", "barrier:"))


barriers = st.lists(
    st.tuples(st.integers(1, 170), st.one_of(st.none(), st.floats(0, 40)), st.booleans()),
    min_size=1,
    max_size=14,
)


def log(told):
    rows = []
    for n, (age, stood, again) in enumerate(told):
        rows += barrier(n, LAST - age, stood)
        if stood is not None and again:
            rows.append(said("reopened", n, LAST - age + stood + 0.5, CHI))
    return rows


@settings(max_examples=25, deadline=None)
@given(barriers, st.randoms())
def test_order_and_repetition_change_nothing(told, random):
    rows = log(told)
    mixed = rows + [row for row in rows if random.random() < 0.5]
    random.shuffle(mixed)
    assert reading(rows) == reading(mixed)


@settings(max_examples=15, deadline=None)
@given(barriers, st.sampled_from(["Pacific/Auckland", "America/St_Johns", "Asia/Kathmandu"]))
def test_where_the_team_lives_changes_nothing_without_days_off(told, zone):
    here, there = reading(log(told)), reading(log(told), zone=zone)
    assert here.n == there.n
    # Summer time may take an hour of a day or give one.
    assert here.estimate == there.estimate or there.estimate == pytest.approx(here.estimate, abs=0.05)


def test_the_interval_covers_the_planted_median_as_often_as_it_says():
    rng, covered, runs = np.random.default_rng(11), 0, 60
    for _ in range(runs):
        ages, lives = rng.uniform(0, 85, 30), rng.exponential(6, 30)
        rows = [
            row
            for n, (age, life) in enumerate(zip(ages, lives, strict=True))
            for row in barrier(n, LAST - age, life if life < age else None)
        ]
        found = reading(rows)
        covered += (found.low or 0) <= 6 * np.log(2) <= (found.high or np.inf)
    assert 0.81 <= covered / runs <= 0.98
