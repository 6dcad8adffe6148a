"""What a step-away has to be, how days are drawn, and who may do what with it."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import Refused
from followspot.practices.stepaways import rules
from followspot.practices.stepaways.rules import Design, Phase
from followspot.roles import AUTHOR, KEEPER, LEADER, LINE, MEMBER, OUTSIDE, STAND_IN, may

A, B, C, D = (date(2026, m, 1) for m in (1, 2, 3, 4))
TAKEN = (date(2026, 2, 5), date(2026, 2, 20))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
stretches = st.tuples(days, st.integers(0, 40)).map(lambda s: (s[0], s[0] + timedelta(days=s[1])))


@pytest.mark.parametrize("margin", [0.05, 0.2, 0.5])
def test_a_sensible_margin_passes(margin):
    rules.check_margin(margin)


@pytest.mark.parametrize("margin", [0, 0.04, 0.51, 1, -0.2, float("nan")])
def test_a_margin_that_settles_nothing_is_refused(margin):
    with pytest.raises(Refused, match="between 5 % and 50 %"):
        rules.check_margin(margin)


@pytest.mark.parametrize(("begins", "ends"), [(A, B), (C, D), (C, None)])
def test_days_beside_others_pass(begins, ends):
    rules.check_stretch(begins, ends, others=[TAKEN])


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(A, date(2026, 2, 5)), (date(2026, 2, 20), D), (A, None), (date(2026, 2, 10), date(2026, 2, 11))],
)
def test_days_that_overlap_are_refused(begins, ends):
    with pytest.raises(Refused, match="overlap with the step-away that begins on 5 February 2026"):
        rules.check_stretch(begins, ends, others=[TAKEN])


def test_days_out_of_order_are_refused():
    with pytest.raises(Refused, match="before the first"):
        rules.check_stretch(B, A, others=[])


@pytest.mark.parametrize(("begins", "ends"), [(date.min, B), (A, date.max), (date(9999, 1, 1), None)])
def test_days_in_no_persons_life_are_refused(begins, ends):
    with pytest.raises(Refused, match="calendar"):
        rules.check_stretch(begins, ends, others=[])


def test_nothing_comes_after_leaving_for_good():
    with pytest.raises(Refused):
        rules.check_stretch(D, None, others=[(A, None)])


@pytest.mark.parametrize(
    ("design", "given_days", "told"),
    [
        (Design.STRETCH, [], "Which days"),
        (Design.STRETCH, [(A, A), (B, B)], "One stretch"),
        (Design.SEVERAL, [(A, None), (B, B)], "For good is one stretch"),
        (Design.SEVERAL, [(A, B), (B, C)], "overlap"),
        (Design.SEVERAL, [(A + timedelta(days=n), A + timedelta(days=n)) for n in range(13)], "12 stretches"),
        (Design.ONE_BY_LOT, [(A, A)], "two windows or more"),
        (Design.ONE_BY_LOT, [(A, A), (B, None)], "For good is one stretch"),
        (Design.DAYS_BY_LOT, [(A, A), (A, A)], "overlap"),
    ],
)
def test_what_a_design_has_no_room_for_is_refused(design, given_days, told):
    with pytest.raises(Refused, match=told):
        rules.check_stretches(given_days, design=design, others=[])


@pytest.mark.parametrize(
    ("design", "given_days"),
    [
        (Design.STRETCH, [(A, B)]),
        (Design.STRETCH, [(C, None)]),
        (Design.SEVERAL, [(C, C), (A, A)]),
        (Design.ONE_BY_LOT, [(A, A), (C, C)]),
        (Design.DAYS_BY_LOT, [(A + timedelta(days=n), A + timedelta(days=n)) for n in range(30)]),
    ],
)
def test_what_a_design_has_room_for_passes_in_any_order(design, given_days):
    rules.check_stretches(given_days, design=design, others=[TAKEN])
    rules.check_stretches(given_days[::-1], design=design, others=[TAKEN])


@given(st.lists(stretches, min_size=2, max_size=8))
def test_several_pass_only_where_no_two_share_a_day(chosen):
    each = [{a + timedelta(days=n) for n in range((b - a).days + 1)} for a, b in chosen]
    apart = sum(map(len, each)) == len(set().union(*each))
    if apart:
        rules.check_stretches(chosen, design=Design.SEVERAL, others=[])
    else:
        with pytest.raises(Refused, match="overlap"):
            rules.check_stretches(chosen, design=Design.SEVERAL, others=[])


def test_a_plan_stays_open_until_it_begins_or_the_lot_has_spoken():
    rules.check_open(Phase.PLANNED, drawn=False)
    with pytest.raises(Refused, match="The lot has spoken"):
        rules.check_open(Phase.PLANNED, drawn=True)
    for begun in (Phase.LIVE, Phase.BACK, Phase.SETTLED):
        with pytest.raises(Refused, match="as they were declared"):
            rules.check_open(begun, drawn=False)


@given(st.text(max_size=300))
def test_a_line_is_one_line_of_at_most_two_hundred_characters(text):
    line = " ".join(text.split())
    if 0 < len(line) <= rules.LONGEST:
        assert rules.check_line(text, what="What?") == line
    else:
        with pytest.raises(Refused):
            rules.check_line(text, what="What?")


def test_nothing_at_all_is_asked_for_again():
    with pytest.raises(Refused, match=r"What was decided\? One line is enough."):
        rules.check_line(" \n ", what="What was decided?")


class TestLot:
    FIRST, LAST = date(2027, 1, 4), date(2027, 6, 30)

    def acceptable(self, first=FIRST, last=LAST, weekdays=(1, 2, 3), off=(), but=()):
        return rules.acceptable_days(first, last, weekdays=weekdays, off=off, but=but)

    @given(days, st.integers(0, 366), st.sets(st.integers(0, 6), min_size=2), st.sets(days, max_size=9))
    def test_each_set_is_a_week_of_acceptable_days(self, first, length, weekdays, off):
        last = first + timedelta(days=length)
        try:
            sets = self.acceptable(first, last, weekdays, off)
        except Refused:
            return
        found = [d for week in sets for d in week]
        assert found == sorted(set(found))
        assert all(first <= d <= last and d.weekday() in weekdays and d not in off for d in found)
        assert all(len({d.isocalendar()[:2] for d in week}) == 1 and len(week) >= 2 for week in sets)
        assert len({week[0].isocalendar()[:2] for week in sets}) == len(sets)

    def test_days_off_and_unwanted_ones_are_left_out_and_so_is_a_week_of_one_day(self):
        off, but = {date(2027, 1, 5)}, {date(2027, 1, 6)}
        assert self.acceptable(last=date(2027, 1, 17), off=off, but=but) == [
            (date(2027, 1, 12), date(2027, 1, 13), date(2027, 1, 14))
        ]

    def test_a_week_over_the_turn_of_the_year_is_one_week(self):
        assert len(self.acceptable(date(2026, 12, 28), date(2027, 1, 3), weekdays=(0, 4, 5))) == 1

    @pytest.mark.parametrize(
        ("given_", "told"),
        [
            ({"last": date(2026, 12, 1)}, "before the first"),
            ({"last": date(2028, 1, 6)}, "within one year"),
            ({"weekdays": ()}, "Which days of the week"),
            ({"weekdays": (2,)}, "two days to draw from"),
            ({"last": date(2027, 1, 4)}, "two days to draw from"),
        ],
    )
    def test_what_leaves_nothing_to_draw_is_refused(self, given_, told):
        with pytest.raises(Refused, match=told):
            self.acceptable(**given_)

    def test_of_each_set_one_is_drawn(self):
        sets = dict(enumerate(self.acceptable()))
        drawn = rules.draw(sets, random.SystemRandom())
        assert drawn.keys() == sets.keys()
        assert all(drawn[n] in sets[n] for n in sets)

    def test_each_day_of_a_set_has_the_same_chance_and_no_week_knows_of_another(self):
        times, lot = 6000, random.Random(7)
        drawn = [rules.draw({0: "abc", 1: "abc"}, lot) for _ in range(times)]
        pairs = Counter((d[0], d[1]) for d in drawn)
        chi2 = sum((n - times / 9) ** 2 / (times / 9) for n in pairs.values())
        assert len(pairs) == 9
        assert chi2 < 26.1  # 8 degrees of freedom; more than that once in a thousand

    def test_the_lot_is_asked_once_for_each_set(self):
        class Last:
            asked = 0

            def choice(self, seq):
                self.asked += 1
                return seq[-1]

        lot = Last()
        assert rules.draw({1: [A, B], 0: [C, D]}, lot) == {0: D, 1: B}
        assert lot.asked == 2


@given(stretches, stretches)
def test_stretches_overlap_where_they_share_a_day_whichever_comes_first(one, other):
    shared = any(
        other[0] <= one[0] + timedelta(days=n) <= other[1] for n in range((one[1] - one[0]).days + 1)
    )
    assert rules.overlap(one, other) == rules.overlap(other, one) == shared


def test_away_is_each_day_of_each_stretch_and_no_day_between():
    both = [(A, A + timedelta(days=2)), (C, C)]
    away = [d for n in range(90) if rules.away(both, d := A - timedelta(days=5) + timedelta(days=n))]
    assert away == [A, A + timedelta(days=1), A + timedelta(days=2), C]
    assert rules.away([(C, None)], date(2090, 1, 1))
    assert not rules.away([], A)


def test_it_is_planned_then_live_then_back_then_settled():
    ends = A + timedelta(days=13)
    on = {n: rules.phase(A, ends, A + timedelta(days=n)) for n in (-1, 0, 13, 14, 20, 21)}
    assert on == {-1: Phase.PLANNED, 0: Phase.LIVE, 13: Phase.LIVE, 14: Phase.BACK, 20: Phase.BACK, 21: Phase.SETTLED}  # fmt: skip


def test_one_for_good_is_read_from_its_first_day_on():
    assert rules.phase(A, None, A - timedelta(days=1)) == Phase.PLANNED
    assert rules.phase(A, None, A) == Phase.SETTLED


@given(stretches, days)
def test_whatever_the_day_it_stands_somewhere_and_the_one_judgement_comes_with_the_last_phase(stretch, today):
    begins, ends = stretch
    phase = rules.phase(begins, ends, today)
    assert (phase == Phase.SETTLED) == (today > rules.judged_on(ends))
    assert (phase in (Phase.BACK, Phase.SETTLED)) == rules.is_over(ends, today)
    assert (phase == Phase.LIVE) == (begins <= today <= ends)


def test_it_is_read_once_it_is_over_and_settled_a_week_later():
    assert not rules.is_over(B, B)
    assert rules.is_over(B, date(2026, 2, 2))
    assert rules.is_over(None, A)
    assert rules.is_provisional(B, date(2026, 2, 8))
    assert not rules.is_provisional(B, date(2026, 2, 9))
    assert not rules.is_provisional(None, date(2026, 2, 9))
    assert rules.declared_before(B, A)
    assert not rules.declared_before(A, B)


def test_the_glass_is_broken_by_whom_the_plan_named_else_by_who_stands_in():
    assert rules.glass_breakers([1, 2], [3]) == {1, 2}
    assert rules.glass_breakers([], [3, 4]) == {3, 4}
    assert rules.glass_breakers([], []) == frozenset()  # anybody of the front line


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        ("plan", {LEADER, KEEPER}), ("change", {LEADER, KEEPER}), ("withdraw", {LEADER, KEEPER}),
        ("draw", {LEADER}), ("ask", {LEADER}), ("unask", {LEADER}), ("log_touch", {LEADER}), ("hand_over", {LEADER}),
        ("accept", {STAND_IN}), ("decline", {STAND_IN}), ("take_back", {AUTHOR}),
        ("let_wait", {LEADER, MEMBER}), ("settle", {LEADER, MEMBER}), ("reopen", {LEADER, MEMBER}), ("log_contact", {LEADER, MEMBER}),
        ("decide", {MEMBER}), ("break_glass", {MEMBER}),
    ],
)  # fmt: skip
def test_who_may_do_what(verb, who):
    everybody = (LEADER, MEMBER, LINE, KEEPER, OUTSIDE, STAND_IN, AUTHOR)
    assert {r for r in everybody if may(rules.MAY, verb, frozenset({r}))} == who


def test_every_verb_stands_in_that_table():
    assert len(rules.MAY) == 17
