"""A project at GitLab: merge requests, their reviews, what is said there, issues, releases.

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
from followspot.evidence.connectors._gitlab_api import CALLED, NO_ACCESS, SCOPES, Lab
from followspot.evidence.connectors._gitlab_events import Reader
from followspot.evidence.connectors._hooks import carried
from followspot.evidence.connectors._http import host_of, understood
from followspot.evidence.connectors._pieces import Piece, complete
from followspot.evidence.connectors._rounds import Page
from followspot.language import say

_HOST = "gitlab.com"
_PROJECT = re.compile(r"[\w][\w.-]{0,254}(/[\w][\w.-]{0,254}){1,20}", re.ASCII)
_NEWS = frozenset({"merge_request", "issue", "work_item", "note", "release"})


def read(path: str, *, cursor: dict[str, Any] | None = None, tell: Tell = silent, token: str = "") -> Harvest:
    """Read the next piece of a project's life, the oldest change first.

    path : its address, https://gitlab.com/group/project or the same at an own host.
    tell : told how many merge requests and issues are done, of how many that there were when the first page of each came.

    Raises BadInput for a token that isn't accepted, a project that it doesn't show, a host that doesn't answer.
    """
    reader = Reader(project_of(path), httpx2.URL(path).host)
    return Piece(
        "GitLab",
        cursor or {},
        lambda at: _pages(path, token, at),
        lambda page: reader.events(page.part, page.nodes),
        reader.aliases,
        tell,
    ).harvest()


def _pages(address: str, token: str, cursor: dict[str, Any]) -> Iterator[Page]:
    with closing(Lab(address, token)) as lab:
        yield from lab.pages(cursor)


def address(given: Mapping[str, str]) -> str:
    """Return the address of a project by its path and, where it isn't gitlab.com, its host."""
    url = host_of(given.get("host", "") or _HOST)
    said = given.get("project", "").strip().removeprefix("https://").removeprefix(f"{url.host}/")
    project = said.partition("/-/")[0].strip("/").removesuffix(".git")
    if not _PROJECT.fullmatch(project):
        raise BadInput(say("Write the project as group/project, for example quay/tower."))
    return str(url.copy_with(path=f"/{project}"))


def project_of(address: str) -> str:
    """Return group/project of an address."""
    return httpx2.URL(address).path.strip("/")


@understood("GitLab")
def check(address: str, token: str) -> Access:
    """Ask once whether the token opens the project, and for what of it."""
    with just_once("GitLab"), closing(Lab(address, token)) as lab:
        project, found = lab.check()
    opens = [
        say("{n:,} {things}", n=found[part], things=CALLED[part]) if (found[part] or 0) >= 0 else CALLED[part]
        for part in found
        if found[part] is not None and part != "events"
    ]
    lacks = [CALLED[part] for part in found if found[part] is None]
    if not opens:
        raise BadInput(NO_ACCESS)
    name = str(project["path_with_namespace"])
    where = str(httpx2.URL(address).copy_with(path=f"/{name}"))
    return Access(where, name, sentence(name, opens, lacks, SCOPES))


def from_webhook(kind: str, payload: Any, address: str) -> tuple[()] | None:
    """Say whether a delivery tells of something new in the project. What it is, reading says: not everybody is named here."""
    if not isinstance(payload, dict) or not isinstance(payload.get("project") or {}, dict):
        raise BadInput(say("This is no delivery of GitLab’s."))
    where = str((payload.get("project") or {}).get("path_with_namespace") or "")
    ours = where.casefold() == project_of(address).casefold()
    return None if ours and str(payload.get("object_kind")) in _NEWS else ()


_STEPS = (
    say("At GitLab, open the project’s Settings, then Webhooks, then Add new webhook."),
    say("URL: the address below. Secret token: the secret below."),
    say(
        "Choose Comments, Issues events, Merge request events and Releases events. Then Add webhook, and Test it with Issues events."
    ),
)

connector = Connector(
    slug="gitlab",
    title="GitLab",
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
            Asked("project", say("Project"), say("Its path, as in quay/tower or quay/cranes/tower.")),
            Asked("host", say("Host"), say("Only for a GitLab of your own: its host name."), required=False),
        ),
        token=Asked(
            "token", say("Token"), say("{scopes} It is kept sealed and not shown again.", scopes=SCOPES)
        ),
        address=address,
        check=check,
        complete=complete,
        hook=Hook(
            ("Idempotency-Key", "X-Gitlab-Event-UUID"),
            "X-Gitlab-Event",
            "",
            carried("X-Gitlab-Token"),
            from_webhook,
            _STEPS,
        ),
        promise=say(
            "GitLab sends titles and texts along; they are let go of at once. Only what happened is kept, when, and who did it."
        ),
    ),
)
