"""What goes wrong on the machine itself: the disk is full, the database is away. It is said as such, and nothing typed is lost."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template

from followspot.web.refusals import came_from, typed

_FULL_CODES = (errno.ENOSPC, errno.EDQUOT)
_FULL_WORDS = ("disk is full", "no space left on device")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is said of it. retry : after how many seconds one may try again."""

    status: int
    said: str
    retry: int


FULL = Trouble(
    507,
    "The disk of the server is full, so nothing of this was kept. Tell whoever runs it; then send it again.",
    300,
)
AWAY = Trouble(
    503, "The database can’t be reached just now, so nothing of this was kept. Send it again in a minute.", 60
)


def trouble(error: BaseException | None) -> Trouble | None:
    """Return what is wrong with the machine, if that is what an error comes from."""
    causes = list(_causes(error))
    if any(_is_full(cause) for cause in causes):
        return FULL
    return AWAY if any(isinstance(cause, OperationalError | InterfaceError) for cause in causes) else None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _FULL_CODES:
        return True
    return isinstance(error, OperationalError) and any(w in str(error).casefold() for w in _FULL_WORDS)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer what nobody foresaw; where the machine is the reason, with that and with what was typed.

    Called by Django while the error is being handled. Nothing here asks the database.
    """
    found = trouble(sys.exc_info()[1])
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
