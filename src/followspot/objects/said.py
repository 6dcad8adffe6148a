"""Reads what a form sent: who acts upon which version, days, numbers."""

from datetime import date, datetime
from typing import TypedDict

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from followspot.errors import BadInput
from followspot.language import say
from followspot.roles import Roles
from followspot.teams.models import Person
from followspot.teams.pages import Request


class Acting(TypedDict):
    """Who does something, what they are to it, when, and which version they saw."""

    by: Person | None
    roles: Roles
    now: datetime
    seen: int | None


def acting(request: Request, roles: Roles) -> Acting:
    """Return what every verb on an object wants to know, from the request that asks for it."""
    return {
        "by": request.person,
        "roles": roles,
        "now": timezone.now(),
        "seen": version_said(request.POST),
    }


def day_said(said: QueryDict, field: str) -> date:
    """Return the day of a field. Raises BadInput that names the field and what was written."""
    text = said.get(field, "").strip()
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 2200:
        what = say("“{text}” is not a day.", text=text[:40]) if text else say("A day is missing.")
        raise BadInput(say("{field}: {what} Write it like 2026-11-23.", field=_label(field), what=what))
    return day


def version_said(said: QueryDict) -> int | None:
    """Return the version of the object that the page showed, or None where it sent none."""
    text = said.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def number_said(said: QueryDict, field: str) -> float:
    """Return the number of a field, nought or more. Raises BadInput that names the field."""
    text = said.get(field, "").strip().replace(",", ".")
    try:
        number = float(text)
    except ValueError:
        raise BadInput(
            say("{field}: “{text}” is not a number.", field=_label(field), text=text[:40])
        ) from None
    if not 0 <= number <= 1e9:
        raise BadInput(say("{field}: write a number from 0 on.", field=_label(field)))
    return number


def _label(field: str) -> str:
    return _LABELS.get(field) or field.removesuffix("_on").replace("_", " ").capitalize()


_LABELS = {
    "delete_on": say("Delete"),
    "due_on": say("Due"),
    "promised_on": say("Promised"),
    "days": say("Days"),
    "remaining": say("Remaining"),
    "size": say("Size"),
}
