"""It ends by itself, one at a time, and something is handed back."""

from datetime import UTC, datetime, timedelta

import pytest

from followspot import practices
from followspot.errors import Refused
from followspot.evidence import log
from followspot.practices.danger import actions
from followspot.practices.danger.models import in_front
from followspot.roles import LEADER, MEMBER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
L, M = frozenset({LEADER}), frozenset({MEMBER})


def declared(team, by, now=NOW, why="Payments fail"):
    return actions.declare(
        team,
        why=why,
        takes="The bank",
        exit_condition="Clean",
        ends_at=now + timedelta(days=1),
        by=by,
        roles=M,
        now=now,
    )


def test_it_ends_by_itself_whether_or_not_anybody_looks(team, ben, ada):
    it = declared(team, ben)
    assert in_front(team, NOW) == it
    late = NOW + timedelta(days=2)
    assert in_front(team, late) is None
    with pytest.raises(Refused, match="It is over"):
        actions.end(it, how="", handed_back="", by=ada, roles=L, now=late)
    assert practices.by_itself(now=late) == 1
    it.refresh_from_db()
    assert (it.ended_at, it.how) == (it.ends_at, "It ended by itself.")


def test_one_at_a_time_and_the_next_ends_the_one_that_nobody_ended(team, ben):
    declared(team, ben)
    with pytest.raises(Refused, match="One danger at a time"):
        declared(team, ben, now=NOW + timedelta(hours=2), why="Fire")
    declared(team, ben, now=NOW + timedelta(days=3), why="Fire")
    assert [e.activity for e in log.single(team)] == ["danger.declared", "danger.ended", "danger.declared"]


def test_the_leader_cannot_make_it_longer(team, ben, ada):
    it = declared(team, ben)
    with pytest.raises(Refused, match="Only the front line"):
        actions.renew(it, NOW + timedelta(days=3), by=ada, roles=L, now=NOW)
    assert actions.renew(it, NOW + timedelta(days=3), by=ben, roles=M, now=NOW).renewals == 1


def test_what_is_handed_back_can_be_said_later(team, ben, ada):
    it = actions.end(declared(team, ben), how="Mended", handed_back="", by=ada, roles=L, now=NOW)
    assert actions.hand_back(it, "Calls to Ben", by=ada, roles=L, now=NOW).handed_back == "Calls to Ben"


def test_acts_in_danger_are_no_touches(team, ben, ada):
    it = declared(team, ben)
    actions.note(it, "The bank answers", by=ada, roles=L, now=NOW)
    assert "front:owned" not in log.single(team, by=ada)[0].about
