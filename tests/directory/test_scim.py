"""The directory opens and closes accounts and fills teams; the conformance suite of its protocol finds nothing."""

from datetime import UTC, datetime

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from followspot.errors import Refused
from followspot.teams import access, tokens
from followspot.teams.models import Account, Person, RightsChange, Team
from followspot.web.wsgi import application
from tests.conftest import _person

pytestmark = pytest.mark.django_db
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def ann(db):
    ann = _person("Ann", "ann@example.org")
    Account.objects.filter(pk=ann.account.pk).update(is_staff=True)
    ann.account.refresh_from_db()
    return ann


@pytest.fixture
def secret(ann):
    return tokens.make(ann.account, name="Directory", scopes=["scim"], by=ann.account, now=datetime.now(UTC))[
        1
    ]


class Directory:
    """The organisation's directory: sends, and reads what it is answered."""

    def __init__(self, secret):
        self._client = Client(headers={"Authorization": f"Bearer {secret}"})

    def send(self, method, path, said=None, status=None):
        answer = self._client.generic(
            method, f"/scim/v2/{path}", json(said) if said is not None else "", "application/scim+json"
        )
        assert status is None or answer.status_code == status, answer.content
        assert answer.status_code == 204 or answer["Content-Type"] == "application/scim+json"
        return answer.json() if answer.content else None

    def user(self, name="eve@example.org", status=201, **more):
        return self.send("POST", "Users", {"schemas": [USER], "userName": name, **more}, status)

    def patch(self, path, *operations, status=200):
        return self.send("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, status)


def json(said):
    import json as writes

    return writes.dumps(said)


@pytest.fixture
def directory(secret):
    return Directory(secret)


@pytest.fixture
def one_connection():
    """Let the server within this process keep the connection on which the test’s transaction is."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
def test_the_conformance_suite_finds_nothing(secret):
    client = WSGISCIMClient(application, "http://localhost/scim/v2", {"Authorization": f"Bearer {secret}"})
    found = check_server(client)
    wrong = [
        f"{r.title}: {r.reason}"
        for r in found
        if r.status not in (Status.SUCCESS, Status.COMPLIANT, Status.SKIPPED)
    ]
    assert not wrong, "\n".join(wrong)
    assert len(found) > 60


def test_users_and_teams_are_searched_together(directory, team, ada):
    everything = directory.send("POST", ".search", {"filter": "id pr", "count": 1}, 200)
    assert everything["totalResults"] == 5  # Ann, Ada, Ben, Chi, and Quay
    assert len(everything["Resources"]) == 1


def test_a_directory_opens_an_account_for_whoever_signs_in_elsewhere(directory):
    eve = directory.user(name="eve@example.org", displayName="Eve", externalId="17", title="ignored here")
    assert (eve["active"], eve["displayName"], eve["externalId"]) == (True, "Eve", "17")
    assert "title" not in eve
    account = Account.objects.get(email="eve@example.org")
    assert not account.has_usable_password()
    assert account.emailaddress_set.get().verified
    assert Person.objects.get(account=account).name == "Eve"
    assert RightsChange.objects.filter(to=account, what="the directory opened the account").exists()


def test_whoever_is_there_is_found_before_they_are_made_again(directory, ben):
    [there] = directory.send("GET", 'Users?filter=userName eq "BEN@example.org"', status=200)["Resources"]
    assert there["id"] == str(ben.account.pk)
    again = directory.user(name="ben@example.org", status=409)
    assert again["scimType"] == "uniqueness"
    directory.user(name="other", emails=[{"value": "Ben@Example.org"}], status=409)


def test_an_account_needs_an_address(directory):
    told = directory.user(name="eve", status=400)
    assert "emails" in told["detail"]


def test_the_address_changes_as_microsoft_entra_changes_it(directory):
    eve = directory.user(emails=[{"value": "eve@example.org", "type": "work", "primary": True}])
    work = {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "evelyn@example.org"}
    after = directory.patch(f"Users/{eve['id']}", work)
    assert after["emails"] == [{"value": "evelyn@example.org", "type": "work", "primary": True}]
    account = Account.objects.get(pk=eve["id"])
    assert account.email == account.emailaddress_set.get(primary=True).email == "evelyn@example.org"


def test_closing_signs_out_and_opening_again_lets_in(directory, ben, client_of):
    client = client_of(ben)
    path = f"Users/{ben.account.pk}"
    assert client.get("/account/profile/").status_code == 200
    directory.patch(
        path, {"op": "Replace", "path": "active", "value": "False"}
    )  # as Microsoft Entra writes it
    assert client.get("/account/profile/").status_code == 302
    directory.patch(path, {"op": "replace", "value": {"active": True}})
    assert Account.objects.get(pk=ben.account.pk).is_active
    assert RightsChange.objects.filter(to=ben.account).count() == 2


def test_deleting_closes_and_keeps_what_was_done(directory, ben, team):
    directory.send("DELETE", f"Users/{ben.account.pk}", status=204)
    directory.send("GET", f"Users/{ben.account.pk}", status=404)
    ben.account.refresh_from_db()
    assert not ben.account.is_active
    assert Person.objects.filter(pk=ben.pk).exists()
    back = directory.user(name="ben@example.org")
    assert back["id"] == str(ben.account.pk)
    ben.account.refresh_from_db()
    assert ben.account.is_active


def test_the_last_admin_stays(directory, ann):
    told = directory.patch(
        f"Users/{ann.account.pk}", {"op": "replace", "path": "active", "value": False}, status=409
    )
    assert "last admin" in told["detail"]
    directory.send("DELETE", f"Users/{ann.account.pk}", status=409)
    ann.account.refresh_from_db()
    assert ann.account.is_active


def test_a_group_is_a_team_and_its_members_the_front_line(directory, ben, chi):
    made = directory.send(
        "POST", "Groups",
        {"schemas": [GROUP], "displayName": "Harbour", "externalId": "g1", "members": [{"value": str(ben.account.pk)}]},
        201,
    )  # fmt: skip
    team, today = Team.objects.get(pk=made["id"]), datetime.now(UTC).date()
    assert access.front_line_of(team, today=today) == [ben]
    path = f"Groups/{team.pk}"
    directory.patch(path, {"op": "add", "path": "members", "value": [{"value": str(chi.account.pk)}]})
    assert access.front_line_of(team, today=today) == [ben, chi]
    directory.patch(path, {"op": "remove", "path": f'members[value eq "{ben.account.pk}"]'})
    assert access.front_line_of(team, today=today) == [chi]
    # Microsoft Entra removes by value instead.
    left = directory.patch(
        path, {"op": "Remove", "path": "members", "value": [{"value": str(chi.account.pk)}]}
    )
    assert "members" not in left
    assert access.front_line_of(team, today=today) == []


def test_who_leads_is_not_for_a_directory_to_say(directory, team, ada, ben, chi):
    path, today = f"Groups/{team.pk}", datetime.now(UTC).date()
    there = directory.send("GET", path, status=200)
    assert {m["value"] for m in there["members"]} == {str(p.account.pk) for p in (ada, ben, chi)}
    directory.patch(path, {"op": "remove", "path": f'members[value eq "{ada.account.pk}"]'})
    assert team.leader_on(today) == ada
    directory.patch(path, {"op": "add", "path": "members", "value": [{"value": str(ada.account.pk)}]})
    assert team.leader_on(today) == ada
    assert access.front_line_of(team, today=today) == [ben, chi]


def test_whoever_leaves_a_group_was_of_the_team_until_yesterday(directory, team, ben):
    path = f"Groups/{team.pk}"
    directory.patch(path, {"op": "remove", "path": f'members[value eq "{ben.account.pk}"]'})
    spell = team.memberships.get(person=ben)
    assert (team.day(datetime.now(UTC)) - spell.ends_on).days == 1


def test_a_group_that_goes_leaves_the_team_and_what_it_did(directory, team):
    directory.send("DELETE", f"Groups/{team.pk}", status=204)
    directory.send("GET", f"Groups/{team.pk}", status=404)
    assert Team.objects.filter(pk=team.pk).exists()
    assert not team.memberships.on(team.day(datetime.now(UTC))).exists()


def test_a_member_nobody_knows_is_refused_by_name(directory, team):
    for value in ("999999", "nobody", "9" * 40):
        told = directory.patch(
            f"Groups/{team.pk}", {"op": "add", "path": "members", "value": [{"value": value}]}, status=400
        )
        assert "there is no user" in told["detail"]


def test_nothing_opens_it_but_an_admins_token_for_it(ann, ben, secret):
    now = datetime.now(UTC)
    reads = tokens.make(ann.account, name="Reads", scopes=["read"], by=ann.account, now=now)[1]
    for wrong in ("", "fs_nothing", reads):
        assert Directory(wrong).send("GET", "Users", status=401)
    with pytest.raises(Refused):
        tokens.make(ben.account, name="Directory", scopes=["scim"], by=ben.account, now=now)
    Account.objects.filter(pk=ann.account.pk).update(is_staff=False)
    assert Directory(secret).send("GET", "Users", status=401)


@pytest.mark.parametrize(
    ("method", "path", "said", "status"),
    [
        ("POST", "Users", "[1]", 400),
        ("POST", "Users", "{", 400),
        ("POST", "Users", '{"userName": 17}', 400),
        ("PATCH", "Users/1", '{"Operations": "all"}', 400),
        ("GET", "Users?filter=userName", "", 400),
        ("GET", "Users?filter=nothing eq 1", "", 400),
        ("GET", "Users?startIndex=1e9", "", 400),
        ("GET", "Users/99999999999999999999999", "", 404),
        ("GET", "Elsewhere", "", 404),
        ("PUT", "Users", "{}", 405),
        ("GET", "Schemas?filter=id pr", "", 403),
    ],
)
def test_what_makes_no_sense_is_told_so(secret, ann, method, path, said, status):
    path = path.replace("Users/1", f"Users/{ann.account.pk}")
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).generic(
        method, f"/scim/v2/{path}", said, "application/scim+json"
    )
    assert answer.status_code == status, answer.content
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


def test_one_account_among_many_is_found_with_few_questions(directory, django_assert_max_num_queries):
    for n in range(30):
        directory.user(name=f"p{n}@example.org")
    with django_assert_max_num_queries(12):
        listed = directory.send(
            "GET", 'Users?filter=userName eq "p7@example.org" and active eq true', status=200
        )
    assert listed["totalResults"] == 1
    with django_assert_max_num_queries(12):
        page = directory.send("GET", "Users?startIndex=3&count=20", status=200)
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (31, 3, 20)
    listed = directory.send("GET", "Users?sortBy=userName&sortOrder=descending&count=1", status=200)
    assert listed["Resources"][0]["userName"] == "p9@example.org"


def test_a_name_that_would_not_fit_and_what_is_no_text_are_refused(directory):
    long = {"givenName": "A" * 150, "familyName": "B" * 150}
    assert (
        "200 characters"
        in directory.send(
            "POST", "Users", {"schemas": [USER], "userName": "long@example.org", "name": long}, 400
        )["detail"]
    )
    assert "NUL" in directory.user(name="nul@example.org", status=400, displayName="A\0B")["detail"]


def test_a_group_is_held_while_it_changes_so_that_two_changes_at_once_both_count(
    directory,
):
    eve = directory.user()["id"]
    group = directory.send("POST", "Groups", {"schemas": [GROUP], "displayName": "Gate"}, 201)["id"]
    with CaptureQueriesContext(connection) as asked:
        directory.patch(f"Groups/{group}", {"op": "add", "path": "members", "value": [{"value": eve}]})
    if connection.features.has_select_for_update:  # SQLite lets one write at a time by itself
        said = [query["sql"] for query in asked]
        held = next(n for n, sql in enumerate(said) if "FOR NO KEY UPDATE" in sql)
        read = [n for n, sql in enumerate(said) if "directory_group_accounts" in sql]
        assert any(n > held for n in read)
