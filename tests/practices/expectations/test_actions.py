"""From a proposal to what was met, by consent of both sides."""

from datetime import UTC, date, datetime, timedelta

import pytest

from followspot.errors import Refused
from followspot.evidence import log
from followspot.practices.expectations import actions
from followspot.roles import LEADER, MEMBER, OWNER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
L, M, OWNS = frozenset({LEADER}), frozenset({MEMBER}), frozenset({MEMBER, OWNER})
DUE = date(2026, 12, 1)


def proposed(team, by, roles, owners):
    return actions.propose(
        team,
        "Refunds in two days",
        owners=owners,
        starts_on=NOW.date(),
        due_on=DUE,
        by=by,
        roles=roles,
        now=NOW,
    )


def test_it_is_agreed_once_all_owners_and_the_leader_said_yes(team, ada, ben, chi):
    it = proposed(team, ada, L, [ben, chi])
    it = actions.agree(it, by=ben, roles=OWNS, now=NOW)
    assert it.state == "proposed"
    it = actions.agree(it, by=chi, roles=OWNS, now=NOW)
    assert (it.state, it.agreed_at) == ("agreed", NOW)
    assert [e.activity for e in log.single(team)] == [
        "expectation.agreed",
        "expectation.accepted",
        "expectation.proposed",
    ]
    due = log.single(team)[0]
    assert (due.value, due.unit) == ((DUE - date(1970, 1, 1)).days, "day")


def test_what_an_owner_proposes_takes_the_leaders_yes(team, ada, ben):
    it = proposed(team, ben, OWNS, [ben])
    assert it.state == "proposed"
    assert actions.agree(it, by=ada, roles=L, now=NOW).state == "agreed"


def test_what_the_leader_takes_in_hand_alone_is_agreed_at_once_and_is_no_touch(team, ada):
    it = proposed(team, ada, L, [ada])
    assert it.state == "agreed"
    assert "front:owned" not in log.single(team)[0].about


def test_a_counter_proposal_that_is_accepted_is_agreed_by_both(team, ada, ben):
    it = proposed(team, ada, L, [ben])
    terms = actions.put_terms(
        it, why="The printer", due_on=DUE + timedelta(days=9), by=ben, roles=OWNS, now=NOW
    )
    with pytest.raises(Refused, match="on the table"):
        actions.agree(it, by=ben, roles=OWNS, now=NOW)
    it = actions.accept_terms(terms, by=ada, roles=L, now=NOW)
    assert (it.state, it.due_on) == ("agreed", DUE + timedelta(days=9))


def test_after_agreement_the_leaders_change_waits_for_the_owners_yes(team, ada, ben):
    it = actions.agree(proposed(team, ada, L, [ben]), by=ben, roles=OWNS, now=NOW)
    terms = actions.put_terms(it, why="Easter", due_on=DUE - timedelta(days=9), by=ada, roles=L, now=NOW)
    it.refresh_from_db()
    assert it.due_on == DUE
    with pytest.raises(Refused):
        actions.accept_terms(terms, by=ada, roles=L, now=NOW)
    actions.decline_terms(terms, by=ben, roles=OWNS, now=NOW)
    it.refresh_from_db()
    assert it.due_on == DUE
    again = actions.put_terms(it, why="", due_on=DUE, drops=True, by=ada, roles=L, now=NOW)
    assert actions.accept_terms(again, by=ben, roles=OWNS, now=NOW).state == "dropped"


def test_settled_terms_cannot_be_settled_again(team, ada, ben):
    terms = actions.put_terms(proposed(team, ada, L, [ben]), why="", due_on=DUE, by=ben, roles=OWNS, now=NOW)
    actions.accept_terms(terms, by=ada, roles=L, now=NOW)
    for verb in (actions.accept_terms, actions.decline_terms):
        with pytest.raises(Refused, match="no longer on the table"):
            verb(terms, by=ada, roles=L, now=NOW)


def test_the_two_sided_vote_on_freedom(team, ada, ben):
    it = actions.agree(proposed(team, ada, L, [ben]), by=ben, roles=OWNS, now=NOW)
    it = actions.vote(it, 7, by=ben, roles=OWNS, now=NOW)
    it = actions.vote(it, 5, by=ada, roles=L, now=NOW)
    assert (it.freedom, it.round) == (None, 1)
    it = actions.vote(it, 6, by=ada, roles=L, now=NOW)  # they talked, and choose again
    assert (it.freedom, it.round) == (None, 2)
    it = actions.vote(it, 6, by=ben, roles=OWNS, now=NOW)
    assert it.freedom == 6
    told = [e.activity.removeprefix("expectation.freedom_") for e in log.single(team, newest=4)]
    assert told == ["agreed", "voted", "revealed", "voted"]


def test_a_vote_can_be_changed_until_all_have_chosen(team, ada, ben):
    it = actions.agree(proposed(team, ada, L, [ben]), by=ben, roles=OWNS, now=NOW)
    for level in (2, 7):
        it = actions.vote(it, level, by=ben, roles=OWNS, now=NOW)
    assert actions.vote(it, 7, by=ada, roles=L, now=NOW).freedom == 7


def test_no_event_tells_a_choice_before_it_is_agreed(team, ada, ben):
    it = actions.agree(proposed(team, ada, L, [ben]), by=ben, roles=OWNS, now=NOW)
    actions.vote(it, 3, by=ben, roles=OWNS, now=NOW)
    assert log.single(team)[0].value is None


def test_missed_asks_first_what_was_in_the_way(team, ada, ben):
    it = actions.agree(proposed(team, ada, L, [ben]), by=ben, roles=OWNS, now=NOW)
    with pytest.raises(Refused, match="What was in the way"):
        actions.miss(it, in_the_way=" ", by=ben, roles=OWNS, now=NOW)
    with pytest.raises(Refused, match="isn’t due yet"):
        actions.miss(it, in_the_way="The printer", by=ada, roles=L, now=NOW)
    late = NOW + timedelta(days=40)
    assert actions.miss(it, in_the_way="The printer", by=ada, roles=L, now=late).ended_note == "The printer"


def test_an_ending_can_be_taken_back_for_a_week(team, ada, ben):
    it = actions.start(
        actions.agree(proposed(team, ada, L, [ben]), by=ben, roles=OWNS, now=NOW), by=ben, roles=OWNS, now=NOW
    )
    it = actions.meet(it, note="Seen", by=ben, roles=OWNS, now=NOW)
    with pytest.raises(Refused, match="more than a week"):
        actions.reopen(it, by=ben, roles=OWNS, now=NOW + timedelta(days=9))
    assert actions.reopen(it, by=ben, roles=OWNS, now=NOW + timedelta(days=2)).state == "under way"
