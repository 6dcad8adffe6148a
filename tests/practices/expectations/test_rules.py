"""Freedom is chosen unseen by both sides, and nothing agreed changes without both."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import Refused
from followspot.practices.expectations import rules
from followspot.practices.expectations.rules import Freedom, State
from followspot.roles import LEADER, MEMBER, OUTSIDE, OWNER, Role

ADA, BEN, CHI = 1, 2, 3
votes = st.dictionaries(st.sampled_from([ADA, BEN, CHI]), st.sampled_from(list(Freedom)))


def test_there_are_seven_freedoms_from_the_leaders_side_to_the_teams():
    assert [f.word for f in Freedom] == ["Tell", "Sell", "Consult", "Agree", "Advise", "Inquire", "Delegate"]
    assert all(f.means for f in Freedom)


@given(votes)
def test_nothing_is_shown_before_all_have_chosen(cast):
    voting = rules.voters({BEN, CHI}, ADA)
    assert rules.revealed(voting, cast) == (set(cast) == {ADA, BEN, CHI})
    if not rules.revealed(voting, cast):
        assert rules.settled(voting, cast) is None


@given(votes)
def test_a_freedom_is_agreed_when_all_chose_the_same(cast):
    agreed = rules.settled(rules.voters({BEN, CHI}, ADA), cast)
    assert (agreed is not None) == (len(cast) == 3 and len(set(cast.values())) == 1)


def test_there_is_nothing_to_choose_where_the_leader_alone_has_it_in_hand_or_nobody_leads():
    assert rules.voters({ADA}, ADA) == frozenset()
    assert rules.voters({BEN}, None) == frozenset()


@given(st.sampled_from(State), st.sampled_from(sorted(rules.MAY)), st.frozensets(st.sampled_from(Role)))
def test_what_can_be_done_is_what_is_offered(state, move, roles):
    if move == "propose":
        return
    try:
        rules.after(state, move, roles)
    except Refused:
        assert move not in rules.moves(state, roles)
    else:
        assert move in rules.moves(state, roles)


@pytest.mark.parametrize("move", sorted(rules.MAY))
@pytest.mark.parametrize("state", rules.HELD)
def test_after_it_was_agreed_the_leader_alone_changes_nothing(state, move):
    """They can propose a change, say it was missed, offer help and choose a freedom; that is all."""
    if move in rules.moves(state, frozenset({LEADER})):
        assert move in {"change", "vote", "offer_help", "miss"}


def test_there_is_no_asking_for_status():
    assert not [move for move in rules.MAY if "status" in move or "ask" in move]


def test_terms_of_one_side_take_the_yes_of_the_other():
    assert rules.needs_yes_of(by_leader=True) == {OWNER}
    assert rules.needs_yes_of(by_leader=False) == {LEADER}


@given(st.sets(st.integers(2, 9), min_size=1), st.sets(st.integers(1, 9)))
def test_it_is_agreed_with_the_last_yes(owners, yes):
    assert rules.all_agreed(owners, 1, yes) == (owners | {1} <= yes)


@pytest.mark.parametrize(
    ("outcome", "due"), [("", date(2026, 12, 1)), ("x" * 201, date(2026, 12, 1)), ("x", date(2026, 11, 1)), ("x", date(2031, 1, 1))]
)  # fmt: skip
def test_terms_say_what_and_allot_time(outcome, due):
    with pytest.raises(Refused):
        rules.check_terms(outcome, date(2026, 11, 1), due)


def test_it_is_in_somebodys_hands_and_not_in_everybodys():
    for owners in ([], list(range(9))):
        with pytest.raises(Refused):
            rules.check_owners(owners)


def test_a_stranger_may_do_nothing():
    assert all(not rules.moves(s, frozenset({OUTSIDE})) for s in State)
    assert rules.moves(State.UNDER_WAY, frozenset({MEMBER})) == frozenset()
