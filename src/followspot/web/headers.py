"""What every answer says to the browser beside its content: what it may keep, and what the page may do."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Passkeys are asked for by our own pages; whatever else a machine has is nobody's business here.
_MAY = ", ".join(
    [
        *(
            f"{what}=()"
            for what in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb")
        ),
        *(f"publickey-credentials-{verb}=(self)" for verb in ("create", "get")),
    ]
)
_ALWAYS = {
    "Permissions-Policy": _MAY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    # Where the page's own is missing, as on an answer to a name that this server doesn't have.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# A browser keeps nothing of these, not even on its disk: how somebody leads, what they answer, their account.
_FOR_ONE = tuple(
    f"{rooms}."
    for rooms in (
        "allauth",
        "followspot.brief",
        "followspot.privacy",
        "followspot.practices.mirror",
        "followspot.practices.panels",
        "followspot.practices.pulse",
        "followspot.teams.profile",
        "followspot.teams.session_pages",
    )
)


class HeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        for name, value in _ALWAYS.items():
            answer.headers.setdefault(name, value)
        if not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "no-store, private" if _is_for_one(request) else "no-cache, private"
        return answer


def _is_for_one(request: HttpRequest) -> bool:
    met = request.resolver_match
    return met is not None and f"{met.func.__module__}.".startswith(_FOR_ONE)
