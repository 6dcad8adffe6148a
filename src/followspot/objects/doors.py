"""Who gets through to a page, decided by the table of a practice."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from followspot.objects import unnamed
from followspot.objects.models import Object, find
from followspot.roles import Roles
from followspot.teams.models import Team
from followspot.teams.pages import Request, of_team


def towards(request: Request, thing: Object) -> Roles:
    """Return what the one who looks is to an object: to its team, and to itself."""
    return request.roles | thing.roles_of(request.person, unnamed.hashes(request))


def seen(request: Request, reference: str) -> Object | None:
    """Return the object of this page's team that a reference names, if the one who looks may see it."""
    thing = find(request.team, reference)
    return thing if thing is not None and thing.seen_with(towards(request, thing)) else None


type Page = Callable[..., HttpResponseBase]


def for_those(roles: Roles) -> Callable[[Page], Page]:
    """Show a page of a team to those with one of these roles alone; the others learn whose it is."""

    def guarded(page: Page) -> Page:
        @wraps(page)
        def guard(request: Request, team: Team, **kwargs: Any) -> HttpResponseBase:
            if not request.roles & roles:
                return render(request, "objects/not_yours.html", {"team": team}, status=403)
            return page(request, team, **kwargs)

        return of_team(guard)

    return guarded
