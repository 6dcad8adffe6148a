"""Who may see and do what."""

from datetime import UTC, date, datetime

import pytest

from followspot.teams import access, actions, sharing
from followspot.teams.models import Person

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
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


def test_the_tables_of_who_sees_what_say_what_the_functions_decide(team, ada, ben, dee):
    from followspot.roles import ADMIN, KEEPER, LEADER, LINE, MEMBER

    kit = dee.account
    team.keeper = kit
    team.save()
    ann = Person.objects.create(
        name="Ann", account=type(kit).objects.create_user("ann@example.org", "x" * 12, is_staff=True)
    )
    people = {LEADER: ada.account, MEMBER: ben.account, KEEPER: kit, ADMIN: ann.account}
    decided = {
        "dependence, touches, the Sideline": lambda a: access.sees_leader_measures(a, team, today=TODAY),
        "the evidence, its sources, who is of the team": lambda a: (
            access.teams_of(a, today=TODAY).filter(pk=team.pk).exists()
        ),
    }
    line = Person.objects.create(
        name="Lin", account=type(kit).objects.create_user("lin@example.org", "x" * 12)
    )
    team.up = actions.start_team("Harbour", by=None)
    actions.hand_lead(team.up, to=line, on=None)
    sharing.share(team, ada, "map", "team", now=NOW)
    sharing.share(team, ada, "map", "line", now=NOW)
    decided["what the leader shared of it, by those they shared it with"] = lambda a: (
        access.sees_leader_measures(a, team, today=TODAY, what="map")
    )
    people[LINE] = line.account
    for what, decides in decided.items():
        assert {role for role, account in people.items() if decides(account)} == access.SEES[what], what
    done = {
        "connect_and_forget_sources": lambda a: access.keeps(a, team, today=TODAY),
        "have_a_channel_outside_told_of_the_team": lambda a: access.keeps(a, team, today=TODAY),
        "hand_the_lead_over": lambda a: access.hands_the_lead(a, team, today=TODAY),
        "name_a_file_of_the_server": access.reads_the_servers_files,
    }
    for verb, decides in done.items():
        assert {role for role, account in people.items() if decides(account)} == access.MAY[verb], verb


def test_whoever_comes_in_is_whoever_has_the_team_listed(team, ada, ben, dee):
    for person in (ada, ben, dee):
        roles = access.standing(team, account=person.account, person=person, leader=ada, today=TODAY)
        assert (
            access.comes_in(team, roles)
            == access.teams_of(person.account, today=TODAY).filter(pk=team.pk).exists()
        )


def test_a_teams_people_are_its_front_line_and_its_leader_by_name(team, ada, ben, chi):
    robot = Person.objects.create(name="Alf", automaton=True)
    small = Person.objects.create(name="bea")
    for person in (robot, small):
        actions.join(team, person, on=TODAY)
    actions.join(team, ada, on=date(2020, 1, 1))  # who leads and is of the front line is one person
    assert access.people_of(team, today=TODAY) == [ada, small, ben, chi]
    assert access.front_line_of(team, today=TODAY) == [small, ben, chi]
    actions.leave(team.memberships.get(person=chi), on=date(2026, 11, 22))
    assert access.people_of(team, today=TODAY) == [ada, small, ben]


def test_who_was_ever_of_a_team_stays_known_to_it(team, ada, ben, chi, dee):
    robot = Person.objects.create(name="Alf", automaton=True)
    old = Person.objects.create(name="Old")
    actions.join(team, robot, on=TODAY)
    actions.claim(team, "Old <old@example.org>", person=old)
    actions.claim(team, "Ben <ben@example.org>", person=ben)
    actions.leave(team.memberships.get(person=chi), on=date(2026, 11, 22))
    actions.hand_over(team, to=ben, on=TODAY, stays=False)
    assert list(access.ever_of(team)) == [ada, ben, chi, old]
    assert dee not in access.ever_of(team)
