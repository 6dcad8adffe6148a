"""A team's lessons, telling one, and one of them with what follows from it."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.errors import Refused
from followspot.language import say
from followspot.objects import unnamed
from followspot.objects.around import around
from followspot.objects.doors import for_those, seen, towards
from followspot.objects.exports import csv_of
from followspot.objects.said import acting
from followspot.practices.lessons import actions, rules
from followspot.practices.lessons.doors import follow_up_of, lesson_of
from followspot.practices.lessons.models import FollowUp, Lesson
from followspot.practices.lessons.rules import Following
from followspot.roles import LEADER, TEAM, TELLER, may
from followspot.teams import access
from followspot.teams.models import Team
from followspot.teams.pages import Request

_ROWS = forms.Textarea({"rows": 3})
_team = for_those(rules.SEES["a lesson of the team"])


class LessonForm(forms.Form):
    """What happened, what we believed, what we know now, what changes."""

    happened = forms.CharField(
        label=say("What happened?"),
        max_length=rules.LONGEST,
        widget=_ROWS,
        help_text=say("As a stranger would have seen it."),
        error_messages={"required": say("What happened? Say it as a stranger would have seen it.")},
    )
    believed = forms.CharField(
        label=say("What did we believe then?"),
        required=False,
        max_length=rules.LONGEST,
        widget=_ROWS,
        help_text=say("Why it made sense at the time."),
    )
    known = forms.CharField(
        label=say("What do we know now?"),
        max_length=rules.LONGEST,
        widget=_ROWS,
        error_messages={"required": say("What do we know now? Without it, it is only a mistake.")},
    )
    changes = forms.CharField(
        label=say("What changes?"),
        required=False,
        max_length=rules.LONGEST,
        widget=_ROWS,
        help_text=say("One thing a line. Each is followed up until it is done."),
    )
    helps = forms.CharField(label=say("Whom does it help?"), required=False, max_length=200)
    about = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    unnamed = forms.BooleanField(label=say("Tell it without my name"), required=False)

    def clean_changes(self) -> str:
        lines: str = self.cleaned_data["changes"]
        long = [line for line in lines.splitlines() if len(line.strip()) > rules.FOLLOW_UP_LONGEST]
        if long:
            raise forms.ValidationError(
                say(
                    "One thing a line, each in {longest} characters. Too long: “{line}…”",
                    longest=rules.FOLLOW_UP_LONGEST,
                    line=long[0][:40],
                )
            )
        return lines

    def texts(self) -> list[str]:
        return [str(self.cleaned_data.get(f, "")) for f in ("happened", "believed", "known", "changes")]


@_team
def listed(request: Request, team: Team) -> HttpResponseBase:
    """Show the lessons, the newest first, and what still follows from them."""
    lessons = team.lesson_set.all().told()
    if request.GET.get("format") == "csv":
        return csv_of(f"lessons-{team.slug}", _COLUMNS, lessons.with_people())
    open_ = FollowUp.objects.filter(lesson__team=team, lesson__withdrawn_at=None, state=Following.OPEN)
    own = team.lesson_set.filter(teller=request.leader).told().first() if request.leader else None
    shown = list(lessons.with_what_follows()[: None if "all" in request.GET else 20])
    changes = list(open_.select_related("lesson").order_by("added_at")[:12])
    for change in changes:
        change.lesson.team = team
    context = {
        "team": team,
        "leader": request.leader,
        "here": "lessons",
        "lessons": shown,
        "more": max(0, lessons.count() - len(shown)),
        "open": changes,
        "mine": LEADER in request.roles,
        "own": own,
        "may": may(rules.MAY, "tell", request.roles),
    }
    return render(request, "lessons/list.html", context)


_COLUMNS: dict[str, Callable[[Lesson], object]] = {
    "When": lambda i: i.told_at,
    "What happened": lambda i: i.happened,
    "What we believed": lambda i: i.believed,
    "What we know now": lambda i: i.known,
    "What changes": lambda i: "; ".join(f"{f.what} ({f.state})" for f in i.followups.all()),
    "Whom it helps": lambda i: i.helps,
    "Told by": lambda i: i.teller.name if i.teller else "without a name",
}


@_team
def tell(request: Request, team: Team) -> HttpResponse:
    """Tell a lesson; names and blame in it are pointed out before it is saved."""
    people = access.people_of(team, today=request.today)
    about = seen(request, request.GET.get("about", ""))
    begun = {
        "about": about.reference if about else "",
        "happened": request.GET.get("happened", "")[: rules.LONGEST],
    }
    form = LessonForm(request.POST or None, initial=begun)
    names: list[str] = []
    blame: list[str] = []
    if request.method == "POST" and form.is_valid():
        names = rules.names_in(form.texts(), [p.name for p in people])
        blame = rules.blame_in(form.texts())
        if not (names or blame) or "as_it_is" in request.POST:
            return _tell(request, team, form)
    context = {
        "team": team,
        "here": "lessons",
        "form": form,
        "about": about,
        "names": names,
        "blame": blame,
        "many": unnamed.could_tell(team, people) >= unnamed.FEWEST,
        "fewest": unnamed.FEWEST,
    }
    return render(request, "lessons/tell.html", context, status=422 if form.errors or names or blame else 200)


def _tell(request: Request, team: Team, form: LessonForm) -> HttpResponse:
    said = dict(form.cleaned_data)
    about = seen(request, said.pop("about"))
    word, word_hash = unnamed.new_word() if said.pop("unnamed") else ("", "")
    it = actions.tell(
        team,
        by=request.person,
        roles=request.roles,
        now=timezone.now(),
        changes=tuple(said.pop("changes").splitlines()),
        about=about.reference if about else "",
        word_hash=word_hash,
        **said,
    )
    messages.success(request, say("Told. It helps more people than it cost."))
    answer = redirect(it)
    if word:
        unnamed.remember(request, answer, word)
    return answer


@_team
def one(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show one lesson, what follows from it, and what was said."""
    it = lesson_of(request, team, pk)
    roles = towards(request, it)
    followups = list(it.followups.all())
    context = {
        "team": team,
        "leader": request.leader,
        "leader_id": request.leader.pk if request.leader else None,
        "here": "lessons",
        "l": it,
        "about": seen(request, it.about),
        "teller": TELLER in roles and not it.withdrawn_at,
        "mine": LEADER in roles,
        "followups": [(f, seen(request, f.becomes) if f.becomes else None) for f in followups],
        "useful": request.person is not None and any(p.pk == request.person.pk for p in it.useful.all()),
        "may_comment": bool(request.roles & TEAM) and it.talked_about(),
        **around(request, it),
    }
    return render(request, "lessons/one.html", context)


@_team
@require_POST
def act(request: Request, team: Team, pk: int, verb: str) -> HttpResponse:
    """Answer a lesson, find it useful, add to it, word it anew, take it back."""
    it = lesson_of(request, team, pk)
    if verb not in _ACTS:
        raise Http404
    messages.success(request, _ACTS[verb](it, request, request.POST))
    return redirect("lessons", team.slug) if verb == "withdraw" else redirect(it)


def _thank(it: Lesson, request: Request, said: QueryDict) -> str:
    actions.thank(it, **acting(request, towards(request, it)))
    return say("You said thank you. That is all it takes.")


def _own(it: Lesson, request: Request, said: QueryDict) -> str:
    actions.own(it, said.get("part", ""), **acting(request, towards(request, it)))
    return say("You said which part is yours.")


def _useful(it: Lesson, request: Request, said: QueryDict) -> str:
    helps = actions.find_useful(it, by=request.person, roles=towards(request, it), now=timezone.now())
    return say("Noted: it helps.") if helps else say("Taken back.")


def _follow_up(it: Lesson, request: Request, said: QueryDict) -> str:
    actions.follow_up(it, said.get("what", ""), **acting(request, towards(request, it)))
    return say("Added. It stays in sight until it is done.")


def _change(it: Lesson, request: Request, said: QueryDict) -> str:
    parts = {f: said.get(f, "") for f in ("happened", "believed", "known", "helps")}
    actions.change(it, **parts, **acting(request, towards(request, it)))
    return say("Worded anew.")


def _withdraw(it: Lesson, request: Request, said: QueryDict) -> str:
    actions.withdraw(it, **acting(request, towards(request, it)))
    return say("Taken back.")


_ACTS: dict[str, Callable[[Lesson, Request, QueryDict], str]] = {
    "thank": _thank,
    "own": _own,
    "useful": _useful,
    "follow-up": _follow_up,
    "change": _change,
    "withdraw": _withdraw,
}


@_team
@require_POST
def follow(request: Request, team: Team, pk: int, verb: str) -> HttpResponse:
    """Say what became of a change."""
    one = follow_up_of(team, pk)
    roles = towards(request, one.lesson)
    states = {"done": Following.DONE, "drop": Following.DROPPED, "open": Following.OPEN}
    now = timezone.now()
    if verb == "link":
        became = seen(request, request.POST.get("becomes", ""))
        if became is None:
            raise Refused(say("That is no expectation or barrier of this team."))
        actions.link_follow_up(one, became.reference, by=request.person, roles=roles, now=now)
        messages.success(request, say("Linked."))
    elif verb in states:
        actions.end_follow_up(one, states[verb], by=request.person, roles=roles, now=now)
        messages.success(
            request, {"done": say("Done."), "drop": say("Dropped."), "open": say("Open again.")}[verb]
        )
    else:
        raise Http404
    return redirect(one.lesson)
