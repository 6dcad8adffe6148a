"""Secrets that must be used again, so they can't be hashed: kept sealed with the secret of this installation.

A token of a source, the secret of a webhook, the address of a channel. A copy of the database alone opens none of them.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from followspot.errors import BadInput


def seal(text: str) -> str:
    """Return a text as it may be kept."""
    return _lock().encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """Return what was sealed. Raises BadInput where it was sealed with another secret, or is cut short."""
    try:
        return _lock().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise BadInput(
            "What was kept under seal can’t be opened: the secret of this installation has changed since. Give the token or "
            "the address once more, or bring the old secret back (FOLLOWSPOT_SECRET, or the file “secret” beside the data)."
        ) from None


def _lock() -> Fernet:
    """Return the lock of this installation; its key is of no use for anything else that the secret guards."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"followspot.seals")
    return Fernet(base64.urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))
