"""Turns a refusal, bad input or a lost session into an answer that says what to do and keeps what was typed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from followspot.errors import BadInput, Refused, Stale
from followspot.items import MIRROR, PULSE
from followspot.language import say

_OURS = frozenset({"csrfmiddlewaretoken", "version", "next", "back", "came_from", "shown"})
_SECRET = ("password", "code", "otp", "credential", "token")
# What was chosen rather than typed: sent again as it was.
_CHOSEN = frozenset(
    {
        "holds",
        "object",
        "about",
        "cites",
        "becomes",
        "clearer",
        "level",
        "owners",
        "to",
        "person",
        "contribution",
        *PULSE,
        *MIRROR,
    }
)
# What the fields of the forms that can be refused are called, where their name doesn't say it.
_LABELS = {
    "what": say("What"),
    "promised_on": say("Cleared by"),
    "due_on": say("Due"),
    "needed_on": say("Needed by"),
    "note": say("A word with it"),
    "aftermath": say("Whose it is to decide from now on"),
    "holds_words": say("What it holds up"),
    "in_the_way": say("What was in the way"),
    "happened": say("What happened"),
    "believed": say("What we believed"),
    "known": say("What we know now"),
    "helps": say("Whom it helps"),
    "part": say("Which part is yours"),
    "handed_back": say("What goes back to whom"),
    "how": say("How it ended"),
    "text": say("What you wrote"),
    "words": say("What for"),
    "finished": say("What got finished"),
    "remaining": say("How many remain"),
    "ends_at": say("Until when"),
}
_LONG = 120  # characters; beyond, a box of several lines
_KEPT_FOR = 30 * 60  # seconds; whoever sits here later is perhaps somebody else
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
        Typed(name, _LABELS.get(name, name.replace("_", " ").capitalize()), value, _kind(name, values, value))
        for name, values in sent.lists()
        if name not in _OURS and not any(s in name.casefold() for s in _SECRET)
        for value in (v.replace("\x00", "") for v in values)
    ]


def _kind(name: str, values: list[str], value: str) -> str:
    asked = name in _CHOSEN or name.startswith("own-")
    if asked or len(values) > 1 or not value.strip() or value == "on":
        return "hidden"
    if name.endswith("_on"):
        return "date"
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
        """Keep what somebody sent whose session was lost meanwhile, and ask them to sign in.

        A null character, which no form types and PostgreSQL can't keep, is refused here for all pages alike.
        """
        if request.path.startswith(
            "/api/"
        ):  # it answers in its own way, and nothing of its body is read here
            return None
        sent = [*request.GET.values(), *(v for values in dict(request.POST.lists()).values() for v in values)]
        if any("\x00" in value for value in sent):
            return refused(
                request,
                BadInput(say("There is a null character in it, which can’t be kept. Write it without.")),
            )
        login_required = getattr(view, "login_required", True)
        if request.method != "POST" or request.user.is_authenticated or not login_required:
            return None
        kept = [(t.name, t.value) for t in typed(request.POST)]
        if "unnamed" in request.POST:  # told without a name it is kept nowhere, not even for a moment
            return _sign_in_elsewhere(request)
        if kept and sum(len(value) for _, value in kept) <= _MOST:
            version = request.POST.get("version", "")
            request.session["unsent"] = {
                "to": request.get_full_path(),
                "kept": kept,
                "version": version,
                "came_from": came_from(request),
                "at": time.time(),
            }
            return redirect_to_login(reverse("unsent"))
        return redirect_to_login(came_from(request, otherwise=request.get_full_path()))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused | BadInput):
            return refused(request, exception)
        return None


def _sign_in_elsewhere(request: HttpRequest) -> HttpResponse:
    """Show what was typed, in the page alone, to whoever was signed out while telling it without their name."""
    context = {
        "message": say(
            "You had been signed out, so this wasn’t taken. It stands in this page and nowhere else: "
            "sign in in another window, then send it from here."
        ),
        "typed": typed(request.POST),
        "action": request.get_full_path(),
        "elsewhere": reverse("sign-in"),
        "came_from": came_from(request),
    }
    return render(request, "ui/refused.html", context, status=403)


def unsent(request: HttpRequest) -> HttpResponse:
    """Show once, after signing in again, what had been typed before the session was lost."""
    kept = request.session.pop("unsent", None)
    late = not kept or time.time() - kept.get("at", 0) > _KEPT_FOR
    if late or not url_has_allowed_host_and_scheme(kept["to"], allowed_hosts=None):
        return redirect("home")
    context = {
        "message": say("You had been signed out before this was sent. Here it is; send it now."),
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
        "message": say(
            "The page was older than your sign-in, so this wasn’t taken yet. Here is what you wrote; send it again."
        ),
        "typed": typed(request.POST) if own else [],
        "version": request.POST.get("version", ""),
        "action": request.get_full_path(),
        "came_from": came_from(request) if own else "/",
    }
    return render(request, "ui/refused.html", context, status=403)
