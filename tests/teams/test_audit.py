"""What the audit log holds: looks by others than the leader, and every change of rights."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from followspot.errors import Refused
from followspot.teams import actions, audit
from followspot.teams.models import Account, Look, RightsChange

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def told(team):
    rows = RightsChange.objects.filter(team=team).order_by("pk").select_related("by", "of", "to")
    return [(str(c.by or ""), str(c.of or c.to or ""), c.what) for c in rows]


def test_a_look_is_written_once_a_person_thing_and_day(team, ada, ben):
    for hours in (0, 1, 2):
        audit.looked(team, by=ben.account, person=ben, whose=ada, what="the map", now=NOW + timedelta(hours=hours))  # fmt: skip
    audit.looked(team, by=ben.account, person=ben, whose=ada, what="hovering", now=NOW)
    audit.looked(team, by=ben.account, person=ben, whose=ada, what="the map", now=NOW + timedelta(days=1))
    assert list(Look.objects.order_by("at", "pk").values_list("what", flat=True)) == ["the map", "hovering", "the map"]  # fmt: skip


def test_a_leaders_own_looks_are_nobodys_business(team, ada, client_of):
    audit.looked(team, by=ada.account, person=ada, whose=ada, what="the map", now=NOW)
    client_of(ada).get(reverse("sideline", args=[team.slug]))
    client_of(ada).get(reverse("panel", args=[team.slug, "dependence"]))
    assert not Look.objects.exists()


def test_in_a_sample_nobody_is_looked_at(team, ada, ben):
    team.sample = "A tale"
    audit.looked(team, by=ben.account, person=ben, whose=ada, what="the map", now=NOW)
    assert not Look.objects.exists()


def test_whoever_keeps_a_history_and_looks_is_written_down(dee, client_of):
    team = actions.start_team("History", by=dee.account)
    leader = actions.known_from_history("Lea")
    actions.hand_lead(team, to=leader, on=None, by=dee.account)
    client = client_of(dee)
    client.get(reverse("sideline", args=[team.slug]))
    client.get(reverse("panel", args=[team.slug, "dependence"]))
    client.get(reverse("panel", args=[team.slug, "dependence"]) + "?format=json")
    client.get(reverse("panel", args=[team.slug, "pace"]))
    assert [(look.by, look.whose) for look in Look.objects.all()] == [(dee.account, leader)] * 2
    assert {look.what for look in Look.objects.all()} == {"the Sideline", "What needs you"}


def test_who_is_refused_has_not_looked(team, ben, client_of):
    assert client_of(ben).get(reverse("sideline", args=[team.slug])).status_code == 403
    assert not Look.objects.exists()


def test_every_change_of_who_is_of_a_team_is_written_in_its_act(team, ada, ben, chi):
    before = len(told(team))
    actions.hand_over(team, to=ben, on=date(2027, 1, 1), by=ada.account)
    actions.leave_by_oneself(team, chi, on=date(2026, 12, 1))
    assert told(team)[before:] == [
        ("Ada", "Ben", "leads from 1 January 2027 on"),
        ("Ada", "Ada", "is of the team from 1 January 2027 on"),
        ("Chi", "Chi", "was of the team until 1 December 2026"),
    ]


def test_a_refused_act_leaves_no_entry(team, ada, ben):
    before = told(team)
    with pytest.raises(Refused):
        actions.hand_lead(team, to=ben, on=None, by=ada.account)
    assert told(team) == before


def test_invitations_are_written_down_without_their_address(team, ada, dee):
    before = len(told(team))
    invitation, _ = actions.invite(team, by=ada.account, now=NOW, email="new@example.org")
    actions.withdraw(invitation, now=NOW, by=ada.account)
    other, _ = actions.invite(team, by=ada.account, now=NOW)
    actions.accept(other, account=dee.account, now=NOW)
    assert [what for *_, what in told(team)[before:]] == [
        "was invited", "an invitation was withdrawn", "was invited", "is of the team from 23 November 2026 on",
        "came in by an invitation",
    ]  # fmt: skip
    assert "new@example.org" not in str(told(team))


def test_whose_a_name_is_and_who_is_made_an_admin_is_written_down(team, ada, ben):
    before = len(told(team))
    actions.claim(team, "benny", person=ben, by=ada.account)
    actions.unclaim(team, "benny", by=ada.account)
    assert [t[:2] for t in told(team)[before:]] == [("Ada", "Ben")] * 2
    made = Account.objects.create_superuser("root@example.org", "a long enough password")
    assert RightsChange.objects.get(to=made).what == "became an admin"


def test_ways_to_sign_in_are_written_down(ada, client_of):
    client = client_of(None)
    known = "a long enough password"
    client.post(reverse("sign-in"), {"login": "ada@example.org", "password": known})
    client.post(
        reverse("account_change_password"),
        {"oldpassword": known, "password1": "another long password", "password2": "another long password"},
    )
    assert RightsChange.objects.get(by=ada.account, to=ada.account, team=None).what == "changed the password"
