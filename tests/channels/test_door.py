"""The door for mail opens with the server if somebody wants one, and says so where it can't."""

import smtplib
import socket

import pytest

from followspot.channels import receiver
from followspot.cli.server import _mail_door
from followspot.errors import BadInput


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_unasked_there_is_no_door(settings):
    settings.MAIL_IN = ""
    _mail_door()()


def test_it_opens_and_closes(settings, port):
    settings.MAIL_IN, settings.MAIL_DOMAIN = f"127.0.0.1:{port}", "in.quay.example"
    close = _mail_door()
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as sender:
        assert sender.ehlo()[0] == 250
    with pytest.raises(BadInput, match="FOLLOWSPOT_MAIL_IN: 127"):
        _mail_door()
    close()
    with pytest.raises(OSError, match="refused"):
        smtplib.SMTP("127.0.0.1", port, timeout=10)


@pytest.mark.django_db
def test_what_fails_is_kept_by_whoever_sends_it(monkeypatch):
    def broken(_):
        return "barrier", None

    monkeypatch.setattr(receiver.mail_in, "opened", broken)
    assert receiver._received("barrier+x@in.quay.example", "ben@example.org", b"Subject: x\n\nx").startswith(
        "451"
    )
    monkeypatch.setattr(receiver.mail_in, "opened", lambda _: None)
    assert receiver._received("x", "ben@example.org", b"").startswith("550")
