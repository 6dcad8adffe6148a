"""Erasing one person: whom it is refused, what goes with them, and that others keep theirs."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from followspot.errors import Refused
from followspot.objects import actions as comments
from followspot.objects.models import Comment
from followspot.practices.barriers import actions as barriers
from followspot.privacy import actions
from followspot.privacy.models import Erasure, Period
from followspot.roles import ADMIN, LEADER, MEMBER
from followspot.teams import actions as teams
from followspot.teams.models import Account, Person, RightsChange, Team

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DID = frozenset({MEMBER})


def erase(person, texts="stay"):
    return actions.erase(person, person.account, texts=texts, now=NOW)


def test_whoever_leads_others_hands_the_lead_over_first(team, ada, ben):
    with pytest.raises(Refused, match="You lead Quay"):
        erase(ada)
    assert Account.objects.filter(pk=ada.account.pk).exists()
    teams.hand_over(team, to=ben, on=timezone.localdate(), by=ada.account)
    ada.refresh_from_db()
    erase(ada)
    ada.refresh_from_db()
    assert (ada.name, ada.account) == ("Someone who left", None)
    team.refresh_from_db()
    assert team.keeper is None


def test_whoever_keeps_a_team_of_others_without_a_leader_who_can_sign_in(team, ada, ben, dee):
    team.keeper = dee.account
    team.save()
    teams.hand_lead(team, to=teams.known_from_history("Lea"), on=date(2026, 1, 1))
    with pytest.raises(Refused, match="You keep Quay"):
        erase(dee)


def test_the_only_admin_stays(dee, ada):
    dee.account.is_staff = True
    dee.account.save()
    with pytest.raises(Refused, match="You are the only admin"):
        erase(dee)
    Account.objects.create_superuser("other@example.org", "a long enough password")
    erase(dee)


def test_what_nobody_else_can_open_goes_as_a_whole(dee, team):
    own = teams.start_team("History of one", by=dee.account)
    teams.hand_lead(own, to=teams.known_from_history("Lea"), on=None)
    assert actions.preview(dee, dee.account).ends == ["History of one"]
    erase(dee)
    assert [t.name for t in Team.objects.all()] == ["Quay"]


def test_somebody_who_stands_nowhere_leaves_no_row(dee):
    erase(dee)
    assert not Person.objects.filter(pk=dee.pk).exists()
    assert Erasure.objects.get().pseudonym.startswith("erased-")
    assert RightsChange.objects.get(what="was erased").of is None


def test_somebody_without_an_account_is_erased_too(team):
    lea = teams.known_from_history("Lea Longname")
    teams.join(team, lea, on=None)
    actions.erase(lea, None, texts="stay", now=NOW)
    lea.refresh_from_db()
    assert lea.name == "Someone who left"


def test_texts_stay_or_go_and_others_keep_theirs(team, ben, chi):
    kept = barriers.raise_barrier(team, "No keys, says Ben", by=ben, roles=DID, now=NOW)
    others = comments.comment(kept, "@Ben which keys, Ben?", by=chi, now=NOW)
    erase(ben)
    kept.refresh_from_db()
    others.refresh_from_db()
    assert kept.what == "No keys, says someone who left"
    assert others.text == "@someone who left which keys, Ben?"  # another Ben, for all one knows
    mine = comments.comment(kept, "The blue ones", by=chi, now=NOW)
    erase(chi, "go")
    mine.refresh_from_db()
    assert mine.text == "(taken away by who wrote it)"
    assert Comment.objects.count() == 2


def test_signed_in_elsewhere_ends(dee, ada, client_of):
    client_of(dee)
    client_of(ada)
    erase(dee)
    assert len(Session.objects.all()) == 1


def test_all_of_it_or_nothing(dee, monkeypatch):
    def breaks(*args, **given):
        raise OSError("the disk is full")

    monkeypatch.setattr(actions.scrub, "everywhere", breaks)
    with pytest.raises(OSError, match="full"):
        erase(dee)
    assert Account.objects.filter(email="dee@elsewhere.org").exists()
    assert not Erasure.objects.exists()


def test_how_long_is_an_admins_to_say(ada):
    with pytest.raises(Refused, match="Only the admin"):
        actions.keep_for("looks", "90", by=ada.account, roles=frozenset({LEADER}), now=NOW)
    with pytest.raises(Refused, match="no such kind"):
        actions.keep_for("dreams", "90", by=ada.account, roles=frozenset({ADMIN}), now=NOW)
    admin = {"by": ada.account, "roles": frozenset({ADMIN}), "now": NOW}
    assert actions.keep_for("looks", "90", **admin).days == 90
    assert actions.keep_for("looks", "", **admin).days == 365  # what is about people doesn't stay for ever
    assert actions.keep_for("log", "", **admin).days is None
    assert Period.objects.count() == 2
    assert RightsChange.objects.filter(what__contains="kept for 90 days").exists()


def test_the_record_is_an_admins_to_fill_in():
    with pytest.raises(Refused):
        actions.describe({"controller": "Quay Ltd"}, roles=frozenset({LEADER}))
    assert actions.describe({"controller": "Quay Ltd"}, roles=frozenset({ADMIN})).controller == "Quay Ltd"
