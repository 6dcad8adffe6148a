"""Secrets that must be used again, so they can't be hashed: kept sealed with the secret of this installation.

A token of a source, the secret of a webhook, the address of a channel. A copy of the database alone opens none of them.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from followspot import secret
from followspot.errors import BadInput


class SealedField(models.TextField):  # type: ignore[type-arg]  # takes none when it runs
    """A column of sealed texts: by its kind they are found when there is a new secret."""

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        """Tell migrations that it is stored like any text."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", list(args), dict(kwargs)


def seal(text: str) -> str:
    """Return a text as it may be kept."""
    return _lock().encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """Return what was sealed. Raises BadInput where no secret known here opens it, or it is cut short."""
    try:
        return _lock().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise BadInput(
            "What was kept under seal can’t be opened: the secret of this installation has changed since. Give the token or "
            f"the address once more, or bring the old secret back ({secret.GIVEN_BEFORE}, or the file “secret” beside the data)."
        ) from None


def anew(sealed: str) -> str:
    """Return the same under the secret of now. Raises BadInput as `opened` does."""
    return seal(opened(sealed))


def _lock() -> MultiFernet:
    """Return the lock of this installation: it closes with the secret of now, and opens with those before it as well."""
    return MultiFernet([_made_of(word) for word in secret.known(settings.DATA)])


def _made_of(word: str) -> Fernet:
    """Return the lock of one secret; its key is of no use for anything else that the secret guards."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"followspot.seals")
    return Fernet(base64.urlsafe_b64encode(key.derive(word.encode())))
