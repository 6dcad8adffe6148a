"""What time does by itself: leaders have stepped back, dangers end, digests go out, old things go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core.management import call_command
from django.tasks import task
from django.utils import timezone

from followspot import practices
from followspot.brief import judged, measured
from followspot.channels import alarms, boards, chats, digests, webhooks
from followspot.errors import Failed, in_short
from followspot.evidence import collect
from followspot.privacy import actions as privacy
from followspot.privacy import retention
from followspot.teams import sessions

TASKS_KEPT = "7d"  # what was done in the background, and how it failed


def _pruned(*, now: datetime) -> int:
    """Forget background tasks that ended a week ago, and end sessions that have lasted long enough."""
    call_command("ox_prune", older_than=TASKS_KEPT, include_failed=True, verbosity=0)
    return sessions.end_old(now=now)


# Each for itself, so that a mail server that is down ends no danger late. `settings.TASKS` says how often.
PARTS: dict[str, Callable[..., int]] = {
    "practices": practices.by_itself,
    "judged": judged.settle_due,
    "collected": collect.start_due,
    "read": measured.read_due,
    "briefs": digests.go,
    "erased": privacy.finish_all,
    "swept": retention.by_itself,
    "told": webhooks.go,
    "alarms": alarms.go,
    "boards": boards.go,
    "heard": chats.forget,
    "pruned": _pruned,
}


@task
def go(part: str) -> int:
    """Go one part of the round."""
    try:
        return PARTS[part](now=timezone.now())
    except Exception as error:  # what is kept of a failed task says what kind it was, and quotes nobody
        raise Failed(f"{part}: {in_short(error)}") from None
