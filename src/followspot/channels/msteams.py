"""Microsoft Teams: what an outgoing webhook sends and how it is signed. Everybody in the channel reads the answer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import html
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from followspot.channels import chats
from followspot.channels.chats import Word
from followspot.errors import BadInput
from followspot.language import say

_ADDRESSED = re.compile(r"<at[^>]*>.*?</at>", re.DOTALL)  # the first is this webhook, any other a person
_MARK = re.compile(r"<[^>]+>")


def signed(headers: Mapping[str, str], body: bytes, *, now: datetime) -> Callable[[bytes], str | None]:
    """Return how to tell whether a request was signed with a secret, as Teams signs, and is of these minutes."""
    kind, _, given = headers.get("Authorization", "").partition(" ")
    fresh = kind == "HMAC" and _is_fresh(body, now)

    def by(secret: bytes) -> str | None:
        try:
            lock = base64.b64decode(secret, validate=True)
        except binascii.Error:
            return None
        made = base64.b64encode(hmac.new(lock, body, hashlib.sha256).digest()).decode()
        # What was made, not what was given: a space more would be another signature, and the same said twice.
        return made if fresh and hmac.compare_digest(made.encode(), given.strip().encode()) else None

    return by


def _is_fresh(body: bytes, now: datetime) -> bool:
    """The moment stands in what is signed; Teams puts it nowhere else."""
    try:
        at = parse_datetime(str(json.loads(body)["timestamp"]))
    except (ValueError, KeyError, TypeError):
        return False
    return at is not None and at.tzinfo is not None and abs(now - at) <= chats.FRESH


def message(body: bytes) -> Word:
    """Read what somebody said to the webhook."""
    try:
        said: Any = json.loads(body)
        by = said["from"]
        tenant = (said.get("channelData") or {}).get("tenant", {}).get("id", "")
        text = html.unescape(_MARK.sub(" ", _ADDRESSED.sub(" ", said["text"], count=1)))
        return Word(
            text=" ".join(text.split()),
            workspace=str(tenant)[:120],
            workspace_name="",
            member=str(by.get("aadObjectId") or by["id"])[:200],
            name=str(by.get("name", "")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(say("This is no request of Teams’.")) from None
