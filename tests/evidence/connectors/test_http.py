"""The client for services: patient, bounded, and plain about what to do."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from followspot.errors import BadInput
from followspot.evidence.connectors import _http
from followspot.evidence.connectors._http import Client, Paused, Service, Unanswered
from tests.stubs.github import TOKEN, History, Stub

SERVICE = Service("Quay", {401: "The token is not accepted."})


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    with Stub(History(pulls=0, issues=0, releases=0)) as stub:
        yield stub


@pytest.fixture
def slept(monkeypatch):
    waits = []
    monkeypatch.setattr(_http, "sleep", waits.append)
    return waits


@pytest.fixture
def client(stub, slept):
    with Client(stub.address, SERVICE, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


def test_an_answer_comes_with_what_it_says(client):
    answer = client.get("/list")
    assert answer.data == [1]
    assert answer.next.endswith("/list?page=2")


def test_pages_are_followed_by_the_address_that_each_gives(client):
    assert [page.data for page in client.pages("/list")] == [[1], [2], [3], [4], [5]]


def test_what_has_not_changed_is_not_sent_again(client):
    known = client.get("/list")
    assert client.get("/list", etag=known.headers["etag"]).status == 304


@pytest.mark.parametrize(
    "trouble", [("status", 502), ("cut", None), ("reset", None), ("text", b"<html>Sign in")]
)
def test_what_passes_by_itself_is_tried_again(stub, client, slept, trouble):
    stub.troubles.extend([trouble, trouble])
    assert client.get("/list").data == [1]
    assert slept == [1, 2]


@pytest.mark.parametrize(("trouble", "said"), [(("status", 503), "503"), (("text", b"{"), "no JSON"), (("text", b"[" * 200_000), "no JSON")])  # fmt: skip
def test_what_does_not_pass_is_told(stub, client, trouble, said):
    stub.troubles.extend([trouble] * 9)
    with pytest.raises(Unanswered, match=f"Quay did not answer .*{said}"):
        client.get("/list")
    assert len(stub.troubles) == 9 - _http.TRIES


def test_a_slow_answer_is_no_answer(stub, slept, monkeypatch):
    monkeypatch.setattr(_http, "_SECONDS", 0.05)
    stub.troubles.append(("slow", 0.3))
    with Client(stub.address, SERVICE, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        assert client.get("/list").data == [1]
    assert slept == [1]


@pytest.mark.parametrize(
    ("status", "headers", "waits"),
    [(429, {"Retry-After": "7"}, 7), (403, {"Retry-After": "30"}, 30), (429, {}, 60)],
)
def test_a_short_wait_is_waited_out(stub, client, slept, status, headers, waits):
    stub.troubles.append(("headers", (status, headers)))
    assert client.get("/list").data == [1]
    assert slept == [waits]


def test_a_limit_that_says_until_when_is_waited_out_too(stub, client, slept):
    until = str(int(time.time()) + 20)
    stub.troubles.append(("headers", (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": until})))
    client.get("/list")
    assert 18 <= slept[0] <= 22


def test_a_long_wait_is_a_pause_that_says_until_when(stub, client, slept):
    until = datetime.now(UTC) + timedelta(minutes=40)
    limits = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(int(until.timestamp()))}
    stub.troubles.append(("headers", (429, limits)))
    with pytest.raises(Paused) as pause:
        client.get("/list")
    assert abs(pause.value.until - until) < timedelta(seconds=5)
    assert slept == []


@pytest.mark.parametrize("said", ["1e300", "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_pause_is_longer_than_a_day(stub, client, said):
    stub.troubles.append(("headers", (429, {"Retry-After": said})))
    with pytest.raises(Paused) as pause:
        client.get("/list")
    assert pause.value.until - datetime.now(UTC) <= timedelta(days=1)


def test_who_always_asks_for_patience_is_left_alone(stub, client, slept):
    stub.troubles.extend([("headers", (429, {"Retry-After": "1"}))] * 50)
    with pytest.raises(Paused):
        client.get("/list")
    assert len(slept) == 10


@pytest.mark.parametrize(
    "said", ["Wed, 25 Nov 2065 12:00:00 GMT", "2065-11-25T12:00:00Z", "soon", "nan", "inf"]
)
def test_moments_are_read_however_they_are_written(said):
    assert _http._seconds(said) >= 60


def test_a_no_says_what_to_do(stub):
    with (
        Client(stub.address, SERVICE, headers={"Authorization": "Bearer wrong"}) as client,
        pytest.raises(BadInput, match="token is not accepted"),
    ):
        client.get("/list")


def test_another_no_names_its_number(stub, client):
    stub.troubles.append(("status", 418))
    with pytest.raises(BadInput, match="Quay answered with 418"):
        client.get("/list")


def test_an_answer_without_end_is_not_taken_in(stub, client, monkeypatch):
    monkeypatch.setattr(_http, "MOST_BYTES", 1000)
    stub.troubles.append(("text", b" " * 5000))
    with pytest.raises(BadInput, match="larger than"):
        client.get("/list")


@pytest.mark.parametrize("where", ["http://elsewhere.example/list", "https://127.0.0.1/list"])
def test_no_other_host_is_given_the_token(client, where):
    with pytest.raises(BadInput, match="another host"):
        client.get(where)


def test_a_host_inside_is_not_asked_unless_it_was_named(monkeypatch):
    monkeypatch.delenv("FOLLOWSPOT_INTERNAL_HOSTS", raising=False)
    with pytest.raises(BadInput, match="own network"):
        Client("https://127.0.0.1/", SERVICE, headers={})


def test_redirects_on_the_same_host_are_followed(stub, client):
    stub.troubles.append(("headers", (301, {"Location": "/list?page=3"})))
    assert client.get("/list").data == [3]


def test_and_not_without_end(stub, client):
    stub.troubles.extend([("headers", (301, {"Location": "/list"}))] * 9)
    with pytest.raises(BadInput, match="without end"):
        client.get("/list")
