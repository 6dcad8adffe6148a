"""Somebody opens doors to other programs: a token, a webhook, a calendar, tables; and brings words and days in from theirs."""

import io
import json
import threading
import urllib.error
import urllib.request
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.journeys.conftest import PASSWORD
from tests.journeys.test_a_candidate_is_hired import looks_well

pytestmark = pytest.mark.browser
WORDS = (
    "Date;Comment;Agent;Channel\n03.05.2026;So quick, thank you!;Ben;Port desk\nsoon;They listened.;;Letter\n"
)
CLOSED = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Port//EN\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260601\n"
    "RRULE:FREQ=YEARLY\nSUMMARY:Harbour day\nEND:VEVENT\nEND:VCALENDAR"
)


@pytest.fixture
def receiver():
    """Another program on this machine; it keeps what it is told."""
    told = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/told", told
    server.shutdown()
    server.server_close()


def it_is_me(hand):
    """Show once more that it is one's own account, where that is asked."""
    if "/account/confirm" in hand.page.url:
        hand.write("Password", PASSWORD)
        hand.press("It’s me")


def shown_once(hand, label):
    return hand.field(label).input_value()


def asked(address, secret=""):
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {secret}"} if secret else {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def test_doors(quay, receiver):
    ben = quay.hand("Ben")
    a_token(ben, quay.house.url, quay.slug)
    a_webhook(ben, *receiver)
    a_calendar(ben)
    tables(ben)
    words(ben)
    days_off(quay.ada)


def a_token(ben, site, slug):
    ben.open("/account/tokens/")
    ben.press("Make a token")
    it_is_me(ben)
    ben.press("Make it")
    ben.sees("What is it for? A few words are enough.")
    ben.write("What is it for?", "The harbour's screen")
    looks_well(ben)
    ben.shot("1-token")
    ben.press("Make it")
    secret = shown_once(ben, "Copy it now: it is shown this once")
    assert asked(f"{site}/api/v1/teams/{slug}/barriers", secret)[0] == 200
    ben.press("I have it")
    ben.sees("The harbour's screen")
    ben.press("Revoke it")
    assert asked(f"{site}/api/v1/teams/{slug}/barriers", secret)[0] == 401


def a_webhook(ben, address, told):
    ben.open("/account/webhooks/new/")
    it_is_me(ben)
    ben.write("Where to?", "https://10.0.0.8/")
    ben.tick("Barriers")
    ben.press("Set it up")
    ben.sees("within the server's own network")
    ben.write("Where to?", address)
    ben.press("Set it up")
    assert shown_once(ben, "Copy the secret now: it is shown this once").startswith("whsec_")
    ben.press("I have it")
    ben.press("Send a test")
    ben.sees("answered 200")
    assert [t["activity"] for t in told] == ["webhook.tested"]
    looks_well(ben)
    ben.shot("2-webhook")
    ben.press("Remove it")
    ben.sees("None yet.")


def a_calendar(ben):
    ben.open("/account/profile/")
    ben.press("Make an address for it")
    address = shown_once(ben, "Copy the address now: it is shown this once")
    status, body = asked(address)
    assert status == 200
    assert body.startswith(b"BEGIN:VCALENDAR")
    looks_well(ben)


def tables(ben):
    ben.open("tables/")
    looks_well(ben)
    with ben.page.expect_download() as download:
        ben.take("CSV, for a spreadsheet")
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as bundle:
        assert "barriers.csv" in bundle.namelist()


def words(ben):
    ben.open("words/bring/")
    ben.press("Bring a table")
    ben.page.set_input_files("#upload", [{"name": "f.csv", "mimeType": "text/csv", "buffer": WORDS.encode()}])
    ben.press("See its columns")
    ben.press("Look")
    ben.sees("“soon” is not a date", "So quick, thank you!")
    looks_well(ben)
    ben.shot("3-words")
    ben.press("Bring 1")
    ben.page.get_by_text("1 came, in their words.").wait_for()


def days_off(ada):
    ada.open("days-off/")
    ada.page.set_input_files(
        "#file", [{"name": "p.ics", "mimeType": "text/calendar", "buffer": CLOSED.encode()}]
    )
    ada.press("See its days")
    looks_well(ada)
    ada.tick("Mon 1 June 2026: Harbour day")
    ada.press("These are days off")
    ada.sees("Monday 1 June")
