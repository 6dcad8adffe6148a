"""The door for mail: a small SMTP or LMTP server inside `followspot up`, for the addresses that people made and no others."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from followspot.channels import mail_in
from followspot.errors import Refused, in_short

_log = structlog.get_logger()
_MINUTE = 60


class Door:
    """What is answered to each step of a delivery. One address at a time, so that each is told how it went."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _: list[str]) -> str:
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        found = await asyncio.to_thread(_through, mail_in.opened, address)
        if found is None:
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        return await asyncio.to_thread(
            _through, _received, envelope.rcpt_tos[0], envelope.mail_from or "", envelope.content
        )


def _through(act: Any, *given: Any) -> Any:
    """Work with the database in a thread of its own, and leave no connection behind in it."""
    close_old_connections()
    try:
        return act(*given)
    finally:
        close_old_connections()


def _received(address: str, sender: str, content: bytes) -> str:
    found = mail_in.opened(address)
    if found is None:  # renewed between the two steps
        return "550 5.1.1 There is no such address here"
    try:
        mail_in.receive(*found, sender, content, now=timezone.now())
    except Refused as refusal:
        return f"452 4.7.0 {refusal}"
    except Exception as error:  # whoever sends it keeps it and tries again; the log quotes nobody
        _log.error("mail.failed", error=in_short(error))
        return "451 4.3.0 Try again later"
    return "250 2.0.0 OK"


class _OverLmtp(Controller):
    def factory(self) -> Any:
        return LMTP(self.handler, **self.SMTP_kwargs)


def listen(where: str) -> Any:
    """Begin to take mail in at host:port, or at lmtp://host:port; return what stops it."""
    domain: str = settings.MAIL_DOMAIN
    said = urlsplit(where if "://" in where else f"smtp://{where}")
    kind = _OverLmtp if said.scheme == "lmtp" else Controller
    controller = kind(
        Door(),
        hostname=said.hostname or "127.0.0.1",
        port=said.port or 25,
        ident="Followspot",
        data_size_limit=mail_in.LARGEST,
        enable_SMTPUTF8=True,
        server_hostname=domain,
        timeout=_MINUTE,
    )
    controller.start()
    return controller
