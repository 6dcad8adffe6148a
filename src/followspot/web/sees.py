"""The page *Who sees what*, made from the tables by which the practices decide."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from followspot import practices
from followspot.roles import ADMIN, KEEPER, LEADER, LINE, MEMBER, OUTSIDE, Role, Table, named
from followspot.teams import access
from followspot.teams.models import Team
from followspot.teams.pages import Request, of_team

COLUMNS = (MEMBER, LEADER, LINE, KEEPER, ADMIN, OUTSIDE)


@dataclass(frozen=True, slots=True)
class Row:
    """Something, and what each kind of person is to it. only : roles towards the one thing."""

    what: str
    cells: tuple[tuple[str, bool], ...]
    only: str
    who: str


def tables(which: str) -> dict[str, Table]:
    """Return the tables of all practices, by title. which : SEES or MAY."""
    found: dict[str, Table] = {"The team itself": getattr(access, which)}
    for practice in practices.practices():
        rules = importlib.import_module(f"{practice.name}.rules")
        found[practice.title] = getattr(rules, which)
    return found


def rows(table: Table) -> list[Row]:
    """Write a table of rules as rows of a page."""
    return [
        Row(
            what.replace("_", " "),
            tuple((c.value, c in roles) for c in COLUMNS),
            named(frozenset(r for r in roles if r not in COLUMNS))
            if roles - set(COLUMNS)
            else ""
            if roles
            else "nobody, ever",
            named(roles),
        )
        for what, roles in table.items()
    ]


@of_team
def page(request: Request, team: Team) -> HttpResponse:
    """Show who sees and who does what in this team."""
    context = {
        "team": team,
        "here": "sees",
        "columns": [Role(c).value for c in COLUMNS],
        "sees": [(title, rows(t)) for title, t in tables("SEES").items()],
        "does": [(title, rows(t)) for title, t in tables("MAY").items()],
    }
    return render(request, "web/sees.html", context)
