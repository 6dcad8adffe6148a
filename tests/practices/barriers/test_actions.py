"""What time does with a barrier, and what the leader's touches do to it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from followspot import practices
from followspot.evidence import log
from followspot.objects import actions as comments
from followspot.practices.barriers import actions
from followspot.practices.expectations import actions as expectations
from followspot.roles import LEADER, MEMBER, OWNER, RAISER
from followspot.teams import calendar
from followspot.teams.models import DayOff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
L, M = frozenset({LEADER}), frozenset({MEMBER})


@pytest.fixture
def held(team, ada, ben):
    return expectations.propose(
        team, "Refunds in two days", owners=[ben], starts_on=NOW.date(), due_on=date(2027, 1, 1), by=ben, roles=M | {OWNER}, now=NOW
    )  # fmt: skip


@pytest.fixture
def gone(team, ada, ben, held):
    """A barrier that Ada cleared and Ben confirmed at noon of 2 November."""
    it = actions.raise_barrier(team, "No keys", by=ben, roles=M, now=NOW, holds=held.reference)
    it = actions.take(it, promised_on=NOW.date(), by=ada, roles=L, now=NOW)
    it = actions.clear(it, by=ada, roles=L, now=NOW)
    return actions.confirm(it, by=ben, roles=M | {RAISER}, now=NOW)


def test_left_alone_for_two_weeks_it_is_stepped_back_from(gone):
    assert practices.by_itself(now=NOW + timedelta(days=13)) == 0
    assert practices.by_itself(now=NOW + timedelta(days=14)) == 1
    assert practices.by_itself(now=NOW + timedelta(days=15)) == 0
    gone.refresh_from_db()
    assert gone.state == "stepped back"


def test_an_uninvited_touch_on_what_it_held_up_begins_the_two_weeks_anew(gone, held, ada):
    comments.comment(held, "Fine by me.", by=ada, now=NOW)  # asked for: Ben had proposed it
    comments.comment(held, "How far are you?", by=ada, now=NOW + timedelta(days=10))
    assert [e.activity for e in actions.touched_since([gone], ada)[gone.pk]] == ["comment.made"]
    assert practices.by_itself(now=NOW + timedelta(days=14)) == 0
    assert practices.by_itself(now=NOW + timedelta(days=24)) == 1


def test_an_invited_one_does_not(gone, held, ada, ben):
    comments.comment(held, "@Ada, which paper?", by=ben, now=NOW + timedelta(days=9))
    comments.comment(held, "The thick one.", by=ada, now=NOW + timedelta(days=10))
    assert actions.touched_since([gone], ada)[gone.pk] == []
    assert practices.by_itself(now=NOW + timedelta(days=14)) == 1


def test_every_act_of_the_leader_on_front_line_work_is_a_touch_invited_or_not(gone, held, ada, ben):
    comments.comment(held, "Which paper?", by=ada, now=NOW)  # Ben proposed it to her: she answers
    comments.comment(held, "Any news?", by=ada, now=NOW + timedelta(days=9))
    comments.comment(gone, "Still gone?", by=ada, now=NOW + timedelta(days=9))
    comments.comment(held, "Nearly.", by=ben, now=NOW)
    acts = [(e.activity, "front:owned" in e.about, e.invited) for e in log.single(held.team, by=ada)]
    assert acts == [
        ("comment.made", True, False),
        ("comment.made", True, False),
        ("comment.made", True, True),
        ("barrier.cleared", False, False),  # what was raised to her is hers to clear
        ("barrier.taken", False, False),
    ]
    own = [e for e in log.single(held.team, by=ben) if "front:owned" in e.about]
    assert own == []


def test_a_question_that_nobody_asked_for_is_uninvited(team, ada, ben):
    it = expectations.propose(
        team, "Bikes counted", owners=[ben], starts_on=NOW.date(), due_on=date(2027, 1, 1), by=ada, roles=L, now=NOW
    )  # fmt: skip
    comments.comment(it, "How far are you?", by=ada, now=NOW)
    assert not log.single(team, by=ada, activities=frozenset({"comment.made"}))[0].invited


def test_the_clock_stops_on_days_off(team):
    DayOff.objects.create(team=team, on=date(2026, 11, 25))
    clock = calendar.of(team)
    assert clock.between(date(2026, 11, 23), date(2026, 11, 30)) == 4  # a weekend, and the 25th
    assert clock.after(date(2026, 11, 24), 1) == date(2026, 11, 26)


def test_reopening_keeps_the_day_it_was_raised(gone, ben):
    again = actions.reopen(gone, by=ben, roles=M | {RAISER}, now=NOW + timedelta(days=3))
    assert (again.state, again.raised_at, again.cleared_at) == ("taken", NOW, None)


def test_an_unnamed_barrier_has_neither_raiser_nor_time(team, ada, ben, chi):
    from followspot.teams import actions as teams
    from tests.conftest import _person

    for name in ("Eve", "Fay"):
        teams.join(team, _person(name, f"{name}@example.org"), on=None)
    it = actions.raise_barrier(
        team, "The rota", by=ben, roles=M, now=NOW + timedelta(hours=3), word_hash="a" * 64
    )
    event = log.single(team, objects=(it.reference,))[0]
    midnight = NOW.replace(hour=0)  # of the team's day
    assert (it.raiser, event.actor, event.at) == (None, None, midnight)
    it = actions.clear(it, by=ada, roles=L, now=NOW + timedelta(days=1))
    it = actions.confirm(it, by=ben, roles=M | {RAISER}, now=NOW + timedelta(days=2, hours=5))
    assert {e.actor for e in log.single(team, objects=(it.reference,))} == {None, ada}
    assert it.confirmed_at == midnight + timedelta(days=2)
