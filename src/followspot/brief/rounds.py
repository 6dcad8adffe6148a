"""What time does by itself: leaders have stepped back, dangers end, briefs go out, old things go."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog
from django.db import close_old_connections
from django.utils import timezone

from followspot import practices
from followspot.brief import judged, mail, measured
from followspot.errors import in_short
from followspot.privacy import actions as privacy
from followspot.privacy import retention

EVERY = 300  # seconds
_log = structlog.get_logger()


def go(*, now: datetime) -> dict[str, int]:
    """Go one round; each part for itself, so that a mail server that is down ends no danger late."""
    changed = practices.by_itself(now=now)
    judged_now, read = judged.settle_due(now=now), measured.read_due(now=now)
    erased, swept = privacy.finish_all(now=now), retention.by_itself(now=now)
    return {
        "changed": changed,
        "judged": judged_now,
        "read": read,
        "briefs": mail.send_due(now=now),
        "erased": erased,
        "swept": swept,
    }


def keep_going(stop: threading.Event) -> None:
    """Go a round every few minutes until asked to stop."""
    while not stop.is_set():
        try:
            go(now=timezone.now())
        except Exception as error:  # whatever it is, the next round comes; the log says what kind it was
            _log.error("round.failed", error=in_short(error))
        finally:
            close_old_connections()
        stop.wait(EVERY)
