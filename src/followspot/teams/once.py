"""A call that carries a key is done once, however often it is sent: its answer is written in the transaction of the act."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from followspot.teams.models import Account, Answered
from followspot.teams.problems import Fault, Turned

KEPT = timedelta(hours=24)
HEADER = "Idempotency-Key"


def once(
    account: Account, key: str, asked: bytes, act: Callable[[], tuple[int, str]], *, now: datetime
) -> tuple[int, str, bool]:
    """Do an act, or return what it was answered before, and say whether it was.

    asked : what was asked, byte for byte. Whoever sends the same at the same time waits for the first, since the row is theirs alone to write.
    What was refused is not kept: it may go well the next time.
    """
    if not key.isprintable() or not 1 <= len(key) <= 100:
        raise _wrong(f"{HEADER} has between 1 and 100 printable characters.")
    same = hashlib.sha256(asked).hexdigest()
    with transaction.atomic():
        Answered.objects.filter(account=account, at__lte=now - KEPT).delete()
        Answered.objects.bulk_create(
            [Answered(account=account, key=key, request_hash=same, at=now)], ignore_conflicts=True
        )
        row = Answered.objects.select_for_update().get(account=account, key=key)
        if row.request_hash != same:
            raise _wrong("This key was sent with something else before. Take a new one for a new act.")
        if row.status:
            return row.status, row.answer, True
        row.status, row.answer = act()
        row.save(update_fields=["status", "answer"])
        return row.status, row.answer, False


def _wrong(detail: str) -> Turned:
    return Turned(422, detail, faults=[Fault(pointer=HEADER, detail=detail)])
