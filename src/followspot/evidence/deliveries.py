"""What services tell by themselves: taken in at once, put into the log by the next round, many at a time."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db import transaction

from followspot import seals
from followspot.errors import BadInput, Refused
from followspot.evidence import log
from followspot.evidence.connectors import Finish, Harvest, Hook, connectors
from followspot.evidence.connectors._rows import batch, cleaned
from followspot.evidence.models import Source
from followspot.language import any_of, say

MOST_BYTES = 4 * 2**20  # of one delivery
MOST_WAITING = 20_000  # of one source
_AT_ONCE = 5_000
_REMEMBERED = timedelta(days=7)  # within which a delivery that comes again is known


class Unsigned(Refused):
    """It was not signed with the secret that was handed out for it."""


def hook_of(source: Source) -> Hook | None:
    """Return how a source's service tells something by itself, if it does."""
    remote = connectors()[source.connector].remote
    return remote.hook if remote else None


def set_up(source: Source) -> str:
    """Hand out a new secret for a source's webhook, and its address if it has none; return the secret, for once."""
    secret = secrets.token_urlsafe(32)
    source.hook = source.hook or secrets.token_urlsafe(18)
    source.hook_secret = seals.seal(secret)
    source.save(update_fields=["hook", "hook_secret"])
    return secret


def receive(source: Source, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Take a delivery in. Raises Unsigned, or BadInput for what isn't of the service's shape; the same twice is once."""
    hook = hook_of(source)
    if hook is None or not hook.genuine(headers, body, seals.opened(source.hook_secret)):
        raise Unsigned(say("The signature is not that of this webhook’s secret."))
    number = next((headers[name] for name in hook.id_headers if name in headers), "")
    if not 0 < len(number) <= 80:
        raise BadInput(say("{names} is missing.", names=any_of(hook.id_headers)))
    kind = headers.get(hook.kind_header, "")
    hello = bool(hook.hello) and kind == hook.hello
    told = () if hello else hook.told(kind, _json(body), source.path)
    rows, waits = cleaned(told or ()), told is None or bool(told)
    batch(rows)  # what can't become events is refused now, not when others wait behind it
    with transaction.atomic():
        Source.objects.select_for_update().filter(pk=source.pk).update(heard_at=now)
        if waits and source.deliveries.filter(waits=True).count() >= MOST_WAITING:
            raise Refused(say("Too much waits already. What this said will come with the next reading."))
        source.deliveries.get_or_create(
            number=number, defaults={"rows": rows, "waits": waits, "came_at": now}
        )


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput(say("This is no JSON.")) from None


def complete(source: Source) -> bool:
    """Say whether all of a service's past has been read once."""
    remote = connectors()[source.connector].remote
    return remote is not None and remote.complete(source.cursor or {})


def waits(source: Source) -> bool:
    """Say whether a source told something that could be put into the log now."""
    return source.deliveries.filter(waits=True).exclude(rows=[]).exists() and complete(source)


def stirs(source: Source) -> bool:
    """Say whether a source told that there is something new to be read, and may be asked before its hour.

    It may not while it fails, or wants to be left alone: then its hour is another than the usual one.
    """
    usual = source.read_at is not None and source.due_at == source.read_at + log.EVERY
    return usual and not source.failures and source.deliveries.filter(waits=True, rows=[]).exists()


def was_read(source: Source, *, began: datetime) -> None:
    """Note that what was new when a reading began has been read."""
    source.deliveries.filter(waits=True, rows=[], came_at__lte=began).update(waits=False)


def fold(source: Source, *, now: datetime) -> int:
    """Put what waits into the log as one segment and let go of it in the same step; return how many events were new.

    Not before all of the past was read once: then what is told by itself adds just what reading would.
    """
    source.deliveries.filter(waits=False, came_at__lt=now - _REMEMBERED).delete()
    if not waits(source):
        return 0
    waiting = list(source.deliveries.filter(waits=True).exclude(rows=[]).order_by("pk")[:_AT_ONCE])
    rows: list[Any] = [tuple(row) for row in chain.from_iterable(d.rows for d in waiting)]
    cursor = source.cursor or {}
    harvest = Harvest(
        iter((batch(rows),)),
        lambda: Finish(cursor, notes=tuple(source.notes), resume_at=source.due_at),
    )
    with transaction.atomic():
        came = log.store(source, harvest, now=now)
        source.deliveries.filter(pk__in=[d.pk for d in waiting]).update(waits=False, rows=[])
    return came
