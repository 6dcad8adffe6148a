"""The pulse: twenty seconds for whoever answers, and what may be told of a wave once it has closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from followspot.disclosure import FLOOR
from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.objects.around import around
from followspot.objects.ballots import LONGEST
from followspot.objects.doors import for_those, towards
from followspot.objects.exports import csv_of
from followspot.objects.said import acting, number_said
from followspot.practices.pulse import actions, doors, rules
from followspot.practices.pulse.models import Cadence, CheckIn, Tally, Wave
from followspot.practices.pulse.rules import What
from followspot.roles import KEEPER, LEADER, TEAM, may
from followspot.teams import access
from followspot.teams.models import Team
from followspot.teams.pages import Request

_team = for_those(rules.SEES["pulse results at or above the floor"])
_keepers = for_those(rules.MAY["name_groups"] | rules.MAY["set_cadence"])


@_team
def listed(request: Request, team: Team) -> HttpResponseBase:
    """Show the questions while a wave is open, what came of the last one, and how it went before."""
    now = timezone.now()
    waves = team.wave_set.all().closed().of_the_team()
    if request.GET.get("format") == "csv":
        tallies = Tally.objects.filter(wave__in=waves).select_related("wave__team", "wave__scale")
        return csv_of(f"pulse-{team.slug}", _COLUMNS, tallies)
    running = doors.running(team)
    last = waves.select_related("team", "scale").first()
    people = actions.voters(team, request.today)
    context = {
        "team": team,
        "leader": request.leader,
        "here": "pulse",
        "mine": LEADER in request.roles,
        "cadence": Cadence.objects.filter(team=team).first(),
        "w": running,
        **_asked(request, running),
        "last": last,
        "results": doors.results(last) if last else [],
        "groups": doors.groups(last) if last else None,
        "remarks": list(last.comments.all()) if last else [],
        "kept_word": waves.exclude(will_do="").first(),
        "waves": list(waves[:12]),
        "floor": actions.floor_of(team),
        "few": len(people) < actions.floor_of(team),
        "many": len(people),
        "checkins": list(CheckIn.objects.filter(team=team, withdrawn_at=None).select_related("person")[:12]),
        "may_check_in": may(rules.MAY, "check_in", request.roles),
        "me": request.person,
        "longest": LONGEST,
        "now": now,
    }
    return render(request, "pulse/list.html", context)


def _asked(request: Request, running: Wave | None) -> dict[str, object]:
    """Return what the form wants: the items, and one's own ballot so that it can be changed."""
    answers = may(rules.MAY, "answer", request.roles)
    ballot = actions.own_ballot(running, request.person) if running and answers else None
    return {
        "answers": answers,
        "ballot": ballot,
        "asks": doors.asks(running, ballot) if running and ballot is not None else [],
    }


_COLUMNS: dict[str, Callable[[Tally], object]] = {
    "Wave": lambda t: t.wave.team.day(t.wave.opened_at),
    "Item": lambda t: next((i.words for i in t.wave.asks() if i.slug == t.item), t.item),
    "Group": lambda t: t.group.replace("\n", ", ") or "everybody",
    "Answers": lambda t: t.n,
    "About step": lambda t: t.place or "",
    "Step 1, to the nearest three": lambda t: t.counts[0] if t.counts else "",
    "Step 2": lambda t: t.counts[1] if t.counts else "",
    "Step 3": lambda t: t.counts[2] if t.counts else "",
    "Step 4": lambda t: t.counts[3] if t.counts else "",
    "Step 5": lambda t: t.counts[4] if t.counts else "",
}


@_team
@require_POST
def answer(request: Request, team: Team) -> HttpResponse:
    """Put one's ballot into the box. Nothing else is written: no message, no event, no time."""
    running = doors.running(team)
    if running is None:
        raise Refused(say("No wave is open. Nobody’s answers can be added or changed now."))
    if not may(rules.MAY, "answer", request.roles) or request.person is None:
        raise Refused(say("Only the front line answers: it is the team’s word."))
    doors.put(running, request.person, request.POST)
    return redirect("pulse", team.slug)


@login_not_required
@never_cache
def answer_by_link(request: HttpRequest, slug: str, pk: int, word: str) -> HttpResponse:
    """Answer from a mail, without signing in; the link is good for this wave alone."""
    wave = Wave.objects.filter(team__slug=slug, pk=pk).select_related("team", "scale", "leader").first()
    person = actions.let_in(wave, word, now=timezone.now()) if wave and wave.key_name else None
    if wave is None or person is None:
        return render(request, "pulse/by_link.html", {"over": True}, status=404)
    if request.method == "POST":
        doors.put(wave, person, request.POST)
        return redirect(request.path)
    ballot = actions.own_ballot(wave, person)
    context = {
        "w": wave,
        "for_team": wave.team.name,
        "ballot": ballot,
        "asks": doors.asks(wave, ballot) if ballot is not None else [],
        "longest": LONGEST,
        "floor": wave.floor,
    }
    return render(request, "pulse/by_link.html", context)


@_team
def one(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show one wave: what was asked, and once it has closed what may be told."""
    it = doors.wave_of(request, team, pk)
    context = {
        "team": team,
        "leader": request.leader,
        "leader_id": request.leader.pk if request.leader else None,
        "here": "pulse",
        "w": it,
        "round": f"{team.day(it.closed_at)}" if it.what == What.MIRROR and it.closed_at else "",
        "results": doors.results(it) if it.closed_at else [],
        "groups": doors.groups(it) if it.closed_at else None,
        "remarks": list(it.comments.all()),
        "mine": LEADER in request.roles,
        "may_comment": bool(request.roles & TEAM) and it.talked_about(),
        **around(request, it),
    }
    return render(request, "pulse/one.html", context)


@_team
@require_POST
def act(request: Request, team: Team, pk: int, verb: str) -> HttpResponse:
    """Say what will be done, say that it was, call a wave off."""
    it = doors.wave_of(request, team, pk)
    if verb == "promise":
        actions.promise(it, request.POST.get("text", ""), **acting(request, request.roles))
        messages.success(request, say("Said. It stands above the next wave."))
    elif verb == "keep":
        actions.keep(it, request.POST.get("text", ""), **acting(request, request.roles))
        messages.success(request, say("You said, this was done."))
    elif verb == "call-off":
        actions.call_off(it, **acting(request, request.roles))
        messages.success(request, say("Called off. Every answer is destroyed."))
    else:
        raise Http404
    return redirect("pulse", team.slug)


class CadenceForm(forms.Form):
    """How often, how long, from when, and the floor."""

    every = forms.TypedChoiceField(
        label=say("A wave every"),
        coerce=int,
        choices=[(1, say("week")), (2, say("two weeks")), (4, say("four weeks"))],
    )
    open_for = forms.IntegerField(
        label=say("Open for, in days"), min_value=rules.OPEN_FOR[0], max_value=rules.OPEN_FOR[-1]
    )
    next_on = forms.DateField(
        label=say("The next one opens on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    floor = forms.IntegerField(
        label=say("Nothing is told of fewer answers than"),
        min_value=FLOOR,
        max_value=rules.HIGHEST_FLOOR,
        help_text=say("It can be raised, never lowered."),
    )


@_keepers
def settings(request: Request, team: Team) -> HttpResponse:
    """Set how often the pulse asks, who works together, and questions of the team's own."""
    return _settings(request, team, _cadence_form(request, team, None))


def _cadence_form(request: Request, team: Team, said: QueryDict | None) -> CadenceForm:
    it = Cadence.objects.filter(team=team).first()
    initial = {
        "every": it.every if it else 2,
        "open_for": it.open_for if it else 4,
        "next_on": (it.next_on if it else None) or request.today + timedelta(days=1),
        "floor": actions.floor_of(team),
    }
    return CadenceForm(said, initial=initial)


def _settings(
    request: Request, team: Team, form: CadenceForm, scale: dict[str, object] | None = None, error: str = ""
) -> HttpResponse:
    desks = dict(team.desks.values_list("person", "group"))
    context = {
        "team": team,
        "leader": request.leader,
        "here": "pulse",
        "form": form,
        "cadence": Cadence.objects.filter(team=team).first(),
        "running": doors.running(team),
        "people": [(p, desks.get(p.pk, "")) for p in access.front_line_of(team, today=request.today)],
        "names": sorted(set(desks.values())),
        "scales": list(team.scales.filter(retired_at=None)),
        "scale": scale or {},
        "error": error,
        "mine": LEADER in request.roles,
        "may_group": bool(request.roles & {LEADER, KEEPER}),
        "floor": actions.floor_of(team),
    }
    return render(request, "pulse/settings.html", context, status=422 if form.errors or error else 200)


@_keepers
@require_POST
def set_up(request: Request, team: Team, verb: str) -> HttpResponse:
    """Set the cadence, stop it, open a wave now, name groups, add or retire questions."""
    if verb == "cadence":
        form = _cadence_form(request, team, request.POST)
        if not form.is_valid():
            return _settings(request, team, form)
        actions.set_cadence(team, **form.cleaned_data, **_by(request))
        messages.success(
            request, say("The next wave opens on {next_on:%A %-d %B}.", next_on=form.cleaned_data["next_on"])
        )
        return redirect("pulse", team.slug)
    if verb == "scale":
        return _add_scale(request, team)
    if verb not in _SET_UP:
        raise Http404
    messages.success(request, _SET_UP[verb](request, team, request.POST))
    return redirect("pulse" if verb in ("open", "mirror") else "pulse-settings", team.slug)


def _by(request: Request) -> actions.By:
    return {"by": request.person, "roles": request.roles, "now": timezone.now()}


def _stop(request: Request, team: Team, said: QueryDict) -> str:
    actions.stop_cadence(team, **_by(request))
    return say("Stopped. A wave that is open goes on to its end.")


def _open(request: Request, team: Team, said: QueryDict) -> str:
    scale = doors.scale_of(team, _number(said.get("scale", ""))) if said.get("scale") else None
    days = int(number_said(said, "days")) if said.get("days") else None
    if days is not None and days not in rules.OPEN_FOR:
        raise BadInput(
            say(
                "Days: between {least} and {most}.",
                least=rules.OPEN_FOR[0],
                most=rules.OPEN_FOR[-1],
            )
        )
    wave = actions.open_wave(
        team, what=What.SCALE if scale else What.PULSE, scale=scale, days=days, **_by(request)
    )
    return say(
        "Open until {day:%A %-d %B, %H:%M}. Nothing is shown before it closes.",
        day=timezone.localtime(wave.closes_at),
    )


def _mirror(request: Request, team: Team, said: QueryDict) -> str:
    wave = actions.open_wave(team, what=What.MIRROR, days=7, **_by(request))
    return say("The team is asked, until {day:%A %-d %B, %H:%M}.", day=timezone.localtime(wave.closes_at))


def _group(request: Request, team: Team, said: QueryDict) -> str:
    groups = {
        int(number): str(text)
        for field, text in said.items()
        if (number := field.removeprefix("group-")) != field and number.isdecimal() and len(number) < 18
    }
    actions.name_groups(team, groups, **_by(request))
    return say("Kept. It holds from the next wave on.")


def _retire(request: Request, team: Team, said: QueryDict) -> str:
    actions.retire_scale(doors.scale_of(team, _number(said.get("scale", ""))), **_by(request))
    return say("Retired. What was answered stays.")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


_SET_UP: dict[str, Callable[[Request, Team, QueryDict], str]] = {
    "stop": _stop,
    "open": _open,
    "mirror": _mirror,
    "groups": _group,
    "retire": _retire,
}


def _add_scale(request: Request, team: Team) -> HttpResponse:
    said = {f: request.POST.get(f, "") for f in ("title", "source", "licence", "lines")}
    try:
        if "right" not in request.POST:
            raise BadInput(
                say("Licence: say that the team may use these questions. Followspot can’t know it.")
            )
        actions.add_scale(
            team,
            title=said["title"],
            source=said["source"],
            licence=said["licence"],
            questions=doors.questions(said["lines"]),
            **_by(request),
        )
    except BadInput as error:
        return _settings(request, team, _cadence_form(request, team, None), dict(said), str(error))
    messages.success(request, say("Added. Ask them in a wave of their own."))
    return redirect("pulse-settings", team.slug)


@_team
@require_POST
def check_in(request: Request, team: Team) -> HttpResponse:
    """Say how it is, by name."""
    if request.person is None:
        raise Refused(say("Only the front line checks in."))
    actions.check_in(
        team, request.POST.get("text", ""), by=request.person, roles=request.roles, now=timezone.now()
    )
    messages.success(request, say("Said, with your name."))
    return redirect("pulse", team.slug)


@_team
@require_POST
def withdraw(request: Request, team: Team, pk: int) -> HttpResponse:
    """Take one's own check-in back."""
    it = get_object_or_404(CheckIn, team=team, pk=pk)
    actions.withdraw(it, **acting(request, towards(request, it)))
    messages.success(request, say("Taken back."))
    return redirect("pulse", team.slug)
