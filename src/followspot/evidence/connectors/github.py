"""A repository at GitHub: work that asks to be let in, its reviews, what is said there, issues, releases.

Changes themselves come from git; these are other events on other objects, so a team that connects both counts nothing twice.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx2
import pyarrow as pa

from followspot import outward
from followspot.errors import BadInput
from followspot.evidence.connectors import (
    Access,
    Asked,
    Connector,
    Finish,
    Harvest,
    Hook,
    Remote,
    Tell,
    silent,
)
from followspot.evidence.connectors._ahead import ahead
from followspot.evidence.connectors._github_api import NO_ACCESS, SCOPES, Hub
from followspot.evidence.connectors._github_events import Reader, told
from followspot.evidence.connectors._http import Paused
from followspot.evidence.connectors._rows import Row, batch

PIECE = 40_000  # events, after which what came is kept before more is asked for
_AT_ONCE = 5_000  # events laid out as columns
_LONG = 60.0  # seconds, likewise
_HOST = "github.com"
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")


def read(path: str, *, cursor: dict[str, Any] | None = None, tell: Tell = silent, token: str = "") -> Harvest:
    """Read the next piece of a repository's life, the oldest change first.

    path : its address, https://github.com/owner/name or the same at a company's own GitHub.
    tell : told how many things are done, of how many that there were when the first page of each kind came.

    Raises BadInput for a token that isn't accepted, a repository that it doesn't show, a host that doesn't answer.
    """
    return _Piece(path, cursor or {}, tell, token).harvest()


class _Piece:
    """One piece: as many pages as make a segment, or as come in a minute, or until GitHub wants to be left alone."""

    def __init__(self, address: str, cursor: dict[str, Any], tell: Tell, token: str) -> None:
        self._address, self._token, self._tell = address, token, tell
        self._cursor = cursor
        self._reader = Reader(repository_of(address), httpx2.URL(address).host)
        self._resume_at: datetime | None = None
        self._ended = False

    def harvest(self) -> Harvest:
        return Harvest(self._batches(), self._finish)

    def _alive(self) -> None:
        self._tell(self._cursor.get("done", 0), self._cursor.get("total", 0))

    def _batches(self) -> Iterator[pa.RecordBatch]:
        hub = Hub(self._address, self._token)
        began, count = time.monotonic(), 0
        rows: list[Row] = []
        pages = ahead(hub.pages(self._cursor), alive=self._alive)
        try:
            for page in pages:
                rows += self._reader.events(page.part, page.nodes)
                self._cursor = page.cursor
                self._alive()
                self._ended = not page.cursor["under_way"]
                if count + len(rows) >= PIECE or time.monotonic() - began >= _LONG:
                    break
                if len(rows) >= _AT_ONCE:
                    yield batch(rows)
                    count, rows = count + len(rows), []
        except Paused as pause:
            self._resume_at = pause.until
        finally:
            pages.close()
            hub.close()
        if rows:
            yield batch(rows)

    def _finish(self) -> Finish:
        notes = [
            f"The token may not read {part}, so these are missing."
            for part in self._cursor.get("refused", ())
        ]
        if self._resume_at:
            notes.append(
                "GitHub asks to be left alone for a while. What came so far is kept, and reading goes on by itself."
            )
        more = not self._ended and self._resume_at is None
        return Finish(
            self._cursor, self._reader.aliases, notes=tuple(notes), more=more, resume_at=self._resume_at
        )


def address(given: Mapping[str, str]) -> str:
    """Return the address of a repository by its name and, where it isn't github.com, its host."""
    repository = given.get("repository", "").strip().rstrip("/").removesuffix(".git")
    host = given.get("host", "").strip().rstrip("/") or _HOST
    repository = repository.removeprefix("https://").removeprefix(f"{host}/").removeprefix("www.github.com/")
    if not _REPOSITORY.fullmatch(repository):
        raise BadInput("Write the repository as owner/name, for example quay/tower.")
    url = httpx2.URL(host if "://" in host else f"https://{host}")
    if not url.host or (url.scheme != "https" and not outward.is_internal(url.host)):
        raise BadInput("Write the host as github.example.org. Tokens are only sent over https.")
    return str(url.copy_with(path=f"/{repository}"))


def repository_of(address: str) -> str:
    """Return owner/name of an address."""
    return httpx2.URL(address).path.strip("/")


def check(address: str, token: str) -> Access:
    """Ask once whether the token opens the repository, and for what of it."""
    hub = Hub(address, token)
    try:
        found = hub.check()
    except Paused as pause:
        raise BadInput(
            f"GitHub lets itself be asked again at {pause.until:%H:%M} UTC. Try again then."
        ) from None
    finally:
        hub.close()
    parts = {"pullRequests": "pull requests", "issues": "issues", "releases": "releases"}
    opens = [f"{found[p]['totalCount']:,} {called}" for p, called in parts.items() if found.get(p)]
    lacks = [called for p, called in parts.items() if not found.get(p)]
    if not opens:
        raise BadInput(NO_ACCESS)
    name = str(found["nameWithOwner"])
    sentence = f"The token opens {name}: {_and(opens)}."
    if lacks:
        sentence += f" It may not read {_and(lacks)}. {SCOPES}"
    where = str(httpx2.URL(address).copy_with(path=f"/{name}"))
    return Access(where, name, sentence)


def _and(some: Sequence[str]) -> str:
    return " and ".join(", ".join(some).rsplit(", ", 1))


def genuine(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Say whether GitHub signed this with the secret."""
    right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), headers.get("X-Hub-Signature-256", "").encode())


def from_webhook(kind: str, payload: Any, address: str) -> list[Row]:
    """Return the events of a delivery. Raises BadInput for one that isn't of GitHub's shape."""
    try:
        return told(kind, payload, repository_of(address))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise BadInput("This is no delivery of GitHub’s.") from None


_STEPS = (
    "At GitHub, open the repository’s Settings, then Webhooks, then Add webhook.",
    "Payload URL: the address below. Content type: application/json. Secret: the secret below.",
    "Choose single events: Pull requests, Pull request reviews, Issues, Issue comments, Releases. Then Add webhook.",
)


def complete(cursor: Mapping[str, Any]) -> bool:
    """Say whether all of the past has been read once."""
    return bool(cursor.get("whole"))


connector = Connector(
    slug="github",
    title="GitHub",
    emits=frozenset(
        {
            "pull.opened",
            "pull.merged",
            "pull.accepted",
            "pull.closed",
            "review.asked",
            "review.given",
            "comment.written",
            "item.opened",
            "item.done",
            "release.published",
        }
    ),
    read=read,
    remote=Remote(
        fields=(
            Asked("repository", "Repository", "Owner and name, as in quay/tower."),
            Asked("host", "Host", "Only for a company’s own GitHub: its host name.", required=False),
        ),
        token=Asked("token", "Token", f"{SCOPES} It is kept sealed and not shown again."),
        address=address,
        check=check,
        complete=complete,
        hook=Hook("X-GitHub-Delivery", "X-GitHub-Event", "ping", genuine, from_webhook, _STEPS),
    ),
)
