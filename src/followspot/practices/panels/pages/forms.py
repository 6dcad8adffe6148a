"""What people fill in: the plan of a panel, one's own score, the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from followspot.errors import Refused
from followspot.language import say
from followspot.practices.panels import rules
from followspot.practices.panels.models import Criterion, Panel, Seat
from followspot.practices.panels.rules import ASKED, Asked, Attitude, Decision, Place, Sheet
from followspot.teams.models import Person

_NUMBERS = range(1, rules.MOST_CRITERIA + 1)
_OPEN_ROWS = 4  # criteria that the form shows unfolded
DECISIONS: list[tuple[str, str]] = [
    (Decision.HIRE, say("We hire this person")),
    (Decision.NOT_YET, say("Not yet")),
    (Decision.NOT, say("We don’t hire this person")),
]


def _rows(n: int) -> forms.Textarea:
    return forms.Textarea({"rows": n})


def _day(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": say("That is not a day. Write it like 2026-11-23.")},
    )


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """The fields of one criterion as the form shows them."""

    number: int
    title: forms.BoundField
    lowest: forms.BoundField
    between: tuple[forms.BoundField, ...]
    highest: forms.BoundField

    @property
    def between_wants_a_look(self) -> bool:
        return any(f.errors for f in self.between)


class PlanForm(forms.Form):
    """Whom it is about, what is asked, who judges, by when, and until when anything is kept."""

    candidate = forms.CharField(
        label=say("Whom is it about?"),
        max_length=120,
        help_text=say("A label is enough, such as “Candidate C”."),
        error_messages={"required": rules.WHOM},
    )
    purpose = forms.CharField(
        label=say("For what work?"),
        max_length=120,
        help_text=say("“the gate”, “night shifts”"),
        error_messages={"required": rules.WHAT_WORK},
    )
    notes = forms.CharField(
        label=say("What does everybody on the panel need to know?"),
        required=False,
        max_length=rules.LONGEST,
        widget=_rows(3),
        help_text=say("As little as will do. It may stay empty."),
    )
    panelists = forms.MultipleChoiceField(
        label=say("Who judges?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=say("Two to eight people."),
        error_messages={"required": say("Who judges? Two to eight people.")},
    )
    due_on = _day(say("Scores in by"), say("From the day after, what is in can be opened."))
    delete_on = _day(
        say("Everything about the candidate is deleted on"),
        say("At most a year. It can come nearer, never later."),
    )

    def __init__(
        self, *args: Any, people: Sequence[Person], today: date, it: Panel | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._people, self._today, self._it = {str(p.pk): p for p in people}, today, it
        self.fixed = it is not None and it.is_fixed
        self.fields["panelists"].choices = [(k, p.name) for k, p in self._people.items()]  # type: ignore[attr-defined]
        for n in _NUMBERS:
            self.fields[f"title_{n}"] = forms.CharField(
                label=say("What is judged?"), required=False, max_length=100
            )
            for step in rules.STEPS:
                ends = {1: say("The lowest step, 1, looks like"), 5: say("The highest step, 5, looks like")}
                self.fields[f"step_{n}_{step}"] = forms.CharField(
                    label=ends.get(step, say("Step {step}", step=step)), required=False, max_length=200
                )
        if self.fixed:
            for name in [f for f in self.fields if f == "panelists" or f.startswith(("title_", "step_"))]:
                del self.fields[name]

    @property
    def criteria(self) -> list[CriterionRow]:
        return [
            CriterionRow(
                n,
                self[f"title_{n}"],
                self[f"step_{n}_1"],
                tuple(self[f"step_{n}_{s}"] for s in (2, 3, 4)),
                self[f"step_{n}_5"],
            )
            for n in _NUMBERS
        ]

    @property
    def first_criteria(self) -> list[CriterionRow]:
        return self.criteria[:_OPEN_ROWS]

    @property
    def more_criteria(self) -> list[CriterionRow]:
        return self.criteria[_OPEN_ROWS:]

    @property
    def more_are_used(self) -> bool:
        return any(r.title.value() or r.title.errors for r in self.more_criteria)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._clean_days(given)
        if not self.fixed:
            self._clean_criteria(given)
            chosen = given.get("panelists")
            if chosen is not None:
                self._ask("panelists", rules.check_panelists, chosen)
        return given

    def _clean_days(self, given: dict[str, Any]) -> None:
        due, delete = given.get("due_on"), given.get("delete_on")
        begun = self._it.team.day(self._it.begun_at) if self._it else self._today
        before = self._it.delete_on if self._it else None
        if delete:
            self._ask(
                "delete_on", rules.check_deletion, delete, today=self._today, begun_on=begun, before=before
            )
        if due and delete and not (self._it and due == self._it.due_on):
            self._ask("due_on", rules.check_due, due, today=self._today, delete_on=delete)

    def _clean_criteria(self, given: dict[str, Any]) -> None:
        asked: list[Asked] = []
        for n in _NUMBERS:
            title = given.get(f"title_{n}", "")
            first, *between, last = (given.get(f"step_{n}_{s}", "") for s in rules.STEPS)
            if not (title or first or last):  # the words between are folded away, so they may still stand
                continue
            if not title:
                self.add_error(f"title_{n}", say("Name it, or leave the whole of it empty."))
            for field, words in ((f"step_{n}_1", first), (f"step_{n}_5", last)):
                if not words:
                    self.add_error(field, say("Say it in words, so that all of you mean the same."))
            if title.casefold() in {a.title.casefold() for a in asked}:
                self.add_error(f"title_{n}", say("“{title}” is there twice.", title=title))
            asked.append(Asked(title, (first, *between, last)))
        given["criteria"] = asked
        if len(asked) < rules.FEWEST_CRITERIA:
            self.add_error(
                f"title_{min(len(asked) + 1, rules.MOST_CRITERIA)}",
                say(
                    "A panel has {fewest_criteria} to {most_criteria} criteria.",
                    fewest_criteria=rules.FEWEST_CRITERIA,
                    most_criteria=rules.MOST_CRITERIA,
                ),
            )

    def _ask(self, field: str, rule: Callable[..., None], *args: Any, **kwargs: Any) -> None:
        try:
            rule(*args, **kwargs)
        except Refused as error:
            self.add_error(field, str(error))

    def plan(self) -> dict[str, Any]:
        """Return what `actions.convene` and `actions.change` want to know."""
        given = self.cleaned_data
        said = {k: given[k] for k in ("candidate", "purpose", "notes", "due_on", "delete_on")}
        if self.fixed and self._it:
            asked = [c.asked for c in self._it.criteria.all()]
            return said | {"criteria": asked, "panelists": [s.person for s in self._it.sitting]}
        return said | {
            "criteria": given["criteria"],
            "panelists": [self._people[k] for k in given["panelists"]],
        }


def as_asked(criteria: Iterable[Asked]) -> dict[str, str]:
    """Return what a plan form shows of criteria that are there already."""
    shown = {}
    for n, asked in enumerate(criteria, 1):
        shown[f"title_{n}"] = asked.title
        shown |= {f"step_{n}_{s}": words for s, words in zip(rules.STEPS, asked.anchors, strict=True)}
    return shown


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One criterion as somebody judges it. words : the anchors of the steps between the ends."""

    criterion: Criterion
    step: forms.BoundField
    reason: forms.BoundField

    @property
    def lowest(self) -> str:
        return self.criterion.asked.anchors[0]

    @property
    def highest(self) -> str:
        return self.criterion.asked.anchors[-1]

    @property
    def words(self) -> list[tuple[int, str]]:
        return [(s, w) for s, w in zip((2, 3, 4), self.criterion.asked.anchors[1:4], strict=True) if w]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One question about attitude as somebody answers it."""

    attitude: Attitude
    question: rules.Question
    at: forms.BoundField
    words: forms.BoundField


class ScoreForm(forms.Form):
    """What one panelist writes alone. whole : it is to be handed in, so nothing may be missing."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], whole: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._criteria = criteria
        steps = [(s, str(s)) for s in rules.STEPS]
        for c in criteria:
            self.fields[f"step_{c.pk}"] = forms.TypedChoiceField(
                label=c.title,
                coerce=int,
                empty_value=None,
                choices=steps,
                required=whole,
                widget=forms.RadioSelect,
                error_messages={"required": say("Choose a step.")},
            )
            self.fields[f"reason_{c.pk}"] = forms.CharField(
                label=say("What did you see?"), required=False, max_length=500, widget=_rows(2)
            )
        for attitude, question in ASKED.items():
            self.fields[f"{attitude}_at"] = forms.IntegerField(
                label=question.text,
                min_value=0,
                max_value=100,
                required=whole,
                widget=forms.NumberInput({"type": "range"}),
                error_messages={"required": say("Say where you stand on the line.")},
            )
            self.fields[f"{attitude}_words"] = forms.CharField(
                label=say("In words"),
                required=whole,
                max_length=rules.LONGEST,
                widget=_rows(2),
                error_messages={"required": say("A place on a line says little without your words.")},
            )

    @property
    def rows(self) -> list[ScoreRow]:
        return [ScoreRow(c, self[f"step_{c.pk}"], self[f"reason_{c.pk}"]) for c in self._criteria]

    @property
    def places(self) -> list[PlaceRow]:
        return [PlaceRow(a, q, self[f"{a}_at"], self[f"{a}_words"]) for a, q in ASKED.items()]

    def sheet(self) -> Sheet:
        given = self.cleaned_data
        return Sheet(
            {c.pk: (given[f"step_{c.pk}"], given[f"reason_{c.pk}"]) for c in self._criteria},
            {a: Place(given[f"{a}_at"], given[f"{a}_words"]) for a in Attitude},
        )


def check_asked(said: Iterable[str], criteria: Sequence[Criterion]) -> None:
    """Refuse a score by criteria that were changed while it was written, so that no word of it is dropped."""
    asked = {f"reason_{c.pk}" for c in criteria}
    if any(name.startswith("reason_") and name not in asked for name in said):
        raise Refused(rules.CHANGED)


def as_drafted(seat: Seat) -> dict[str, Any]:
    """Return what a score form shows of a draft."""
    shown: dict[str, Any] = {}
    for mark in seat.marks.all():
        shown |= {f"step_{mark.criterion_id}": mark.step, f"reason_{mark.criterion_id}": mark.reason}
    for attitude in Attitude:
        place = seat.place(attitude)
        shown |= {f"{attitude}_at": place.at, f"{attitude}_words": place.words}
    return shown


class RecordForm(forms.Form):
    """What the panel agrees, why, and what is left."""

    decision = forms.ChoiceField(
        label=say("What do you agree?"),
        choices=DECISIONS,
        widget=forms.RadioSelect,
        error_messages={"required": rules.WHICH},
    )
    agreed = forms.CharField(
        label=say("We hire this person, and they will be free to"),
        required=False,
        max_length=rules.LONGEST,
        widget=_rows(3),
    )
    differ = forms.CharField(
        label=say("We still see this differently"),
        required=False,
        max_length=rules.LONGEST,
        widget=_rows(3),
    )
    reasons = forms.CharField(
        label=say("Why?"),
        max_length=rules.LONGEST,
        widget=_rows(3),
        help_text=say("So that somebody who wasn’t there understands."),
        error_messages={"required": rules.WHY},
    )
    look_again_on = _day(
        say("Their first quarter ends on"),
        say("It is shown to you again then. May stay empty."),
        required=False,
    )

    def __init__(self, *args: Any, it: Panel, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._it, self._today = it, today

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == Decision.HIRE and not given.get("agreed"):
            self.add_error("agreed", rules.FREE_TO)
        if given.get("decision") != Decision.HIRE:
            given["look_again_on"] = None  # nobody has a first quarter
        try:
            rules.check_look_again(
                given.get("look_again_on"), today=self._today, delete_on=self._it.delete_on
            )
        except Refused as error:
            self.add_error("look_again_on", str(error))
        return given
