"""Who rates, in which quarter, and until when."""

from datetime import date

import pytest

from followspot.errors import BadInput, Refused
from followspot.practices.mirror import rules
from followspot.roles import LEADER, NOBODY, Role, may


@pytest.mark.parametrize("verb", ["rate", "share", "take_back"])
@pytest.mark.parametrize("role", list(Role))
def test_whoever_leads_does_it_and_nobody_else(verb, role):
    assert may(rules.MAY, verb, frozenset({role})) == (role == LEADER)


def test_a_rating_is_its_leader_s_and_never_the_next_one_s():
    mine, before = rules.SEES.values()
    assert mine == {LEADER}
    assert before == NOBODY


@pytest.mark.parametrize(
    ("day", "quarter", "after", "called"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 4, 1), "January to March 2026"),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 7, 1), "April to June 2026"),
        (date(2026, 8, 15), date(2026, 7, 1), date(2026, 10, 1), "July to September 2026"),
        (date(2026, 12, 31), date(2026, 10, 1), date(2027, 1, 1), "October to December 2026"),
    ],
)
def test_a_year_has_four_quarters(day, quarter, after, called):
    assert rules.quarter_of(day) == quarter
    assert rules.next_quarter(quarter) == after
    assert rules.called(quarter) == called


def test_every_statement_may_be_left_out():
    assert rules.steps_said({"credit-light": "4", "there-asked": "", "made-up": "5"}) == {"credit-light": 4}


@pytest.mark.parametrize("step", ["0", "6", "x", "4.5", "²"])
def test_a_step_that_is_none_is_named(step):
    with pytest.raises(BadInput, match="stay out of the light"):
        rules.steps_said({"credit-light": step})


def test_a_rating_that_says_nothing_is_refused():
    with pytest.raises(Refused, match="Nothing is chosen"):
        rules.check_steps({})
    rules.check_steps({"credit-light": 1})


def test_once_the_answers_are_known_it_stays_as_it_is():
    rules.check_unfixed(date(2026, 10, 1), fixed=False)
    with pytest.raises(Refused, match="from 1 January on"):
        rules.check_unfixed(date(2026, 10, 1), fixed=True)
