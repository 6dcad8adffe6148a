"""Slack: its signature, its commands and shortcuts as words, and the answer to the address it waits at."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx2
from django.conf import settings
from django.tasks import task
from django.urls import reverse
from django.utils import timezone

from followspot import outward
from followspot.channels import chats, digests
from followspot.channels.chats import Word
from followspot.channels.commands import Answer
from followspot.channels.models import Chat, Heard
from followspot.errors import BadInput, Failed, in_short
from followspot.language import in_lines, say
from followspot.teams import languages

SECONDS = 5
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^>]*))?>")
_OTHER = re.compile(r"<([#!])([^|>]*)(?:\|([^>]*))?>")  # a channel, a group, everybody here
_LINK = re.compile(r"<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>")
# Which page a shortcut on a message opens, and what of it the message begins.
_SHORTCUTS = {
    "barrier": ("barriers", "what", say("Raise it as a barrier")),
    "applaud": ("applaud", "evidence", say("Applaud, citing this message")),
    "lesson": ("tell-lesson", "happened", say("Tell a lesson")),
}


def signed(headers: Mapping[str, str], body: bytes, *, now: datetime) -> Callable[[bytes], str | None]:
    """Return how to tell whether a request was signed with a secret, as Slack signs: version 0."""
    stamp, given = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
    fresh = stamp.isascii() and stamp.isdecimal() and len(stamp) < 12
    fresh = fresh and abs(now.timestamp() - int(stamp)) <= chats.FRESH.total_seconds()

    def by(secret: bytes) -> str | None:
        made = hmac.new(secret, b"v0:%b:%b" % (stamp.encode(), body), hashlib.sha256).hexdigest()
        return given if fresh and hmac.compare_digest(f"v0={made}".encode(), given.encode()) else None

    return by


def command(chat: Chat, body: bytes) -> Word | None:
    """Read a slash command; None where nobody said anything, as when Slack only looks whether the door is there."""
    said = {k: v[0] for k, v in parse_qs(body.decode("utf-8", "replace")).items()}
    if "ssl_check" in said or not {"team_id", "user_id"} <= said.keys():
        return None
    name_of = chats.people_mentioned(chat, said["team_id"])
    return Word(
        text=plain(said.get("text", ""), name_of),
        workspace=said["team_id"][:120],
        workspace_name=said.get("team_domain", ""),
        member=said["user_id"][:200],
        name=said.get("user_name", ""),
        reply_to=said.get("response_url", ""),
    )


def action(chat: Chat, body: bytes) -> Word | None:
    """Read a shortcut on a message; None for what is none."""
    try:
        said: Any = json.loads(parse_qs(body.decode("utf-8", "replace")).get("payload", [""])[0])
        if said["type"] != "message_action" or said["callback_id"] not in _SHORTCUTS:
            return None
        where, message, team, user = said["channel"]["id"], said["message"], said["team"], said["user"]
        name_of = chats.people_mentioned(chat, team["id"])
        return Word(
            text=plain(message.get("text", ""), name_of),
            workspace=team["id"],
            workspace_name=team.get("domain", ""),
            member=user["id"],
            name=user.get("name", ""),
            reply_to=said["response_url"],
            shortcut=said["callback_id"],
            cites=f"https://{team['domain']}.slack.com/archives/{where}/p{message['ts'].replace('.', '')}",
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(say("This is no request of Slack’s.")) from None


def plain(text: str, name_of: Callable[[str], str | None]) -> str:
    """Return what somebody typed: people and channels by name, addresses as they are, and Slack's three escapes undone."""
    text = _MENTION.sub(lambda m: name_of(m[1]) or m[2] or m[1], text)
    text = _LINK.sub(lambda m: m[1].removeprefix("mailto:"), text)
    text = _OTHER.sub(_named, text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _named(found: re.Match[str]) -> str:
    mark, number, name = found[1], found[2], found[3] or ""
    if mark == "#":
        return f"#{name or number}"
    return name or f"@{number.partition('^')[0]}"


@task
def answer_soon(heard: int) -> None:
    """Do what was said and send the answer, in the background: Slack waits three seconds, then no longer."""
    found = Heard.objects.select_related("chat").filter(pk=heard).first()
    if found is None:
        return
    try:
        now = timezone.now()
        if found.sealed_said and chats.kept(found).shortcut and (way := _begun(found, now=now)):
            reply(*way)
        elif done := chats.answer(found, now=now, alone=True):
            reply(*done)
    except Exception as error:  # what is kept of a failed task says what kind it was, and quotes nobody
        raise Failed(f"slack: {in_short(error)}") from None


def _begun(heard: Heard, *, now: datetime) -> tuple[Word, Answer] | None:
    """Return where a shortcut leads: to the form with the message in it. None for somebody who isn't known yet."""
    word = chats.kept(heard)
    account = chats.who(heard.chat, word)
    if account is None:
        return None
    page, field, says = _SHORTCUTS[word.shortcut]
    begun = word.cites if page == "applaud" else word.text[:1000]
    asked = urlencode({field: begun})
    teams = digests.teams_of(account, now=now)
    lines = [
        say(
            "{what}, in {team}: {url}",
            what=says,
            team=t.name,
            url=f"{settings.SITE}{reverse(page, args=[t.slug])}?{asked}",
        )
        for t in teams
    ]
    heard.sealed_said = ""
    heard.save(update_fields=["sealed_said"])
    with languages.to(account):
        return word, Answer(str(in_lines(lines) if lines else say("You are of no team here.")))


def reply(word: Word, answer: Answer) -> None:
    """Send an answer to where it is awaited: to whoever asked alone, and to the channel what they wanted it to see."""
    _post(word.reply_to, {"response_type": "ephemeral", "text": escaped(answer.text)})
    if answer.here:
        _post(word.reply_to, {"response_type": "in_channel", "text": escaped(answer.here)})


def escaped(text: str) -> str:
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _post(address: str, said: dict[str, str]) -> None:
    url = httpx2.URL(address)
    asked = outward.pinned(url)
    if url.scheme != "https" and not outward.is_internal(url.host):
        raise BadInput(say("An answer goes to an address that begins with https://."))
    with httpx2.Client(timeout=SECONDS, follow_redirects=False) as client:
        client.post(
            asked["url"], json=said, headers=asked["headers"], extensions=asked["extensions"]
        ).raise_for_status()
