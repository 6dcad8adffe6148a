"""The tables by which everything here decides who sees and who does what, gathered from all rooms."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass

from followspot import practices
from followspot.language import say
from followspot.privacy import rules
from followspot.roles import ADMIN, KEEPER, LEADER, LINE, MEMBER, OUTSIDE, Role, Table, named
from followspot.teams import access

COLUMNS: Mapping[Role, str] = {
    MEMBER: say("front line"),
    LEADER: say("leader"),
    LINE: say("leader’s leader"),
    KEEPER: say("keeper of the team"),
    ADMIN: say("admin"),
    OUTSIDE: say("anybody else"),
}


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
            _DOES.get(what.replace("_", " "), what),
            tuple((name, c in roles) for c, name in COLUMNS.items()),
            named(frozenset(r for r in roles if r not in COLUMNS))
            if roles - set(COLUMNS)
            else ""
            if roles
            else say("nobody, ever"),
            named(roles),
        )
        for what, roles in table.items()
    ]


# What the tables of acts call each, as people read it.
_DOES: Mapping[str, str] = {
    words: words
    for words in (
        say("connect and forget sources"),
        say("say who is of the team"),
        say("have a channel outside told of the team"),
        say("invite"),
        say("hand the lead over"),
        say("name a file of the server"),
        say("leave the team"),
        say("propose"),
        say("agree"),
        say("counter"),
        say("change"),
        say("vote"),
        say("start"),
        say("check in"),
        say("offer help"),
        say("meet"),
        say("miss"),
        say("drop"),
        say("reopen"),
        say("raise"),
        say("take"),
        say("promise"),
        say("pass up"),
        say("clear"),
        say("confirm"),
        say("take it back"),
        say("withdraw"),
        say("give"),
        say("join"),
        say("bring"),
        say("withdraw words"),
        say("tell"),
        say("find useful"),
        say("thank"),
        say("own"),
        say("follow up"),
        say("declare"),
        say("note"),
        say("renew"),
        say("end"),
        say("hand back"),
        say("plan"),
        say("draw"),
        say("ask"),
        say("unask"),
        say("accept"),
        say("decline"),
        say("let wait"),
        say("settle"),
        say("decide"),
        say("log contact"),
        say("log touch"),
        say("take back"),
        say("break glass"),
        say("hand over"),
        say("answer"),
        say("set cadence"),
        say("open"),
        say("call off"),
        say("say what is done"),
        say("add scale"),
        say("name groups"),
        say("convene"),
        say("take off"),
        say("draft"),
        say("hand in"),
        say("open scores"),
        say("sign"),
        say("look again"),
        say("delete sooner"),
        say("erase"),
        say("rate"),
        say("share"),
        say("take a copy of what is kept about oneself"),
        say("erase oneself"),
        say("erase somebody by the command line"),
        say("say how long things are kept"),
        say("fill in the record of processing"),
    )
}
