"""A team's expectations, one expectation, and the forms that move it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.errors import BadInput
from followspot.evidence import log
from followspot.language import say
from followspot.objects.around import around
from followspot.objects.doors import for_those, seen, towards
from followspot.objects.exports import csv_of
from followspot.objects.said import acting, day_said, number_said
from followspot.practices.expectations import actions, doors, rules
from followspot.practices.expectations.models import WITH_PEOPLE, Expectation
from followspot.practices.expectations.rules import Freedom, State
from followspot.roles import LEADER, OWNER, TEAM, may
from followspot.teams import access
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request

_DAY = {"type": "date"}
FREEDOMS = [(str(int(f)), say("{word}. {means}", word=f.word, means=f.means)) for f in Freedom]


class ProposeForm(forms.Form):
    """What should be true, in whose hands, by when."""

    outcome = forms.CharField(
        label=say("What should be true at the end?"),
        max_length=rules.LONGEST,
        help_text=say("In the words of those it serves, not as a task."),
    )
    for_whom = forms.CharField(
        label=say("Whom does it serve?"),
        required=False,
        max_length=200,
        help_text=say("A client, a user, a colleague."),
    )
    owners = forms.MultipleChoiceField(
        label=say("In whose hands is it?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say("In whose hands is it? Choose one person or more.")},
    )
    starts_on = forms.DateField(label=say("From"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    due_on = forms.DateField(label=say("Due"), widget=forms.DateInput(_DAY, format="%Y-%m-%d"))
    done_when = forms.CharField(
        label=say("How will everybody see that it is done?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    size = forms.IntegerField(
        label=say("How many pieces is it, about?"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=say("With a size and check-ins there is a forecast. May stay empty."),
    )
    unit = forms.CharField(
        label=say("Pieces of what?"), required=False, max_length=40, help_text=say("Letters, tickets, beds.")
    )
    counts = forms.CharField(
        label=say("Evidence that counts by itself"),
        required=False,
        max_length=120,
        help_text=say("A label in the history, like folder:docs. May stay empty; then the owners check in."),
    )
    about = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    level = forms.ChoiceField(
        label=say("How much head would you give, or want?"),
        required=False,
        choices=[("", say("I choose later")), *FREEDOMS],
        help_text=say("Unseen until everybody concerned has chosen."),
    )

    def __init__(self, *args: object, people: list[Person], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._people = {str(p.pk): p for p in people}
        self.fields["owners"].choices = [(k, p.name) for k, p in self._people.items()]  # type: ignore[attr-defined]

    def in_hands_of(self) -> list[Person]:
        return [self._people[k] for k in self.cleaned_data["owners"]]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        starts, due = given.get("starts_on"), given.get("due_on")
        if starts and due and due <= starts:
            self.add_error("due_on", say("It is due on or before the day it begins. Allot it some time."))
        return given


@dataclass(frozen=True, slots=True)
class Card:
    """An expectation as a card shows it."""

    it: Expectation
    today: date
    can: frozenset[str]
    waits: bool = False  # for the yes of the one who looks

    @property
    def overdue(self) -> bool:
        return self.it.state in rules.HELD and self.today > self.it.due_on

    @property
    def levels(self) -> list[tuple[Freedom, bool]]:
        return [(f, f == self.it.freedom) for f in Freedom]


_ENDED = 6  # of those that have ended are shown at first
_team = for_those(rules.SEES["an expectation of the team"])


@_team
def listed(request: Request, team: Team) -> HttpResponseBase:
    """Show what was said would be done, the open ones first."""
    them = team.expectation_set.all()
    if request.GET.get("format") == "csv":
        return csv_of(f"expectations-{team.slug}", _COLUMNS, them.with_people())
    going, over = list(them.going()), them.ended()
    ended = list(over[: None if "all" in request.GET else _ENDED])
    prefetch_related_objects([*going, *ended], *WITH_PEOPLE)
    today = request.today
    cards = [
        Card(
            e,
            today,
            rules.moves(State(e.state), roles := towards(request, e)),
            e.state == State.PROPOSED and not doors.has_said_yes(request, e, roles),
        )
        for e in going
    ]
    context = {
        "team": team,
        "leader": request.leader,
        "here": "expectations",
        "proposed": [c for c in cards if c.it.state == State.PROPOSED],
        "held": [c for c in cards if c.it.state in rules.HELD],
        "ended": ended,
        "more": max(0, over.count() - len(ended)),
        "mine": LEADER in request.roles,
    }
    return render(request, "expectations/list.html", context)


_COLUMNS: dict[str, Callable[[Expectation], object]] = {
    "Expectation": lambda e: e.outcome,
    "Serves": lambda e: e.for_whom,
    "In the hands of": lambda e: ", ".join(p.name for p in e.owners),
    "From": lambda e: e.starts_on,
    "Due": lambda e: e.due_on,
    "State": lambda e: e.state,
    "Freedom": lambda e: e.level.word if e.level else "",
    "Agreed": lambda e: e.agreed_at,
    "Ended": lambda e: e.ended_at,
}


@_team
def new(request: Request, team: Team) -> HttpResponse:
    """Propose an expectation."""
    today = request.today
    people = access.people_of(team, today=today)
    front = [p for p in people if p != request.leader]
    initial = {"starts_on": today, "due_on": today + timedelta(days=42)} | request.GET.dict()
    form = ProposeForm(request.POST or None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _propose(request, team, form)
    context = {
        "team": team,
        "leader": request.leader,
        "here": "expectations",
        "form": form,
        "front": front,
        "may": may(rules.MAY, "propose", request.roles),
    }
    return render(request, "expectations/new.html", context, status=422 if form.errors else 200)


def _propose(request: Request, team: Team, form: ProposeForm) -> HttpResponse:
    said = dict(form.cleaned_data)
    level = said.pop("level")
    said.pop("owners")
    comes_from = seen(request, said["about"])
    said["about"] = comes_from.reference if comes_from else ""
    if request.person is None:
        raise Http404
    now = timezone.now()
    it = actions.propose(
        team, owners=form.in_hands_of(), by=request.person, roles=request.roles, now=now, **said
    )
    if level and request.leader and {p.pk for p in it.owners} != {request.leader.pk}:
        roles = towards(request, it)
        if may(rules.MAY, "vote", roles):
            actions.vote(it, int(level), by=request.person, roles=roles, now=now)
    words = say("Agreed.") if it.state == State.AGREED else say("Proposed. It waits for their yes.")
    messages.success(request, words)
    return redirect(it)


@_team
def one(request: Request, team: Team, pk: int) -> HttpResponseBase:
    """Show one expectation with all that can be done, was said and happened."""
    it = doors.expectation_of(team, pk)
    roles = towards(request, it)
    leader = request.leader
    chosen = doors.choices(it, leader, request.person)
    terms = doors.open_terms(it)
    context = {
        "team": team,
        "leader": leader,
        "leader_id": leader.pk if leader else None,
        "here": "expectations",
        "c": Card(it, request.today, rules.moves(State(it.state), roles)),
        "owner": OWNER in roles,
        "mine": LEADER in roles,
        "freedoms": list(Freedom),
        "votes": chosen.shown,
        "my_vote": chosen.mine,
        "votes_wanted": chosen.wanted,
        "waits_for": [p.name for p in chosen.waits_for],
        "differ": chosen.differ,
        "may_vote": chosen.may,
        "terms": terms,
        "may_settle": terms is not None and doors.may_settle(it, terms, request, roles),
        "my_terms": terms is not None and request.person is not None and terms.by_id == request.person.pk,
        "yes": {h.person_id for h in it.holds.all() if h.agreed_at} | doors.leaders_yes(it, leader),
        "has_said_yes": doors.has_said_yes(request, it, roles),
        "missing_yes": [p.name for p in doors.missing_yes(it, leader)],
        "checkins": list(it.checkins.select_related("by").order_by("-at")[:12]),
        "offered": _offered(it) if OWNER in roles else None,
        "barrier_url": f"{reverse('barriers', args=[team.slug])}?holds={it.reference}#raise",
        "may_comment": bool(request.roles & TEAM),
        **around(request, it),
    }
    return render(request, "expectations/one.html", context)


def _offered(it: Expectation) -> log.Single | None:
    """Return the last offer of help that nothing has come after."""
    acts = log.single(it.team, objects=(it.reference,), newest=1)
    return acts[0] if acts and acts[0].activity == "expectation.help_offered" else None


@_team
@require_POST
def act(request: Request, team: Team, pk: int, verb: str) -> HttpResponseBase:
    """Move an expectation."""
    it = doors.expectation_of(team, pk)
    if verb not in _ACTS:
        raise Http404
    messages.success(request, _ACTS[verb](it, request, request.POST))
    return redirect(it)


@_team
@require_POST
def settle(request: Request, team: Team, pk: int, verb: str) -> HttpResponseBase:
    """Accept, decline or take back other terms."""
    terms = doors.terms_of(team, pk)
    it = terms.expectation
    acts = {
        "accept": actions.accept_terms,
        "decline": actions.decline_terms,
        "withdraw": actions.withdraw_terms,
    }
    if verb not in acts:
        raise Http404
    acts[verb](terms, **acting(request, towards(request, it)))
    said = {
        "accept": say("Accepted. That’s how it is now."),
        "decline": say("Left as it was."),
        "withdraw": say("Taken back."),
    }
    messages.success(request, said[verb])
    return redirect(it)


def _agree(it: Expectation, request: Request, said: QueryDict) -> str:
    done = actions.agree(it, **acting(request, towards(request, it)))
    return say("Agreed.") if done.state == State.AGREED else say("You said yes. It waits for the others.")


def _terms(it: Expectation, request: Request, said: QueryDict) -> str:
    size = int(number_said(said, "size")) if said.get("size", "").strip() else None
    actions.put_terms(
        it,
        outcome=said.get("outcome") or None,
        done_when=said.get("done_when"),
        due_on=day_said(said, "due_on"),
        size=size,
        why=said.get("why", ""),
        drops=bool(said.get("drops")),
        **acting(request, towards(request, it)),
    )
    return say("Proposed. It holds once the other side says yes.")


def _vote(it: Expectation, request: Request, said: QueryDict) -> str:
    text = said.get("level", "")
    if not text.isdecimal():
        raise BadInput(say("Freedom: choose one of the seven."))
    before = it.freedom
    voted = actions.vote(
        it, int(text), saw_all=said.get("shown") != "no", **acting(request, towards(request, it))
    )
    if voted.freedom and voted.freedom != before:
        return say("You all chose {freedom}. So it is.", freedom=Freedom(voted.freedom).word)
    return say("Chosen. It is shown once everybody concerned has chosen.")


def _start(it: Expectation, request: Request, said: QueryDict) -> str:
    actions.start(it, **acting(request, towards(request, it)))
    return say("Under way.")


def _check_in(it: Expectation, request: Request, said: QueryDict) -> str:
    remaining = number_said(said, "remaining") if said.get("remaining", "").strip() else None
    actions.check_in(
        it, remaining=remaining, finished=said.get("finished", ""), **acting(request, towards(request, it))
    )
    return say("Noted.")


def _offer_help(it: Expectation, request: Request, said: QueryDict) -> str:
    actions.offer_help(it, **acting(request, towards(request, it)))
    return say("Offered. They are asked whether anything is in their way; nothing else.")


def _meet(it: Expectation, request: Request, said: QueryDict) -> str:
    actions.meet(it, note=said.get("note", ""), **acting(request, towards(request, it)))
    return say("Met. It takes the Stage.")


def _miss(it: Expectation, request: Request, said: QueryDict) -> str:
    actions.miss(it, in_the_way=said.get("in_the_way", ""), **acting(request, towards(request, it)))
    return say("Set down as missed. What was in the way may still be there: raise it as a barrier.")


def _drop(it: Expectation, request: Request, said: QueryDict) -> str:
    actions.drop(it, **acting(request, towards(request, it)))
    return say("Dropped.")


def _reopen(it: Expectation, request: Request, said: QueryDict) -> str:
    actions.reopen(it, **acting(request, towards(request, it)))
    return say("The ending was taken back. It is under way.")


_ACTS: dict[str, Callable[[Expectation, Request, QueryDict], str]] = {
    "agree": _agree,
    "terms": _terms,
    "vote": _vote,
    "start": _start,
    "check-in": _check_in,
    "offer-help": _offer_help,
    "meet": _meet,
    "miss": _miss,
    "drop": _drop,
    "reopen": _reopen,
}
