"""Inviting somebody into a team, and coming in."""

from datetime import date, timedelta

import pytest

from followspot.errors import Refused
from followspot.teams import access, actions
from followspot.teams.models import Account, Invitation, Person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def newcomer(db):
    """Somebody with an account and nothing else yet."""
    return Account.objects.create_user("eli@example.org", "a long enough password", name="Eli")


def invite(team, ada, now, **said):
    return actions.invite(team, by=ada.account, now=now, **said)


def test_only_a_hash_of_the_word_is_kept(team, ada, now):
    invitation, word = invite(team, ada, now)
    assert word not in str(Invitation.objects.values_list())
    assert Invitation.objects.get(word_hash=actions.hash_of(word)) == invitation
    assert invitation.expires_at == now + timedelta(days=14)


def test_who_leads_or_keeps_invites_and_nobody_else(team, ada, ben, dee, now):
    for person in (ben, dee):
        with pytest.raises(Refused, match="leads or keeps"):
            actions.invite(team, by=person.account, now=now)
    team.keeper = dee.account
    team.save()
    actions.invite(team, by=dee.account, now=now)
    with pytest.raises(Refused, match="next leader"):
        actions.invite(team, by=dee.account, now=now, leads=True)


def test_a_link_is_for_many(team, ada, newcomer, dee, now):
    invitation, _ = invite(team, ada, now)
    for account in (newcomer, dee.account):
        person = actions.accept(invitation, account=account, now=now)
        assert person in access.front_line_of(team, today=TODAY)


def test_coming_twice_changes_nothing(team, ada, newcomer, now):
    for said in ({}, {"email": "eli@example.org"}):
        invitation, _ = invite(team, ada, now, **said)
        for _ in range(2):
            actions.accept(invitation, account=newcomer, now=now)
    assert team.memberships.filter(person__account=newcomer).count() == 1


def test_who_leads_does_not_become_a_member_by_their_own_link(team, ada, now):
    invitation, _ = invite(team, ada, now)
    actions.accept(invitation, account=ada.account, now=now)
    assert not team.memberships.filter(person=ada).exists()


def test_an_invitation_by_mail_is_for_one(team, ada, newcomer, dee, now):
    invitation, _ = invite(team, ada, now, email="Eli@Example.org")
    assert invitation.email == "eli@example.org"
    actions.accept(invitation, account=newcomer, now=now)
    with pytest.raises(Refused, match="new one"):
        actions.accept(invitation, account=dee.account, now=now)


def test_too_late_and_withdrawn(team, ada, newcomer, now):
    invitation, _ = invite(team, ada, now)
    with pytest.raises(Refused, match="new one"):
        actions.accept(invitation, account=newcomer, now=now + timedelta(days=14))
    actions.withdraw(invitation, now=now)
    actions.withdraw(invitation, now=now + timedelta(hours=1))
    assert invitation.withdrawn_at == now
    with pytest.raises(Refused, match="new one"):
        actions.accept(invitation, account=newcomer, now=now)
    assert not Invitation.objects.open(now).exists()


def test_the_next_leader_takes_over_today(team, ada, newcomer, now):
    invitation, _ = invite(team, ada, now, leads=True)
    person = actions.accept(invitation, account=newcomer, now=now)
    actions.accept(invitation, account=newcomer, now=now)
    assert team.leader_on(TODAY) == person
    assert team.leader_on(TODAY - timedelta(days=1)) == ada
    assert team.leaderships.count() == 2


def test_a_team_that_nobody_led_is_led_since_always(ada, newcomer, now):
    team = actions.start_team("Studied", by=ada.account)
    invitation, _ = actions.invite(team, by=ada.account, now=now, leads=True)
    actions.accept(invitation, account=newcomer, now=now)
    assert team.leaderships.get().begins_on is None


def test_who_led_when_they_invited_and_does_no_more_hands_nothing_over(team, ada, ben, newcomer, now):
    invitation, _ = invite(team, ada, now, leads=True)
    actions.hand_lead(team, to=ben, on=TODAY)
    with pytest.raises(Refused, match="who leads it now"):
        actions.accept(invitation, account=newcomer, now=now)
    assert team.leader_on(TODAY) == ben


def test_somebody_whom_the_history_knows_gets_their_account(team, ada, newcomer, dee, now):
    known = actions.known_from_history("Eli of old")
    actions.join(team, known, on=None)
    actions.claim(team, "eli <e@x>", person=known)
    invitation, _ = invite(team, ada, now, person=known)
    assert actions.accept(invitation, account=newcomer, now=now) == known
    assert actions.accept(invitation, account=newcomer, now=now) == known
    known.refresh_from_db()
    assert known.account == newcomer
    with pytest.raises(Refused):
        actions.accept(invitation, account=dee.account, now=now)
    with pytest.raises(Refused, match="has an account already"):
        invite(team, ada, now, person=known)


def test_somebody_who_is_known_twice_becomes_one(team, ada, dee, now):
    known = actions.known_from_history("D.")
    actions.join(team, known, on=date(2025, 1, 1))
    actions.claim(team, "d <d@x>", person=known)
    invitation, _ = invite(team, ada, now, person=known)
    assert actions.accept(invitation, account=dee.account, now=now) == dee
    assert team.identities.get().person == dee
    assert team.memberships.get(person=dee).begins_on == date(2025, 1, 1)
    assert Person.objects.get(pk=known.pk).account is None


def test_the_lead_is_handed_over_and_the_former_leader_stays(team, ada, ben):
    actions.hand_over(team, to=ben, on=TODAY, stays=True)
    assert team.leader_on(TODAY) == ben
    assert ada in access.front_line_of(team, today=TODAY)
    with pytest.raises(Refused, match="already"):
        actions.hand_over(team, to=ben, on=TODAY)


def test_the_former_leader_goes(team, ada, ben):
    actions.join(team, ada, on=date(2026, 1, 1))
    actions.hand_over(team, to=ben, on=TODAY, stays=False)
    assert ada not in access.people_of(team, today=TODAY)


def test_a_member_leaves_and_a_leader_hands_over_first(team, ada, ben):
    with pytest.raises(Refused, match="Hand the lead"):
        actions.leave_by_oneself(team, ada, on=TODAY)
    actions.leave_by_oneself(team, ben, on=TODAY)
    actions.leave_by_oneself(team, ben, on=TODAY)
    assert ben in access.people_of(team, today=TODAY)
    assert ben not in access.people_of(team, today=TODAY + timedelta(days=1))


def test_teams_above_make_no_circle(team, ada):
    above = actions.start_team("Port", by=ada.account)
    top = actions.start_team("Company", by=ada.account)
    team.up, above.up = above, top
    team.save()
    above.save()
    for low, high in ((top, team), (above, team), (team, team)):
        with pytest.raises(Refused, match="below"):
            actions.check_above(low, high)
    actions.check_above(team, top)
    actions.check_above(team, None)


def test_a_name_is_changed_in_both_places(ada):
    actions.rename(ada.account, "  Ada Byron ")
    ada.refresh_from_db()
    assert (ada.name, ada.account.name) == ("Ada Byron", "Ada Byron")
