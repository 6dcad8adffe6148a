"""What is promised, what is kept about oneself and its end, how long things stay, the record, who looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from followspot.errors import Refused
from followspot.language import say
from followspot.objects import unnamed
from followspot.objects.doors import for_those
from followspot.objects.exports import csv_of
from followspot.practices import practices
from followspot.privacy import actions, export, kept, record, retention, rules
from followspot.privacy.models import Sweep
from followspot.roles import ADMIN, LEADER
from followspot.teams.models import Look, Person, RightsChange, Team
from followspot.teams.pages import Request

_A_PAGE = 100


def _person(request: Request) -> Person | None:
    return getattr(request.user, "person", None)


def _for_admins(request: Request) -> None:
    """Let nobody but an admin know that there is a page."""
    if ADMIN not in actions.roles_of(request.user):
        raise Http404


def promise(request: Request) -> HttpResponse:
    """Say in plain words what is kept, who sees it, what nobody sees, and what isn't protected."""
    return render(request, "privacy/promise.html", {"here": "privacy"} | _has())


def _has() -> dict[str, bool]:
    """Return which practices are here of which the promise has something of its own to say."""
    installed = {p.label for p in practices()}
    return {label: label in installed for label in ("pulse", "panels")}


@never_cache
def my_data(request: Request) -> HttpResponse:
    """Show what is kept about whoever is signed in, in counts and links."""
    person, mails = _person(request), kept.mails_of(request.user)
    context = {
        "groups": kept.groups(person, request.user),
        "evidence": kept.evidence(person, mails),
        "sessions": len(kept.sessions_of(request.user, ())),
        "letters": len(kept.letters_to(mails)),
        "unnamed": kept.unnamed(unnamed.hashes(request)),
        "here": "profile",
    }
    return render(request, "privacy/my_data.html", context)


@never_cache
def my_copy(request: Request) -> FileResponse:
    """Hand out the copy of all that is kept about whoever is signed in."""
    now = timezone.now()
    file = export.write(_person(request), request.user, hashes=unnamed.hashes(request), now=now)
    return FileResponse(file, as_attachment=True, filename=f"followspot-{now:%Y-%m-%d}.zip")


@never_cache
@reauthentication_required  # type: ignore[untyped-decorator]
def erase_me(request: Request) -> HttpResponseBase:
    """Say what erasing would do; do it once it was typed and chosen."""
    person, account = _person(request), request.user
    wrong: dict[str, str] = {}
    try:
        going = actions.preview(person, account)
    except Refused as no:
        return render(request, "privacy/not_yet.html", {"why": str(no), "here": "profile"}, status=200)
    said = request.POST
    if request.method == "POST":
        for field, check in (("texts", rules.check_texts), ("typed", rules.check_typed)):
            try:
                check(said.get(field, ""))
            except Refused as no:
                wrong[field] = str(no)
        if not wrong:
            return _erased(request, said["texts"])
    context = {"g": going, "said": said, "wrong": wrong, "typed": rules.TYPED, "here": "profile"} | _has()
    return render(request, "privacy/erase.html", context, status=422 if wrong else 200)


def _erased(request: Request, texts: str) -> HttpResponseBase:
    person, account = _person(request), request.user
    erasure = actions.erase(person, account, texts=texts, now=timezone.now())
    logout(request)
    actions.finish_soon.enqueue(erasure.pk)
    return redirect("erased")


@login_not_required
def erased(request: HttpRequest) -> HttpResponse:
    """Say goodbye; it says nothing of anybody, so it may be opened by all."""
    return render(request, "privacy/erased.html")


def how_long(request: Request) -> HttpResponse:
    """Show how long each kind of thing is kept; an admin changes it, and sees what goes next."""
    roles, now = actions.roles_of(request.user), timezone.now()
    if request.method == "POST":
        _for_admins(request)
        kind = request.POST.get("kind", "")
        actions.keep_for(kind, request.POST.get("days", ""), by=request.user, roles=roles, now=now)
        messages.success(request, say("Saved. It holds from the next sweep on, once a day."))
        return redirect("how-long")
    admin = ADMIN in roles
    context = {
        "kinds": retention.periods(now=now, counted=admin),
        "otherwise": retention.OTHERWISE,
        "admin": admin,
        "swept": Sweep.objects.first() if admin else None,
        "here": "privacy",
    }
    return render(request, "privacy/how_long.html", context)


def the_record(request: Request) -> HttpResponse:
    """Show the record of processing; an admin fills in what it can't know."""
    roles = actions.roles_of(request.user)
    if request.method == "POST":
        _for_admins(request)
        said = {name: request.POST.get(name, "").strip() for name in record.FIELDS}
        wrong = {
            n: say("That is too long: 300 characters fit.")
            for n in ("controller", "contact", "officer")
            if len(said[n]) > 300
        }
        if wrong:
            return _recorded(request, said, wrong)
        actions.describe(said, roles=roles)
        messages.success(request, say("Saved."))
        return redirect("record")
    return _recorded(request, None, {})


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record that an organisation fills in."""

    name: str
    label: str
    help: str
    value: str
    error: str
    lines: bool


def _recorded(request: Request, said: dict[str, str] | None, wrong: Mapping[str, str]) -> HttpResponse:
    told = record.compose(now=timezone.now())
    values = said or told["organisation"]
    fields = [
        Field(n, label, help_, values[n], wrong.get(n, ""), n in ("legal_basis", "recipients", "notes"))
        for n, (label, help_) in record.FIELDS.items()
    ]
    context = {
        "r": told,
        "fields": fields,
        "admin": ADMIN in actions.roles_of(request.user),
        "here": "privacy",
    }
    return render(request, "privacy/record.html", context, status=422 if wrong else 200)


def record_file(request: Request, form: str) -> HttpResponseBase:
    """Hand the record out as JSON or as a table."""
    told = record.compose(now=timezone.now())
    if form == "json":
        answer = JsonResponse(told, json_dumps_params={"indent": 1, "ensure_ascii": False})
        answer["Content-Disposition"] = 'attachment; filename="record-of-processing.json"'
        return answer
    if form != "csv":
        raise Http404
    columns = {"Part": lambda r: r[0], "What": lambda r: r[1], "Said of it": lambda r: r[2]}
    return csv_of("record-of-processing", columns, record.lines(told))


def rights(request: Request) -> HttpResponse:
    """Show an admin every change of rights, the newest first; looks are the leaders' own."""
    _for_admins(request)
    rows = RightsChange.objects.select_related("team", "by", "to", "of")
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return render(request, "privacy/rights.html", {"page": page, "here": "privacy"})


@for_those(frozenset({LEADER}))
def who_looked(request: Request, team: Team) -> HttpResponse:
    """Show a leader who looked at their measures in this team."""
    rows = Look.objects.filter(team=team, whose=request.person).select_related("by", "seen_as")
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context = {"team": team, "page": page, "here": "sideline"}
    return render(request, "privacy/who_looked.html", context)
