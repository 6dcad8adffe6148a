"""An open wave waits for all alike; the leader is asked for one thing, and later what became of it."""

from datetime import UTC, datetime, timedelta

import pytest

from followspot import practices
from followspot.practices.pulse import actions, brief
from followspot.roles import LEADER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
L = frozenset({LEADER})


@pytest.fixture
def wave(team, ada, crew):
    crew(6)
    return actions.open_wave(team, by=ada, roles=L, now=NOW, days=4)


def test_it_waits_for_those_who_have_answered_as_well(wave, team, ada, ben, chi):
    actions.answer(wave, ben, {"energy": "3"}, "", now=NOW)
    said = [brief.waiting(team, person, now=NOW) for person in (ben, chi)]
    assert said[0] == said[1] != []
    assert brief.waiting(team, ada, now=NOW) == []
    assert brief.waiting(team, ben, now=NOW + timedelta(days=5)) == []


def test_the_leader_is_asked_for_one_thing_and_a_fortnight_later_what_became_of_it(wave, team, ada, crew):
    for person in crew(6):
        actions.answer(wave, person, {"energy": "3"}, "", now=NOW)
    closed = NOW + timedelta(days=5)
    practices.by_itself(now=closed)
    (move,) = brief.moves(team, ada, now=closed)
    assert (move.verb, move.button) == ("Set", "Say it")
    assert "6 of 6 answered" in move.evidence
    wave.refresh_from_db()
    wave = actions.promise(wave, "A second printer.", by=ada, roles=L, now=closed)
    assert brief.moves(team, ada, now=closed) == []
    (move,) = brief.moves(team, ada, now=closed + timedelta(days=15))
    assert move.says == "What became of “A second printer”"
    actions.keep(wave, "It stands.", by=ada, roles=L, now=closed)
    assert brief.moves(team, ada, now=closed + timedelta(days=15)) == []


def test_a_wave_that_told_nothing_asks_nothing_of_the_leader(wave, team, ada):
    practices.by_itself(now=NOW + timedelta(days=5))
    assert brief.moves(team, ada, now=NOW + timedelta(days=5)) == []
