"""A barrier's states and clocks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import Refused
from followspot.practices.barriers import rules
from followspot.practices.barriers.rules import State
from followspot.roles import LEADER, LINE, MEMBER, OUTSIDE, RAISER, TAKER, Role

MONDAY = date(2026, 11, 23)
L, M = frozenset({LEADER}), frozenset({MEMBER})


def test_the_life_of_a_barrier():
    state = rules.after(State.RAISED, "take", L)
    state = rules.after(state, "clear", L | {TAKER})
    state = rules.after(state, "confirm", M | {RAISER})
    assert state == State.CONFIRMED


@pytest.mark.parametrize("roles", [L, M, L | {TAKER}, frozenset({LINE}), frozenset({OUTSIDE})])
def test_only_the_raiser_says_that_it_is_gone(roles):
    with pytest.raises(Refused, match="Only who raised it"):
        rules.after(State.CLEARED, "confirm", roles)


def test_still_there_reopens_it_for_whoever_took_it():
    assert rules.after(State.CLEARED, "reopen", M | {RAISER}) == State.TAKEN
    assert rules.after(State.STEPPED_BACK, "reopen", M | {RAISER}) == State.TAKEN


def test_whoever_cleared_it_takes_that_back_until_the_raiser_has_spoken():
    assert rules.after(State.CLEARED, "take_it_back", L | {TAKER}) == State.TAKEN
    with pytest.raises(Refused):
        rules.after(State.CONFIRMED, "take_it_back", L | {TAKER})
    with pytest.raises(Refused):
        rules.after(State.CONFIRMED, "reopen", L | {TAKER})


def test_only_the_leader_passes_it_up():
    assert rules.after(State.TAKEN, "pass_up", L) == State.RAISED
    with pytest.raises(Refused):
        rules.after(State.TAKEN, "pass_up", M | {RAISER, TAKER})


@given(st.sampled_from(State), st.sampled_from(sorted(rules.MAY)), st.frozensets(st.sampled_from(Role)))
def test_what_can_be_done_is_what_is_offered(state, move, roles):
    if move == "raise":
        return
    try:
        rules.after(state, move, roles)
    except Refused:
        assert move not in rules.moves(state, roles)
    else:
        assert move in rules.moves(state, roles)


@given(st.sampled_from(State), st.sampled_from(sorted(rules.MAY)))
def test_nobody_outside_can_do_anything(state, move):
    assert not rules.moves(state, frozenset({OUTSIDE}))


def test_fourteen_quiet_days_are_a_step_back():
    assert not rules.stepped_back(MONDAY, MONDAY + timedelta(days=13))
    assert rules.stepped_back(MONDAY, MONDAY + timedelta(days=14))


@pytest.mark.parametrize(("what", "told"), [("   ", "One line is enough"), ("x" * 281, "280 characters")])
def test_what_is_in_the_way_is_one_line(what, told):
    with pytest.raises(Refused, match=told):
        rules.check_what(what)


def test_lines_are_joined_and_nothing_is_lost():
    assert rules.check_what("  The <b>printer</b>\n🖨 عطلان ") == "The <b>printer</b> 🖨 عطلان"


@pytest.mark.parametrize("day", [MONDAY - timedelta(days=1), MONDAY + timedelta(days=400)])
def test_a_promise_lies_ahead_and_within_a_year(day):
    with pytest.raises(Refused):
        rules.check_promise(day, MONDAY)


@given(st.integers(0, 400), st.one_of(st.none(), st.integers(0, 400)))
def test_the_bar_never_leaves_its_width(age, promise):
    bar = rules.bar(age, promise)
    assert bar["run"] + bar["over"] <= 100
    assert bar["promise"] <= 100
