"""Shows times in the reader's own zone."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from followspot.teams.models import Account


class ZoneMiddleware:
    """Activates the reader's zone for one request; without one the server's own stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = request.user.zone if isinstance(request.user, Account) else ""
        if not zone:
            return self.get_response(request)
        try:
            found = zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # known when it was chosen, and no longer
            return self.get_response(request)
        with timezone.override(found):
            return self.get_response(request)
