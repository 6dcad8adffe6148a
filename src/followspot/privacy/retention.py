"""How long each kind of thing is kept, what goes next, and the sweep that once a day lets it go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from followspot.errors import Refused
from followspot.evidence import ageing
from followspot.language import say
from followspot.objects.models import Comment, kinds
from followspot.privacy.models import Period, Sweep
from followspot.teams.models import Answered, Invitation, Look, RightsChange, Token

MOST = 36_500  # days; longer is for ever
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that is kept for a time. days None: it stays, unless an installation says otherwise.

    since : from when its time counts; least : the shortest that may be chosen; go : how many are over, and with
        `really` lets them go.
    """

    slug: str
    title: str
    since: str
    days: int | None
    least: int
    go: Callable[[datetime, bool], int]
    may_stay: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind with its period as it holds here. due : how many would go with the next sweep."""

    kind: Kind
    days: int | None
    changed: bool
    due: int | None


def _rows(of: Callable[[datetime], QuerySet[Any]], before: datetime, really: bool) -> int:
    rows = of(before)
    if not really:
        return rows.count()
    over = list(rows.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=over).delete()
    return len(over)


def _withdrawn(before: datetime, really: bool) -> int:
    models = [m for m in kinds().values() if any(f.name == "withdrawn_at" for f in m._meta.fields)]
    return sum(
        _rows(lambda b, m=model: m._default_manager.filter(withdrawn_at__lt=b), before, really)  # type: ignore[misc]
        for model in models
    )


def _log_events(before: datetime, really: bool) -> int:
    return ageing.forget_before(before) if really else ageing.events_before(before)


def _mail_files(before: datetime, really: bool) -> int:
    folder: Path = settings.DATA / "mail"
    old = [p for p in folder.glob("*") if p.is_file() and p.stat().st_mtime < before.timestamp()]
    for path in old if really else ():
        path.unlink(missing_ok=True)
    return len(old)


def _sent(before: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = apps.get_model("brief", "Sent")._default_manager.filter(at__lt=before)
    return found


def _turns(before: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = apps.get_model("channels", "Digest")._default_manager.filter(at__lt=before)
    return found


KINDS = (
    Kind("comments", say("Comments taken back"), say("the day they were taken back"), 730, 1,
         partial(_rows, lambda b: Comment.objects.filter(withdrawn_at__lt=b))),
    Kind("withdrawn", say("Applause, lessons, step-aways and the like, taken back"), say("the day they were taken back"), 730, 30, _withdrawn),
    Kind("looks", say("Who looked at a leader’s own measures"), say("the look"), 365, 30,
         partial(_rows, lambda b: Look.objects.filter(at__lt=b))),
    Kind("rights", say("Changes of rights"), say("the change"), 730, 90,
         partial(_rows, lambda b: RightsChange.objects.filter(at__lt=b))),
    Kind("invitations", say("Invitations"), say("the day they ran out"), 90, 1,
         partial(_rows, lambda b: Invitation.objects.filter(expires_at__lt=b))),
    Kind("tokens", say("Tokens for programs"), say("the day they ran out"), 90, 1,
         partial(_rows, lambda b: Token.objects.filter(expires_at__lt=b))),
    Kind("calls", say("What programs were answered, so that a call sent twice is done once"), say("the call"), 1, 1,
         partial(_rows, lambda b: Answered.objects.filter(at__lt=b))),
    Kind("briefs", say("That a brief went out by mail"), say("the mail"), 90, 14, partial(_rows, _sent)),
    Kind("digests", say("That it was somebody’s turn for a digest"), say("that day"), 90, 14, partial(_rows, _turns)),
    Kind("mail", say("Mails that lie as files, on a server without a mail server"), say("the mail"), 90, 1, _mail_files),
    Kind("runs", say("How sources were read; the last reading of each stays"), say("the reading"), 90, 1,
         partial(_rows, ageing.runs_before)),
    Kind("sessions", say("Where somebody was signed in"), say("the day it ran out"), 1, 1,
         partial(_rows, lambda b: Session.objects.filter(expire_date__lt=b))),
    Kind("log", say("The log: what teams’ tools and Followspot’s pages recorded"), say("the event"), None, 1095, _log_events, may_stay=True),
)  # fmt: skip

# What goes by itself, by rules of its own, or with what it belongs to.
OTHERWISE = (
    (
        say("Expectations, barriers, lessons, applause, step-aways, check-ins by name"),
        say("as long as their team"),
    ),
    (say("Accounts and people"), say("until they are erased")),
    (
        say("What a leader said of themselves before the mirror, and what they showed of how they lead"),
        say("as long as their team, or until they are erased"),
    ),
    (
        say("Answers to a pulse"),
        say("under seal until the wave closes, then they are destroyed with its key"),
    ),
    (
        say("What was let out of a pulse: counts, and comments that are nobody’s"),
        say("as long as their team"),
    ),
    (
        say("A candidate before a panel"),
        say("until the day that was set when the panel began, or a nearer one"),
    ),
    (
        say("Of a panel after that: who sat on it, and where each stood on two lines"),
        say("as long as their team"),
    ),
    (
        say("What somebody wrote to Followspot in a chat"),
        say("under seal until it is answered, a quarter of an hour at most"),
    ),
    (
        say("What reaches whom, addresses of channels, names in chats"),
        say("until they are removed, or their account is erased"),
    ),
    (say("An uploaded table"), say("as long as its source; a source that is undone takes all of it along")),
    (say("Readings of measures"), say("at most 30 days, and never once the log has changed")),
    (
        say("Keyed hashes of those who were erased"),
        say("they stay, so that a later import brings no name back"),
    ),
)


def kind_called(slug: str) -> Kind:
    """Return a kind by its name; refuse one that there isn't."""
    for kind in KINDS:
        if kind.slug == slug:
            return kind
    raise Refused(say("There is no such kind of thing. Go back and choose it again."))


def periods(*, now: datetime, counted: bool) -> list[Kept]:
    """Return every kind with how long it is kept here. counted : with how many would go next."""
    return list(_periods(now, counted=counted))


def _periods(now: datetime, *, counted: bool) -> Iterator[Kept]:
    chosen = {p.kind: p.days for p in Period.objects.all()}
    for kind in KINDS:
        days = chosen.get(kind.slug, kind.days)
        before = now - timedelta(days=days) if days else None
        due = kind.go(before, False) if counted and before else None
        yield Kept(kind, days, kind.slug in chosen and days != kind.days, due)


def by_itself(*, now: datetime) -> int:
    """Let go, once a day, what has been kept long enough; return how many things went."""
    today = now.date()
    if Sweep.objects.filter(on=today).exists():
        return 0
    try:
        with transaction.atomic():
            sweep = Sweep.objects.create(on=today)
    except IntegrityError:  # another process was quicker
        return 0
    counts = {}
    for kept in _periods(now, counted=False):
        if kept.days and (gone := kept.kind.go(now - timedelta(days=kept.days), True)):
            counts[kept.kind.slug] = gone
    Sweep.objects.filter(pk=sweep.pk).update(counts=counts)
    Sweep.objects.filter(on__lt=today - timedelta(days=90)).delete()
    _log.info("retention.swept", **counts)
    return sum(counts.values())
