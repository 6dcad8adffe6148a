"""Microsoft Teams: an outgoing webhook is signed over its body, and everybody in the channel reads the answer."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followspot.channels import chats, msteams
from followspot.channels.models import ChatIdentity
from followspot.errors import BadInput
from followspot.practices.barriers.models import Barrier

pytestmark = pytest.mark.django_db
SECRET = base64.b64encode(b"a secret that Teams showed once!").decode()


def said(text, *, at=None, person="Ben", number="8a2b"):
    """What Teams sends when somebody writes to @Followspot."""
    return json.dumps({
        "type": "message", "id": "1485983408511", "timestamp": (at or timezone.now()).isoformat().replace("+00:00", "Z"),
        "serviceUrl": "https://smba.trafficmanager.net/emea/", "channelId": "msteams",
        "from": {"id": f"29:1{number}", "name": person, "aadObjectId": number},
        "conversation": {"isGroup": True, "id": "19:253b@thread.skype;messageid=1485983408511", "name": None},
        "recipient": None, "textFormat": "plain", "text": f"<at>Followspot</at>&nbsp;{text}\n",
        "channelData": {"teamsChannelId": "19:253b@thread.skype", "teamsTeamId": "19:712c@thread.skype", "tenant": {"id": "72f9"}},
    }).encode()  # fmt: skip


def send(body, secret=SECRET, between=" "):
    mark = base64.b64encode(hmac.new(base64.b64decode(secret), body, hashlib.sha256).digest()).decode()
    return Client().post(
        reverse("heard-teams"),
        body,
        content_type="application/json",
        headers={"Authorization": f"HMAC{between}{mark}"},
    )


@pytest.fixture
def chat(ada):
    ada.account.is_staff = True
    ada.account.save()
    return chats.connect("teams", "Quay", SECRET, by=ada.account, now=timezone.now())


def test_who_one_is_is_said_by_a_word_and_then_things_are_done(chat, team, ben):
    assert "i am WORD" in send(said("barrier No keys")).json()["text"]
    assert not Barrier.objects.exists()
    word = chats.make_word(ben.account, now=timezone.now())
    assert "Now I know you" in send(said(f"i am {word}")).json()["text"]
    assert ChatIdentity.objects.get().account == ben.account
    assert "no word of today" in send(said(f"i am {word}", number="9c")).json()["text"]  # once
    answer = send(said("barrier No keys &amp; no door")).json()
    assert answer["type"] == "message"
    assert Barrier.objects.get().what == "No keys & no door"
    assert Barrier.objects.get().raiser == ben


def test_a_word_ends_after_a_quarter_of_an_hour(chat, team, ben):
    word = chats.make_word(ben.account, now=timezone.now() - timedelta(minutes=16))
    assert "no word of today" in send(said(f"i am {word}")).json()["text"]


def test_what_is_not_signed_or_old_or_came_before_is_refused(chat):
    assert send(said("help"), secret=base64.b64encode(b"another").decode()).status_code == 403
    assert send(said("help", at=timezone.now() - timedelta(minutes=6))).status_code == 403
    assert send(b'{"text": "help"}').status_code == 403
    body = said("help")
    assert [send(body).status_code for _ in range(2)] == [200, 403]


def test_a_space_more_makes_no_other_request(chat):
    body = said("help")
    assert [send(body, between=between).status_code for between in (" ", "  ", "   ")] == [200, 403, 403]


def test_who_else_is_mentioned_stays_in_what_was_said():
    assert msteams.message(said("applaud <at>Chi</at> for asking")).text == "applaud Chi for asking"
    assert msteams.message(said('barrier <at id="1">Chi</at> has no keys')).text == "barrier Chi has no keys"


@pytest.mark.parametrize("token", ["not a token", "schlüssel", "abc", SECRET[:-1]])
def test_what_is_no_token_is_not_connected(ada, token):
    ada.account.is_staff = True
    with pytest.raises(BadInput, match="no security token"):
        chats.connect("teams", "Quay", token, by=ada.account, now=timezone.now())


def test_what_is_for_one_person_is_not_shown_to_all(chat, team, ada):
    chats.say_who(chat, msteams.message(said("help")), ada.account, now=timezone.now())
    assert "Everybody reads" in send(said("brief")).json()["text"]
    assert "Everybody reads" in send(said("waiting")).json()["text"]


def test_what_is_no_message_is_said_to_be_none():
    with pytest.raises(BadInput):
        msteams.message(b'{"text": 5}')
