"""Turns a refusal, bad input or a lost session into an answer that says what to do and keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from followspot.errors import BadInput, Refused, Stale

_OURS = frozenset({"csrfmiddlewaretoken", "version", "next", "back", "came_from"})
_SECRET = ("password", "code", "otp", "credential")
_LONG = 120  # characters; beyond, a box of several lines
_MOST = 100_000  # characters of what is kept through a lost session


@dataclass(frozen=True, slots=True)
class Typed:
    """One thing that was typed, to be looked at, mended and sent again."""

    name: str
    label: str
    value: str
    kind: str  # text, date, lines or hidden


def typed(sent: QueryDict) -> list[Typed]:
    """Return what a form sent, without what is nobody's to see again."""
    return [
        Typed(
            name, name.removesuffix("_on").replace("_", " ").capitalize(), value, _kind(name, values, value)
        )
        for name, values in sent.lists()
        if name not in _OURS and not any(s in name.casefold() for s in _SECRET)
        for value in values
    ]


def _kind(name: str, values: list[str], value: str) -> str:
    if len(values) > 1 or not value.strip() or value.isdecimal():
        return "hidden"
    if name.endswith("_on"):
        return "date"
    if ":" in value and " " not in value and name in {"holds", "object", "about", "cites", "becomes"}:
        return "hidden"
    return "lines" if len(value) > _LONG or "\n" in value else "text"


def came_from(request: HttpRequest, *, otherwise: str = "/") -> str:
    """Return the page on which a form was filled in, to go back to: many addresses can only be sent to."""
    there = request.POST.get("came_from", "") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(there, allowed_hosts={request.get_host()}):
        return otherwise
    return urlsplit(there)._replace(scheme="", netloc="").geturl() or "/"


def refused(request: HttpRequest, exception: Refused | BadInput) -> HttpResponse:
    """Answer with what was said no to, and with what was typed, ready to be sent again."""
    stale = exception if isinstance(exception, Stale) else None
    context = {
        "message": str(exception),
        "stale": stale,
        "typed": typed(request.POST) if request.method == "POST" else [],
        "version": stale.version if stale else request.POST.get("version", ""),
        "action": request.get_full_path(),
        "came_from": came_from(request),
        "team": getattr(request, "team", None),
    }
    status = 422 if isinstance(exception, BadInput) else 409
    return render(request, "ui/refused.html", context, status=status)


class RefusalMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], *_: object
    ) -> HttpResponseBase | None:
        """Keep what somebody sent whose session was lost meanwhile, and ask them to sign in."""
        login_required = getattr(view, "login_required", True)
        if request.method != "POST" or request.user.is_authenticated or not login_required:
            return None
        kept = [(t.name, t.value) for t in typed(request.POST)]
        if kept and sum(len(value) for _, value in kept) <= _MOST:
            version = request.POST.get("version", "")
            request.session["unsent"] = {
                "to": request.get_full_path(),
                "kept": kept,
                "version": version,
                "came_from": came_from(request),
            }
            return redirect_to_login(reverse("unsent"))
        return redirect_to_login(came_from(request, otherwise=request.get_full_path()))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused | BadInput):
            return refused(request, exception)
        return None


def unsent(request: HttpRequest) -> HttpResponse:
    """Show once, after signing in again, what had been typed before the session was lost."""
    kept = request.session.pop("unsent", None)
    if not kept or not url_has_allowed_host_and_scheme(kept["to"], allowed_hosts=None):
        return redirect("home")
    context = {
        "message": "You had been signed out before this was sent. Here it is; send it now.",
        "typed": typed(_dict(kept["kept"])),
        "version": kept["version"],
        "action": kept["to"],
        "came_from": kept.get("came_from", "/"),
        "kept": True,
    }
    return render(request, "ui/refused.html", context)


def _dict(pairs: list[tuple[str, str]]) -> QueryDict:
    again = QueryDict(mutable=True)
    for name, value in pairs:
        again.appendlist(name, value)
    return again


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token had gone, such as one opened before signing in again in another window."""
    # Only what came from our own pages is shown again: another site could put words into somebody's mouth.
    own = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    context = {
        "message": "The page was older than your sign-in, so this wasn’t taken yet. Here is what you wrote; send it again.",
        "typed": typed(request.POST) if own else [],
        "version": request.POST.get("version", ""),
        "action": request.get_full_path(),
        "came_from": came_from(request) if own else "/",
    }
    return render(request, "ui/refused.html", context, status=403)
