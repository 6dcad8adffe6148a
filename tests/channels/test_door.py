"""The door for mail opens with the server if somebody wants one, and says so where it can't."""

import smtplib
import socket

import pytest
from aiosmtpd.controller import Controller
from django.db import OperationalError

from followspot.channels import receiver
from followspot.cli.server import _mail_door
from followspot.errors import BadInput
from followspot.upkeep import health


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
    _mail_door()()  # a second worker needs no door of its own, and closes none
    assert health.receiver.asked(settings.MAIL_IN) == ""
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


def test_where_something_else_listens_it_says_so(settings, port):
    settings.MAIL_IN, settings.MAIL_DOMAIN = f"127.0.0.1:{port}", "in.quay.example"
    other = Controller(Anything(), hostname="127.0.0.1", port=port)
    other.start()
    try:
        with pytest.raises(BadInput, match="FOLLOWSPOT_MAIL_IN: 127"):
            _mail_door()
        assert "it answered 250" in next(health._mail_door()).what
    finally:
        other.stop()


class Anything:
    """Another mail server, which takes whatever comes."""


@pytest.mark.parametrize("where", ["127.0.0.1:99999", "http://127.0.0.1:25", "[::1"])
def test_an_address_that_is_none_says_so(settings, where):
    settings.MAIL_IN, settings.MAIL_DOMAIN = where, "in.quay.example"
    with pytest.raises(BadInput, match="Write it like"):
        _mail_door()
    assert [f.well for f in health._mail_door()] == [False]


@pytest.mark.parametrize("over", ["", "lmtp://"])
@pytest.mark.django_db(transaction=True)
def test_the_doctor_asks_the_door(settings, port, over):
    settings.MAIL_IN, settings.MAIL_DOMAIN = f"{over}127.0.0.1:{port}", "in.quay.example"
    settings.MAIL_GOES = False
    door, answers = health._mail_door()
    assert (door.well, answers.well) == (False, False)
    assert "refused" in door.what
    close = _mail_door()
    try:
        assert [f.well for f in health._mail_door()] == [True, False]
    finally:
        close()
    settings.MAIL_IN = ""
    assert list(health._mail_door()) == []


def test_while_the_database_is_away_mail_waits_and_nobody_is_told_why(settings, port, monkeypatch):
    settings.MAIL_IN, settings.MAIL_DOMAIN = f"127.0.0.1:{port}", "in.quay.example"

    def away(_):
        raise OperationalError("no password for 10.0.0.5")

    monkeypatch.setattr(receiver.mail_in, "opened", away)
    close = _mail_door()
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as sender:
            sender.ehlo()
            sender.mail("ben@example.org")
            assert sender.rcpt("barrier+x@in.quay.example") == (451, b"4.3.0 Try again later")
    finally:
        close()
    assert receiver._received("barrier+x@in.quay.example", "ben@example.org", b"").startswith("451")
