"""What every page of a team says, whatever it is about: whether the leader is in front."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from followspot.practices.danger.models import in_front as running
from followspot.teams import access


def in_front(request: HttpRequest) -> dict[str, object]:
    """Return the danger in which the page's team is, and in a sample whose eyes one can look through."""
    team = getattr(request, "team", None)
    if team is None:
        return {}
    found: dict[str, object] = {"in_front": SimpleLazyObject(lambda: running(team, timezone.now()) or "")}
    if team.sample:
        found["eyes"] = SimpleLazyObject(lambda: access.people_of(team, today=timezone.localdate()))
    return found
