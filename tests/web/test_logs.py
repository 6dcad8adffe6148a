"""What the server writes into its log names nobody: not in a traceback, not when a mail can't be sent."""

import logging
import sys
from smtplib import SMTPRecipientsRefused
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone
from structlog.testing import capture_logs

from followspot.brief import mail
from followspot.errors import Failed, Refused, in_short
from followspot.evidence import collect
from followspot.teams.accounts import Accounts
from followspot.web import rounds
from followspot.web.logs import Nameless


def refusing(*_, **__):
    raise SMTPRecipientsRefused({"ben@example.org": (550, b"No such Ben")})


def test_an_error_is_its_kind_and_where_it_came_from():
    try:
        refusing()
    except OSError as error:
        said = in_short(error)
        record = logging.LogRecord("any", logging.ERROR, "", 0, "It failed", (), sys.exc_info())
    assert said.startswith("SMTPRecipientsRefused at test_logs.py:")
    assert Nameless().format(record) == f"It failed\n{said}"
    assert in_short(ValueError("Ben")) == "ValueError"
    assert in_short(OSError(28, "No space left on device", "/srv/ben")) == "OSError: No space left on device"
    assert in_short(OperationalError("no such table: wave\nBen")) == "OperationalError: no such table: wave"


def test_an_address_is_written_without_what_opens_it():
    for path in (
        "/calendar/fs_Vb3_x9-QmT8aLk2.ics",
        "/pulse/3/answer/aB3_x9-QmT8aLk2w/",
        "/join/QmT8aLk2aB3_x9-w/",
    ):
        record = logging.LogRecord("any", logging.WARNING, "", 0, "Not Found: %s", (path,), None)
        assert "QmT8" not in Nameless().format(record)
    record = logging.LogRecord(
        "any", logging.WARNING, "", 0, "Not Found: %s", ("/teams/quay/pulse/3/",), None
    )
    assert Nameless().format(record) == "Not Found: /teams/quay/pulse/3/"


def test_the_servers_own_log_is_written_so():
    assert any(isinstance(h.formatter, Nameless) for h in logging.getLogger().handlers)


@pytest.mark.django_db
def test_a_brief_that_cannot_be_sent_names_nobody(team, ada, monkeypatch):
    monkeypatch.setattr(mail, "due", lambda **_: [(team, ada)])
    monkeypatch.setattr(mail, "send", refusing)
    with capture_logs() as lines:
        assert mail.send_due(now=timezone.now()) == 0
    assert lines[0]["team"] == team.pk
    assert "Ben" not in str(lines).title()


@pytest.mark.django_db
def test_a_round_a_reading_and_a_mail_that_fail_name_nobody(team, monkeypatch):
    monkeypatch.setitem(rounds.PARTS, "practices", refusing)
    monkeypatch.setattr(collect, "connectors", lambda: {"git": SimpleNamespace(read=refusing)})
    monkeypatch.setattr("allauth.account.adapter.DefaultAccountAdapter.send_mail", refusing)
    source = collect.connect(team, "git", title="Ben's", path="/srv/ben")
    with capture_logs() as lines:
        with pytest.raises(Failed) as failed:
            rounds.go.func("practices")
        collect.read(collect.begin(source, now=timezone.now()))
        with pytest.raises(Refused):
            Accounts().send_mail("any", "ben@example.org", {})
    assert len(lines) == 2
    assert "Ben" not in f"{lines} {failed.value} {failed.value.__cause__}".title()


def test_no_door_writes_its_addresses_down_however_much_is_asked_for(caplog):
    caplog.set_level(logging.DEBUG)
    for name, level in (("mail.log", "WARNING"), ("mail.debug", "WARNING"), ("apprise", "ERROR"), ("urllib3.connectionpool", "WARNING")):  # fmt: skip
        assert not logging.getLogger(name).isEnabledFor(getattr(logging, level)), name
