"""A repository at GitHub: work that asks to be let in, its reviews, what is said there, issues, releases.

Changes themselves come from git; these are other events on other objects, so a team that connects both counts nothing twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import httpx2

from followspot.errors import BadInput
from followspot.evidence.connectors import (
    Access,
    Asked,
    Connector,
    Harvest,
    Hook,
    Remote,
    Tell,
    silent,
)
from followspot.evidence.connectors._access import just_once, sentence
from followspot.evidence.connectors._github_api import NO_ACCESS, SCOPES, Hub
from followspot.evidence.connectors._github_events import Reader, told
from followspot.evidence.connectors._hooks import signed
from followspot.evidence.connectors._http import host_of, understood
from followspot.evidence.connectors._pieces import Piece, complete
from followspot.evidence.connectors._rounds import Page
from followspot.evidence.connectors._rows import Row
from followspot.language import say

_HOST = "github.com"
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")


def read(path: str, *, cursor: dict[str, Any] | None = None, tell: Tell = silent, token: str = "") -> Harvest:
    """Read the next piece of a repository's life, the oldest change first.

    path : its address, https://github.com/owner/name or the same at a company's own GitHub.
    tell : told how many things are done, of how many that there were when the first page of each kind came.

    Raises BadInput for a token that isn't accepted, a repository that it doesn't show, a host that doesn't answer.
    """
    reader = Reader(repository_of(path), httpx2.URL(path).host)
    return Piece(
        "GitHub",
        cursor or {},
        lambda at: _pages(path, token, at),
        lambda page: reader.events(page.part, page.nodes),
        reader.aliases,
        tell,
    ).harvest()


def _pages(address: str, token: str, cursor: dict[str, Any]) -> Iterator[Page]:
    with closing(Hub(address, token)) as hub:
        yield from hub.pages(cursor)


def address(given: Mapping[str, str]) -> str:
    """Return the address of a repository by its name and, where it isn't github.com, its host."""
    repository = given.get("repository", "").strip().rstrip("/").removesuffix(".git")
    url = host_of(given.get("host", "") or _HOST)
    repository = (
        repository.removeprefix("https://").removeprefix(f"{url.host}/").removeprefix("www.github.com/")
    )
    if not _REPOSITORY.fullmatch(repository):
        raise BadInput(say("Write the repository as owner/name, for example quay/tower."))
    return str(url.copy_with(path=f"/{repository}"))


def repository_of(address: str) -> str:
    """Return owner/name of an address."""
    return httpx2.URL(address).path.strip("/")


@understood("GitHub")
def check(address: str, token: str) -> Access:
    """Ask once whether the token opens the repository, and for what of it."""
    with just_once("GitHub"), closing(Hub(address, token)) as hub:
        found = hub.check()
    parts = {"pullRequests": say("pull requests"), "issues": say("issues"), "releases": say("releases")}
    opens = [
        say("{n:,} {things}", n=found[p]["totalCount"], things=called)
        for p, called in parts.items()
        if found.get(p)
    ]
    lacks = [called for p, called in parts.items() if not found.get(p)]
    if not opens:
        raise BadInput(NO_ACCESS)
    name = str(found["nameWithOwner"])
    where = str(httpx2.URL(address).copy_with(path=f"/{name}"))
    return Access(where, name, sentence(name, opens, lacks, SCOPES))


def from_webhook(kind: str, payload: Any, address: str) -> list[Row]:
    """Return the events of a delivery. Raises BadInput for one that isn't of GitHub's shape."""
    try:
        return told(kind, payload, repository_of(address))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError):
        raise BadInput(say("This is no delivery of GitHub’s.")) from None


_STEPS = (
    say("At GitHub, open the repository’s Settings, then Webhooks, then Add webhook."),
    say("Payload URL: the address below. Content type: application/json. Secret: the secret below."),
    say(
        "Choose single events: Pull requests, Pull request reviews, Issues, Issue comments, Releases. Then Add webhook."
    ),
)


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
            Asked("repository", say("Repository"), say("Owner and name, as in quay/tower.")),
            Asked(
                "host", say("Host"), say("Only for a company’s own GitHub: its host name."), required=False
            ),
        ),
        token=Asked(
            "token", say("Token"), say("{scopes} It is kept sealed and not shown again.", scopes=SCOPES)
        ),
        address=address,
        check=check,
        complete=complete,
        hook=Hook(
            ("X-GitHub-Delivery",),
            "X-GitHub-Event",
            "ping",
            signed("X-Hub-Signature-256"),
            from_webhook,
            _STEPS,
        ),
    ),
)
