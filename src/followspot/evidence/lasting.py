"""The word behind hashes that nobody could make again, such as those of names that were erased: a new secret leaves it as it is."""

from __future__ import annotations

import secrets

from django.db import transaction

from followspot import seals
from followspot.errors import BadInput
from followspot.evidence.models import LastingWord

_known: list[str] = []


def word() -> str:
    """Return the word of this installation; it is made when it is first wanted, and kept sealed."""
    if _known:
        return _known[0]
    found = LastingWord.objects.filter(pk=1).first()
    if found is None:
        sealed = seals.seal(secrets.token_urlsafe(48))
        found, _ = LastingWord.objects.get_or_create(pk=1, defaults={"sealed": sealed})
    opened = seals.opened(found.sealed)
    if not transaction.get_connection().in_atomic_block:  # what may yet be undone is not remembered
        _known[:] = [opened]
    return opened


@transaction.atomic
def give_up() -> None:
    """Let go of a word that no secret opens: what was hashed with it is known no more, and a new one is made when it is wanted."""
    for lost in LastingWord.objects.select_for_update():
        try:
            seals.opened(lost.sealed)
        except BadInput:
            lost.delete()
