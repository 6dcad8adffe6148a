"""Barriers as JSON: raise, take, promise, pass up, clear, confirm, and what else becomes of one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from followspot.objects.api import (
    Act,
    ObjectOut,
    PersonOut,
    Told,
    acting,
    base_of,
    held,
    new_word,
    of_the_team,
    people_out,
)
from followspot.objects.said import Acting
from followspot.practices.barriers import actions, rules
from followspot.practices.barriers.doors import barrier_of, here, roles_towards, within_sight
from followspot.practices.barriers.models import Barrier
from followspot.practices.barriers.rules import State
from followspot.teams.calls import Day, In, Number, Page, Paged, Room, at, page
from followspot.teams.models import Team
from followspot.teams.pages import Request

room = Room("barriers", roles=rules.SEES["a barrier of the team"])
Line = Annotated[str, Field(max_length=500, examples=["The locksmith comes on Thursday."])]


class BarrierOut(ObjectOut):
    """Something in the way of the front line that somebody else must clear."""

    what: Annotated[str, Field(examples=["No keys for the night shift"])]
    holds: Annotated[str, Field(description="The reference of what it holds up.")]
    holds_words: str
    raiser: Annotated[PersonOut | None, Field(description="Empty: raised without a name.")]
    unnamed: bool
    clearer: Annotated[PersonOut | None, Field(description="Who could clear it.")]
    taker: PersonOut | None
    needed_on: date | None
    promised_on: date | None
    note: str
    aftermath: Annotated[str, Field(description="Whose it is to decide from now on.")]
    raised_at: Annotated[datetime | date, Field(description="A day, where it was raised without a name.")]
    taken_at: datetime | None
    cleared_at: datetime | None
    confirmed_at: Annotated[
        datetime | date | None, Field(description="When the raiser said that it is gone.")
    ]
    stepped_back_at: datetime | None
    passed_to: Annotated[str | None, Field(description="The team above, to which it was passed up.")]


class BarriersOut(Page):
    items: list[BarrierOut]


def _out(request: Request, people: Collection[int], it: Barrier) -> BarrierOut:
    def of_raiser(moment: datetime | None) -> datetime | date | None:
        local = at(moment)
        return local.date() if local and it.unnamed else local

    can = rules.moves(State(it.state), roles_towards(request, it, people))
    url = f"/teams/{request.team.slug}/barriers/{it.pk}/"
    return BarrierOut(
        **base_of(it, it.state, can, url=url).model_dump(),
        what=it.what,
        holds=it.holds if it.team_id == request.team.pk else "",
        holds_words=it.holds_words,
        raiser=people_out(it.raiser),
        unnamed=it.unnamed,
        clearer=people_out(it.clearer),
        taker=people_out(it.taker),
        needed_on=it.needed_on,
        promised_on=it.promised_on,
        note=it.note,
        aftermath=it.aftermath,
        raised_at=of_raiser(it.raised_at) or it.raised_at,
        taken_at=at(it.taken_at),
        cleared_at=at(it.cleared_at),
        confirmed_at=of_raiser(it.confirmed_at),
        stepped_back_at=at(it.stepped_back_at),
        passed_to=it.passed_to.slug if it.passed_to else None,
    )


def _one(request: Request, team: Team, pk: int) -> BarrierOut:
    return _out(request, here(request, team), barrier_of(request, team, pk))


class Which(Paged):
    """Which barriers."""

    state: Annotated[
        Literal["", "open", "gone"], Field(description="Those that stand, or those that are gone.")
    ] = ""


@room.reads("/barriers")
def listed(request: Request, team: Team, asked: Query[Which]) -> BarriersOut:
    """List a team's barriers; to its leader also those that were passed up to them."""
    rows = within_sight(request, team).exclude(state=State.WITHDRAWN).with_people()
    if asked.state:
        rows = rows.filter(state__in=rules.STANDS if asked.state == "open" else rules.GONE)
    items, onward = page(request, rows, asked, partial(_out, request, here(request, team)))
    return BarriersOut(items=items, next=onward)


@room.reads("/barriers/{pk}")
def one(request: Request, team: Team, pk: Number) -> BarrierOut:
    """See one barrier, and what you may do with it."""
    return _one(request, team, pk)


class RaiseIn(In):
    """What is in the way; one line is enough."""

    what: Annotated[
        str, Field(min_length=1, max_length=rules.LONGEST, examples=["No keys for the night shift"])
    ]
    holds: Annotated[
        str,
        Field(max_length=60, examples=["expectation:3"], description="The reference of what it holds up."),
    ] = ""
    holds_words: Annotated[str, Field(max_length=200, examples=["Refunds in two days"])] = ""
    clearer: Annotated[
        Number | None, Field(examples=[12], description="Who could clear it; nobody said: the leader.")
    ] = None
    needed_on: Day | None = None
    unnamed: Annotated[bool, Field(description="Without your name: in teams of five or more.")] = False


class RaisedOut(BarrierOut, Told):
    """The barrier, and where it was raised without a name the word that says it was yours."""


@room.acts("/barriers", status=201)
def raise_(request: Request, team: Team, said: RaiseIn) -> RaisedOut:
    """Say what is in the way."""
    thing = held(request, said.holds, field="holds")
    clearer = of_the_team(request, team, [said.clearer], field="clearer")[0] if said.clearer else None
    word, word_hash = new_word(said.unnamed)
    it = actions.raise_barrier(
        team,
        said.what,
        by=request.person,
        roles=request.roles,
        now=timezone.now(),
        word_hash=word_hash,
        holds=thing.reference if thing else "",
        holds_words=said.holds_words or (thing.in_passing[:200] if thing else ""),
        clearer=clearer,
        needed_on=said.needed_on,
    )
    return RaisedOut(**_one(request, team, it.pk).model_dump(), word=word or None)


def _acting(request: Request, team: Team, pk: int, said: Act | None) -> tuple[Barrier, Acting]:
    it = barrier_of(request, team, pk)
    return it, acting(request, roles_towards(request, it, here(request, team)), said)


class PromiseIn(Act):
    """By when it is cleared, and a word with it."""

    promised_on: Day
    note: Line = ""


@room.acts("/barriers/{pk}/take")
def take(request: Request, team: Team, pk: Number, said: PromiseIn) -> BarrierOut:
    """Take a barrier and promise a day."""
    it, how = _acting(request, team, pk, said)
    actions.take(it, promised_on=said.promised_on, note=said.note, **how)
    return _one(request, team, pk)


@room.acts("/barriers/{pk}/promise")
def promise(request: Request, team: Team, pk: Number, said: PromiseIn) -> BarrierOut:
    """Promise another day, saying why; the first promise stays in the history."""
    it, how = _acting(request, team, pk, said)
    actions.promise(it, promised_on=said.promised_on, note=said.note, **how)
    return _one(request, team, pk)


class NoteIn(Act):
    """A word with it."""

    note: Line = ""


@room.acts("/barriers/{pk}/pass-up")
def pass_up(request: Request, team: Team, pk: Number, said: NoteIn | None = None) -> BarrierOut:
    """Pass a barrier to the leader above; its age goes with it."""
    it, how = _acting(request, team, pk, said)
    actions.pass_up(it, note=said.note if said else "", **how)
    return _one(request, team, pk)


class ClearIn(Act):
    """Whose it is to decide from now on."""

    aftermath: Annotated[str, Field(max_length=300, examples=["Ben decides who gets a key."])] = ""


@room.acts("/barriers/{pk}/clear")
def clear(request: Request, team: Team, pk: Number, said: ClearIn | None = None) -> BarrierOut:
    """Say that it is cleared; whether it is gone, the raiser says."""
    it, how = _acting(request, team, pk, said)
    actions.clear(it, aftermath=said.aftermath if said else "", **how)
    return _one(request, team, pk)


@room.acts("/barriers/{pk}/confirm")
def confirm(request: Request, team: Team, pk: Number, said: Act | None = None) -> BarrierOut:
    """Say that it is gone, as only the raiser can."""
    it, how = _acting(request, team, pk, said)
    actions.confirm(it, **how)
    return _one(request, team, pk)


@room.acts("/barriers/{pk}/reopen")
def reopen(request: Request, team: Team, pk: Number, said: Act | None = None) -> BarrierOut:
    """Say that it is still there; its clock goes on from the day it was raised."""
    it, how = _acting(request, team, pk, said)
    actions.reopen(it, **how)
    return _one(request, team, pk)


@room.acts("/barriers/{pk}/withdraw")
def withdraw(request: Request, team: Team, pk: Number, said: Act | None = None) -> BarrierOut:
    """Take a barrier back: it was none, or it went by itself."""
    it, how = _acting(request, team, pk, said)
    actions.withdraw(it, **how)
    return _one(request, team, pk)


class ChangeIn(Act):
    """The barrier in other words."""

    what: Annotated[
        str, Field(min_length=1, max_length=rules.LONGEST, examples=["No keys for nights and Sundays"])
    ]


@room.acts("/barriers/{pk}/change")
def change(request: Request, team: Team, pk: Number, said: ChangeIn) -> BarrierOut:
    """Word it anew."""
    it, how = _acting(request, team, pk, said)
    actions.change(it, said.what, **how)
    return _one(request, team, pk)
