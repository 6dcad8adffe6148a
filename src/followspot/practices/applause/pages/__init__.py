"""Applause: the list, giving it, one of it; and clients' words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.language import all_of, say
from followspot.objects.around import around
from followspot.objects.doors import for_those, seen, towards
from followspot.objects.exports import csv_of
from followspot.objects.said import acting
from followspot.practices.applause import actions, rules
from followspot.practices.applause.doors import applause_of, words_of
from followspot.practices.applause.doors import cited as cited_as
from followspot.practices.applause.models import Applause, Words
from followspot.roles import GIVER, TEAM, may
from followspot.teams import access
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request, back


class _PeopleForm(forms.Form):
    """A form in which people of the team are chosen."""

    chooses = ""

    def __init__(self, *args: object, people: list[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._people = {str(p.pk): p for p in people}
        self.fields[self.chooses].choices = [(k, p.name) for k, p in self._people.items()]  # type: ignore[attr-defined]

    def chosen(self) -> list[Person]:
        return [self._people[k] for k in self.cleaned_data[self.chooses]]


class ApplauseForm(_PeopleForm):
    """Whom, for what, and where people can look."""

    chooses = "to"

    to = forms.MultipleChoiceField(
        label=say("Whom is it for?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say("Whom is it for? Choose one person or more.")},
    )
    words = forms.CharField(
        label=say("What for?"),
        max_length=rules.LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text=say("In your own words: what they did, and what it changed."),
    )
    contribution = forms.ChoiceField(
        label=say("What kind of work was it?"),
        required=False,
        choices=[("", say("No kind in particular")), *rules.KINDS.items()],
    )
    cites = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    cites_words = forms.CharField(
        label=say("Evidence"),
        max_length=300,
        help_text=say(
            "One thing people can look at: a list, a letter, a release, the night sheet of the 3rd."
        ),
        error_messages={"required": say("Applause needs evidence. Pick one thing people can look at.")},
    )
    cites_url = forms.URLField(
        label=say("Where it is"), required=False, max_length=500, assume_scheme="https"
    )


class WordsForm(_PeopleForm):
    """A client's words, and where they came from."""

    chooses = "about"

    quote = forms.CharField(
        label=say("What did they say?"), max_length=rules.LONGEST, widget=forms.Textarea({"rows": 3})
    )
    said_where = forms.CharField(
        label=say("Who said it, and where?"),
        max_length=200,
        help_text=say("A passenger, at the port desk. No name needed."),
    )
    said_on = forms.DateField(label=say("When?"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    about = forms.MultipleChoiceField(
        label=say("Whose work is it about?"), required=False, widget=forms.CheckboxSelectMultiple
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of applause as somebody sees it. first : the leader, if the leader clapped along."""

    it: Applause
    first: str
    others: str
    mine: bool
    may_clap: bool


def shown(applause: Iterable[Applause], request: Request) -> list[Shown]:
    """Work out who clapped along, and whether the one who looks may."""
    me, leader = request.person, request.leader
    found = []
    for a in applause:
        clapped = [c.person for c in a.claps.all()]
        lead = next((p.name for p in clapped if leader is not None and p.pk == leader.pk), "")
        rest = [p.name for p in clapped if leader is None or p.pk != leader.pk]
        toward = me is not None and (me.pk == a.giver_id or any(p.pk == me.pk for p in a.to.all()))
        found.append(
            Shown(
                a,
                lead,
                _others(rest, after=bool(lead)),
                me is not None and any(p.pk == me.pk for p in clapped),
                me is not None and not toward and not a.private and may(rules.MAY, "join", request.roles),
            )
        )
    return found


def _others(names: list[str], *, after: bool) -> str:
    if not names:
        return ""
    if len(names) <= (1 if after else 2):
        return all_of(names)
    left = len(names) if after else len(names) - 1
    counted = say("{many} others", many=_NUMBERS[left] if left < len(_NUMBERS) else left)
    return counted if after else all_of([names[0], counted])


_SHOWN = 25
_NUMBERS = (
    "",
    "",
    say("two"),
    say("three"),
    say("four"),
    say("five"),
    say("six"),
    say("seven"),
    say("eight"),
    say("nine"),
)


_team = for_those(rules.SEES["applause and clients’ words"])


@_team
def listed(request: Request, team: Team) -> HttpResponseBase:
    """Show the applause of a team in order of time; never by person, never counted."""
    everything = team.applause_set.all().seen_by(request.person).with_people()
    if request.GET.get("format") == "csv":
        return csv_of(f"applause-{team.slug}", _COLUMNS, everything)
    if request.GET.get("words") == "csv":
        words = team.words_set.filter(withdrawn_at=None).prefetch_related("about")
        return csv_of(f"words-{team.slug}", _WORDS, words)
    whole = "all" in request.GET
    context = {
        "team": team,
        "leader": request.leader,
        "here": "stage",
        "claps": shown(everything if whole else everything[:_SHOWN], request),
        "more": not whole and everything[_SHOWN : _SHOWN + 1].exists(),
        "words": team.words_set.filter(withdrawn_at=None).prefetch_related("about")[:30],
        "may": may(rules.MAY, "give", request.roles),
    }
    return render(request, "applause/list.html", context)


_WORDS: dict[str, Callable[[Words], object]] = {
    "When": lambda w: w.said_on,
    "What they said": lambda w: w.quote,
    "Who, and where": lambda w: w.said_where,
    "About": lambda w: ", ".join(p.name for p in w.about.all()),
}
_COLUMNS: dict[str, Callable[[Applause], object]] = {
    "When": lambda a: a.given_at,
    "From": lambda a: a.giver.name if a.giver else "",
    "To": lambda a: ", ".join(p.name for p in a.to.all()),
    "What for": lambda a: a.words,
    "Kind": lambda a: a.contribution,
    "Evidence": lambda a: a.cites_words,
    "Where": lambda a: a.cites_url,
}


@_team
def give(request: Request, team: Team) -> HttpResponse:
    """Applaud; a link that leads here may have filled in whom and what for, never the words."""
    people = [p for p in access.people_of(team, today=request.today) if p != request.person]
    form = ApplauseForm(request.POST or None, people=people, initial=_asked(request, team))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        said.pop("to")
        said["cites"] = cited_as(request, said["cites"])
        it = actions.give(
            team,
            said.pop("words"),
            to=form.chosen(),
            by=request.person,
            roles=request.roles,
            now=timezone.now(),
            **said,
        )
        messages.success(
            request,
            say("Sent, and seen by nobody else.") if it.private else say("Applauded. It takes the Stage."),
        )
        return redirect(it)
    context = {"team": team, "leader": request.leader, "here": "stage", "form": form}
    return render(request, "applause/give.html", context, status=422 if form.errors else 200)


def _asked(request: Request, team: Team) -> dict[str, object]:
    """Fill in what a suggestion knows: whom, the kind, the evidence. It never writes the words."""
    cited = seen(request, request.GET.get("cites", ""))
    return {
        "to": request.GET.getlist("to"),
        "contribution": request.GET.get("kind", ""),
        "cites": cited.reference if cited else _of_the_evidence(request.GET.get("cites", "")),
        "cites_words": (cited.in_passing if cited else request.GET.get("evidence", ""))[:300],
    }


def _of_the_evidence(cites: str) -> str:
    return cites[:120] if cites.startswith("evidence:") else ""


@_team
def one(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show one piece of applause."""
    it = applause_of(request, team, pk)
    roles = towards(request, it)
    context = {
        "team": team,
        "leader": request.leader,
        "leader_id": request.leader.pk if request.leader else None,
        "here": "stage",
        "s": shown([it], request)[0],
        "cited": seen(request, it.cites),
        "giver": GIVER in roles and it.withdrawn_at is None,
        "may_comment": bool(request.roles & TEAM) and it.talked_about(),
        **around(request, it),
    }
    return render(request, "applause/one.html", context)


@_team
@require_POST
def act(request: Request, team: Team, pk: int, verb: str) -> HttpResponseBase:
    """Clap along, take the clap back, word it anew, take it back."""
    it = applause_of(request, team, pk)
    said = acting(request, towards(request, it))
    if verb in ("clap", "unclap"):
        move = actions.join if verb == "clap" else actions.leave
        move(it, by=said["by"], roles=said["roles"], now=said["now"])
        return HttpResponseRedirect(back(request, otherwise=it.get_absolute_url()))
    if verb == "change":
        actions.change(it, request.POST.get("words", ""), **said)
        messages.success(request, say("Worded anew."))
        return redirect(it)
    if verb == "withdraw":
        actions.withdraw(it, **said)
        messages.success(request, say("Taken back. You alone still see it here."))
        return redirect("stage", team.slug)
    raise Http404


@_team
def bring(request: Request, team: Team) -> HttpResponse:
    """Bring a client's words."""
    today = request.today
    front = access.front_line_of(team, today=today)
    form = WordsForm(request.POST or None, people=front, initial={"said_on": today})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        said.pop("about")
        it = actions.bring_words(
            team,
            said.pop("quote"),
            about=form.chosen(),
            by=request.person,
            roles=request.roles,
            now=timezone.now(),
            **said,
        )
        messages.success(request, say("It’s on the Stage, in their words."))
        return redirect(it)
    context = {
        "team": team,
        "here": "stage",
        "form": form,
        "may": bool(request.roles & TEAM),
    }
    return render(request, "applause/bring.html", context, status=422 if form.errors else 200)


@_team
def words(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show a client's words."""
    it = words_of(request, team, pk)
    roles = towards(request, it)
    context = {
        "team": team,
        "leader_id": request.leader.pk if request.leader else None,
        "here": "stage",
        "w": it,
        "author": may(rules.MAY, "withdraw_words", roles) and it.withdrawn_at is None,
        "may_comment": bool(request.roles & TEAM),
        **around(request, it),
    }
    return render(request, "applause/words.html", context)


@_team
@require_POST
def withdraw_words(request: Request, team: Team, pk: int) -> HttpResponse:
    """Take a client's words back."""
    it = get_object_or_404(Words, team=team, pk=pk)
    actions.withdraw_words(it, **acting(request, towards(request, it)))
    messages.success(request, say("Taken back."))
    return redirect("stage", team.slug)
