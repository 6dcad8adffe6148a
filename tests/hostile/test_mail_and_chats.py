"""Mail and chats: whoever has an address or a signature may still send anything."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.channels import chats, commands, mail_in, mail_text, msteams, slack
from followspot.errors import BadInput
from tests.hostile.nasty import PIECES, bent, often, some_bytes, spoilt, text

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def mail(subject="The crane", plain="It stands still.\n\n-- \nBen", html="", attached=b""):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ben <ben@example.org>", "barrier+1@example.org", subject
    made.set_content(plain)
    if html:
        made.add_alternative(html, subtype="html")
    if attached:
        made.add_attachment(attached, maintype="application", subtype="zip", filename="../../x.zip")
    return made.as_bytes()


MAILS = (
    mail(),
    mail("Re: Fwd: Größe", "Schön\n> quoted\nAm 1.2. schrieb Ada <ada@x>:\nalt"),
    mail(html="<div>On <b>Monday</b><blockquote>old</blockquote><p>it stood</p><script>x</script></div>"),
    mail(attached=b"PK\x03\x04" + b"\0" * 50),
    b"Subject: =?utf-8?B?w6k=?= =?x?q?y?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-7\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--b--\r\n",
)  # fmt: skip


@often(80)
@given(spoilt(MAILS), text)
def test_a_mail(content, sender):
    with suppress(BadInput):
        found = mail_text.read(content, sender)
        for said in (found.subject, found.text or ""):
            assert "\0" not in said
            said.encode()  # no halves of characters


NESTED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"


@pytest.mark.parametrize(
    "content",
    [
        NESTED * 2500,
        b"Content-Type: message/rfc822\r\n\r\n" * 2500,
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000,
        b"Subject: x\r\n" + b"Received: y\r\n" * 60_000 + b"\r\nz",
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 150_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 200_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a " * 300_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a " + b"x=' " * 200_000,
        b"Content-Type: text/html\r\n\r\n" + b"&" * 900_000,
        b"Content-Type: text/plain; charset=" + b"x" * 7000 + b"\r\n\r\ny",
        b"Content-Type: multipart/mixed; boundary=" + b"b" * 5000 + b"\r\n\r\n" + b"--b\r\n" * 100_000,
        b"Content-Type: text/plain\r\n\r\n" + b"On " * 300_000 + b"wrote:",
        b"\r\n" + b"From: " * 150_000,
    ],
    ids=["nested", "wrapped", "words", "headers", "marks", "comments", "marks never closed", "attributes", "references", "characters", "edges", "quotes", "senders"],
)  # fmt: skip
def test_a_giant_mail_is_read_or_refused(content):
    with suppress(BadInput):
        mail_text.read(content[: mail_in.LARGEST], "ben@example.org")


@often(60)
@given(
    st.lists(
        st.one_of(
            text,
            st.sampled_from(
                ["barrier", "applaud", "@Ben", "for", "lesson", "in Quay:", "pulse", "team", "-", ";"]
            ),
        ),
        max_size=6,
    ).map(" ".join)
)
def test_what_somebody_says(said):
    found = commands.read(said, ["Quay", "Quay North"])
    assert commands.cleaned(said) == commands.cleaned(commands.cleaned(said))
    assert found is not None


COMMAND = urlencode(
    {
        "team_id": "T1",
        "team_domain": "quay",
        "user_id": "U1",
        "user_name": "ben",
        "text": "barrier <@U2|chi> is <#C1|dock> &lt;",
        "response_url": "https://hooks.example/1",
    }
).encode()
ACTION = {
    "type": "message_action",
    "callback_id": "barrier",
    "channel": {"id": "C1"},
    "message": {"text": "x", "ts": "1.2"},
    "team": {"id": "T1", "domain": "quay"},
    "user": {"id": "U1", "name": "ben"},
    "response_url": "https://hooks.example/1",
}
TEAMS = {
    "timestamp": "2026-11-23T12:00:00Z",
    "from": {"id": "1", "aadObjectId": "2", "name": "Ben"},
    "text": "<at>Followspot</at> barrier &lt;x <at>Chi</at>",
    "channelData": {"tenant": {"id": "3"}},
}


@pytest.fixture(autouse=True)
def nobody_known(monkeypatch):
    monkeypatch.setattr(chats, "people_mentioned", lambda chat, workspace: lambda number: None)


def kept(word):
    """Whether a word can be kept as it is: what was said goes as JSON under seal."""
    values = (
        [getattr(word, name) for name in word.__slots__]
        if hasattr(word, "__slots__")
        else vars(word).values()
    )
    return all(isinstance(value, str) for value in values) and json.dumps(list(values))


@often()
@given(spoilt((COMMAND,)))
def test_a_command_from_slack(body):
    word = slack.command(SimpleNamespace(pk=1), body)
    assert word is None or kept(word)


@often(80)
@given(bent((ACTION,)))
def test_a_shortcut_from_slack(said):
    with suppress(BadInput):
        word = slack.action(SimpleNamespace(pk=1), urlencode({"payload": json.dumps(said)}).encode())
        assert word is None or kept(word)


@often()
@given(spoilt((urlencode({"payload": json.dumps(ACTION)}).encode(), b"payload=" + b"[" * 5000)))
def test_a_shortcut_that_is_no_json(body):
    with suppress(BadInput):
        slack.action(SimpleNamespace(pk=1), body)


@often(80)
@given(bent((TEAMS,)))
def test_a_message_from_teams(said):
    body = json.dumps(said).encode()
    msteams.signed({"Authorization": "HMAC x"}, body, now=NOW)(b"c2VjcmV0")
    with suppress(BadInput):
        assert kept(msteams.message(body))


@often()
@given(spoilt((json.dumps(TEAMS).encode(), b"[" * 5000, b'{"timestamp": ' + b"9" * 5000 + b"}")))
def test_a_message_that_is_no_json(body):
    msteams.signed({"Authorization": "HMAC x"}, body, now=NOW)(b"c2VjcmV0")
    with suppress(BadInput):
        msteams.message(body)


@often()
@given(st.sampled_from(PIECES), st.sampled_from(PIECES), some_bytes)
def test_a_signature_of_any_form(stamp, signature, body):
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
        "Authorization": f"HMAC {signature}",
    }
    assert slack.signed(headers, body, now=NOW)(b"secret") is None
    assert msteams.signed(headers, body, now=NOW)(b"c2VjcmV0") is None
    assert msteams.signed(headers, body, now=NOW)(signature.encode("utf-8", "replace")) is None
