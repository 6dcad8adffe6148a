"""Where one is signed in: the list, and ending what one doesn’t know."""

from __future__ import annotations

from allauth.account import views as account
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.language import say
from followspot.teams import sessions as verbs
from followspot.teams.pages import Request


def sessions(request: Request) -> HttpResponse:
    """List where one is signed in."""
    found = verbs.of(request.user, current=request.session.session_key, now=timezone.now())
    context = {"sessions": found, "longest": verbs.LONGEST.days, "here": "profile"}
    return render(request, "account/sessions.html", context)


@require_POST
def end(request: Request) -> HttpResponse:
    """End one of them, or all but this one."""
    mark = request.POST.get("session", "")
    ended = verbs.end(request.user, current=request.session.session_key, mark=mark, now=timezone.now())
    messages.success(request, say("Signed out there.") if ended else say("Nothing was left to end."))
    return redirect("sessions")


@login_not_required
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Sign out, and have the browser forget the pages it kept: the way back shows none of them."""
    answer: HttpResponseBase = account.logout(request)
    if request.method == "POST":
        answer["Clear-Site-Data"] = '"cache"'
    return answer
