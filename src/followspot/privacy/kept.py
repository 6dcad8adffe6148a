"""What is kept about one person, in plain words and counts, for that person alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Model

from followspot.evidence import persons
from followspot.privacy.relations import Relation, exported
from followspot.teams.models import Account, Person

_LINKED = 8


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind in which somebody stands. links : (what, address) of the newest that have a page."""

    title: str
    count: int
    links: tuple[tuple[str, str], ...] = ()


def groups(person: Person | None, account: Account | None) -> list[Group]:
    """Return what the database holds, without kinds of which there is nothing."""
    found = []
    for relation in exported():
        rows = relation.rows(person, account)
        if count := rows.count():
            found.append(Group(relation.title, count, tuple(_links(relation, rows))))
    return sorted(found, key=lambda g: g.title)


def _links(relation: Relation, rows: Any) -> Iterator[tuple[str, str]]:
    if hasattr(relation.model, "get_absolute_url") and hasattr(relation.model, "team"):
        for row in rows.select_related("team").order_by("-pk")[:_LINKED]:
            yield str(row)[:90], row.get_absolute_url()


def mails_of(account: Account | None) -> list[str]:
    """Return every address by which an account is known, the main one first."""
    if account is None:
        return []
    more = EmailAddress.objects.filter(user=account).values_list("email", flat=True)
    return list(dict.fromkeys(m.lower() for m in (account.email, *more)))


def evidence(person: Person | None, mails: list[str]) -> list[Group]:
    """Return under which names the teams' sources know somebody."""
    if person is None:
        return []
    found = persons.identities_of(person, mails)
    return [Group(f"{team.name}: {', '.join(names)}", len(names)) for team, names in found.items()]


def unnamed(hashes: frozenset[str]) -> list[Model]:
    """Return what this browser can prove was told by whoever sits before it; the server knows of no other way."""
    found: list[Model] = []
    for model in apps.get_models():
        if any(f.name == "word_hash" for f in model._meta.local_fields) and hasattr(model, "unnamed"):
            found += model._default_manager.filter(word_hash__in=hashes)
    return found


def sessions_of(account: Account, mails: Iterable[str]) -> list[Session]:
    """Return the sessions in which somebody is signed in, or that still hold one of their addresses."""
    marks = [m.casefold() for m in mails]
    return [
        session
        for session in Session.objects.iterator()
        if str((said := session.get_decoded()).get("_auth_user_id")) == str(account.pk)
        or any(mark in str(said).casefold() for mark in marks)
    ]


def letters_to(mails: Iterable[str]) -> list[Path]:
    """Return the mails to somebody that lie as files, on a host without a mail server."""
    folder, marks = settings.DATA / "mail", [m.casefold() for m in mails]
    return [path for path in sorted(folder.glob("*")) if path.is_file() and _mentions(path, marks)]


def _mentions(path: Path, marks: list[str]) -> bool:
    text = said_in(path).casefold()
    return any(mark in text for mark in marks)


def said_in(path: Path) -> str:
    """Return what stands in a file of mails: as it lies there, and decoded, since a name may be written as =C3=A9."""
    raw = path.read_bytes()
    read = message_from_bytes(raw, policy=default)
    parts = [p.get_payload(decode=True) for p in read.walk() if not p.is_multipart()]
    decoded = [p.decode(errors="replace") for p in parts if isinstance(p, bytes)]
    return "\n".join([raw.decode(errors="replace"), *map(str, read.values()), *decoded])
