"""What goes wrong on the machine itself: the disk is full, the database is away. It is said as such, and nothing typed is lost."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template

from followspot.errors import causes, no_room
from followspot.language import say
from followspot.teams.problems import problem
from followspot.web.refusals import came_from, typed


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is said of it. retry : after how many seconds one may try again."""

    status: int
    said: str
    retry: int


FULL = Trouble(
    507,
    say(
        "The disk of the server is full, so nothing of this was kept. Tell whoever runs it; then send it again."
    ),
    300,
)
AWAY = Trouble(
    503,
    say("The database can’t be reached just now, so nothing of this was kept. Send it again in a minute."),
    60,
)


def trouble(error: BaseException | None) -> Trouble | None:
    """Return what is wrong with the machine, if that is what an error comes from."""
    if no_room(error):
        return FULL
    return (
        AWAY if any(isinstance(cause, OperationalError | InterfaceError) for cause in causes(error)) else None
    )


def told(request: HttpRequest, found: Trouble | None) -> HttpResponse:
    """Answer a program with a problem: the machine's, or one that nobody foresaw."""
    if found is None:
        return problem(request, 500, say("Nothing was changed. The server’s log knows where it went wrong."))
    return problem(request, found.status, found.said, headers={"Retry-After": str(found.retry)})


def failed(request: HttpRequest) -> HttpResponse:
    """Answer what nobody foresaw; where the machine is the reason, with that and with what was typed.

    Called by Django while the error is being handled. Nothing here asks the database.
    """
    found = trouble(sys.exc_info()[1])
    if request.path.startswith("/api/"):  # what failed before the API could say it in its own words
        return told(request, found)
    if found is None:
        return HttpResponse(get_template("500.html").render(), status=500)
    sent = typed(request.POST) if request.method == "POST" and not request.FILES else []
    context = {
        "message": found.said,
        "typed": sent,
        "action": request.get_full_path(),
        "came_from": came_from(request),
        "csrf_token": get_token(request),
    }
    page = get_template("ui/trouble.html").render(
        context
    )  # without what asks who is reading: that may be what is away
    return HttpResponse(page, status=found.status, headers={"Retry-After": str(found.retry)})
