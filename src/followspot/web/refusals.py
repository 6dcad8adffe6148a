"""Turns a refusal or bad input into an answer that says what to do, for every page alike."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from followspot.errors import BadInput, Refused


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        status = 409 if isinstance(exception, Refused) else 422 if isinstance(exception, BadInput) else None
        if status is None:
            return None
        return render(request, "ui/refused.html", {"message": str(exception)}, status=status)
