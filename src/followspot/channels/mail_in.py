"""Mail that comes in: whose address it is, what it says, what becomes of it, and the mail that says so."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from followspot import seals
from followspot.channels import commands, mail_text
from followspot.channels.models import Mailbox
from followspot.errors import BadInput, Refused, in_short
from followspot.language import say
from followspot.objects import actions as comments
from followspot.teams import audit, languages
from followspot.teams.models import Account, Team

LARGEST = 1_000_000  # bytes
A_DAY = 30  # mails to one address
KINDS = ("barrier", "lesson")
_ADDRESS = re.compile(rf"({'|'.join(KINDS)})\+([0-9a-z]{{20}})")
_log = structlog.get_logger()


@transaction.atomic
def make(account: Account, team: Team, *, now: datetime) -> Mailbox:
    """Make somebody's address for a team, or another in the place of the one they have: that one opens nothing any more."""
    if not commands.speaker(account, now=now).roles_in(team):
        raise Refused(say("You are not of this team."))
    word = secrets.token_hex(10)
    audit.changed_rights(team, by=account, to=account, what=say("an address for mail acts for them"), now=now)
    fresh = {"word_hash": _hash(word), "sealed_word": seals.seal(word), "made_at": now}
    return Mailbox.objects.update_or_create(account=account, team=team, defaults=fresh)[0]


@transaction.atomic
def remove(box: Mailbox, *, now: datetime) -> None:
    """Let an address open nothing any more."""
    audit.changed_rights(
        box.team,
        by=box.account,
        to=box.account,
        what=say("an address for mail acts for them no more"),
        now=now,
    )
    box.delete()


def addresses(box: Mailbox) -> list[str]:
    """Return the addresses of a box, one for each kind of thing that mail can bring."""
    word = seals.opened(box.sealed_word)
    return [f"{kind}+{word}@{settings.MAIL_DOMAIN}" for kind in KINDS]


def opened(address: str) -> tuple[str, Mailbox] | None:
    """Return what is to be made of mail to an address, and whose it is; None for an address that there isn't."""
    local, _, domain = address.strip().casefold().rpartition("@")
    found = _ADDRESS.fullmatch(local)
    if found is None or domain != settings.MAIL_DOMAIN.casefold():
        return None
    box = (
        Mailbox.objects.select_related("account", "team")
        .filter(word_hash=_hash(found[2]), account__is_active=True)
        .first()
    )
    return (found[1], box) if box else None


def receive(kind: str, box: Mailbox, sender: str, content: bytes, *, now: datetime) -> None:
    """Do what a mail says and answer it: to the account's own address, since anybody can write any sender.

    Raises Refused where a day has brought enough, and what a mail server raises while nothing has been done yet.
    """
    if not sender.strip("<> "):
        return
    it: mail_text.Written | None
    try:
        it = mail_text.read(content, sender)
    except BadInput:
        it = None
    if it is not None and it.automatic:
        return
    if not _counted(box, now):
        raise Refused(say("{n} mails came to this address today. Tomorrow it takes more.", n=A_DAY))
    with languages.to(box.account):
        _take(kind, box, it, now=now)


def _take(kind: str, box: Mailbox, it: mail_text.Written | None, *, now: datetime) -> None:
    try:
        told = _done(kind, box, it, now=now)
    except (Refused, BadInput) as error:
        said = str(error)
        if it:
            typed = f"{it.subject}\n\n{it.text or ''}".rstrip()
            said = say("{error}\n\nYou wrote:\n\n{typed}", error=str(error), typed=typed)
        _answer(box, say("It isn’t there"), said)
        return
    try:
        _answer(box, say("It is there"), told)
    except (OSError, SMTPException) as error:  # it is there: sent once more, it would be there twice
        _log.error("mail.unanswered", error=in_short(error))


def _counted(box: Mailbox, now: datetime) -> bool:
    """Count a mail; say whether the day takes it."""
    today, mine = box.team.day(now), Mailbox.objects.filter(pk=box.pk)
    mine.exclude(taken_on=today).update(taken_on=today, taken=0)
    return bool(mine.filter(taken__lt=A_DAY).update(taken=F("taken") + 1))


@transaction.atomic
def _done(kind: str, box: Mailbox, mail: mail_text.Written | None, *, now: datetime) -> str:
    if mail is None or mail.text is None:
        raise BadInput(mail_text.UNREAD)
    if mail.attached:
        raise BadInput(
            say("It has an attachment, which can’t be taken. Say where the file lies, and send it again.")
        )
    if commands.wants_no_name(mail.subject, mail.text):
        raise Refused(
            say("Not without a name, by mail: the address says who sent it. The page keeps it to yourself.")
        )
    by = commands.speaker(box.account, now=now)
    said = commands.read(f"{kind} {mail.subject}")
    if kind == "lesson":
        return commands.told(box.team, said.text, mail.text, by, as_it_is="as-it-is" in said.flags).text
    first, _, rest = mail.text.partition("\n")
    what, more = (said.text, mail.text) if said.text else (first, rest.strip())
    it = commands.raised(box.team, what, by)
    if more:
        comments.comment(it, more, by=by.person, now=now)
    return commands.said_of(it)


def _answer(box: Mailbox, subject: str, text: str) -> None:
    EmailMessage(
        subject=f"{' '.join(box.team.name.split())}: {subject}",
        body=f"{text}\n",
        to=[box.account.email],
        headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    ).send()


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
