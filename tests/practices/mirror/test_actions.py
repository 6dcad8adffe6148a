"""Rating, sharing and taking back: one event each, and none that says what was rated."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from followspot import practices
from followspot.errors import Refused
from followspot.evidence import log
from followspot.practices.mirror import actions
from followspot.practices.mirror.models import Rating
from followspot.roles import LEADER, MEMBER
from followspot.teams import actions as teams
from followspot.teams.models import Share
from tests.mirrors import answered

pytestmark = pytest.mark.django_db
L = frozenset({LEADER})


def rate(team, person, steps, now=None):
    return actions.rate(team, steps, by=person, roles=L, now=now or timezone.now())


def test_there_is_one_rating_a_quarter_and_it_can_be_changed(team, ada, now):
    rate(team, ada, {"credit-light": 4}, now)
    rate(team, ada, {"credit-light": 2, "there-asked": 5}, now + timedelta(hours=1))
    assert [r.steps for r in Rating.objects.all()] == [{"credit-light": 2, "there-asked": 5}]
    rate(team, ada, {"credit-light": 3}, datetime(2027, 1, 1, 12, tzinfo=UTC))
    assert [str(r) for r in Rating.objects.all()] == ["January to March 2027", "October to December 2026"]


def test_the_event_says_that_it_was_rated_and_nothing_of_what(team, ada, now):
    rate(team, ada, {"credit-light": 2}, now)
    (event,) = log.single(team, activities=frozenset({"mirror.rated"}))
    assert (event.value, event.about) == (None, ())


def test_what_is_sent_twice_is_there_once(team, ada, now):
    rate(team, ada, {"credit-light": 2}, now)
    rate(team, ada, {"credit-light": 2}, now + timedelta(seconds=5))
    assert len(log.single(team, activities=frozenset({"mirror.rated"}))) == 1


def test_once_the_answers_are_known_the_rating_is_fixed(team, ada):
    rate(team, ada, {"credit-light": 5})
    answered(team, ada)
    with pytest.raises(Refused, match="stays as it was given"):
        rate(team, ada, {"credit-light": 3})
    assert Rating.objects.get().steps == {"credit-light": 5}


def test_below_the_floor_nothing_is_known_so_it_can_still_be_given(team, ada):
    answered(team, ada, voices=4)
    assert not actions.fixed(team, ada, now=timezone.now())
    rate(team, ada, {"credit-light": 4})


def test_it_is_fixed_for_whoever_held_it_up(team, ada, ben):
    answered(team, ada)
    assert actions.fixed(team, ada, now=timezone.now())
    assert not actions.fixed(team, ben, now=timezone.now())
    assert not actions.fixed(team, None, now=timezone.now())


def test_the_next_leader_is_not_held_by_answers_about_the_one_before(team, ada, ben):
    answered(team, ada)
    teams.hand_over(team, to=ben, on=team.day(timezone.now()))
    assert not actions.fixed(team, ben, now=timezone.now())
    rate(team, ben, {"credit-light": 4})
    assert {r.leader for r in Rating.objects.all()} == {ben}


def test_who_is_erased_takes_their_ratings_and_shares_along(team, ada, ben, now):
    rate(team, ada, {"credit-light": 4}, now)
    rate(team, ben, {"credit-light": 2}, now)
    actions.share(team, "map", "team", by=ada, roles=L, now=now)
    practices.forget(ada)
    assert [r.leader for r in Rating.objects.all()] == [ben]
    assert not Share.objects.exists()


@pytest.mark.parametrize("act", [actions.share, actions.take_back])
def test_nobody_else_shares_for_the_leader(team, ben, now, act):
    with pytest.raises(Refused, match="Only the leader"):
        act(team, "map", "team", by=ben, roles=frozenset({MEMBER}), now=now)


def test_sharing_twice_and_taking_back_twice_leave_one_event_each(team, ada, now):
    for act in (actions.share, actions.share, actions.take_back, actions.take_back):
        act(team, "map", "team", by=ada, roles=L, now=now)
    found = [e.activity for e in log.single(team) if e.activity.startswith("measure.")]
    assert sorted(found) == ["measure.shared", "measure.taken_back"]
