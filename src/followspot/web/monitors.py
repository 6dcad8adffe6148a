"""What machines ask about this one: does it live, may requests come, how is it going."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from followspot.upkeep import health
from followspot.upkeep import metrics as figures

_PLAIN = "text/plain"


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 once the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type=_PLAIN)


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 if requests may come here; else 503 and in one word each why not."""
    if reasons := list(health.reasons_not_ready()):
        return HttpResponse(f"{' '.join(reasons)}\n", status=503, content_type=_PLAIN)
    return HttpResponse("ready\n", content_type=_PLAIN)


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with figures for Prometheus to whoever brings the word of FOLLOWSPOT_METRICS; without one there is nothing here."""
    if not settings.METRICS:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(figures.written(), content_type=figures.FORMAT)
