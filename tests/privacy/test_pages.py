"""The pages of privacy, as a leader, a member, a stranger and an admin see them."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followspot.objects import actions as comments
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.privacy import actions
from followspot.privacy.models import Erasure, Organisation
from followspot.roles import MEMBER
from followspot.teams import actions as teams
from followspot.teams import audit
from followspot.teams.models import Account
from tests.conftest import _person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DID = frozenset({MEMBER})
PASSWORD = "a long enough password"


@pytest.fixture
def busy(team, ben, chi):
    """Ben has raised, clapped and said; Chi has clapped for Ben."""
    it = barriers.raise_barrier(team, "=No keys", by=ben, roles=DID, now=NOW)
    comments.comment(it, "@Chi which?", by=ben, now=NOW)
    applause.give(team, "For asking", to=[ben], cites_words="The list", by=chi, roles=DID, now=NOW)
    return it


@pytest.fixture
def admin(db):
    return Account.objects.create_superuser("root@example.org", PASSWORD, name="Root")


def signed_in(person):
    """A browser in which somebody has just typed their password again."""
    client = Client()
    client.force_login(person.account)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("erase-me")})
    return client


def copy_of(client):
    answer = client.get(reverse("my-copy"))
    assert "attachment" in answer["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.getvalue()))


def test_the_promise_says_what_is_not_protected_too(client_of, dee):
    page = client_of(dee).get(reverse("privacy")).text
    for said in ("What isn’t protected", "could alter the program", "backup made before", "Who sees what"):
        assert said in page


def test_ones_own_data_in_counts_and_links(client_of, busy, ben, chi):
    page = client_of(ben).get(reverse("my-data")).text
    assert "Barriers you raised" in page
    assert busy.get_absolute_url() in page
    assert "Applause you got" in page
    assert "Barriers you raised" not in client_of(chi).get(reverse("my-data")).text


def test_an_empty_life_has_a_page_too(client_of, db):
    page = client_of(_person("New", "new@example.org")).get(reverse("my-data")).text
    assert "Nothing stands under a name" in page
    assert "This browser proves nothing" in page


def test_what_was_told_without_a_name_is_found_by_its_own_browser_alone(client_of, team, ben):
    for name in ("Eve", "Fay"):
        teams.join(team, _person(name, f"{name}@example.org"), on=date(2020, 1, 1))
    client = client_of(ben)
    client.post(reverse("barriers", args=[team.slug]), {"what": "The rota is unfair", "unnamed": "on"})
    assert "The rota is unfair" in client.get(reverse("my-data")).text
    assert "The rota is unfair" in copy_of(client).read("unnamed.json").decode()
    other = client_of(ben)
    assert "The rota is unfair" not in other.get(reverse("my-data")).text
    assert all("The rota" not in copy_of(other).read(n).decode("utf-8", "replace") for n in copy_of(other).namelist())  # fmt: skip


def test_the_copy_is_whole_documented_and_safe(client_of, busy, ben):
    copy = copy_of(client_of(ben))
    things = json.loads(copy.read("things.json"))
    assert [row["what"] for row in things["Barriers you raised"]] == ["=No keys"]
    assert things["Applause you got"][0]["giver"] == "Chi"
    table = list(
        csv.DictReader(io.StringIO(copy.read("tables/barriers.barrier.raiser.csv").decode("utf-8-sig")))
    )
    assert [row["what"] for row in table] == ["'=No keys"]
    events = [json.loads(line) for line in copy.read("practice.jsonl").splitlines()]
    assert [e["activity"] for e in events] == ["barrier.raised", "comment.made", "applause.given"]
    assert events[-1]["why"] == "you were addressed"
    readme = copy.read("README.txt").decode()
    assert all(name.split("/")[0] in readme for name in copy.namelist() if name != "README.txt")
    account = json.loads(copy.read("account.json"))
    assert account["account"]["email"] == "ben@example.org"
    assert account["account"]["password"] == "(kept, not shown)"


def test_the_copy_has_nothing_that_opens_anything(client_of, busy, ben):
    copy = copy_of(client_of(ben))
    everything = b"".join(copy.read(name) for name in copy.namelist())
    assert ben.account.password.encode() not in everything
    assert b"md5$" not in everything
    assert b"argon2" not in everything


def test_erasing_asks_for_the_password_again(client_of, ben):
    answer = client_of(ben).get(reverse("erase-me"))
    assert answer.status_code == 302
    assert reverse("account_reauthenticate") in answer.url


def test_erasing_wants_a_choice_and_typed_words_and_loses_nothing(ben, team):
    client = signed_in(ben)
    page = client.get(reverse("erase-me"))
    assert page.status_code == 200
    assert "What goes" in page.text
    wrong = client.post(reverse("erase-me"), {"texts": "go", "typed": "erase"})
    assert wrong.status_code == 422
    assert 'value="go" checked' in wrong.text
    assert 'value="erase"' in wrong.text
    assert "Type “erase me” into the field" in wrong.text
    assert "Say first what becomes" not in wrong.text
    nothing = client.post(reverse("erase-me"), {}).text
    assert "Say first what becomes" in nothing
    assert "Type “erase me” into the field" in nothing
    assert not Erasure.objects.exists()


def test_being_erased_signs_out_says_so_and_waits_for_no_file(ben, team, ada, monkeypatch):
    handed_over = []
    monkeypatch.setattr(actions, "finish_soon", SimpleNamespace(enqueue=handed_over.append))
    client = signed_in(ben)
    answer = client.post(reverse("erase-me"), {"texts": "stay", "typed": "erase me"}, follow=True)
    assert "You have been erased." in answer.text
    assert client.get(reverse("home")).status_code == 302
    assert not Account.objects.filter(email="ben@example.org").exists()
    assert handed_over == [Erasure.objects.get().pk]


def test_whoever_leads_is_told_what_to_do_first(ada, team):
    page = signed_in(ada).get(reverse("erase-me")).text
    assert "Hand the lead to somebody first" in page
    assert "Erase me now" not in page


def test_how_long_things_are_kept_is_for_all_to_see_and_an_admins_to_change(client_of, ben, admin):
    page = client_of(ben).get(reverse("how-long")).text
    assert "Who looked at a leader’s own measures" in page
    assert "Keep it so" not in page
    assert client_of(ben).post(reverse("how-long"), {"kind": "looks", "days": "90"}).status_code == 404
    client = Client()
    client.force_login(admin)
    assert "Goes next" in client.get(reverse("how-long")).text
    assert client.post(reverse("how-long"), {"kind": "looks", "days": "90"}).status_code == 302
    assert "90 days" in client.get(reverse("how-long")).text
    refused = client.post(reverse("how-long"), {"kind": "looks", "days": "2"})
    assert refused.status_code == 409
    assert "from 30 to 36,500" in refused.text


def test_the_record_is_made_from_what_is_installed(client_of, ben, admin):
    page = client_of(ben).get(reverse("record")).text
    for said in (
        "Hovering",
        "applause and clients",
        "Not filled in yet",
        "No ranking, score",
        "word hash (secret)",
    ):
        assert said.casefold() in page.casefold()
    client = Client()
    client.force_login(admin)
    assert (
        client.post(reverse("record"), {"controller": "x" * 301, "notes": "In the cellar"}).status_code == 422
    )
    client.post(reverse("record"), {"controller": "Quay Ltd", "legal_basis": "Our agreement"})
    assert Organisation.objects.get().controller == "Quay Ltd"
    assert "Quay Ltd" in client_of(ben).get(reverse("record")).text
    told = client_of(ben).get(reverse("record-file", args=["json"])).json()
    assert told["organisation"]["legal_basis"] == "Our agreement"
    table = client_of(ben).get(reverse("record-file", args=["csv"])).getvalue().decode()
    assert "Quay Ltd" in table
    assert client_of(ben).get(reverse("record-file", args=["pdf"])).status_code == 404


def test_a_leader_sees_who_looked_and_nobody_else_does(client_of, team, ada, ben, dee, admin):
    audit.looked(team, by=ben.account, person=ben, whose=ada, what="the map", now=NOW)
    address = reverse("who-looked", args=[team.slug])
    page = client_of(ada).get(address).text
    assert "the map" in page
    assert "Ben" in page
    assert client_of(ben).get(address).status_code == 403
    assert client_of(dee).get(address).status_code == 404
    client = Client()
    client.force_login(admin)
    assert client.get(address).status_code == 404
    assert "the map" not in client.get(reverse("rights-changes")).text


def test_an_admin_sees_changes_of_rights(client_of, team, ada, admin):
    client = Client()
    client.force_login(admin)
    page = client.get(reverse("rights-changes")).text
    assert "leads since always" in page
    assert "became an admin" in page
    assert client_of(ada).get(reverse("rights-changes")).status_code == 404


def test_who_sees_what_is_there_without_a_team(client_of, dee):
    page = client_of(dee).get(reverse("who-sees-what-everywhere")).text
    assert "What is kept about somebody else" in page
    assert "nobody, ever" in page


@pytest.mark.parametrize(("name", "most"), [("my-data", 75), ("how-long", 6), ("record", 6), ("privacy", 4)])
def test_pages_ask_the_same_however_much_there_is(client_of, team, ben, chi, name, most):
    def asked():
        client = client_of(ben)
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name))
        return len(queries)

    barriers.raise_barrier(team, "First", by=ben, roles=DID, now=NOW)
    few = asked()
    assert few <= most
    for n in range(8):
        barriers.raise_barrier(team, f"Stuck {n}", by=ben, roles=DID, now=NOW)
    assert asked() == few
