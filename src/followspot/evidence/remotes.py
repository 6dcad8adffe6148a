"""Connecting a service that is asked over HTTP, and the token that opens it: checked at once, kept sealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import httpx2

from followspot import seals
from followspot.errors import BadInput, Refused
from followspot.evidence.connectors import Access, Remote, connectors
from followspot.evidence.models import Source
from followspot.language import say
from followspot.teams.models import Team


def remotes() -> dict[str, Remote]:
    """All services that can be connected, by slug."""
    return {slug: c.remote for slug, c in connectors().items() if c.remote}


def connect(
    team: Team, slug: str, given: Mapping[str, str], *, token: str, now: datetime
) -> tuple[Source, str]:
    """Make a source of a service once the token has opened it; return it, and what may be read.

    Raises BadInput for what can't be opened, Refused for what is connected already.
    """
    remote = remotes()[slug]
    access = remote.check(remote.address(given), token)
    if any(_is_same(source, access, token) for source in team.sources.filter(connector=slug)):
        raise Refused(
            say("{title} is connected already. A new token is given on its own page.", title=access.title)
        )
    source = Source.objects.create(
        team=team,
        connector=slug,
        title=access.title[:200],
        path=access.address,
        token=seals.seal(token),
        due_at=now,
    )
    return source, access.sentence


def _is_same(source: Source, access: Access, token: str) -> bool:
    """Say whether a source is what a token opens, maybe under an earlier name, which the service still knows."""
    if source.path.casefold() == access.address.casefold():
        return True
    if httpx2.URL(source.path).host != httpx2.URL(access.address).host:
        return False
    try:
        there = remotes()[source.connector].check(source.path, token)
    except BadInput:
        return False
    return there.address.casefold() == access.address.casefold()


def replace_token(source: Source, token: str, *, now: datetime) -> str:
    """Put another token in the place of a source's, once it has opened it; return what may be read."""
    access = remotes()[source.connector].check(source.path, token)
    source.token, source.failures, source.due_at = seals.seal(token), 0, now
    source.title = access.title[
        :200
    ]  # what it is called now; its events go on under the path that they began with
    source.save(update_fields=["token", "failures", "due_at", "title"])
    return access.sentence


def ask_now(source: Source, *, now: datetime) -> None:
    """Let a source that is read by itself be asked at once, whenever its next hour is."""
    Source.objects.filter(pk=source.pk, due_at__gt=now).update(due_at=now)
