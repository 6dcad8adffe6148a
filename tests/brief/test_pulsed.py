"""The pulse beside a step-away: what was asked while the leader was away, next to the wave before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from followspot import practices
from followspot.brief import pulsed
from followspot.practices.pulse import actions
from followspot.practices.pulse.models import Wave
from followspot.practices.pulse.rules import What
from followspot.practices.stepaways import actions as stepaways
from followspot.roles import LEADER
from followspot.teams import actions as teams
from tests.conftest import _person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 7, 12, tzinfo=UTC)
L = frozenset({LEADER})


def wave(team, ada, people, now, step):
    it = actions.open_wave(team, by=ada, roles=L, now=now, days=4)
    Wave.objects.filter(pk=it.pk).update(items=["energy", "safety"])
    it.refresh_from_db()
    for person in people:
        actions.answer(it, person, {"energy": str(step)}, "", now=now)
    practices.by_itself(now=now + timedelta(days=5))


def test_a_wave_that_was_open_while_the_leader_was_away_stands_beside_the_one_before(team, ada, ben, chi):
    people = [ben, chi, *(_person(f"Crew {n}", f"crew{n}@example.org") for n in range(4))]
    for person in people[2:]:
        teams.join(team, person, on=date(2020, 1, 1))
    it = stepaways.plan(
        team, ada, stretches=[(date(2026, 10, 5), date(2026, 10, 16))], margin=0.2, flow="landed", by=ada, roles=L, now=NOW
    )  # fmt: skip
    for n, step in enumerate((2, 3, 4, 5)):  # 7 and 21 September, 5 and 19 October
        wave(team, ada, people, NOW + timedelta(weeks=2 * n), step)
    assert pulsed.while_away(it) == [
        "Energy: about “good”, 6 answered; before, in the wave of 21 September, about “steady”."
    ]


def test_alpha_is_shown_once_thirty_have_answered_every_question_and_never_before(team, ada, ben, client_of):
    people = [ben, *(_person(f"Crew {n}", f"crew{n}@example.org") for n in range(15))]
    for person in people[1:]:
        teams.join(team, person, on=date(2020, 1, 1))
    question = {"words": "The pace", "steps": list("abcde")}
    scale = actions.add_scale(
        team, title="Pace", source="Ours", licence="Ours", questions=[question, question, question], by=ada, roles=L, now=NOW
    )  # fmt: skip
    shown = []
    for n in range(2):
        now = NOW + timedelta(weeks=n)
        it = actions.open_wave(team, what=What.SCALE, scale=scale, by=ada, roles=L, now=now, days=4)
        for k, person in enumerate(people):
            said = {item: str(1 + (k + (k % 7 == j)) % 5) for j, item in enumerate(it.items)}
            actions.answer(it, person, said, "", now=now)
        practices.by_itself(now=now + timedelta(days=5))
        shown.append("alpha" in client_of(ben).get("/teams/quay/panels/pulse-lines/").content.decode())
    assert shown == [False, True]
