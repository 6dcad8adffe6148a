"""Somebody chooses what reaches them, adds a channel and tries it, and says who they are in a chat."""

import hashlib
import hmac
import time
import urllib.request
from urllib.parse import urlencode, urlsplit

import pytest

from tests.journeys.test_a_candidate_is_hired import looks_well
from tests.journeys.test_doors import receiver  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def test_channels(quay, receiver):  # noqa: F811
    address, told = receiver
    ben = quay.hand("Ben")
    ben.open("/account/profile/")
    ben.press("Choose it")
    the_digest(ben)
    a_channel(ben, address, told)
    a_chat(ben, quay, address, told)


def the_digest(ben):
    ben.choose("How often?", "On every working day")
    ben.choose("From which hour on?", "21:00")
    ben.press("Save it")
    ben.sees("That hour lies in your quiet")
    looks_well(ben)
    ben.choose("From which hour on?", "9:00")
    ben.press("Save it")
    ben.sees("Saved.")


def a_channel(ben, address, told):
    ben.write("What is it called?", "Phone")
    ben.write("Its address", "gotify://10.0.0.8/AbCdEfGhIjKlMnO")
    ben.press("Add the channel")
    ben.sees("within the server's own network")
    ben.write("Its address", f"gotify://{urlsplit(address).netloc}/AbCdEfGhIjKlMnO")
    ben.press("Add the channel")
    ben.sees("Phone")
    ben.press("Send a test to Phone")
    ben.sees("The test got through")
    assert [t["title"] for t in told] == ["A test from Followspot"]
    looks_well(ben)
    ben.shot("1-channels")
    ben.press("Remove Phone")


def a_chat(ben, quay, address, told):
    told.clear()
    quay.house.ask("chat", secret=SECRET)
    said = {
        "team_id": "T1", "team_domain": "harbour", "user_id": f"U{quay.slug}", "user_name": "ben.at.work",
        "text": f"in {quay.slug}: barrier No keys", "response_url": address,
    }  # fmt: skip
    body, stamp = urlencode(said).encode(), str(int(time.time()))
    mark = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}
    asked = urllib.request.Request(f"{quay.house.url}/channels/slack/commands", body, headers)
    assert urllib.request.urlopen(asked, timeout=20).status == 200
    link = urlsplit(answered(told, 1).split()[-1]).path
    ben.open(link)
    ben.sees("Is this you in Slack?", "workspace harbour", "barrier No keys")
    looks_well(ben)
    ben.shot("2-link")
    ben.press("Yes, that is me")
    ben.sees("ben.at.work in Harbour in Slack is you.")
    assert "No keys" in answered(told, 2)
    ben.open("barriers/")
    ben.sees("No keys")
    ben.open("/account/channels/")
    ben.press("That is no longer me")
    ben.sees("is no longer you")


def answered(told, count):
    """Wait for the answer, which comes from the background."""
    for _ in range(200):
        if len(told) >= count:
            return told[count - 1]["text"]
        time.sleep(0.1)
    raise AssertionError("No answer came.")
