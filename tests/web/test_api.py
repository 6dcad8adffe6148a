"""The API as a program meets it: who comes in, what is refused and how, pages, versions, calls that come twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from followspot.evidence import log
from followspot.objects import actions as comments
from followspot.practices.barriers import actions as barriers
from followspot.roles import MEMBER, RAISER
from followspot.teams import actions as teams
from followspot.teams.models import Answered, RightsChange, Token
from followspot.teams.tokens import SCOPES
from tests.conftest import _person
from tests.web.programs import Program, program
from tests.web.test_queries import practise

pytestmark = pytest.mark.django_db
PERFORMS = frozenset({MEMBER})
NOBODY = 10**9  # further than the ids of a whole run of tests, which on PostgreSQL only ever go up


@pytest.fixture
def ben_s(team, ben) -> Program:
    return program(ben)


@pytest.fixture
def ada_s(team, ada) -> Program:
    return program(ada)


def test_a_barrier_lives_from_its_raising_to_its_end(team, ben_s, ada_s):
    raised = ben_s.post("/teams/quay/barriers", {"what": "No keys", "clearer": None})
    assert raised.status_code == 201
    told = raised.json()
    assert (told["what"], told["state"], told["raiser"]["name"], told["clearer"]["name"]) == (
        "No keys",
        "raised",
        "Ben",
        "Ada",
    )
    assert told["can"] == ["change", "take", "withdraw"]
    at = f"/teams/quay/barriers/{told['id']}"
    taken = ada_s.post(
        f"{at}/take",
        {"promised_on": f"{team.day(timezone.now()) + timedelta(days=2)}", "version": told["version"]},
    )
    assert taken.json()["state"] == "taken"
    assert ada_s.post(f"{at}/clear").json()["state"] == "cleared"
    assert ada_s.post(f"{at}/confirm").status_code == 409
    assert ben_s.post(f"{at}/confirm").json()["state"] == "confirmed"
    assert [e.activity for e in log.single(team, newest=9)] == [
        "barrier.confirmed", "barrier.cleared", "barrier.taken", "barrier.raised",
    ]  # fmt: skip
    lines = ben_s.get(f"/teams/quay/history?object={told['reference']}").json()["items"]
    assert lines[0]["did"] == "said it is gone"


def test_what_is_wrong_is_said_with_its_field(ben_s):
    answer = ben_s.post("/teams/quay/barriers", {"what": "", "who": 1})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert {e["pointer"] for e in told["errors"]} == {"/what", "/who"}
    assert told["instance"] == "/api/v1/teams/quay/barriers"


def test_an_error_says_what_to_do_and_changes_nothing(team, ben_s):
    for answer, status in (
        (ben_s.post("/teams/quay/barriers", "{"), 400),
        (Program().get("/me"), 401),
        (Program("fs_nonsense").get("/me"), 401),
        (ben_s.get("/brief"), 404),
        (ben_s.get("/teams/elsewhere"), 404),
        (ben_s.call("DELETE", "/teams/quay/barriers"), 405),
        (ben_s.client.post("/api/v1/teams/quay/barriers", {"what": "x"}, headers={"Authorization": f"Bearer {ben_s.secret}"}), 415),
        (ben_s.get("/teams/quay/barriers?limit=0"), 422),
        (ben_s.get("/teams/quay/barriers?after=nonsense!"), 422),
        (ben_s.get(f"/teams/quay/barriers/{10**30}"), 422),
        (ben_s.post("/teams/quay/barriers", {"what": "A null\x00"}), 422),
        (ben_s.post("/teams/quay/barriers", '{"what": "\\ud800"}'), 422),
        (ben_s.post("/teams/quay/barriers", {"what": "x", "clearer": NOBODY}), 422),
        (ben_s.post("/teams/quay/barriers", "[" * 100_000), 400),
        (ben_s.post("/teams/quay/barriers", {"what": "x" * 6_000_000}), 413),
    ):  # fmt: skip
        told = answer.json()
        assert (answer.status_code, told["status"]) == (status, status), answer.text
        assert answer["Content-Type"] == "application/problem+json"
        assert told["detail"]
        assert told["title"]
    assert not team.barrier_set.exists()


def test_what_nobody_foresaw_is_told_without_a_word_of_anybody(team, ben_s, monkeypatch, capsys):
    def burst(*_, **__):
        raise RuntimeError("Ben said: no keys")

    monkeypatch.setattr("followspot.practices.barriers.actions.raise_barrier", burst)
    answer = ben_s.post("/teams/quay/barriers", {"what": "No keys"})
    assert answer.status_code == 500
    assert "Ben" not in answer.text + capsys.readouterr().out


def test_a_list_comes_in_pages_that_hold_still(team, ben, ben_s):
    for n in range(7):
        barriers.raise_barrier(team, f"Stuck {n}", by=ben, roles=PERFORMS, now=timezone.now())
    seen, address = [], "/teams/quay/barriers?limit=3&state=open"
    while address:
        answer = ben_s.get(address)
        seen += [i["what"] for i in answer.json()["items"]]
        address = answer.json()["next"]
        assert ("Link" in answer) is bool(address)
        if len(seen) == 3:  # somebody raises another meanwhile: nothing shifts
            barriers.raise_barrier(team, "New", by=ben, roles=PERFORMS, now=timezone.now())
    assert seen == [f"Stuck {n}" for n in range(6, -1, -1)]


def test_what_is_as_it_was_is_not_sent_again(team, ben, ben_s):
    it = barriers.raise_barrier(team, "No keys", by=ben, roles=PERFORMS, now=timezone.now())
    at = f"/teams/quay/barriers/{it.pk}"
    tag = ben_s.get(at)["ETag"]
    assert tag.startswith(f'"{it.version}-')
    again = ben_s.get(at, **{"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    ben_s.post(f"{at}/change", {"what": "No keys at night"}, **{"If-Match": tag})
    assert ben_s.get(at, **{"If-None-Match": tag}).status_code == 200
    assert ben_s.call("HEAD", at).content == b""


def test_what_changed_meanwhile_is_not_overwritten(team, ben, ben_s, ada_s):
    it = barriers.raise_barrier(team, "No keys", by=ben, roles=PERFORMS, now=timezone.now())
    at = f"/teams/quay/barriers/{it.pk}"
    tag = ada_s.get(at)["ETag"]
    ben_s.post(f"{at}/change", {"what": "No keys at night"})
    for answer, status in (
        (ada_s.post(f"{at}/clear", None, **{"If-Match": tag}), 412),
        (ada_s.post(f"{at}/clear", None, **{"If-Match": '"nonsense"'}), 412),
        (ada_s.post(f"{at}/clear", {"version": it.version}), 409),
    ):
        assert (answer.status_code, answer.json()["version"]) == (status, it.version + 1)
    assert ada_s.post(f"{at}/clear", None, **{"If-Match": "*"}).json()["state"] == "cleared"


def test_a_call_with_a_key_is_done_once(team, ben, ben_s, ada_s):
    key = {"Idempotency-Key": "one"}
    first, again = (ben_s.post("/teams/quay/barriers", {"what": "No keys"}, **key) for _ in range(2))
    assert first.json() == again.json()
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    other = ben_s.post("/teams/quay/barriers", {"what": "No doors"}, **key)
    assert (other.status_code, other.json()["errors"][0]["pointer"]) == (422, "Idempotency-Key")
    assert (
        ada_s.post("/teams/quay/barriers", {"what": "No doors"}, **key).status_code == 201
    )  # theirs is another
    assert team.barrier_set.count() == 2
    Answered.objects.update(at=timezone.now() - timedelta(hours=25))
    barriers.withdraw(team.barrier_set.get(raiser=ben), by=ben, roles=PERFORMS | {RAISER}, now=timezone.now())
    assert ben_s.post("/teams/quay/barriers", {"what": "No windows"}, **key).status_code == 201


def test_what_was_refused_is_not_kept(team, ben, ben_s, ada_s):
    it = barriers.raise_barrier(team, "No keys", by=ben, roles=PERFORMS, now=timezone.now())
    at, key = f"/teams/quay/barriers/{it.pk}", {"Idempotency-Key": "one"}
    assert ben_s.post(f"{at}/confirm", None, **key).status_code == 409
    ada_s.post(f"{at}/clear")
    assert ben_s.post(f"{at}/confirm", None, **key).status_code == 200
    for bad in ("x" * 101, "a\tb"):
        assert ben_s.post(f"{at}/reopen", None, **{"Idempotency-Key": bad}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_the_same_call_at_the_same_time_is_one_act(team, ben, ben_s):
    def send(_):
        try:
            return Program(ben_s.secret).post(
                "/teams/quay/barriers", {"what": "No keys", "holds_words": "x"}, **{"Idempotency-Key": "k"}
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(send, range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert {"Idempotent-Replayed" in first, "Idempotent-Replayed" in second} == {True, False}
    assert len(log.single(team, newest=9)) == 1


@pytest.fixture
def crew(team):
    for name in ("Eve", "Fay"):
        teams.join(team, _person(name, f"{name.lower()}@example.org"), on=date(2020, 1, 1))


def test_what_is_told_without_a_name_leads_to_nobody(team, crew, ben_s, ada_s):
    said = {"what": "The rota is unfair", "unnamed": True}
    assert ben_s.post("/teams/quay/barriers", said, **{"Idempotency-Key": "k"}).status_code == 422
    told = ben_s.post("/teams/quay/barriers", said).json()
    word, at = told["word"], f"/teams/quay/barriers/{told['id']}"
    assert (told["raiser"], told["unnamed"], len(told["raised_at"])) == (None, True, 10)
    assert "word" not in ben_s.get(at).json()
    ada_s.post(f"{at}/clear")
    assert ben_s.post(f"{at}/confirm").status_code == 409
    assert (
        ben_s.post(f"{at}/confirm", None, **{"Followspot-Word": word, "Idempotency-Key": "k"}).status_code
        == 422
    )
    assert [
        w["link"] for w in ben_s.get("/teams/quay/waiting", **{"Followspot-Word": word}).json()["items"]
    ] == ["Is it?"]
    gone = ben_s.post(f"{at}/confirm", None, **{"Followspot-Word": word}).json()
    assert (gone["state"], len(gone["confirmed_at"])) == ("confirmed", 10)
    assert not Answered.objects.exists()
    assert {e.actor for e in log.single(team, newest=9) if e.activity != "barrier.cleared"} == {None}


def test_in_a_browser_one_calls_as_oneself_and_a_change_wants_its_token(team, ben):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ben.account)
    assert client.get("/api/v1/me").json()["scopes"] == sorted(SCOPES)
    said = {"data": {"what": "No keys"}, "content_type": "application/json"}
    assert client.post("/api/v1/teams/quay/barriers", **said).status_code == 403
    client.get("/account/profile/")
    token = client.cookies["csrftoken"].value
    assert (
        client.post("/api/v1/teams/quay/barriers", **said, headers={"X-CSRFToken": token}).status_code == 201
    )


def test_a_token_opens_nothing_once_it_is_over(team, ben):
    now = timezone.now()
    caller = program(ben)
    token = Token.objects.get()
    assert (caller.get("/me").status_code, token.secret_hash in caller.secret) == (200, False)
    token.refresh_from_db()
    assert token.last_used_on == now.date()
    for over in ({"expires_at": now}, {"revoked_at": now}):
        Token.objects.update(**over)
        assert caller.get("/me").status_code == 401
        Token.objects.update(expires_at=now + timedelta(days=1), revoked_at=None)
    ben.account.is_active = False
    ben.account.save()
    assert caller.get("/me").status_code == 401


def test_who_calls_too_often_is_told_when_to_go_on(ben_s, settings):
    settings.API_A_MINUTE = 3
    statuses = [ben_s.get("/me") for _ in range(9)]
    turned = [a for a in statuses if a.status_code == 429]
    assert len(turned) >= 3
    assert 0 < int(turned[0]["Retry-After"]) <= 60


def test_making_a_token_asks_who_one_is_and_shows_it_once(client_of, ben, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    client = client_of(ben)
    assert "/account/confirm/" in client.get("/account/tokens/new/").url
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    client.post("/account/confirm/", {"password": "a long enough password"})
    assert client.post("/account/tokens/new/", {"name": "", "days": 900}).status_code == 422
    made = client.post("/account/tokens/new/", {"name": "A script", "scopes": ["read"], "days": 90})
    secret = re.search(r"fs_[\w-]+", made.text).group()
    assert Program(secret).get("/me").json()["scopes"] == ["read"]
    listed = client.get("/account/tokens/").text
    assert "A script" in listed
    assert secret not in listed
    client.post(f"/account/tokens/{Token.objects.get().pk}/revoke/")
    assert Program(secret).get("/me").status_code == 401
    assert [r.what for r in RightsChange.objects.filter(to=ben.account)] == [
        "a program may no longer", "a program may: read, for 90 days",
    ]  # fmt: skip


def test_nobody_revokes_anothers_token(client_of, ben, chi):
    program(ben)
    assert client_of(chi).post(f"/account/tokens/{Token.objects.get().pk}/revoke/").status_code == 404
    assert Token.objects.open(timezone.now()).exists()


def test_the_reference_is_one_page_of_our_own(client_of, ben):
    page = client_of(ben).get("/api/v1/docs")
    assert page.status_code == 200
    assert "Take a barrier and promise a day" in page.text
    assert "unsafe" not in page["Content-Security-Policy"]
    assert not re.findall(r'(?:src|href)="https?://', page.text)
    assert Program().get("/openapi.json").json()["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    "address", ["barriers", "expectations", "applause", "lessons", "comments?object=barrier:{pk}", "people"]
)
def test_a_list_asks_the_database_as_often_for_fifty_as_for_five(team, ada, ben, chi, ben_s, address):
    def queries(times):
        practise(team, ada, ben, chi, times)
        it = team.barrier_set.order_by("pk").first()
        for n in range(3 * times):
            comments.comment(it, f"Look {n} {timezone.now()}", by=chi, now=timezone.now())
        there = f"/teams/quay/{address.format(pk=it.pk)}"
        there += "&limit=100" if "?" in there else "?limit=100"
        ben_s.get(there)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            answer = ben_s.get(there)
        return len(answer.json()["items"]), len(caught)

    few, some = queries(1)
    many, more = queries(8)
    assert many >= few
    assert more <= some + 1
    assert more <= 20
