"""Whether a service sent what came: by its signature over all of it, or by the secret that it carries."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping


def signed(header: str) -> Callable[[Mapping[str, str], bytes, str], bool]:
    """Return whether a delivery was signed with the secret (HMAC-SHA-256, as `sha256=…` in this header)."""

    def genuine(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right.encode(), headers.get(header, "").encode())

    return genuine


def carried(header: str) -> Callable[[Mapping[str, str], bytes, str], bool]:
    """Return whether a delivery carries the secret in this header."""

    def genuine(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        return hmac.compare_digest(secret.encode(), headers.get(header, "").encode())

    return genuine
