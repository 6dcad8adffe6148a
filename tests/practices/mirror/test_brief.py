"""The mirror asks once a quarter, quietly, and only whoever leads."""

from datetime import UTC, datetime

import pytest

from followspot.practices.mirror import actions, brief
from followspot.roles import LEADER

pytestmark = pytest.mark.django_db
EARLY, LATE = datetime(2027, 1, 5, tzinfo=UTC), datetime(2027, 1, 25, tzinfo=UTC)


def test_in_the_first_weeks_of_a_quarter_the_leader_is_asked_and_nobody_else(team, ada, ben):
    (asked,) = brief.waiting(team, ada, now=EARLY)
    assert asked.url == "/teams/quay/mirror/"
    assert brief.waiting(team, ben, now=EARLY) == []


def test_later_it_asks_no_more(team, ada):
    assert brief.waiting(team, ada, now=LATE) == []


def test_who_has_looked_is_not_asked_again(team, ada):
    actions.rate(team, {"credit-light": 4}, by=ada, roles=frozenset({LEADER}), now=EARLY)
    assert brief.waiting(team, ada, now=EARLY) == []
