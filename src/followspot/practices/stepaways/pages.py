"""The list of a team's step-aways, the forms that announce one, and the forms that move it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.objects.exports import csv_of
from followspot.objects.said import acting
from followspot.practices.stepaways import actions, doors, rules
from followspot.practices.stepaways.models import Entry, Handover, StepAway
from followspot.practices.stepaways.rules import Design, Kind, Phase
from followspot.roles import may
from followspot.teams import access, calendar, feeds
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request, of_team

FLOWS = [
    ("landed", say("Work let in (merged, closed, released)")),
    ("merged", say("Pull requests let in")),
    ("written", say("Work written")),
    ("done", say("Items finished")),
    ("people", say("People at work on it, a day")),
]
_DESIGNS = [
    (Design.STRETCH, say("One stretch")),
    (Design.SEVERAL, say("Several stretches")),
    (Design.ONE_BY_LOT, say("One of several stretches, drawn by lot")),
    (Design.DAYS_BY_LOT, say("Leader-free days, one a week, drawn by lot")),
]
_WEEKDAYS = list(
    enumerate((say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun")))
)
MORE = (2, 3, 4, 5, 6)  # further stretches that the form has room for


def _day(label: str, *, needed: bool = False, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=needed,
        help_text=help_text,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class MarginForm(forms.Form):
    """What every step-away declares before anybody looks."""

    margin = forms.TypedChoiceField(
        label=say("How far may the work fall and still count as held?"),
        coerce=float,
        choices=[(m, say("{share:.0%}", share=m)) for m in rules.MARGINS],
        initial=rules.USUAL_MARGIN,
    )
    flow = forms.ChoiceField(label=say("What counts as output?"), choices=FLOWS)


class PastForm(MarginForm):
    """A step-away that was."""

    begins_on = _day(say("First day away"), needed=True)
    ends_on = _day(say("Last day away"), help_text=say("Empty: for good."))
    stand_ins = forms.CharField(
        label=say("Who stood in?"),
        required=False,
        max_length=200,
        help_text=say("Names, with commas between."),
    )
    what_else = forms.CharField(
        label=say("What else happened then?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=say("A release, a reorganisation, a holiday season."),
    )

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        begins, ends = given.get("begins_on"), given.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", say("The last day away is before the first."))
        return given

    def plan(self) -> dict[str, Any]:
        """Return what `actions.plan` wants to know."""
        given = dict(self.cleaned_data)
        return {"stretches": [(given.pop("begins_on"), given.pop("ends_on"))], **given}


class PlanForm(MarginForm):
    """A step-away to come: its design, its days, and what gets through."""

    design = forms.TypedChoiceField(
        label=say("Which way?"),
        coerce=Design,
        choices=_DESIGNS,
        initial=Design.STRETCH,
        widget=forms.RadioSelect,
    )
    begins_on = _day(say("First day away"), needed=True)
    ends_on = _day(say("Last day away"), help_text=say("Empty: for good."))
    weekdays = forms.TypedMultipleChoiceField(
        label=say("Days of the week that you would accept"),
        required=False,
        coerce=int,
        choices=_WEEKDAYS,
        initial=[0, 1, 2, 3, 4],
        widget=forms.CheckboxSelectMultiple,
    )
    but = forms.CharField(
        label=say("Not on these days"),
        required=False,
        max_length=2000,
        help_text=say("Like 2027-02-15, with commas between."),
    )
    phone_off = forms.BooleanField(
        label=say("Phone off, except for a declared danger"), required=False, initial=True
    )
    callers = forms.MultipleChoiceField(
        label=say("Who may break the glass?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=say("Nobody ticked: whoever stands in."),
    )
    what_else = forms.CharField(
        label=say("What else is going on then?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text=say("A release, a holiday season. May stay empty."),
    )

    def __init__(self, *args: Any, team: Team, people: list[Person], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._team, self._people, self._today = team, {str(p.pk): p for p in people}, today
        self.fields["callers"].choices = [(k, p.name) for k, p in self._people.items()]  # type: ignore[attr-defined]
        self.fields["margin"].help_text = say("Choose now. It can’t be changed after you leave.")
        for n in MORE:
            self.fields[f"begins_{n}"] = _day(say("First day, {n}.", n=n))
            self.fields[f"ends_{n}"] = _day(say("Last day, {n}.", n=n))

    @property
    def more(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of further stretches, in pairs."""
        return [(self[f"begins_{n}"], self[f"ends_{n}"]) for n in MORE]

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if given.get("begins_on") and given["begins_on"] < self._today:
            self.add_error(
                "begins_on",
                say("That day has gone. What was is set down on the page before, after the fact."),
            )
        for begins, ends in [("begins_on", "ends_on"), *((f"begins_{n}", f"ends_{n}") for n in MORE)]:
            a, b = given.get(begins), given.get(ends)
            if a and b and b < a:
                self.add_error(ends, say("The last day away is before the first."))
        if given.get("design") == Design.DAYS_BY_LOT and not self.errors:
            self._clean_sets(given)
        return given

    def _clean_sets(self, given: dict[str, Any]) -> None:
        if not given.get("ends_on"):
            self.add_error("ends_on", say("Until when may days be drawn?"))
            return
        try:
            but = _listed(given.get("but", ""))
        except BadInput as error:
            self.add_error("but", str(error))
            return
        try:
            given["sets"] = doors.acceptable(
                self._team, given["begins_on"], given["ends_on"], weekdays=given.get("weekdays", []), but=but
            )
        except Refused as error:
            self.add_error("weekdays", str(error))

    def plan(self) -> dict[str, Any]:
        """Return what `actions.plan` and `actions.change` want to know."""
        given = self.cleaned_data
        pairs = [("begins_on", "ends_on")]
        if given["design"] in (Design.SEVERAL, Design.ONE_BY_LOT):
            pairs += [(f"begins_{n}", f"ends_{n}") for n in MORE]
        return {
            "design": given["design"],
            "stretches": [(given[a], given[b]) for a, b in pairs if given.get(a)],
            "sets": given.get("sets", ()),
            "margin": given["margin"],
            "flow": given["flow"],
            "phone_off": given["phone_off"],
            "callers": [self._people[k] for k in given["callers"]],
            "what_else": given["what_else"],
        }


def _listed(text: str) -> set[date]:
    """Read days with commas between. Raises BadInput that names what is none."""
    found = set()
    for part in text.replace(";", ",").split(","):
        if not part.strip():
            continue
        try:
            found.add(date.fromisoformat(part.strip()))
        except ValueError:
            raise BadInput(
                say("“{part}” is not a day. Write it like 2027-02-15.", part=part.strip()[:40])
            ) from None
    return found


def as_planned(it: StepAway) -> dict[str, Any]:
    """Return what a plan form shows of a plan that is there already."""
    rows = list(it.stretch_set.all())
    given: dict[str, Any] = {
        "design": it.design,
        "margin": it.margin,
        "flow": it.flow,
        "phone_off": it.phone_off,
        "callers": [str(p.pk) for p in it.callers.all()],
        "what_else": it.what_else,
        "begins_on": it.begins_on,
        "ends_on": it.ends_on,
    }
    if it.design == Design.DAYS_BY_LOT:
        given["weekdays"] = sorted({s.begins_on.weekday() for s in rows})
        given["but"] = ", ".join(str(day) for day in _unwanted(it, [s.begins_on for s in rows]))
    elif rows:
        given |= {"begins_on": rows[0].begins_on, "ends_on": rows[0].ends_on}
        for n, stretch in zip(MORE, rows[1:], strict=False):
            given |= {f"begins_{n}": stretch.begins_on, f"ends_{n}": stretch.ends_on}
    return given


def _unwanted(it: StepAway, wanted: list[date]) -> list[date]:
    """Return the days of a lot that its weekdays would have let in, and its leader did not."""
    clock, weekdays = calendar.of(it.team), {day.weekday() for day in wanted}
    between = clock.days(wanted[0], wanted[-1]) if wanted else ()
    return [day for day in between if day.weekday() in weekdays and day not in wanted]


@dataclass(frozen=True, slots=True)
class Line:
    """A step-away as the list shows it."""

    it: StepAway
    phase: Phase
    who: str


@of_team
def listed(request: Request, team: Team) -> HttpResponseBase:
    """Show what step-aways there are; POST sets down one that was."""
    leader = access.leader_of(team, today=request.today)
    form = PastForm(request.POST or None, initial=request.GET.dict() or None)
    if request.method == "POST" and form.is_valid():
        if leader is None:
            raise Refused(say("Say first who leads the team, on the Evidence page."))
        it = actions.plan(
            team, leader, by=request.person, roles=request.roles, now=timezone.now(), **form.plan()
        )
        messages.success(request, say("It is set down. The margin stands from now on."))
        return redirect(it)
    everything = list(StepAway.of_team(team).standing())
    if request.GET.get("format") == "csv":
        return csv_of(f"step-aways-{team.slug}", _COLUMNS, everything)
    lines = [Line(s, s.phase(request.today), s.who_stands_in) for s in everything]
    context = {
        "team": team,
        "leader": leader,
        "coming": [line for line in reversed(lines) if line.phase in (Phase.PLANNED, Phase.LIVE)],
        "past": [line for line in lines if line.phase not in (Phase.PLANNED, Phase.LIVE)],
        "form": form,
        "may": may(rules.MAY, "plan", request.roles),
        "here": "stepaways",
    }
    return render(request, "stepaways/list.html", context, status=422 if form.errors else 200)


_COLUMNS: dict[str, Callable[[StepAway], object]] = {
    "From": lambda s: s.begins_on,
    "Until": lambda s: s.ends_on,
    "Away": lambda s: s.leader.name,
    "Design": lambda s: s.design,
    "Margin": lambda s: s.margin,
    "Output": lambda s: s.flow,
    "Declared": lambda s: s.declared_at,
    "Stood in": lambda s: s.who_stands_in,
    "Answer": lambda s: s.verdict,
}


@of_team
@require_POST
def read_calendar(request: Request, team: Team) -> HttpResponse:
    """Read the days out of a calendar, uploaded or by its address, for the leader to choose from."""
    if not may(rules.MAY, "plan", request.roles):
        raise Refused(say("Only who leads or keeps the team plans here."))
    text = feeds.given(request.FILES.get("file"), request.POST.get("url", ""))
    found = feeds.away_days(
        text, first=request.today, last=request.today + timedelta(days=730), zone=team.zone
    )
    found = [a for a in found if a.begins >= request.today]  # what has begun can't be planned any more
    context = {"team": team, "found": found, "here": "stepaways", "leader": request.leader}
    return render(request, "stepaways/calendar.html", context)


@of_team
@require_POST
def act(request: Request, team: Team, pk: int, verb: str) -> HttpResponse:
    """Let the lot be drawn, ask, answer, note, settle, call back, hand over, take back."""
    it = doors.stepaway_of(team, pk)
    if verb not in _ACTS:
        raise Http404
    said, onward = _ACTS[verb](it, request, request.POST)
    messages.success(request, said)
    return redirect(onward or it)


type Said = tuple[str, str]


def _draw(it: StepAway, request: Request, said: QueryDict) -> Said:
    actions.draw(it, **acting(request, request.roles))
    return say("Drawn, and stored. The days stand from now on."), ""


def _ask(it: StepAway, request: Request, said: QueryDict) -> Said:
    wanted = said.get("stand_in", "")
    people = {str(p.pk): p for p in access.front_line_of(it.team, today=request.today)}
    if wanted not in people:
        raise BadInput(say("Stand-in: choose who decides in your place."))
    asked = actions.ask(
        it,
        area=said.get("area", ""),
        stand_in=people[wanted],
        about=said.get("about", ""),
        **acting(request, request.roles),
    )
    return say(
        "Asked. It holds once {stand_in} says yes.", stand_in=asked.stand_in
    ), f"{it.get_absolute_url()}#standins"


def _handover(it: StepAway, said: QueryDict) -> Handover:
    number = said.get("handover", "")
    if not (number.isdecimal() and len(number) < 18):
        raise Http404
    return doors.handover_of(it, int(number))


def _answer(it: StepAway, request: Request, said: QueryDict) -> Said:
    yes = said.get("answer") == "yes"
    asked = _handover(it, said)
    actions.answer(
        asked,
        yes=yes,
        word=said.get("word", ""),
        **acting(request, request.roles | it.roles_of(request.person)),
    )
    return (
        say("Thank you. It is yours to decide while they are away.") if yes else say("Said. Nobody asks why.")
    ), ""


def _unask(it: StepAway, request: Request, said: QueryDict) -> Said:
    actions.unask(_handover(it, said), **acting(request, request.roles))
    return say("Taken back."), ""


def _note(it: StepAway, request: Request, said: QueryDict) -> Said:
    if said.get("kind", "") not in list(Kind):
        raise Http404
    kind = Kind(said.get("kind", ""))
    number = said.get("handover", "")
    handover = (
        it.handovers.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    )
    actions.note(it, kind, said.get("text", ""), handover=handover, **acting(request, request.roles))
    return _NOTED[kind], f"{it.get_absolute_url()}#diary"


_NOTED = {
    Kind.WAITS: say("It is on the list."),
    Kind.DECISION: say("Noted. It stands as decided."),
    Kind.CONTACT: say("Noted. Nobody is counted by it."),
    Kind.TOUCH: say("Noted, without blame."),
}


def _entry(it: StepAway, said: QueryDict) -> Entry:
    number = said.get("entry", "")
    if not (number.isdecimal() and len(number) < 18):
        raise Http404
    return doors.entry_of(it, int(number))


def _settle(it: StepAway, request: Request, said: QueryDict) -> Said:
    actions.settle(_entry(it, said), **acting(request, request.roles))
    return say("Decided, after all."), ""


def _reopen(it: StepAway, request: Request, said: QueryDict) -> Said:
    actions.reopen(_entry(it, said), **acting(request, request.roles))
    return say("Open again. Say why, below."), f"{it.get_absolute_url()}#said"


def _take_back(it: StepAway, request: Request, said: QueryDict) -> Said:
    actions.take_back(_entry(it, said), **acting(request, request.roles))
    return say("Taken back."), ""


def _break_glass(it: StepAway, request: Request, said: QueryDict) -> Said:
    why = said.get("why", "")
    before = it.version
    if actions.break_glass(it, why, **acting(request, request.roles)).version == before:  # sent twice
        return say("{leader} is called already.", leader=it.leader), ""
    told = doors.ring(it, why, by=request.person)
    words = (
        say(
            "{leader} has a mail that calls them back. Now say what they take, and how it ends.",
            leader=it.leader,
        )
        if told
        else say(
            "{leader} can’t be reached by mail from here: ring them. Now say what they take, and how it ends.",
            leader=it.leader,
        )
    )
    return (
        words,
        f"{reverse('dangers', args=[it.team.slug])}?{urlencode({'why': why[:200]})}",
    )


def _hand_over(it: StepAway, request: Request, said: QueryDict) -> Said:
    kept = actions.hand_over(_handover(it, said), **acting(request, request.roles))
    return say("It is {stand_in}’s for good. Say so where people look.", stand_in=kept.stand_in), ""


def _withdraw(it: StepAway, request: Request, said: QueryDict) -> Said:
    actions.withdraw(it, **acting(request, request.roles))
    return say("It was taken back. Nothing else changed."), ""


def _restore(it: StepAway, request: Request, said: QueryDict) -> Said:
    actions.restore(it, **acting(request, request.roles))
    return say("It stands again, as it was declared."), ""


_ACTS: dict[str, Callable[[StepAway, Request, QueryDict], Said]] = {
    "draw": _draw,
    "ask": _ask,
    "answer": _answer,
    "unask": _unask,
    "note": _note,
    "settle": _settle,
    "reopen": _reopen,
    "take-back": _take_back,
    "break-glass": _break_glass,
    "hand-over": _hand_over,
    "withdraw": _withdraw,
    "restore": _restore,
}
