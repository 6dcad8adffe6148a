"""Applause and clients’ words as JSON: give, change, take back, clap along, bring. Nothing is counted by person."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from django.utils import timezone
from ninja import Query
from pydantic import AfterValidator, Field

from followspot.objects.api import (
    Act,
    ObjectOut,
    PersonOut,
    acting,
    base_of,
    of_the_team,
    people_out,
    person_out,
)
from followspot.objects.doors import towards
from followspot.objects.said import Acting
from followspot.practices.applause import actions, rules
from followspot.practices.applause.doors import applause_of, cited, words_of
from followspot.practices.applause.models import Applause, Words
from followspot.roles import may
from followspot.teams.calls import Day, In, Number, Page, Paged, Room, at, page
from followspot.teams.models import Team
from followspot.teams.pages import Request

room = Room("applause", roles=rules.SEES["applause and clients’ words"])

Said = Annotated[
    str,
    Field(
        min_length=1, max_length=rules.LONGEST, examples=["You saw the double booking before anybody paid."]
    ),
]
Kind = Literal["", "reviewing", "answering", "mentoring", "testing", "fixing", "writing", "organising", "translating", "caring", "clearing", "finishing", "beginning"]  # fmt: skip


def _address(said: str) -> str:
    if said and not said.startswith(("https://", "http://")):
        raise ValueError("An address begins with https://.")
    return said


class ApplauseOut(ObjectOut):
    """Credit from one person to others, for a stated thing."""

    giver: PersonOut | None
    to: list[PersonOut]
    words: str
    contribution: Annotated[str, Field(examples=["testing"])]
    cites: Annotated[str, Field(examples=["expectation:3"])]
    cites_words: Annotated[str, Field(examples=["The night sheet of the 3rd"])]
    cites_url: str
    private: Annotated[bool, Field(description="For the leader: between the two of them.")]
    clapped: Annotated[list[PersonOut], Field(description="Who clapped along.")]
    given_at: datetime


class ApplausesOut(Page):
    items: list[ApplauseOut]


_VERBS = {"change": "change", "withdraw": "withdraw", "join": "clap"}


def _out(request: Request, it: Applause) -> ApplauseOut:
    roles = towards(request, it)
    own = request.person is not None and (
        request.person.pk == it.giver_id or any(p == request.person for p in it.to.all())
    )
    can = [
        word
        for verb, word in _VERBS.items()
        if it.withdrawn_at is None
        and may(rules.MAY, verb, roles)
        and not (verb == "join" and (own or it.private))
    ]
    return ApplauseOut(
        **base_of(it, it.state, can).model_dump(),
        giver=people_out(it.giver),
        to=[person_out(p) for p in it.to.all()],
        words=it.words,
        contribution=it.contribution,
        cites=it.cites,
        cites_words=it.cites_words,
        cites_url=it.cites_url,
        private=it.private,
        clapped=[person_out(c.person) for c in it.claps.all()],
        given_at=at(it.given_at) or it.given_at,
    )


def _one(request: Request, team: Team, pk: int) -> ApplauseOut:
    return _out(request, applause_of(request, team, pk))


@room.reads("/applause")
def listed(request: Request, team: Team, asked: Query[Paged]) -> ApplausesOut:
    """List the applause of a team in order of time; never by person, never counted."""
    rows = team.applause_set.all().seen_by(request.person).with_people().select_related("team")
    items, onward = page(request, rows, asked, partial(_out, request))
    return ApplausesOut(items=items, next=onward)


@room.reads("/applause/{pk}")
def one(request: Request, team: Team, pk: Number) -> ApplauseOut:
    """See one piece of applause."""
    return _one(request, team, pk)


class GiveIn(In):
    """Whom, for what, and where people can look."""

    words: Said
    to: Annotated[list[Number], Field(min_length=1, max_length=rules.RECEIVERS_AT_MOST, examples=[[12]])]
    contribution: Annotated[Kind, Field(description="What kind of work it was.")] = ""
    cites: Annotated[
        str, Field(max_length=120, examples=["expectation:3"], description="The reference of what is cited.")
    ] = ""
    cites_words: Annotated[
        str,
        Field(
            max_length=300, examples=["The night sheet of the 3rd"], description="What people can look at."
        ),
    ] = ""
    cites_url: Annotated[
        str, Field(max_length=500, examples=["https://example.org/sheet"]), AfterValidator(_address)
    ] = ""


@room.acts("/applause", status=201)
def give(request: Request, team: Team, said: GiveIn) -> ApplauseOut:
    """Applaud, citing what people can look at."""
    given = said.model_dump(exclude={"words", "to", "cites"})
    it = actions.give(
        team,
        said.words,
        to=of_the_team(request, team, said.to, field="to"),
        by=request.person,
        roles=request.roles,
        now=timezone.now(),
        cites=cited(request, said.cites),
        **given,
    )
    return _one(request, team, it.pk)


def _acting(request: Request, team: Team, pk: int, said: Act | None) -> tuple[Applause, Acting]:
    it = applause_of(request, team, pk)
    return it, acting(request, towards(request, it), said)


class WordedIn(Act):
    """The same in other words."""

    words: Said


@room.acts("/applause/{pk}/change")
def change(request: Request, team: Team, pk: Number, said: WordedIn) -> ApplauseOut:
    """Word it anew."""
    it, how = _acting(request, team, pk, said)
    actions.change(it, said.words, **how)
    return _one(request, team, pk)


@room.acts("/applause/{pk}/withdraw")
def withdraw(request: Request, team: Team, pk: Number, said: Act | None = None) -> ApplauseOut:
    """Take one's own applause back."""
    it, how = _acting(request, team, pk, said)
    actions.withdraw(it, **how)
    return _one(request, team, pk)


@room.acts("/applause/{pk}/clap")
def clap(request: Request, team: Team, pk: Number) -> ApplauseOut:
    """Clap along."""
    it, how = _acting(request, team, pk, None)
    actions.join(it, by=how["by"], roles=how["roles"], now=how["now"])
    return _one(request, team, pk)


@room.acts("/applause/{pk}/unclap")
def unclap(request: Request, team: Team, pk: Number) -> ApplauseOut:
    """Take one's clap back."""
    it, how = _acting(request, team, pk, None)
    actions.leave(it, by=how["by"], roles=how["roles"], now=how["now"])
    return _one(request, team, pk)


class WordsOut(ObjectOut):
    """What a client said, quoted, with where it came from."""

    quote: Annotated[str, Field(examples=["Nobody made me ask twice."])]
    said_where: Annotated[str, Field(examples=["A passenger, at the port desk"])]
    said_on: date
    about: list[PersonOut]
    brought_by: PersonOut | None


class ManyWordsOut(Page):
    items: list[WordsOut]


def _words(request: Request, it: Words) -> WordsOut:
    own = it.withdrawn_at is None and may(rules.MAY, "withdraw_words", towards(request, it))
    return WordsOut(
        **base_of(it, it.state, ["withdraw"] if own else []).model_dump(),
        quote=it.quote,
        said_where=it.said_where,
        said_on=it.said_on,
        about=[person_out(p) for p in it.about.all()],
        brought_by=people_out(it.brought_by),
    )


@room.reads("/words")
def words(request: Request, team: Team, asked: Query[Paged]) -> ManyWordsOut:
    """List what clients said."""
    rows = (
        team.words_set.filter(withdrawn_at=None)
        .select_related("team", "brought_by")
        .prefetch_related("about")
    )
    items, onward = page(request, rows, asked, partial(_words, request))
    return ManyWordsOut(items=items, next=onward)


class BringIn(In):
    """A client's words, and where they came from."""

    quote: Annotated[
        str, Field(min_length=1, max_length=rules.LONGEST, examples=["Nobody made me ask twice."])
    ]
    said_where: Annotated[
        str, Field(min_length=1, max_length=200, examples=["A passenger, at the port desk"])
    ]
    said_on: Annotated[Day, Field(examples=["2026-11-20"])]
    about: Annotated[
        list[Number],
        Field(max_length=rules.RECEIVERS_AT_MOST, examples=[[12]], description="Whose work it is about."),
    ] = Field(default_factory=list)


@room.acts("/words", status=201)
def bring(request: Request, team: Team, said: BringIn) -> WordsOut:
    """Bring a client's words."""
    it = actions.bring_words(
        team,
        said.quote,
        about=[p for p in of_the_team(request, team, said.about, field="about") if p != request.leader],
        by=request.person,
        roles=request.roles,
        now=timezone.now(),
        said_where=said.said_where,
        said_on=said.said_on,
    )
    return _words(request, words_of(request, team, it.pk))


@room.acts("/words/{pk}/withdraw")
def withdraw_words(request: Request, team: Team, pk: Number, said: Act | None = None) -> WordsOut:
    """Take a client's words back, as who brought them."""
    it = words_of(request, team, pk)
    actions.withdraw_words(it, **acting(request, towards(request, it), said))
    return _words(request, words_of(request, team, pk))
