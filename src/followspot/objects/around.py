"""What stands around an object on its page: what was said about it, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.apps import apps

from followspot.evidence import log
from followspot.objects.doors import towards
from followspot.objects.models import Comment, Object, find_all
from followspot.teams.pages import Request

EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a history. day : the date that the act set, such as a promise."""

    at: datetime
    who: str
    did: str
    day: date | None
    whole_day: bool  # told without a name, so without a time


def phrases() -> dict[str, str]:
    """What each activity is called in a history, after the name of who did it."""
    return {a: p for config in apps.get_app_configs() for a, p in getattr(config, "says", {}).items()}


def day_of(day: date) -> float:
    """Return a day as the log keeps it: days since 1970-01-01."""
    return float((day - EPOCH).days)


def around(request: Request, thing: Object) -> dict[str, object]:
    """Return the context of `objects/around.html`."""
    comments = (
        Comment.objects.filter(team=thing.team, object=thing.reference, withdrawn_at=None)
        .select_related("author")
        .order_by("made_at", "pk")
    )
    if thing.team_id != request.team.pk:  # passed up: what was said stays in its own team
        comments = comments.none()
    return {
        "thing": thing,
        "comments": comments,
        "history": history_of(thing),
        "linked": _linked(request, thing) if thing.team_id == request.team.pk else [],
        "me": request.person,
    }


def history_of(thing: Object) -> list[Happened]:
    """Return what happened to an object, the newest first."""
    said = phrases()
    return [
        Happened(
            e.at,
            e.actor.name if e.actor else "",
            said.get(e.activity, e.activity),
            EPOCH + timedelta(days=int(e.value)) if e.unit == "day" and e.value is not None else None,
            e.actor is None,
        )
        for e in log.single(thing.team, objects=(thing.reference,), newest=200)
    ]


def _linked(request: Request, thing: Object) -> list[Object]:
    """Return the objects of other practices that were begun about this one, one query a kind."""
    references = log.begun_about(thing.team, thing.reference)
    found = find_all(thing.team, references)
    others = (found[r] for r in references if r in found)
    return [o for o in others if o != thing and o.seen_with(towards(request, o))]
