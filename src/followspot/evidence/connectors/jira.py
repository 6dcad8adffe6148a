"""A queue of work at Jira, in the Cloud or at a Data Center: what was asked for, whom it was given to, what was said, what was done."""

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
from followspot.evidence.connectors._hooks import signed
from followspot.evidence.connectors._http import Denied, host_of, understood
from followspot.evidence.connectors._jira_api import NEEDS, Desk
from followspot.evidence.connectors._jira_events import Reader
from followspot.evidence.connectors._pieces import Piece, complete
from followspot.evidence.connectors._rounds import Page
from followspot.language import say

_LONGEST = 500  # of what a person asks for
_MOST = 1000  # of an address with it
_WHICH = say("Which items")


def read(path: str, *, cursor: dict[str, Any] | None = None, tell: Tell = silent, token: str = "") -> Harvest:
    """Read the next piece of what happened to the items, the oldest change first.

    path : the site's address, with what was asked for in `jql`.
    tell : told how many items are done, of about how many.

    Raises BadInput for a token that isn't accepted, a question that Jira doesn't understand, a host that doesn't answer.
    """
    desk = Desk(path, token)
    reader = Reader(httpx2.URL(path).host, lambda state: desk.site.done.get(state))
    return Piece(
        "Jira",
        cursor or {},
        lambda at: _pages(desk, at),
        lambda page: reader.events(page.nodes),
        reader.aliases,
        tell,
    ).harvest()


def _pages(desk: Desk, cursor: dict[str, Any]) -> Iterator[Page]:
    with closing(desk):
        yield from desk.pages(cursor)


def address(given: Mapping[str, str]) -> str:
    """Return the address of a site, with what a person asked for."""
    url, which = host_of(given.get("host", "")), given.get("which", "").strip()
    if len(which) > _LONGEST or re.search(r"\border\s+by\b", which, re.IGNORECASE):
        raise BadInput(
            say("{which}: at most {longest} characters, without ORDER BY.", which=_WHICH, longest=_LONGEST)
        )
    cloud = url.host.endswith(".atlassian.net")
    url = url.copy_with(path="/" if cloud else f"{url.path.rstrip('/')}/")
    found = str(url.copy_set_param("jql", which) if which else url)
    if len(found) > _MOST:
        raise BadInput(
            say(
                "{which}: this is too long as an address. Say it shorter, or by a filter: filter = 10001.",
                which=_WHICH,
            )
        )
    return found


@understood("Jira")
def check(address: str, token: str) -> Access:
    """Ask once whether the token opens the site, and how many items it finds."""
    try:
        with just_once("Jira"), closing(Desk(address, token)) as desk:
            desk.open()
            count = desk.count()
    except Denied as error:
        if error.status != 400:
            raise
        raise BadInput(say("{error} Mend it under “{which}”.", error=str(error), which=_WHICH)) from None
    url = httpx2.URL(address)
    which = url.params.get("jql", "")
    name = f"{url.host}: {which}" if which else url.host
    return Access(address, name, sentence(name, [say("{n:,} items", n=count)], (), NEEDS))


def from_webhook(kind: str, payload: Any, address: str) -> tuple[()] | None:
    """Say whether a delivery tells of something new. What it is, reading says: not all of an item's past is here."""
    if not isinstance(payload, dict) or not isinstance(payload.get("webhookEvent"), str):
        raise BadInput(say("This is no delivery of Jira’s."))
    return None if payload["webhookEvent"].startswith(("jira:issue_", "comment_")) else ()


_STEPS = (
    say("At Jira, as its administrator, open Settings, System, WebHooks, and create one."),
    say("URL: the address below. Secret: the secret below. Choose which items, if you like."),
    say("Choose Issue: created, updated, deleted and Comment: created. Then Create."),
)

connector = Connector(
    slug="jira",
    title="Jira",
    emits=frozenset({"item.opened", "item.given", "item.done", "comment.written"}),
    read=read,
    remote=Remote(
        fields=(
            Asked("host", say("Host"), say("As in quay.atlassian.net or jira.quay.example.")),
            Asked(
                "which",
                _WHICH,
                say(
                    "In Jira’s own query language, as in project = TOWER. Left empty: all that the token sees."
                ),
                required=False,
            ),
        ),
        token=Asked(
            "token",
            say("Token"),
            say(
                "For the Cloud your mail address, a colon and an API token; for a Data Center just a personal access token. {needs} It is kept sealed and not shown again.",
                needs=NEEDS,
            ),
        ),
        address=address,
        check=check,
        complete=complete,
        hook=Hook(
            ("X-Atlassian-Webhook-Identifier",),
            "",
            "",
            signed("X-Hub-Signature"),
            from_webhook,
            _STEPS,
        ),
        promise=say(
            "No titles are asked for; texts of comments come along and are let go of at once. Only what happened is kept, when, and who did it."
        ),
    ),
)
