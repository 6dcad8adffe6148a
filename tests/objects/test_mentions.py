"""Who was asked to look at something: until they say something about it, or a fortnight has passed."""

from datetime import timedelta

import pytest

from followspot.objects import actions
from followspot.objects.mentions import unanswered
from followspot.practices.barriers import actions as barriers
from followspot.roles import MEMBER

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def barrier(team, ben, now):
    return barriers.raise_barrier(
        team, "The printer has no contract", by=ben, roles=frozenset({MEMBER}), now=now
    )


def waits(team, person, now):
    return [said.text for said, _ in unanswered(team, person, now=now)]


def test_whoever_is_asked_is_told_the_newest_first(team, barrier, ben, chi, now):
    actions.comment(barrier, "@Chi, the old one?", by=ben, now=now)
    actions.comment(barrier, "@Chi, or the new one?", by=ben, now=now + HOUR)
    assert waits(team, chi, now + 2 * HOUR) == ["@Chi, or the new one?", "@Chi, the old one?"]
    assert waits(team, ben, now + 2 * HOUR) == []


def test_an_answer_ends_what_was_asked_before_it_and_nothing_later(team, barrier, ben, chi, now):
    actions.comment(barrier, "@Chi, which?", by=ben, now=now)
    actions.comment(barrier, "The old one.", by=chi, now=now + HOUR)
    assert waits(team, chi, now + 2 * HOUR) == []
    actions.comment(barrier, "@Chi, sure?", by=ben, now=now + 3 * HOUR)
    assert waits(team, chi, now + 4 * HOUR) == ["@Chi, sure?"]


def test_an_answer_elsewhere_is_none(team, barrier, ben, chi, now):
    other = barriers.raise_barrier(team, "The door sticks", by=chi, roles=frozenset({MEMBER}), now=now)
    actions.comment(barrier, "@Chi, which?", by=ben, now=now)
    actions.comment(other, "It sticks.", by=chi, now=now + HOUR)
    assert waits(team, chi, now + 2 * HOUR) == ["@Chi, which?"]


def test_what_was_asked_a_fortnight_ago_waits_no_more(team, barrier, ben, chi, now):
    actions.comment(barrier, "@Chi, which?", by=ben, now=now)
    assert waits(team, chi, now + timedelta(days=14)) == ["@Chi, which?"]
    assert waits(team, chi, now + timedelta(days=14) + HOUR) == []
