"""The board of a team's barriers, one barrier, and the forms that move it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.language import say
from followspot.objects import unnamed
from followspot.objects.around import around
from followspot.objects.doors import for_those, seen
from followspot.objects.exports import csv_of
from followspot.objects.said import acting, day_said
from followspot.practices.barriers import actions, rules
from followspot.practices.barriers.doors import barrier_of, roles_towards, within_sight
from followspot.practices.barriers.doors import here as here_today
from followspot.practices.barriers.models import Barrier
from followspot.practices.barriers.rules import State
from followspot.roles import LEADER, TEAM
from followspot.teams import access, calendar
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request

_SHOWN_GONE = 4


class RaiseForm(forms.Form):
    """What is in the way; the rest is folded away. The page draws it by hand: it is on the way of everybody."""

    what = forms.CharField(
        max_length=rules.LONGEST,
        error_messages={"required": say("What is in the way? One line is enough.")},
    )
    holds_words = forms.CharField(required=False, max_length=200)
    holds = forms.CharField(required=False, max_length=60)
    clearer = forms.ChoiceField(required=False)
    needed_on = forms.DateField(
        required=False, error_messages={"invalid": say("That is not a day. Write it like 2026-11-23.")}
    )
    unnamed = forms.BooleanField(required=False)

    def __init__(self, said: QueryDict, *, people: list[Person]) -> None:
        super().__init__(said)
        self._people = {str(p.pk): p for p in people}
        self.fields["clearer"].choices = [("", ""), *((k, p.name) for k, p in self._people.items())]  # type: ignore[attr-defined]

    def who_clears(self) -> Person | None:
        return self._people.get(self.cleaned_data["clearer"])


@dataclass(frozen=True, slots=True)
class Card:
    """A barrier as a card shows it. Ages are working days."""

    it: Barrier
    age: int
    promise: int | None
    answer_due: date
    bar: dict[str, float]
    can: frozenset[str]

    @property
    def late(self) -> int:
        return max(0, self.age - self.promise) if self.promise is not None else 0


def card(
    barrier: Barrier, request: Request, clock: calendar.Calendar, today: date, here: Collection[int]
) -> Card:
    """Work out what a card shows to whoever looks. here : who is of the team today."""
    raised = clock.day(barrier.raised_at)
    until = clock.day(barrier.cleared_at) if barrier.cleared_at else today
    age = clock.between(raised, until)
    promise = clock.between(raised, barrier.promised_on) if barrier.promised_on else None
    return Card(
        barrier,
        age,
        promise,
        clock.after(raised, rules.ANSWER_WITHIN),
        rules.bar(age, promise),
        rules.moves(State(barrier.state), roles_towards(request, barrier, here)),
    )


_team = for_those(rules.SEES["a barrier of the team"])


@_team
def listed(request: Request, team: Team) -> HttpResponseBase:
    """Show the board; POST raises a barrier."""
    people = access.people_of(team, today=request.today)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        form = RaiseForm(request.POST, people=people)
        if form.is_valid():
            return _raise(request, team, form, timezone.now())
        errors = {field: [str(one) for one in told] for field, told in form.errors.items()}
    here = {p.pk for p in people}
    own = within_sight(request, team)
    if request.GET.get("format") == "csv":
        return csv_of(f"barriers-{team.slug}", _COLUMNS, own.exclude(state=State.WITHDRAWN).with_people())
    whole = "all" in request.GET
    clock, today = calendar.of(team), request.today
    gone = own.gone()[: None if whole else _SHOWN_GONE + 1]
    cards = [card(b, request, clock, today, here) for b in own.standing().seen_from(team, known=people)]
    last = [card(b, request, clock, today, here) for b in gone.seen_from(team, known=people)]
    context = {
        "team": team,
        "leader": request.leader,
        "here": "barriers",
        "said": request.POST if errors else _asked(request, team),
        "errors": errors,
        "people": [p for p in people if p != request.leader],
        "many": unnamed.could_tell(team, people) >= unnamed.FEWEST,
        "fewest": unnamed.FEWEST,
        "raised": [c for c in cards if c.it.state == State.RAISED],
        "clearing": [c for c in cards if c.it.state == State.TAKEN],
        "cleared": [c for c in cards if c.it.state == State.CLEARED],
        "gone": last if whole else last[:_SHOWN_GONE],
        "more": not whole and len(last) > _SHOWN_GONE,
        "any": bool(cards or last),
        "today": today,
    }
    return render(request, "barriers/list.html", context, status=422 if errors else 200)


def _asked(request: Request, team: Team) -> dict[str, str]:
    """Fill the form from the link that led here: what it holds up, and what somebody wrote already."""
    asked = dict.fromkeys(RaiseForm.base_fields, "")
    asked["what"] = request.GET.get("what", "")[: rules.LONGEST]
    thing = seen(request, request.GET.get("holds", ""))
    if thing is not None:
        asked |= {"holds": thing.reference, "holds_words": thing.in_passing[:200]}
    return asked


def _raise(request: Request, team: Team, form: RaiseForm, now: datetime) -> HttpResponse:
    said = form.cleaned_data
    held = seen(request, said["holds"])
    word, word_hash = unnamed.new_word() if said["unnamed"] else ("", "")
    barrier = actions.raise_barrier(
        team,
        said["what"],
        by=request.person,
        roles=request.roles,
        now=now,
        word_hash=word_hash,
        holds=held.reference if held else "",
        holds_words=said["holds_words"],
        clearer=form.who_clears(),
        needed_on=said["needed_on"],
    )
    due = calendar.of(team).after(request.today, rules.ANSWER_WITHIN)
    who = barrier.clearer.name if barrier.clearer else say("Somebody")
    messages.success(request, say("Raised. {who} answers by {due:%A %-d %B}.", who=who, due=due))
    if word:
        messages.info(
            request, say("Your name is nowhere. This browser alone knows that you can say when it’s gone.")
        )
    answer = redirect(barrier)
    if word:
        unnamed.remember(request, answer, word)
    return answer


_COLUMNS: dict[str, Callable[[Barrier], object]] = {
    "What is in the way": lambda b: b.what,
    "Holds up": lambda b: b.holds_words,
    "Raised by": lambda b: b.raiser.name if b.raiser else "without a name",
    "Raised": lambda b: b.raised_at,
    "State": lambda b: b.state,
    "Taken by": lambda b: b.taker.name if b.taker else "",
    "Promised": lambda b: b.promised_on,
    "Cleared": lambda b: b.cleared_at,
    "Gone": lambda b: b.confirmed_at,
    "Stepped back": lambda b: b.stepped_back_at,
}


@_team
def one(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show one barrier with all that can be done, was said and happened."""
    barrier = barrier_of(request, team, pk)
    today, here = request.today, here_today(request, team)
    context = {
        "team": team,
        "leader": request.leader,
        "leader_id": request.leader.pk if request.leader else None,
        "here": "barriers",
        "c": card(barrier, request, calendar.of(team), today, here),
        "holds": seen(request, barrier.holds) if barrier.team_id == team.pk else None,
        "lingered": actions.touched_since([barrier], request.leader).get(barrier.pk, [])
        if barrier.state == State.CONFIRMED
        else [],
        "mine": LEADER in request.roles,
        "today": today,
        "may_comment": bool(request.roles & TEAM) and barrier.team_id == team.pk,
        **around(request, barrier),
    }
    return render(request, "barriers/one.html", context)


@_team
@require_POST
def act(request: Request, team: Team, pk: int, verb: str) -> HttpResponseBase:
    """Move a barrier."""
    barrier = barrier_of(request, team, pk)
    if verb not in _ACTS:
        raise Http404
    said = _ACTS[verb](barrier, request, request.POST)
    messages.success(request, said)
    return (
        redirect("barrier", team.slug, pk)
        if request.POST.get("back") == "one"
        else redirect("barriers", team.slug)
    )


def _take(barrier: Barrier, request: Request, said: QueryDict) -> str:
    day = day_said(said, "promised_on")
    actions.take(
        barrier,
        promised_on=day,
        note=said.get("note", ""),
        **acting(request, roles_towards(request, barrier, here_today(request, request.team))),
    )
    return say("Yours, with a promise for {day:%A %-d %B}.", day=day)


def _promise(barrier: Barrier, request: Request, said: QueryDict) -> str:
    day = day_said(said, "promised_on")
    actions.promise(
        barrier,
        promised_on=day,
        note=said.get("note", ""),
        **acting(request, roles_towards(request, barrier, here_today(request, request.team))),
    )
    return say("Promised anew for {day:%A %-d %B}. The first promise stays in the history.", day=day)


def _pass_up(barrier: Barrier, request: Request, said: QueryDict) -> str:
    passed = actions.pass_up(
        barrier,
        note=said.get("note", ""),
        **acting(request, roles_towards(request, barrier, here_today(request, request.team))),
    )
    return say("Passed up to {clearer}. Its age went with it.", clearer=passed.clearer)


def _clear(barrier: Barrier, request: Request, said: QueryDict) -> str:
    cleared = actions.clear(
        barrier,
        aftermath=said.get("aftermath", ""),
        **acting(request, roles_towards(request, barrier, here_today(request, request.team))),
    )
    asks = cleared.raiser.name if cleared.raiser else say("whoever raised it")
    return say("Cleared, you say. Now {asks} says whether it’s gone.", asks=asks)


def _confirm(barrier: Barrier, request: Request, said: QueryDict) -> str:
    actions.confirm(
        barrier, **acting(request, roles_towards(request, barrier, here_today(request, request.team)))
    )
    return say("Gone. Now it is left alone.")


def _reopen(barrier: Barrier, request: Request, said: QueryDict) -> str:
    actions.reopen(
        barrier, **acting(request, roles_towards(request, barrier, here_today(request, request.team)))
    )
    return say("Still there, then. Its clock goes on from the day it was raised.")


def _withdraw(barrier: Barrier, request: Request, said: QueryDict) -> str:
    actions.withdraw(
        barrier, **acting(request, roles_towards(request, barrier, here_today(request, request.team)))
    )
    return say("Taken back. It is off the board and stays in the history.")


def _change(barrier: Barrier, request: Request, said: QueryDict) -> str:
    actions.change(
        barrier,
        said.get("what", ""),
        **acting(request, roles_towards(request, barrier, here_today(request, request.team))),
    )
    return say("Worded anew.")


_ACTS: dict[str, Callable[[Barrier, Request, QueryDict], str]] = {
    "take": _take,
    "promise": _promise,
    "pass-up": _pass_up,
    "clear": _clear,
    "confirm": _confirm,
    "reopen": _reopen,
    "withdraw": _withdraw,
    "change": _change,
}
