"""Starting teams, handing the lead over, saying who is who."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from followspot.errors import Refused
from followspot.teams import actions
from followspot.teams.models import Identity

pytestmark = pytest.mark.django_db


def test_two_teams_of_one_name_have_two_addresses():
    assert [actions.start_team("Quay", by=None).slug for _ in range(3)] == ["quay", "quay-2", "quay-3"]


def test_what_one_team_says_of_a_name_says_nothing_in_another(team, ada, ben):
    other = actions.start_team("Elsewhere", by=None)
    actions.claim(team, "b <b@x>", person=ben)
    actions.claim_automaton(other, "b <b@x>")
    assert team.identities.get().person == ben


def test_since_always_is_only_for_the_first_who_leads(team, ben):
    with pytest.raises(Refused, match="from which day"):
        actions.hand_lead(team, to=ben, on=None)


@pytest.mark.parametrize("name", ["", "x" * 401])
def test_a_name_has_a_sensible_length(team, ada, name):
    with pytest.raises(Refused, match="characters"):
        actions.claim(team, name, person=ada)


@pytest.mark.parametrize("name", ["", "   "])
def test_a_team_needs_a_name(name):
    with pytest.raises(Refused, match="needs a name"):
        actions.start_team(name, by=None)


def test_a_name_in_another_script_still_has_an_address():
    assert actions.start_team("埠頭", by=None).slug == "team"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_the_lead_on_at_once_one_does(team, ben, chi, monkeypatch):
    monkeypatch.setattr(actions, "_noted", lambda *_, **__: time.sleep(0.3))  # both are on their way

    def hand(to):
        try:
            actions.hand_lead(team, to=to, on=date(2026, 6, 1))
        except Refused:
            return 0
        else:
            return 1
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(hand, [ben, chi])) == 1
    assert team.leaderships.on(date(2026, 6, 1)).count() == 1


def test_the_lead_is_handed_over_from_a_day_on(team, ada, ben):
    actions.hand_lead(team, to=ben, on=date(2026, 6, 1))
    assert team.leader_on(date(2026, 5, 31)) == ada
    assert team.leader_on(date(2026, 6, 1)) == ben


def test_the_lead_is_not_handed_over_before_a_later_one(team, ben, chi):
    actions.hand_lead(team, to=ben, on=date(2026, 6, 1))
    with pytest.raises(Refused, match="later day"):
        actions.hand_lead(team, to=chi, on=date(2026, 3, 1))


def test_nobody_is_of_a_team_twice(team, ben):
    actions.join(team, ben, on=date(2026, 1, 1))
    assert team.memberships.filter(person=ben).count() == 1


def test_a_claim_moves_to_who_claims_it_last(team, ada, ben):
    actions.claim(team, "b <b@x>", person=ada)
    actions.claim(team, "b <b@x>", person=ben)
    assert Identity.objects.get().person == ben
    actions.unclaim(team, "b <b@x>")
    assert not Identity.objects.exists()
