"""Danger: declaring it, the page turned round while it lasts, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from followspot.errors import BadInput
from followspot.language import say
from followspot.objects.around import around
from followspot.objects.doors import for_those
from followspot.objects.exports import csv_of
from followspot.objects.said import acting
from followspot.practices.danger import actions, rules
from followspot.practices.danger.doors import danger_of
from followspot.practices.danger.models import Danger, in_front
from followspot.roles import LEADER, TEAM, may
from followspot.teams.models import Team
from followspot.teams.pages import Request

_team = for_those(rules.SEES["danger"])
_LINES = forms.Textarea({"rows": 3})
_MOMENT = "%Y-%m-%dT%H:%M"


class DangerForm(forms.Form):
    """Why, what the leader takes, how it ends, and by when at the latest."""

    why = forms.CharField(
        label=say("What is the danger?"),
        max_length=2000,
        widget=_LINES,
        error_messages={"required": say("What is the danger? The team reads it.")},
    )
    takes = forms.CharField(
        label=say("What does the leader take?"),
        max_length=2000,
        widget=_LINES,
        help_text=say("One thing a line."),
        error_messages={"required": say("What does the leader take? Everything else stays the team’s.")},
    )
    keeps = forms.CharField(
        label=say("What is still the team’s?"),
        required=False,
        max_length=2000,
        widget=_LINES,
        help_text=say("One thing a line."),
    )
    exit_condition = forms.CharField(
        label=say("How does this end?"),
        max_length=300,
        help_text=say("Something everybody can see: payments clean for two hours."),
        error_messages={"required": say("How does this end? Danger can’t be declared without an exit.")},
    )
    ends_at = forms.DateTimeField(
        label=say("And by itself at"),
        input_formats=[_MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=_MOMENT),
        help_text=say("Within 14 days. Only the team can make it longer, once."),
    )


@_team
def listed(request: Request, team: Team) -> HttpResponseBase:
    """Show the danger that is, or those that were; declare one."""
    now = timezone.now()
    running = in_front(team, now)
    if request.GET.get("format") == "csv":
        return csv_of(f"danger-{team.slug}", _COLUMNS, team.danger_set.all())
    form = DangerForm(
        request.POST or None, initial={"ends_at": now + timedelta(days=1), "why": request.GET.get("why", "")}
    )
    if request.method == "POST" and form.is_valid():
        it = actions.declare(team, by=request.person, roles=request.roles, now=now, **form.cleaned_data)
        messages.success(request, say("The page is turned round. The way back stands at the top."))
        return redirect(it)
    context = {
        "team": team,
        "leader": request.leader,
        "here": "danger",
        "running": running,
        "form": form,
        "past": [d for d in team.danger_set.all() if d != running],
        "may": may(rules.MAY, "declare", request.roles) and running is None,
    }
    return render(request, "danger/list.html", context, status=422 if form.errors else 200)


_COLUMNS: dict[str, Callable[[Danger], object]] = {
    "Why": lambda d: d.why,
    "The leader takes": lambda d: d.takes,
    "Exit": lambda d: d.exit_condition,
    "From": lambda d: d.began_at,
    "Until": lambda d: d.ended_at or d.ends_at,
    "How it ended": lambda d: d.how,
    "Handed back": lambda d: d.handed_back,
}


@_team
def one(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show one danger; while it lasts, the leader's part stands in front."""
    it = danger_of(team, pk)
    now = timezone.now()
    running = it.ended_at is None and it.ends_at > now
    context = {
        "team": team,
        "leader": request.leader,
        "leader_id": request.leader.pk if request.leader else None,
        "here": "danger",
        "d": it,
        "running": running,
        "gone": 100 * rules.share_gone(it.began_at, it.ends_at, now),
        "hours_left": max(0, round((it.ends_at - now).total_seconds() / 3600)),
        "hours": round((it.ends_at - it.began_at).total_seconds() / 3600),
        "notes": list(it.notes.select_related("by")[:100]),
        "takes": _lines(it.takes),
        "keeps": _lines(it.keeps),
        "handed_back": _lines(it.handed_back),
        "may_renew": running and it.renewals < rules.RENEWALS and may(rules.MAY, "renew", request.roles),
        "may_end": running and may(rules.MAY, "end", request.roles),
        "mine": LEADER in request.roles,
        "may_comment": bool(request.roles & TEAM),
        "latest": timezone.localtime(now + rules.AT_MOST).strftime(_MOMENT),
        **around(request, it),
    }
    return render(request, "danger/one.html", context)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@_team
@require_POST
def act(request: Request, team: Team, pk: int, verb: str) -> HttpResponse:
    """Report from the front, make it longer, step back, hand back."""
    it = danger_of(team, pk)
    if verb not in _ACTS:
        raise Http404
    messages.success(request, _ACTS[verb](it, request, request.POST))
    return redirect(it)


def _note(it: Danger, request: Request, said: QueryDict) -> str:
    actions.note(it, said.get("text", ""), **acting(request, request.roles))
    return say("Reported.")


def _renew(it: Danger, request: Request, said: QueryDict) -> str:
    text = said.get("ends_at", "")
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise BadInput(
            say("Until when: “{text}” is not a moment. Write it like 2026-11-23T18:00.", text=text[:40])
        )
    at = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    longer = actions.renew(it, at, **acting(request, request.roles))
    return say(
        "Longer, until {day:%A %-d %B, %H:%M}. There is no second time.",
        day=timezone.localtime(longer.ends_at),
    )


def _end(it: Danger, request: Request, said: QueryDict) -> str:
    actions.end(
        it, how=said.get("how", ""), handed_back=said.get("handed_back", ""), **acting(request, request.roles)
    )
    return say("Stepped back. Now tell the lesson, while it is fresh.")


def _hand_back(it: Danger, request: Request, said: QueryDict) -> str:
    actions.hand_back(it, said.get("handed_back", ""), **acting(request, request.roles))
    return say("Handed back.")


_ACTS: dict[str, Callable[[Danger, Request, QueryDict], str]] = {
    "note": _note,
    "renew": _renew,
    "end": _end,
    "hand-back": _hand_back,
}
