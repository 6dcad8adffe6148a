"""Slack: what it signs is taken in once, and what somebody says there is done in their name once they have said who they are."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followspot.channels import chats, slack
from followspot.channels.chats import Word
from followspot.channels.models import Chat, ChatIdentity, Heard
from followspot.errors import BadInput, Refused
from followspot.practices.applause.models import Applause
from followspot.practices.barriers.models import Barrier
from tests.channels.test_webhooks import Receiver

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
# The example of Slack's own documentation, "Verifying requests from Slack", with the signature it gives there.
EXAMPLE = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
    b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
    b"%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
GIVEN = {
    "X-Slack-Request-Timestamp": "1531420618",
    "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
}
THEN = datetime.fromtimestamp(1531420618, UTC)


def test_the_published_example_is_signed_rightly():
    assert slack.signed(GIVEN, EXAMPLE, now=THEN + timedelta(minutes=4))(SECRET.encode())


@pytest.mark.parametrize(
    ("headers", "body", "now"),
    [
        (GIVEN, EXAMPLE + b"x", THEN),
        (GIVEN, EXAMPLE, THEN + timedelta(minutes=6)),
        (GIVEN, EXAMPLE, THEN - timedelta(minutes=6)),
        (GIVEN | {"X-Slack-Request-Timestamp": "1531420619"}, EXAMPLE, THEN),
        (GIVEN | {"X-Slack-Request-Timestamp": "soon"}, EXAMPLE, THEN),
        (GIVEN | {"X-Slack-Signature": "v0=é"}, EXAMPLE, THEN),
        ({}, EXAMPLE, THEN),
    ],
)
def test_what_was_changed_or_is_old_is_not(headers, body, now):
    assert slack.signed(headers, body, now=now)(SECRET.encode()) is None


def test_a_command_is_read():
    said = slack.plain("applaud <@U012ABC|chi> and <@U9> &amp; co for <https://a.example/x|the list> &lt;3", {"U012ABC": "Chi Chen"}.get)  # fmt: skip
    assert said == "applaud Chi Chen and U9 & co for https://a.example/x <3"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("Nobody reads <#C024BE7LR|general>", "Nobody reads #general"),
        ("<!here> <!subteam^S012|@quay> <!channel>", "@here @quay @channel"),
    ],
)
def test_channels_and_groups_are_called_by_name(sent, said):
    assert slack.plain(sent, {}.get) == said


pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    it = Receiver()
    yield it
    it.stop()


@pytest.fixture
def chat(ada):
    ada.account.is_staff = True
    ada.account.save()
    return chats.connect("slack", "Quay", SECRET, by=ada.account, now=timezone.now())


@pytest.fixture
def ben_there(chat, ben):
    return chats.say_who(chat, WORD, ben.account, now=timezone.now())


WORD = Word("help", "T1QUAY", "quay", "U1BEN", "ben")


@pytest.fixture
def send(chat, receiver):
    """Send what Slack sends, signed now."""

    def post(to="command", *, text="", stamp=None, secret=SECRET, user="U1BEN", body=None, **more):
        said = {
            "team_id": "T1QUAY", "team_domain": "quay", "user_id": user, "user_name": "ben", "command": "/followspot",
            "text": text, "response_url": receiver.address,
        } | more  # fmt: skip
        body = body or urlencode(said).encode()
        stamp = str(stamp or int(time.time()))
        mark = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return Client().post(
            reverse(f"heard-slack-{to}"), body, content_type="application/x-www-form-urlencoded",
            headers={"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"},
        )  # fmt: skip

    return post


def test_a_command_is_done_in_the_name_of_whoever_sent_it(send, receiver, ben_there, team, ben):
    answer = send(text="barrier No keys &amp; no door")
    assert answer.json() == {"response_type": "ephemeral", "text": "One moment."}
    it = Barrier.objects.get()
    assert (it.what, it.raiser) == ("No keys & no door", ben)
    [told] = receiver.told
    assert told["response_type"] == "ephemeral"
    assert told["text"].startswith("Raised in Quay: No keys &amp; no door")


def test_the_same_request_counts_once(send, ben_there, team):
    stamp = int(time.time())
    statuses = [send(text="barrier No keys", stamp=stamp).status_code for _ in range(2)]
    assert statuses == [200, 403]
    assert Barrier.objects.count() == 1


@pytest.mark.parametrize("how", [{"secret": "another"}, {"stamp": 1531420618}])
def test_what_is_not_signed_now_is_refused(send, receiver, how):
    assert send(text="help", **how).status_code == 403
    assert receiver.got == []
    assert not Heard.objects.exists()


def test_where_no_chat_is_connected_nothing_is_taken():
    form = "application/x-www-form-urlencoded"
    for name in ("heard-slack-command", "heard-slack-action", "heard-teams"):
        assert Client().post(reverse(name), "text=help", content_type=form).status_code == 403
        assert Client().post(reverse(name), {"text": "help"}).status_code == 415
        assert Client().post(reverse(name), "x" * 300_000, content_type=form).status_code == 413


def test_a_chat_whose_secret_cannot_be_opened_holds_up_no_other(send, chat, ben_there, team, client_of, ada):
    Chat.objects.create(
        service="slack", name="Before", sealed_secret="x", made_at=chat.made_at - timedelta(days=1)
    )
    assert send(text="help").status_code == 200
    refused = send(text="help", secret="another")
    assert (refused.status_code, refused.text) == (403, "Nobody whom this server listens to has signed this.")
    assert "Remove it and connect it again" in client_of(ada).get(reverse("chats")).text


def test_whoever_is_not_known_is_asked_and_what_they_said_is_done_then(
    send, receiver, team, ben, client_of, settings
):
    settings.SITE = ""
    send(text="barrier No keys")
    assert not Barrier.objects.exists()
    link = receiver.told[0]["text"].split()[-1]
    assert Client().get(link).status_code == 302
    page = client_of(ben).get(link)
    assert "Is this you in Slack?" in page.text
    assert "workspace quay" in page.text
    assert not ChatIdentity.objects.exists()
    assert client_of(ben).post(link).url == reverse("reach")
    assert Barrier.objects.get().raiser == ben
    assert receiver.told[1]["text"].startswith("Raised in Quay: No keys")
    assert client_of(ben).post(link).status_code == 409  # once
    assert Barrier.objects.count() == 1


def test_a_link_ends_after_a_quarter_of_an_hour(send, receiver, team, ben, client_of, settings):
    settings.SITE = ""
    send(text="help")
    link = receiver.told[0]["text"].split()[-1]
    Heard.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert chats.forget(now=timezone.now()) == 1
    assert client_of(ben).get(link).status_code == 409
    assert client_of(ben).get(reverse("link-chat", args=["made-up"])).status_code == 409


def test_a_name_is_one_persons(chat, ben_there, chi, ben):
    with pytest.raises(Refused, match="Somebody else here"):
        chats.say_who(chat, WORD, chi.account, now=timezone.now())
    assert chats.say_who(chat, WORD, ben.account, now=timezone.now()) == ben_there


def test_what_was_said_lies_under_seal_until_it_is_answered(send, receiver, team):
    send(text="barrier The secret of the gate")
    heard = Heard.objects.get()
    assert heard.sealed_said
    assert "gate" not in heard.sealed_said
    assert "gate" in chats.kept(heard).text


def test_applause_shows_in_the_channel_if_asked(send, receiver, ben_there, team, chi, chat):
    chats.say_who(chat, Word("", "T1QUAY", "quay", "U2CHI", "chi"), chi.account, now=timezone.now())
    send(text="applaud <@U2CHI|chi> for asking citing the list --here")
    assert Applause.objects.get().to.get() == chi
    assert [t["response_type"] for t in receiver.told] == ["ephemeral", "in_channel"]


def message(callback, receiver, text="Nobody has keys"):
    return urlencode({"payload": json.dumps({
        "type": "message_action", "callback_id": callback, "trigger_id": "13345224609.738474920.8088930838d88f008e0",
        "response_url": receiver.address, "team": {"id": "T1QUAY", "domain": "quay"},
        "user": {"id": "U1BEN", "name": "ben"}, "channel": {"id": "C2147483705", "name": "general"},
        "message": {"type": "message", "user": "U2CHI", "ts": "1458170917.164398", "text": text},
    })}).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("callback", "way"),
    [
        ("barrier", "/barriers/?what=Nobody+has+keys"),
        ("applaud", "evidence=https%3A%2F%2Fquay.slack.com%2Farchives%2FC2147483705%2Fp1458170917164398"),
        ("lesson", "happened=Nobody+has+keys"),
    ],
)
def test_a_shortcut_opens_the_form_with_the_message_in_it(
    send, receiver, ben_there, team, ben, callback, way, client_of, settings
):
    settings.SITE = ""
    assert send("action", body=message(callback, receiver)).content == b""
    told = receiver.told[0]["text"].replace("&amp;", "&")
    assert way in told
    page = client_of(ben).get(told.split(": ")[-1])
    assert page.status_code == 200
    assert ("Nobody has keys" if callback != "applaud" else "p1458170917164398") in page.text


def test_a_shortcut_leads_to_no_team_that_one_left_or_only_keeps(send, receiver, ben_there, team, ben):
    team.memberships.filter(person=ben).delete()
    type(team).objects.filter(pk=team.pk).update(keeper=ben.account)
    send("action", body=message("barrier", receiver))
    assert receiver.told[0]["text"] == "You are of no team here."


def test_slack_may_look_whether_the_door_is_there(send, receiver):
    assert send(body=b"ssl_check=1&token=x").status_code == 200
    assert send(body=b"text=help").status_code == 200
    assert not Heard.objects.exclude(sealed_said="").exists()
    assert receiver.got == []


def test_what_is_no_shortcut_is_left_alone(send, receiver, team):
    assert send("action", body=message("other", receiver)).status_code == 200
    assert send("action", body=urlencode({"payload": "[]"}).encode()).status_code == 422
    assert receiver.got == []


def test_an_answer_goes_to_no_address_within(send, receiver, ben_there, team, monkeypatch):
    monkeypatch.delenv("FOLLOWSPOT_INTERNAL_HOSTS")
    send(text="help")
    assert receiver.got == []


def test_the_page_of_chats_is_the_admins(client_of, ada, ben, team, chat):
    page = client_of(ada).get(reverse("chats")).text
    assert "/channels/slack/commands" in page
    assert "Nothing has come yet" in page
    assert SECRET not in page
    assert SECRET not in Chat.objects.get().sealed_secret
    for name, args in (("chats", []), ("remove-chat", [chat.pk])):
        assert client_of(ben).post(reverse(name, args=args)).status_code == 404
    assert client_of(ada).post(reverse("remove-chat", args=[chat.pk])).status_code == 302
    assert not Chat.objects.exists()


def test_only_an_admin_connects_a_chat(ben):
    with pytest.raises(Refused, match="Only an admin"):
        chats.connect("slack", "Quay", SECRET, by=ben.account, now=timezone.now())


def test_an_admin_connects_a_chat_on_its_page(client_of, ada, team):
    ada.account.is_staff = True
    ada.account.save()
    client, page = client_of(ada), reverse("connect-chat")
    assert client.get(page).status_code == 302
    client.post(reverse("account_reauthenticate"), {"password": "a long enough password"})
    assert "signing secret of your app" in client.get(page).text
    said = {"service": "slack", "name": "Quay", "secret": SECRET}
    assert client.post(page, said | {"secret": ""}).status_code == 422
    for _ in range(chats.MOST):
        assert client.post(page, said).url == reverse("chats")
    answer = client.post(page, said)
    assert answer.status_code == 422
    assert "There are 5 already" in answer.text


def test_a_chat_without_a_name_is_refused(ada):
    ada.account.is_staff = True
    with pytest.raises(BadInput, match="all three"):
        chats.connect("slack", " ", SECRET, by=ada.account, now=timezone.now())
