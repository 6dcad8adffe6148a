"""The verbs on chats: listening to one, taking a signed request in once, knowing who speaks, and answering."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from followspot import seals
from followspot.channels import commands
from followspot.channels.commands import Answer
from followspot.channels.models import Chat, ChatIdentity, ChatWord, Heard
from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.teams import audit
from followspot.teams.models import Account, Person

MOST = 5  # chats of one service
FRESH = timedelta(minutes=5)  # what is older is refused, as the services ask for
LINKS = timedelta(minutes=15)
LARGEST = 256 * 1024
_SALT = "followspot.chats"


class Unsigned(Exception):
    """A request that no chat we listen to has signed, or that came before, or is too old."""


@dataclass(frozen=True, slots=True)
class Word:
    """Something said in a chat: by whom and where, and at which address the answer is awaited."""

    text: str
    workspace: str
    workspace_name: str
    member: str
    name: str
    reply_to: str = ""
    shortcut: str = ""
    cites: str = ""

    def __post_init__(self) -> None:
        if not all(isinstance(value, str) for value in astuple(self)):
            raise TypeError("What a chat sends is text.")


@transaction.atomic
def connect(service: str, name: str, secret: str, *, by: Account, now: datetime) -> Chat:
    """Listen to a chat from now on. secret : with which it signs what it sends."""
    _must_be_admin(by)
    name, secret = " ".join(name.split()), secret.strip()
    if service not in Chat.Service.values or not name or not secret:
        raise BadInput(say("Service, name and secret: all three are needed."))
    if service == Chat.Service.TEAMS and not _is_token(secret):
        raise BadInput(
            say(
                "This is no security token of Teams’: those are letters, digits, + and /, and most end in =. Copy it whole."
            )
        )
    if Chat.objects.filter(service=service).count() >= MOST:
        raise Refused(say("There are {n} already. Remove one that nobody uses any more.", n=MOST))
    chat = Chat.objects.create(service=service, name=name[:80], sealed_secret=seals.seal(secret), made_at=now)
    audit.changed_rights(None, by=by, what=say("a chat may speak for people who link themselves"), now=now)
    return chat


def _is_token(secret: str) -> bool:
    """Say whether something can be a token of Teams'; nothing signed with anything else would ever be believed."""
    try:
        return bool(base64.b64decode(secret, validate=True))
    except ValueError:
        return False


@transaction.atomic
def remove(chat: Chat, *, by: Account, now: datetime) -> None:
    """Listen no more, and forget who is who there."""
    _must_be_admin(by)
    audit.changed_rights(None, by=by, what=say("a chat speaks for nobody any more"), now=now)
    chat.delete()


def _must_be_admin(account: Account) -> None:
    if not account.is_staff:
        raise Refused(say("Only an admin connects chats."))


def opens(chat: Chat) -> bool:
    """Say whether the secret of a chat can still be opened, so that it is listened to."""
    try:
        return bool(seals.opened(chat.sealed_secret))
    except BadInput:
        return False


def take_in(service: str, signed: Callable[[bytes], str | None], *, now: datetime) -> Heard:
    """Take a request in once. signed : given a secret, the signature if it was made with that secret.

    Raises Unsigned for what nobody signed, and for what has come before.
    """
    for chat in Chat.objects.filter(service=service):
        if not opens(chat):  # the page of chats says so; a stranger isn't told, and the others are heard
            continue
        signature = signed(seals.opened(chat.sealed_secret).encode())
        if signature is None:
            continue
        forget(now=now)
        try:
            with transaction.atomic():
                heard = Heard.objects.create(
                    chat=chat, signature_hash=hashlib.sha256(signature.encode()).hexdigest(), at=now
                )
        except IntegrityError:
            raise Unsigned(say("This has come before.")) from None
        Chat.objects.filter(pk=chat.pk).exclude(heard_on=now.date()).update(heard_on=now.date())
        return heard
    raise Unsigned(say("Nobody whom this server listens to has signed this."))


def forget(*, now: datetime) -> int:
    """Forget what has been answered, or was never: nothing that old is taken in again anyway."""
    return Heard.objects.filter(at__lt=now - LINKS).delete()[0]


def keep(heard: Heard, word: Word) -> None:
    """Keep what was said under seal until it is answered."""
    heard.sealed_said = seals.seal(json.dumps(asdict(word)))
    heard.save(update_fields=["sealed_said"])


def kept(heard: Heard) -> Word:
    """Return what was said. Refuses where it has been answered, and is gone."""
    if not heard.sealed_said:
        raise Refused(say("This link has done its work. Say something in the chat again to get another."))
    return Word(**json.loads(seals.opened(heard.sealed_said)))


def who(chat: Chat, word: Word) -> Account | None:
    """Return whose account speaks, or None for somebody whom nobody has said to be."""
    found = ChatIdentity.objects.select_related("account").filter(
        chat=chat, workspace=word.workspace, member=word.member, account__is_active=True
    )
    return next((identity.account for identity in found), None)


def people_mentioned(chat: Chat, workspace: str) -> Callable[[str], str | None]:
    """Return how to find the name of a person from their number in a chat."""

    def name_of(member: str) -> str | None:
        person = Person.objects.filter(
            account__chat_identities__chat=chat,
            account__chat_identities__workspace=workspace,
            account__chat_identities__member=member,
        ).first()
        return person.name if person else None

    return name_of


@transaction.atomic
def answer(heard: Heard, *, now: datetime, alone: bool) -> tuple[Word, Answer] | None:
    """Do what was said, once, and return it with the answer; None where that has been done."""
    heard = Heard.objects.select_for_update(of=("self",)).select_related("chat").get(pk=heard.pk)
    if not heard.sealed_said:
        return None
    word = kept(heard)
    account = who(heard.chat, word)
    if account is None and alone:
        return word, Answer(
            say(
                "I don’t know you yet. Open this within 15 minutes, and I do what you asked: {link}",
                link=link(heard),
            )
        )
    heard.sealed_said = ""
    heard.save(update_fields=["sealed_said"])
    if account is not None:
        return word, commands.do(word.text, account, now=now, alone=alone, cites=word.cites)
    page = f"{settings.SITE}{reverse('reach')}"
    return word, Answer(
        say("I don’t know you yet. Make a word at {page} and tell it to me once: i am WORD", page=page)
    )


def link(heard: Heard) -> str:
    """Return the address at which whoever is signed in says that it was them."""
    return f"{settings.SITE}{reverse('link-chat', args=[signing.dumps(heard.pk, salt=_SALT)])}"


def linked(signed: str) -> Heard:
    """Return the request that a link is about. Refuses a link that is older than it may be."""
    try:
        pk = signing.loads(signed, salt=_SALT, max_age=LINKS)
    except signing.BadSignature:
        pk = 0
    found = Heard.objects.select_related("chat").filter(pk=pk).first()
    if found is None:
        raise Refused(
            say(
                "This link has ended: it is good for 15 minutes, once. Say something in the chat again to get another."
            )
        )
    kept(found)
    return found


@transaction.atomic
def say_who(chat: Chat, word: Word, account: Account, *, now: datetime) -> ChatIdentity:
    """Let a name in a chat be somebody's. Whoever had it before lets go of it first."""
    there = ChatIdentity.objects.filter(chat=chat, workspace=word.workspace, member=word.member).first()
    if there is not None and there.account_id != account.pk:
        raise Refused(
            say("Somebody else here has said that this is them. They remove it on their page first.")
        )
    if there is not None:
        return there
    audit.changed_rights(None, by=account, to=account, what=say("a name in a chat acts for them"), now=now)
    return ChatIdentity.objects.create(
        account=account,
        chat=chat,
        workspace=word.workspace,
        member=word.member,
        name=commands.cleaned(word.name)[:200],
        linked_at=now,
    )


@transaction.atomic
def unlink(identity: ChatIdentity, *, now: datetime) -> None:
    """Let a name in a chat be nobody's any more."""
    account = identity.account
    audit.changed_rights(
        None, by=account, to=account, what=say("a name in a chat acts for them no more"), now=now
    )
    identity.delete()


def make_word(account: Account, *, now: datetime) -> str:
    """Return a word that says in a chat who one is: once, within 15 minutes."""
    word = secrets.token_urlsafe(9)
    ChatWord.objects.update_or_create(account=account, defaults={"word_hash": _hash(word), "made_at": now})
    return word


@transaction.atomic
def told_word(chat: Chat, word: Word, *, now: datetime) -> Answer | None:
    """Link whoever tells a word of their own; None where no word was told."""
    text = word.text.strip()
    if not text.casefold().startswith("i am "):
        return None
    found = ChatWord.objects.filter(word_hash=_hash(text[5:].strip()), made_at__gt=now - LINKS).first()
    if found is None:
        return Answer(
            say("That is no word of today: each is good for 15 minutes, once. Make another on your page."),
            refused=True,
        )
    account = found.account
    found.delete()
    try:
        say_who(chat, word, account, now=now)
    except Refused as refusal:
        return Answer(str(refusal), refused=True)
    return Answer(say("Now I know you. Write “help” to see what I understand."))


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
