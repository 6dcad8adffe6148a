"""Clients' words from a table, as a feedback tool exports them: which column is what, a look, then all of it at once."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from followspot.errors import BadInput, Refused
from followspot.evidence.connectors import csv_file
from followspot.language import count, say, together
from followspot.objects import acts
from followspot.objects.doors import for_those
from followspot.practices.applause import actions, rules
from followspot.practices.applause.models import Words
from followspot.roles import TEAM, Roles
from followspot.teams import access
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request

MOST_ROWS, MOST_BYTES = 500, 400_000
_MOST_CARRIED = 2 * MOST_BYTES  # characters: with quotation marks and line ends a file grows
_SHOWN = 8
_FIELDS = {
    "quote": say("What they said"),
    "said_where": say("Who said it, and where"),
    "said_on": say("When"),
    "about": say("Whose work it is about, by name"),
}
_WORDS = {
    "quote": ("comment", "quote", "feedback", "text", "words", "message", "review", "answer", "verbatim"),
    "said_where": ("source", "channel", "where", "customer", "client", "who", "location", "survey", "form"),
    "said_on": ("date", "day", "when", "submitted", "created", "time"),
    "about": ("agent", "employee", "about", "staff", "person", "name", "for"),
}


class TableForm(forms.Form):
    """Which column means what; what stands in none can be said for all rows."""

    def __init__(self, columns: Sequence[str], said: object, **kwargs: object) -> None:
        super().__init__(said, **kwargs)  # type: ignore[arg-type]
        choices = [("", say("not in this table")), *((c, c) for c in columns)]
        for name, label in _FIELDS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, choices=choices, required=name in ("quote", "said_on")
            )
        self.fields["everywhere"] = forms.CharField(
            label=say("Where all of them come from, if no column says it"),
            required=False,
            max_length=200,
            help_text=say("The survey after the crossing."),
        )

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        if not said.get("said_where") and not str(said.get("everywhere") or "").strip():
            self.add_error("everywhere", say("Words without a source help nobody. Say where they come from."))
        return said


@dataclass(frozen=True, slots=True)
class Said:
    """What a client said, as one row of a table tells it."""

    row: int
    quote: str
    said_where: str
    said_on: date
    about: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What becomes of a table's rows: words that can be brought, and what is wrong with the others."""

    good: list[Said]
    wrong: list[str]
    unsure: bool  # whether day and month could be the other way round

    @property
    def first(self) -> list[Said]:
        return self.good[:_SHOWN]


@for_those(rules.SEES["applause and clients’ words"])
def bring_table(request: Request, team: Team) -> HttpResponse:
    """Take a table, show what becomes of it as often as one likes, and bring it."""
    text = _text(request)
    if text is None:
        context = {"team": team, "here": "stage", "most": MOST_ROWS, "may": bool(request.roles & TEAM)}
        return render(request, "applause/table.html", context)
    columns, rows = _rows(text)
    chosen = request.POST if "quote" in request.POST else None
    form = TableForm(columns, chosen, initial=_guess(columns))
    looked = None
    if chosen is not None and form.is_valid():
        looked = look(columns, rows, form.cleaned_data, access.front_line_of(team, today=request.today), team)
        if "look" not in request.POST and looked.good:
            return _brought(request, team, looked)
    context = {
        "team": team, "here": "stage", "form": form, "text": text, "looked": looked,
        "columns": columns, "rows": [r.cells for r in rows[:_SHOWN] if not r.wrong],
    }  # fmt: skip
    return render(request, "applause/table.html", context, status=422 if form.errors else 200)


def _brought(request: Request, team: Team, looked: Looked) -> HttpResponse:
    came, there = bring_many(team, looked.good, by=request.person, roles=request.roles, now=timezone.now())
    told = [say("{came} came, in their words.", came=came) if came else say("Nothing new came.")]
    told += [count(there, "{n} was here already.", "{n} were here already.")] if there else []
    told += [say("{n} could not be read.", n=len(looked.wrong))] if looked.wrong else []
    messages.success(request, together(told))
    return redirect("applauses", team.slug)


@transaction.atomic
def bring_many(
    team: Team, brought: Sequence[Said], *, by: Person | None, roles: Roles, now: datetime
) -> tuple[int, int]:
    """Bring several clients' words at once; return how many came, and how many were there already.

    All or none: what a rule refuses names its row, and nothing is kept.
    """
    acts.begin(team)
    there = set(Words.objects.filter(team=team, withdrawn_at=None).values_list("quote", "said_on"))
    came = 0
    for said in brought:
        quote = said.quote.strip().strip('“”"')
        if (quote, said.said_on) in there:
            continue
        try:
            actions.bring_words(
                team, quote, said_where=said.said_where, said_on=said.said_on, about=said.about, by=by, roles=roles, now=now
            )  # fmt: skip
        except Refused as refusal:
            raise Refused(
                say("Row {row}: {refusal} Nothing was kept.", row=said.row, refusal=refusal.args[0])
            ) from None
        there.add((quote, said.said_on))
        came += 1
    return came, len(brought) - came


def _text(request: Request) -> str | None:
    """Return the table that was uploaded, or that the form carries from the look before."""
    upload: UploadedFile[bytes] | None = request.FILES.get("upload")
    if upload is not None:
        if (upload.size or 0) > MOST_BYTES:
            raise BadInput(say("The file is larger than 400 kB. Cut it into several."))
        with tempfile.NamedTemporaryFile(suffix=".csv") as file:
            file.write(upload.read())
            file.flush()
            return _as_text(file.name, upload.name or str(say("The file")))
    if request.method == "POST":
        text = request.POST.get("table", "")
        if not text.strip():
            raise BadInput(say("Choose a file first."))
        return text
    return None


def _as_text(path: str, name: str) -> str:
    """Return a table as plain text with commas, whatever it was written in."""
    try:
        columns, rows = csv_file.rows(path, most=MOST_ROWS)
    except BadInput as error:
        raise BadInput(str(error).replace(path, name)) from None
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(row.cells for row in rows)
    return text.getvalue()


def _rows(text: str) -> tuple[list[str], list[csv_file.Row]]:
    if len(text) > _MOST_CARRIED:
        raise BadInput(say("The table is too large. Cut it into several."))
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        try:
            return csv_file.rows(file.name, most=MOST_ROWS)
        except BadInput as error:
            raise BadInput(str(error).replace(file.name, str(say("The table")))) from None


def _guess(columns: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, words in _WORDS.items():
        fitting = (c for word in words for c in columns if word in c.casefold() and c not in found.values())
        if (column := next(fitting, None)) is not None:
            found[name] = column
    return found


def look(
    columns: Sequence[str],
    rows: Sequence[csv_file.Row],
    said: dict[str, str],
    people: Sequence[Person],
    team: Team,
) -> Looked:
    """Return what becomes of each row; what can't be read is named by its row and column."""
    at = {name: columns.index(said[name]) for name in _FIELDS if said[name]}
    whole = [row for row in rows if not row.wrong]
    way, unsure = csv_file.likely(row.cells[at["said_on"]] for row in whole) if whole else ("", False)
    good: list[Said] = []
    wrong: list[str] = [
        say("Row {row}: {wrong}", row=row.number, wrong=row.wrong) for row in rows if row.wrong
    ]
    zone = ZoneInfo(team.zone)
    for row in whole:
        cells = {name: row.cells[i].strip() for name, i in at.items()}
        try:
            good.append(_said(row.number, cells, said, people, way, zone))
        except (BadInput, Refused) as error:
            wrong.append(error.args[0])
    return Looked(good, wrong, unsure)


def _said(
    number: int,
    cells: dict[str, str],
    said: dict[str, str],
    people: Sequence[Person],
    way: str,
    zone: ZoneInfo,
) -> Said:
    """Return one row's words. Raises BadInput that names the column."""
    try:
        quote = rules.check_words(cells["quote"].strip('“”"'))
    except Refused as refusal:
        raise BadInput(
            say("Row {row}, column {column}: {why}", row=number, column=said["quote"], why=refusal.args[0])
        ) from None
    try:
        day = csv_file.moment(cells["said_on"], way, zone).astimezone(zone).date()
    except (ValueError, OverflowError):
        raise BadInput(
            say(
                "Row {row}, column {column}: “{text}” is not a date.",
                row=number,
                column=said["said_on"],
                text=cells["said_on"][:40],
            )
        ) from None
    if day > datetime.now(zone).date():
        raise BadInput(
            say(
                "Row {row}, column {column}: {day:%-d %B %Y} is still to come.",
                row=number,
                column=said["said_on"],
                day=day,
            )
        )
    about = tuple(_called(name, people, said["about"], number) for name in _names(cells.get("about", "")))
    where = cells.get("said_where") or said["everywhere"].strip()
    if not where or len(where) > 200:
        raise BadInput(
            say(
                "Row {row}, column {column}: say in 200 characters who said it, and where.",
                row=number,
                column=said["said_where"],
            )
        )
    return Said(number, quote, where, day, about)


def _names(cell: str) -> list[str]:
    return [name.strip() for name in cell.replace(";", ",").split(",") if name.strip()]


def _called(name: str, people: Sequence[Person], column: str, row: int) -> Person:
    """Return the one person of the front line who is called so."""
    wanted = " ".join(name.split()).casefold()
    exact = [p for p in people if p.name.casefold() == wanted]
    found = exact or [p for p in people if p.name.casefold().split()[:1] == [wanted]]
    if len(found) != 1:
        raise BadInput(
            say(
                "Row {row}, column {column}: several are called “{name}”.",
                row=row,
                column=column,
                name=name[:40],
            )
            if found
            else say(
                "Row {row}, column {column}: nobody of the front line is called “{name}”.",
                row=row,
                column=column,
                name=name[:40],
            )
        )
    return found[0]
