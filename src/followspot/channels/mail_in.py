"""Mail that comes in: whose address it is, what it says, what becomes of it, and the mail that says so."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage

from django.conf import settings
from django.core.mail import EmailMessage as Letter
from django.db import transaction
from django.db.models import F
from django.utils.html import strip_tags

from followspot import seals
from followspot.channels import commands
from followspot.channels.models import Mailbox
from followspot.errors import BadInput, Refused
from followspot.objects import actions as comments
from followspot.teams import audit
from followspot.teams.models import Account, Team

LARGEST = 1_000_000  # bytes
A_DAY = 30  # mails to one address
KINDS = ("barrier", "lesson")
_ADDRESS = re.compile(rf"({'|'.join(KINDS)})\+([0-9a-z]{{20}})")
_AGAIN = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg|antw|sv|tr)\s*:\s*)+", re.IGNORECASE)
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
# Where what somebody else wrote before begins.
_QUOTED = re.compile(
    r"^(?:On .{0,200} wrote:|Am .{0,200} schrieb .{0,200}:|-{2,}\s?(?:Original Message|Ursprüngliche Nachricht|Forwarded message)\b.*|_{10,}\s*)$",
    re.IGNORECASE,
)


@transaction.atomic
def make(account: Account, team: Team, *, now: datetime) -> Mailbox:
    """Make somebody's address for a team, or another in the place of the one they have: that one opens nothing any more."""
    if not commands.speaker(account, now=now).roles_in(team):
        raise Refused("You are not of this team.")
    word = secrets.token_hex(10)
    audit.changed_rights(team, by=account, to=account, what="an address for mail acts for them", now=now)
    fresh = {"word_hash": _hash(word), "sealed_word": seals.seal(word), "made_at": now}
    return Mailbox.objects.update_or_create(account=account, team=team, defaults=fresh)[0]


@transaction.atomic
def remove(box: Mailbox, *, now: datetime) -> None:
    """Let an address open nothing any more."""
    audit.changed_rights(
        box.team, by=box.account, to=box.account, what="an address for mail acts for them no more", now=now
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


def is_automatic(sender: str, mail: EmailMessage) -> bool:
    """Say whether no person has written this: a bounce, an answer by a machine, a list. Such mail is never answered."""
    said = str(mail.get("Auto-Submitted", "no")).strip().casefold()
    bulk = str(mail.get("Precedence", "")).strip().casefold() in {"bulk", "junk", "list", "auto_reply"}
    listed = any(h in mail for h in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond"))
    return not sender.strip("<> ") or said != "no" or bulk or listed


def receive(kind: str, box: Mailbox, sender: str, content: bytes, *, now: datetime) -> None:
    """Do what a mail says and answer it: to the account's own address, since anybody can write any sender.

    Raises Refused where a day has brought enough.
    """
    mail = message_from_bytes(content, policy=policy.default)
    if is_automatic(sender, mail):
        return
    if not _counted(box, now):
        raise Refused(f"{A_DAY} mails came to this address today. Tomorrow it takes more.")
    subject = _AGAIN.sub("", " ".join(str(mail.get("Subject", "")).split()))
    typed = subject
    try:
        body = text_of(mail)
        typed = f"{subject}\n\n{body}".strip()
        told = _done(kind, box, subject, body, now=now)
    except (Refused, BadInput) as error:
        _answer(box, "It isn’t there", f"{error}\n\nYou wrote:\n\n{typed}")
    else:
        _answer(box, "It is there", told)


def _counted(box: Mailbox, now: datetime) -> bool:
    """Count a mail; say whether the day takes it."""
    today, mine = box.team.day(now), Mailbox.objects.filter(pk=box.pk)
    mine.exclude(taken_on=today).update(taken_on=today, taken=0)
    return bool(mine.filter(taken__lt=A_DAY).update(taken=F("taken") + 1))


@transaction.atomic
def _done(kind: str, box: Mailbox, subject: str, body: str, *, now: datetime) -> str:
    by = commands.speaker(box.account, now=now)
    said = commands.read(f"{kind} {subject}")
    if "unnamed" in said.flags:
        raise Refused(
            "Not without a name, by mail: the address says who sent it. The page keeps it to yourself."
        )
    if kind == "lesson":
        return commands.told(box.team, said.text, body, by, as_it_is="as-it-is" in said.flags).text
    it = commands.raised(box.team, said.text or body.partition("\n")[0], by)
    if said.text and body:
        comments.comment(it, body, by=by.person, now=now)
    return commands.said_of(it)


def text_of(mail: EmailMessage) -> str:
    """Return what somebody wrote in a mail: no quotes, no signature. Refuses attachments, and what can't be read."""
    try:
        for part in mail.walk():
            if part.is_attachment() and part.get_content_type() not in _SIGNATURES:
                raise BadInput(
                    "It has an attachment, which can’t be taken. Say where the file lies, and send it again."
                )
        body = mail.get_body(("plain", "html"))
        text = str(body.get_content()) if body is not None else ""
    except (LookupError, MessageError, ValueError, AttributeError):
        raise BadInput("The mail can’t be read. Send it again as plain text.") from None
    if body is not None and body.get_content_subtype() == "html":
        text = strip_tags(re.sub(r"(?i)<br\s*/?>|</p>|</div>", "\n", text))
    return _own(text.replace("\x00", ""))


def _own(text: str) -> str:
    """Cut what was quoted, and the signature."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.rstrip("\r") in ("-- ", "--") or _QUOTED.match(line.strip()):
            break
        if not line.startswith(">"):
            lines.append(line.rstrip())
    return "\n".join(lines).strip()


def _answer(box: Mailbox, subject: str, text: str) -> None:
    Letter(
        subject=f"{' '.join(box.team.name.split())}: {subject}",
        body=f"{text}\n",
        to=[box.account.email],
        headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    ).send()


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
