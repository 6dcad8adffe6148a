"""Whose names must not come back: the veil that every import goes through."""

from __future__ import annotations

import hashlib

from django.db.models import Max

from followspot.errors import BadInput
from followspot.evidence import lasting
from followspot.evidence.models import Erased, Source
from followspot.evidence.veils import Veil, hashed, marks
from followspot.language import say


def _key() -> bytes:
    return hashlib.sha256(f"followspot.veil {lasting.word()}".encode()).digest()


def _stamp() -> int:
    return Erased.objects.aggregate(last=Max("pk"))["last"] or 0


def veil() -> Veil:
    """Return the veil as it is now; where nobody was erased it lets everything through."""
    stamp = _stamp()
    if not stamp:
        return Veil(b"", {}, stamp)
    return Veil(_key(), dict(Erased.objects.values_list("mark", "pseudonym")), stamp)


def must_be(worn: Veil, source: Source) -> None:
    """Refuse to keep what was read before somebody was erased. Call it in the transaction that keeps it.

    The source is held until then, so that whoever rewrites its segments comes before or after, never between.
    """
    Source.objects.select_for_update().filter(pk=source.pk).first()
    if worn.stamp != _stamp():
        raise BadInput(
            say("Somebody was erased while this was read, so nothing of it was kept. Read it again.")
        )


def hide(pseudonym: str, *, written: list[str], mails: list[str], names: list[str]) -> None:
    """Let nobody be written as one of these again; what is known of them already keeps its pseudonym."""
    key = _key()
    known = [hashed(mark, key) for mark in marks(written, mails, names)]
    Erased.objects.bulk_create(
        [Erased(mark=mark, pseudonym=pseudonym) for mark in known], ignore_conflicts=True
    )
