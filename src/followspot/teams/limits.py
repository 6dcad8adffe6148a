"""How often something may be done. Counted in the memory of this process alone: a file would keep who did what, and when.

Where several processes serve, each counts for itself, so as many times more gets through.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import datetime

from django.core.cache import caches
from django.http import HttpRequest

MINUTE = 60


def counted(what: str, whose: str, *, most: int, now: datetime, seconds: int = MINUTE) -> int:
    """Count one more; return in how many seconds to come again, or 0 while it is within what is allowed.

    A stretch begins on the clock, not with the first call: twice as much can come around its edge.
    """
    key, wait = _stretch(what, whose, now, seconds)
    caches["calls"].add(key, 0, 2 * seconds)
    try:
        done = caches["calls"].incr(key)
    except ValueError:  # swept between the two
        done = 1
    return wait if done > most else 0


def used_up(what: str, whose: str, *, most: int, now: datetime, seconds: int = MINUTE) -> int:
    """Return as `counted` does, without counting."""
    key, wait = _stretch(what, whose, now, seconds)
    return wait if caches["calls"].get(key, 0) >= most else 0


def place_of(request: HttpRequest) -> str:
    """Return from where a request comes: its address, or the network of a household, in which IPv6 has addresses without end.

    Behind a proxy the server has put the reader's own address there (FOLLOWSPOT_PROXY).
    """
    said = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address.packed, 64), strict=False))
    return str(address)


def _stretch(what: str, whose: str, now: datetime, seconds: int) -> tuple[str, int]:
    at = now.timestamp()
    whose = hashlib.sha256(whose.encode()).hexdigest()[:16]
    return f"{what}-{whose}-{int(at // seconds)}", seconds - int(at % seconds)
