"""Who may see and do what."""

from datetime import date

import pytest

from followspot.teams import access, actions
from followspot.teams.models import Person

TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def test_members_and_leader_see_the_team_and_strangers_do_not(team, ada, ben, dee):
    assert [access.teams_of(p.account, today=TODAY).filter(pk=team.pk).exists() for p in (ada, ben, dee)] == [
        True,
        True,
        False,
    ]


def test_samples_are_for_everyone(dee):
    sample = actions.start_team("Redis", by=None, sample="public")
    assert sample in access.teams_of(dee.account, today=TODAY)


def test_a_leaders_measures_are_the_leaders_alone(team, ada, ben, dee):
    assert [access.sees_leader_measures(p.account, team, today=TODAY) for p in (ada, ben, dee)] == [
        True,
        False,
        False,
    ]


def test_where_the_leader_has_no_account_the_keeper_sees_them(ben, dee):
    studied = actions.start_team("Studied", by=ben.account)
    actions.hand_lead(studied, to=Person.objects.create(name="Known from history"), on=None)
    assert access.sees_leader_measures(ben.account, studied, today=TODAY)
    assert not access.sees_leader_measures(dee.account, studied, today=TODAY)


def test_the_keeper_stops_seeing_them_once_the_leader_has_an_account(team, ben):
    team.keeper = ben.account
    team.save()
    assert not access.sees_leader_measures(ben.account, team, today=TODAY)


def test_only_leader_and_keeper_change_things(team, ada, ben, dee):
    assert [access.keeps(p.account, team, today=TODAY) for p in (ada, ben, dee)] == [True, False, False]
