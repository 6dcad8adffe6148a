"""The door for mail: a small SMTP or LMTP server inside `followspot up`, for the addresses that people made and no others."""

from __future__ import annotations

import asyncio
import smtplib
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from followspot.channels import mail_in
from followspot.errors import BadInput, Refused, in_short

_log = structlog.get_logger()
_MINUTE = 60
_PATIENCE = 5  # seconds for a door beside oneself
_LATER = "451 4.3.0 Try again later"
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a door that listens everywhere is asked


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

    async def handle_exception(self, error: Exception) -> str:
        """Let whoever sends something keep it, such as while the database is away; nobody is told what it was."""
        _log.error("mail.failed", error=in_short(error))
        return _LATER


def _through(act: Any, *given: Any) -> Any:
    """Work with the database in a thread of its own, and leave no connection behind in it."""
    close_old_connections()
    try:
        return act(*given)
    finally:
        close_old_connections()


def _received(address: str, sender: str, content: bytes) -> str:
    try:
        found = mail_in.opened(address)
        if found is None:  # renewed between the two steps
            return "550 5.1.1 There is no such address here"
        mail_in.receive(*found, sender, content, now=timezone.now())
    except Refused as refusal:
        return f"452 4.7.0 {refusal}"
    except Exception as error:  # whoever sends it keeps it and tries again; the log quotes nobody
        _log.error("mail.failed", error=in_short(error))
        return _LATER
    return "250 2.0.0 OK"


class _OverLmtp(Controller):
    def factory(self) -> Any:
        return LMTP(self.handler, **self.SMTP_kwargs)


def _read(where: str) -> tuple[bool, str, int]:
    """Return whether LMTP is meant, the host and the port."""
    try:
        said = urlsplit(where if "://" in where else f"smtp://{where}")
        if said.scheme in ("smtp", "lmtp"):
            return said.scheme == "lmtp", said.hostname or "127.0.0.1", said.port or 25
    except ValueError:
        pass
    raise BadInput(f"FOLLOWSPOT_MAIL_IN: {where}. Write it like 127.0.0.1:2525 or lmtp://127.0.0.1:2525.")


def asked(where: str) -> str:
    """Ask the door, as a mail server would, for an address that there isn't; return what is wrong, or nothing."""
    lmtp, host, port = _read(where)
    try:
        with (smtplib.LMTP if lmtp else smtplib.SMTP)(
            _EVERYWHERE.get(host, host), port, timeout=_PATIENCE
        ) as door:
            door.ehlo()
            door.mail(f"doctor@{settings.MAIL_DOMAIN}")
            code, said = door.rcpt(f"barrier@{settings.MAIL_DOMAIN}")
    except (OSError, smtplib.SMTPException) as error:
        return getattr(error, "strerror", None) or type(error).__name__
    return "" if code == 550 else f"it answered {code} {said.decode('utf-8', 'replace')}"


def listen(where: str) -> Any:
    """Begin to take mail in at host:port, or at lmtp://host:port; return what stops it."""
    domain: str = settings.MAIL_DOMAIN
    lmtp, host, port = _read(where)
    kind = _OverLmtp if lmtp else Controller
    controller = kind(
        Door(),
        hostname=host,
        port=port,
        ident="Followspot",
        data_size_limit=mail_in.LARGEST,
        enable_SMTPUTF8=True,
        server_hostname=domain,
        timeout=_MINUTE,
    )
    controller.start()
    return controller
