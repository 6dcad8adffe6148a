"""How often: what is costly by one person, wrong words by one place; nobody else is held up by it."""

import http.client
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
import waitress
from django.conf import settings as live
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from django.urls.exceptions import NoReverseMatch
from django.utils import timezone

from followspot.cli.server import _behind
from followspot.teams import limits, tokens
from followspot.web import pacing
from tests.web.programs import Program

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon():
    """Early in a minute and in an hour, so that no stretch ends during a test."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def tight(monkeypatch):
    """A server on which little is allowed, so that much needn't be done."""
    few = tuple(pacing.Pace(p.what, 2, p.seconds, p.names, p.only_sent) for p in pacing.PACES)
    monkeypatch.setattr(pacing, "PACES", few)
    monkeypatch.setattr(pacing, "GUESSES", 3)


def test_searching_too_often_waits_a_minute_and_holds_up_nobody_else(tight, team, ada, ben, client_of):
    address = reverse("search", args=[team.slug])
    adas, bens = client_of(ada), client_of(ben)
    assert [adas.get(address, {"q": "crane"}).status_code for _ in range(3)] == [200, 200, 429]
    assert bens.get(address, {"q": "crane"}).status_code == 200
    late = client_of(ada).get(address, {"q": "crane"})  # another browser of hers
    assert (late.status_code, late["Retry-After"]) == (429, "55")
    assert "Go on in 55 seconds" in late.text
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        assert adas.get(address, {"q": "crane"}).status_code == 200


def test_what_was_typed_is_kept_through_it(tight, team, ada, client_of):
    browser, address = client_of(ada), reverse("invite", args=[team.slug])
    for n in range(3):
        page = browser.post(address, {"email": f"eli{n}@example.org"})
    assert page.status_code == 429
    assert "eli2@example.org" in page.text
    assert "minutes" in page.text


def test_looking_at_a_form_is_free(tight, team, ada, client_of):
    address = reverse("days-off", args=[team.slug])
    assert {client_of(ada).get(address).status_code for _ in range(5)} == {200}


def test_files_are_read_so_many_in_a_minute(tight, team, ada, client_of):
    browser, address = client_of(ada), reverse("add-source", args=[team.slug])
    said = [
        browser.post(
            address, {"upload": SimpleUploadedFile("a.csv", b"Closed on\n2026-01-0%d\n" % (n + 1))}
        ).status_code
        for n in range(3)
    ]
    assert said[:2] == [302, 302]
    assert said[2] == 429


def test_every_address_that_is_paced_is_there():
    for name in {name for pace in pacing.PACES for name in pace.names}:
        ways = (
            [],
            ["quay"],
            [1],
            ["json"],
            ["quay", 1],
            ["quay", "verb"],
            ["verb"],
            [1, "verb"],
            ["quay", 1, "html"],
            ["quay", 1, "verb"],
        )
        assert any(_leads(name, args) for args in ways), name


def _leads(name, args):
    try:
        return bool(reverse(name, args=args))
    except NoReverseMatch:
        return False


GUESSED = {
    "an invitation": lambda c, n: c.get(f"/join/guess-{n}/"),
    "a pulse's link": lambda c, n: c.get(f"/teams/quay/pulse/1/answer/guess-{n}/"),
    "a calendar": lambda c, n: c.get(f"/calendar/fs_guess{n}.ics"),
    "a webhook": lambda c, n: c.post(f"/sources/guess-{n}/webhook/", {}, "application/json"),
    "a token": lambda c, n: c.get("/api/v1/me", headers={"Authorization": f"Bearer fs_guess{n}"}),
    "an assistant's token": lambda c, n: c.post("/mcp", headers={"Authorization": f"Bearer fs_guess{n}"}),
    "a directory's token": lambda c, n: c.get(
        "/scim/v2/Users", headers={"Authorization": f"Bearer fs_guess{n}"}
    ),
    "a chat's signature": lambda c, n: c.post(
        "/channels/slack/commands", f"text={n}", "application/x-www-form-urlencoded"
    ),
}


@pytest.mark.parametrize("door", GUESSED)
def test_guessing_at_a_door_is_turned_away_for_that_place_alone(tight, team, door):
    guess = GUESSED[door]
    here, elsewhere = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.100.8")
    said = [guess(here, n).status_code for n in range(5)]
    assert 429 not in said[:3]
    assert said[3:] == [429, 429]
    assert guess(elsewhere, 9).status_code != 429
    others = [other for name, other in GUESSED.items() if name != door]
    assert all(other(here, 9).status_code != 429 for other in others), "the other doors stay as they are"


def test_a_right_word_is_no_guess(tight, ada):
    _, word = tokens.make(ada.account, name="R", scopes=["read"], by=None, now=timezone.now())
    assert {Program(word).get("/teams/nowhere").status_code for _ in range(6)} == {404}
    assert Program(word).get("/me").status_code == 200


def test_a_household_counts_as_one_place(rf):
    def place(address):
        return limits.place_of(rf.get("/", REMOTE_ADDR=address))

    assert place("2001:db8:1:2::3") == place("2001:db8:1:2:ffff::9") != place("2001:db8:1:3::3")
    assert place("::ffff:198.51.100.7") == place("198.51.100.7") != place("198.51.100.8")
    assert place("") == place("nonsense") == "unknown"


def test_nothing_of_it_is_kept_in_a_file_or_the_database(tight, team, ada, client_of):
    before = {p for p in live.DATA.rglob("*") if p.is_file()}
    with time_machine.travel(NOON, tick=False):
        client_of(ada).get(reverse("search", args=[team.slug]), {"q": "crane"})
        Client().get("/join/guess/")
    assert {p for p in live.DATA.rglob("*") if p.is_file()} == before
    assert live.CACHES["calls"]["BACKEND"].endswith("LocMemCache")


# Behind a proxy


@pytest.fixture
def heard():
    """Serve as `followspot serve` does behind a proxy, or without one; tell from where a request seemed to come."""
    servers = []

    def ask(proxy, **headers):
        def application(environ, start):
            start("200 OK", [("Content-Type", "text/plain")])
            return [limits.place_of(RequestFactory().get("/", REMOTE_ADDR=environ["REMOTE_ADDR"])).encode()]

        server = waitress.create_server(application, host="127.0.0.1", port=0, threads=1, **_behind(proxy))
        servers.append(server)
        threading.Thread(target=server.run, daemon=True).start()
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=10)
        connection.request("GET", "/", headers=headers)
        return connection.getresponse().read().decode()

    yield ask
    for server in servers:
        server.close()


def test_the_readers_own_address_counts_behind_a_proxy_and_nobodys_word_without_one(heard):
    said = {"X-Forwarded-For": "203.0.113.9"}
    assert heard("127.0.0.1", **said) == "203.0.113.9"
    assert heard("", **said) == "127.0.0.1"
    assert heard("192.0.2.1", **said) == "127.0.0.1", "another machine than the proxy says so"


def test_what_a_reader_says_of_themselves_before_the_proxy_does_not_count(heard):
    assert heard("127.0.0.1", **{"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}) == "203.0.113.9"
