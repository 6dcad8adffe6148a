"""Counts answers and writes a line about each into the log, without saying which page it was, or whose."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from followspot.upkeep import metrics

_log = structlog.get_logger()
_KINDS = (("/static/", "static"), ("/api/", "api"), ("/scim/", "api"))
# When somebody was there is nobody's business: neither the count nor the log may tell it.
_UNCOUNTED = ("/pulse", "/mcp")


class CountedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = self.get_response(request)
        if not any(part in request.path for part in _UNCOUNTED):
            seconds = time.perf_counter() - begun
            kind = next((kind for start, kind in _KINDS if request.path.startswith(start)), "page")
            metrics.answered(kind, response.status_code, seconds)
            _log.info(
                "answered",
                kind=kind,
                method=request.method,
                status=response.status_code,
                ms=round(1000 * seconds),
            )
        return response
