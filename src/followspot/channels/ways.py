"""Messages to other services, through apprise: only chats and push, never a file or a command, never this server's own network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpx2
import structlog
from urllib3.util import connection

from followspot import outward, seals
from followspot.channels.models import Way
from followspot.errors import BadInput, in_short
from followspot.language import said_of, say

_log = structlog.get_logger()
MOST = 5  # of one person, or of one team
SECONDS = 10
# What an address may begin with, and how the service is called. What isn't here can't be used.
KINDS = {
    "slack": "Slack",
    "workflow": "Microsoft Teams",
    "workflows": "Microsoft Teams",
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "matrix": "Matrix",
    "matrixs": "Matrix",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
    "tgram": "Telegram",
    "discord": "Discord",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "gotify": "Gotify",
    "gotifys": "Gotify",
    "pover": "Pushover",
    "signal": "Signal",
    "signals": "Signal",
    "zulip": "Zulip",
    "wxteams": "Webex",
    "webex": "Webex",
    "gchat": "Google Chat",
}
# What calls everybody in a room, wherever it stands in what somebody wrote: it is told, and calls nobody.
_CALLS = re.compile(r"@(?=(?:\*\*)?(?:everyone|here|channel|all|room)\b)", re.IGNORECASE)
_guarded: ContextVar[bool] = ContextVar("guarded", default=False)
_connect = connection.create_connection


def _looked_at(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
    """Connect to the one address that was looked at, while a message is being sent. A redirect comes by here as well."""
    host, port = address
    if _guarded.get():
        shown = f"[{host}]" if ":" in host else host
        try:
            host = outward.pinned(httpx2.URL(f"https://{shown}"))["url"].host
        except BadInput as error:
            raise OSError(str(error)) from None
    return _connect((host, port), *args, **kwargs)


connection.create_connection = _looked_at  # whatever asks besides messages goes on as before


@contextmanager
def _only_outside() -> Iterator[None]:
    token = _guarded.set(True)
    try:
        yield
    finally:
        _guarded.reset(token)


def check(address: str) -> str:
    """Return the kind of an address. Raises BadInput for what is no chat or push, or lies within the server's own network."""
    service = _service(address)
    if _names_a_host(service):
        try:
            outward.pinned(httpx2.URL(f"https://{service.host}"))
        except (BadInput, httpx2.InvalidURL) as error:
            raise BadInput(say("Address: {error}", error=said_of(error))) from None
    return KINDS[_begins(service)]


def send(way: Way, title: str, text: str) -> bool:
    """Send a message, and note how that went. Whatever goes wrong is that way's alone, and stops no other."""
    try:
        with _only_outside():
            service = _service(seals.opened(way.sealed_address))
            went = bool(service.notify(body=_calm(text), title=_calm(title)))
        answer = "" if went else say("The service didn’t take it. Is the address still right?")
    except BadInput as error:
        answer = said_of(error)
    except Exception as error:  # of another's program; its message may quote the address
        _log.error("way.failed", kind=way.kind, error=in_short(error))
        answer = say("The service couldn’t be asked. Is the address still right?")
    if way.answer != answer:
        way.answer = answer
        type(way)._default_manager.filter(pk=way.pk).update(answer=way.answer)  # it may be gone by now
    return not answer


def _calm(text: str) -> str:
    """Return a text in which nothing is a mark of the service's own: no tag that breaks it, nothing that calls a whole room."""
    return _CALLS.sub("@\u200b", str(text).replace("<", "‹").replace(">", "›"))


def _service(address: str) -> Any:
    """Return what sends to an address; it reads no template, keeps nothing on disk, and follows no redirect."""
    import apprise

    address = address.strip()
    begins = address.partition("://")[0].casefold()
    if begins not in KINDS and begins != "https":
        raise BadInput(
            say("Address: it begins with one of {kinds}.", kinds=", ".join(f"{kind}://" for kind in KINDS))
        )
    asset = apprise.AppriseAsset(
        app_id="Followspot",
        app_desc="Followspot",
        storage_mode="memory",
        allow_templates=False,
        http_redirects=False,
    )
    service = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if service is None or not _begins(service):
        raise BadInput(say("Address: it isn’t written as this service’s are. The how-to has one of each."))
    service.socket_connect_timeout = service.socket_read_timeout = SECONDS
    return service


def _begins(service: Any) -> str:
    """Return how addresses of a service begin, if it is one of those that may be used."""
    found: list[str] = []
    for said in (service.protocol, service.secure_protocol):
        found += [said] if isinstance(said, str) else said or ()
    return next((schema for schema in found if schema in KINDS), "")


def _names_a_host(service: Any) -> bool:
    """Say whether an address names a host, as of a service that one runs oneself, rather than a room or a token."""
    hosted = any("{host}" in template for template in service.templates)
    return hosted and getattr(service, "mode", "") != "cloud"
