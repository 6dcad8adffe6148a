"""The tables by which everything here decides who sees and who does what, gathered from all rooms."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from followspot import practices
from followspot.language import say
from followspot.privacy import rules
from followspot.roles import ADMIN, KEEPER, LEADER, LINE, MEMBER, OUTSIDE, Table, named
from followspot.teams import access

COLUMNS = (MEMBER, LEADER, LINE, KEEPER, ADMIN, OUTSIDE)


@dataclass(frozen=True, slots=True)
class Row:
    """Something, and what each kind of person is to it. only : roles towards the one thing."""

    what: str
    cells: tuple[tuple[str, bool], ...]
    only: str
    who: str


def tables(which: str) -> dict[str, Table]:
    """Return the tables of all rooms, by title. which : SEES or MAY."""
    found: dict[str, Table] = {say("The team itself"): getattr(access, which)}
    for practice in practices.practices():
        found[practice.title] = getattr(importlib.import_module(f"{practice.name}.rules"), which)
    found[say("What is kept about people")] = getattr(rules, which)
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
            else say("nobody, ever"),
            named(roles),
        )
        for what, roles in table.items()
    ]
