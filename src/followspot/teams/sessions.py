"""Where somebody is signed in, and its end. Of a browser nothing is kept but since when it is signed in, and how."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from followspot.language import all_of, say
from followspot.teams.models import Account

LONGEST = timedelta(days=30)  # after which somebody signs in anew, however often they come
_RECORDS = "account_authentication_methods"  # where allauth notes by what somebody signed in
_HOW = {
    "password": say("a password"),
    "mfa": say("a second step"),
    "socialaccount": say("your organisation’s sign-in"),
}


@dataclass(frozen=True, slots=True)
class Open:
    """One browser in which somebody is signed in. mark : names it, and opens nothing."""

    mark: str
    since: datetime | None
    how: str
    here: bool


def of(account: Account, *, current: str | None, now: datetime) -> list[Open]:
    """Return where somebody is signed in, the newest first. current : the session that asks."""
    found = [
        Open(_mark(session), _since(said), _how(said), session.session_key == current)
        for session, said in _every(now)
        if said.get(SESSION_KEY) == str(account.pk)
    ]
    return sorted(found, key=lambda o: (o.here, o.since.timestamp() if o.since else 0), reverse=True)


def end(account: Account, *, current: str | None, mark: str, now: datetime) -> int:
    """End one session of somebody, by its mark, or all but the one that asks; return how many ended."""
    ended = [
        session.session_key
        for session, said in _every(now)
        if said.get(SESSION_KEY) == str(account.pk)
        and session.session_key != current
        and mark in ("", _mark(session))
    ]
    return Session.objects.filter(session_key__in=ended).delete()[0]


def end_old(*, now: datetime) -> int:
    """End the sessions of those who signed in longer ago than a session may last."""
    ended = [
        session.session_key
        for session, said in _every(now)
        if (since := _since(said)) is not None and since < now - LONGEST
    ]
    return Session.objects.filter(session_key__in=ended).delete()[0]


def _every(now: datetime) -> Iterator[tuple[Session, dict[str, Any]]]:
    """Yield every session that has not run out. None of them says in the clear whose it is, so each is opened."""
    for session in Session.objects.filter(expire_date__gt=now).iterator():
        yield session, session.get_decoded()


def _mark(session: Session) -> str:
    return hashlib.sha256(f"followspot.session {session.session_key}".encode()).hexdigest()[:16]


def _since(said: dict[str, Any]) -> datetime | None:
    times = [record["at"] for record in said.get(_RECORDS, [])]
    return datetime.fromtimestamp(min(times), UTC) if times else None


def _how(said: dict[str, Any]) -> str:
    """Return by what somebody signed in, in words."""
    ways = []
    for record in said.get(_RECORDS, []):
        method = "passkey" if record.get("type") == "webauthn" else record["method"]
        ways.append(say("a passkey") if method == "passkey" else _HOW.get(method, say("a link")))
    return all_of(list(dict.fromkeys(ways))) or say("a sign-in")
