"""Speaks to each reader in their own language: the one they chose, or the one that their browser asks for."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from followspot.teams.models import Account


class LanguageMiddleware:
    """Speaks the reader's language for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if isinstance(request.user, Account) else ""
        with translation.override(chosen or translation.get_language_from_request(request)):
            response = self.get_response(request)
            response.headers.setdefault(
                "Content-Language", translation.get_language() or settings.LANGUAGE_CODE
            )
        patch_vary_headers(response, ["Accept-Language"])
        return response


def to(account: Account | None) -> AbstractContextManager[None]:
    """Speak to somebody who isn't looking: in the language they chose, else in the installation's."""
    return translation.override((account and account.language) or settings.LANGUAGE_CODE)
