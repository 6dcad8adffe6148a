"""Lessons as JSON: tell, thank, own a part, find useful, follow up until it is done."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated

from django.utils import timezone
from ninja import Query
from pydantic import Field

from followspot.errors import Refused
from followspot.objects.api import (
    Act,
    ObjectOut,
    PersonOut,
    Told,
    acting,
    base_of,
    held,
    new_word,
    people_out,
)
from followspot.objects.doors import seen, towards
from followspot.objects.said import Acting
from followspot.practices.lessons import actions, rules
from followspot.practices.lessons.doors import follow_up_of, lesson_of
from followspot.practices.lessons.models import FollowUp, Lesson
from followspot.practices.lessons.rules import Following
from followspot.roles import may
from followspot.teams import access
from followspot.teams.calls import In, Number, Out, Page, Paged, Room, at, page
from followspot.teams.models import Team
from followspot.teams.pages import Request
from followspot.teams.problems import Fault, Turned

room = Room("lessons", roles=rules.SEES["a lesson of the team"])

Part = Annotated[str, Field(max_length=rules.LONGEST, examples=["Two cabins were sold twice."])]
Needed = Annotated[
    str, Field(min_length=1, max_length=rules.LONGEST, examples=["Two cabins were sold twice."])
]
What = Annotated[
    str, Field(min_length=1, max_length=rules.FOLLOW_UP_LONGEST, examples=["Colours on the list"])
]


class FollowUpOut(Out):
    """Something that changes because of a lesson."""

    id: int
    what: Annotated[str, Field(examples=["Colours on the list"])]
    state: Annotated[str, Field(examples=["open"])]
    becomes: Annotated[str, Field(description="The reference of the expectation or barrier that it became.")]


class LessonOut(ObjectOut):
    """A mistake told without blame."""

    happened: Annotated[str, Field(examples=["Two cabins were sold twice."])]
    believed: str
    known: Annotated[str, Field(examples=["The two lists look alike."])]
    helps: Annotated[str, Field(description="Whom it helps.")]
    about: Annotated[str, Field(description="The reference of what it belongs to.")]
    teller: Annotated[PersonOut | None, Field(description="Empty: told without a name.")]
    unnamed: bool
    thanked: Annotated[bool, Field(description="Whether the leader said thank you.")]
    owned_part: Annotated[str, Field(description="Which part the leader says is theirs.")]
    helps_you: Annotated[bool, Field(description="Whether you found it useful.")]
    follow_ups: list[FollowUpOut]
    told_at: Annotated[datetime | date, Field(description="A day, where it was told without a name.")]


class LessonsOut(Page):
    items: list[LessonOut]


class ToldOut(LessonOut, Told):
    """The lesson, and where it was told without a name the word that says it was yours."""


_VERBS = {"thank", "own", "find_useful", "follow_up", "change", "withdraw"}


def _follow_up(one: FollowUp) -> FollowUpOut:
    return FollowUpOut(id=one.pk, what=one.what, state=one.state, becomes=one.becomes)


def _out(request: Request, it: Lesson) -> LessonOut:
    roles, told = towards(request, it), at(it.told_at) or it.told_at
    can = [v for v in _VERBS if it.withdrawn_at is None and may(rules.MAY, v, roles)]
    me = request.person
    return LessonOut(
        **base_of(it, it.state, can).model_dump(),
        happened=it.happened,
        believed=it.believed,
        known=it.known,
        helps=it.helps,
        about=it.about,
        teller=people_out(it.teller),
        unnamed=it.unnamed,
        thanked=it.thanked_at is not None,
        owned_part=it.owned_part,
        helps_you=me is not None and any(p.pk == me.pk for p in it.useful.all()),
        follow_ups=[_follow_up(f) for f in it.followups.all()],
        told_at=told.date() if it.unnamed else told,
    )


def _one(request: Request, team: Team, pk: int) -> LessonOut:
    return _out(request, lesson_of(request, team, pk))


@room.reads("/lessons")
def listed(request: Request, team: Team, asked: Query[Paged]) -> LessonsOut:
    """List a team's lessons."""
    rows = team.lesson_set.all().told().with_people().select_related("team", "teller")
    items, onward = page(request, rows, asked, partial(_out, request))
    return LessonsOut(items=items, next=onward)


@room.reads("/lessons/{pk}")
def one(request: Request, team: Team, pk: Number) -> LessonOut:
    """See one lesson, and what follows from it."""
    return _one(request, team, pk)


class TellIn(In):
    """What happened, what we believed, what we know now, what changes."""

    happened: Needed
    known: Annotated[
        str, Field(min_length=1, max_length=rules.LONGEST, examples=["The two lists look alike."])
    ]
    believed: Part = ""
    changes: Annotated[
        list[What], Field(max_length=20, description="Each is followed up until it is done.")
    ] = Field(default_factory=list)
    helps: Annotated[str, Field(max_length=200, examples=["Whoever books"])] = ""
    about: Annotated[
        str,
        Field(max_length=60, examples=["expectation:3"], description="The reference of what it belongs to."),
    ] = ""
    unnamed: Annotated[bool, Field(description="Without your name: in teams of five or more.")] = False
    as_it_is: Annotated[
        bool, Field(description="Names and words of blame stay in; without it they are pointed out first.")
    ] = False


@room.acts("/lessons", status=201)
def tell(request: Request, team: Team, said: TellIn) -> ToldOut:
    """Tell a lesson; names and blame in it are pointed out before it is saved."""
    if not said.as_it_is:
        _point_out(request, team, said)
    about = held(request, said.about, field="about")
    word, word_hash = new_word(said.unnamed)
    it = actions.tell(
        team,
        by=request.person,
        roles=request.roles,
        now=timezone.now(),
        happened=said.happened,
        known=said.known,
        believed=said.believed,
        helps=said.helps,
        changes=tuple(said.changes),
        about=about.reference if about else "",
        word_hash=word_hash,
    )
    return ToldOut(**_one(request, team, it.pk).model_dump(), word=word or None)


def _point_out(request: Request, team: Team, said: TellIn) -> None:
    """Turn a lesson back once that has names in it, or looks for a culprit."""
    texts = {f: getattr(said, f) for f in ("happened", "believed", "known")} | {
        "changes": "\n".join(said.changes)
    }
    people = [p.name for p in access.people_of(team, today=request.today)]
    faults = [
        Fault(pointer=f"/{field}", detail=asks)
        for field, text in texts.items()
        for asks in (
            *(f"{n} is named here." for n in rules.names_in([text], people)),
            *rules.blame_in([text]),
        )
    ]
    if faults:
        detail = "Names or blame are in it. Tell it by what happened, or send it again with as_it_is."
        raise Turned(422, detail, faults=faults)


def _acting(request: Request, team: Team, pk: int, said: Act | None) -> tuple[Lesson, Acting]:
    it = lesson_of(request, team, pk)
    return it, acting(request, towards(request, it), said)


class RetoldIn(Act):
    """The lesson in other words."""

    happened: Needed
    known: Annotated[
        str, Field(min_length=1, max_length=rules.LONGEST, examples=["The two lists look alike."])
    ]
    believed: Part = ""
    helps: Annotated[str, Field(max_length=200)] = ""


@room.acts("/lessons/{pk}/change")
def change(request: Request, team: Team, pk: Number, said: RetoldIn) -> LessonOut:
    """Word it anew."""
    it, how = _acting(request, team, pk, said)
    actions.change(it, **said.model_dump(exclude={"version"}), **how)
    return _one(request, team, pk)


@room.acts("/lessons/{pk}/withdraw")
def withdraw(request: Request, team: Team, pk: Number, said: Act | None = None) -> LessonOut:
    """Take one's own lesson back."""
    it, how = _acting(request, team, pk, said)
    actions.withdraw(it, **how)
    return _one(request, team, pk)


@room.acts("/lessons/{pk}/thank")
def thank(request: Request, team: Team, pk: Number, said: Act | None = None) -> LessonOut:
    """Say thank you for it, as the leader."""
    it, how = _acting(request, team, pk, said)
    actions.thank(it, **how)
    return _one(request, team, pk)


class OwnIn(Act):
    """Which part is yours."""

    part: Annotated[
        str, Field(min_length=1, max_length=300, examples=["I let the list grow without a second look."])
    ]


@room.acts("/lessons/{pk}/own")
def own(request: Request, team: Team, pk: Number, said: OwnIn) -> LessonOut:
    """Say, as the leader, which part of it is one's own."""
    it, how = _acting(request, team, pk, said)
    actions.own(it, said.part, **how)
    return _one(request, team, pk)


@room.acts("/lessons/{pk}/useful")
def useful(request: Request, team: Team, pk: Number) -> LessonOut:
    """Say that it helps, or take that back."""
    it, how = _acting(request, team, pk, None)
    actions.find_useful(it, by=how["by"], roles=how["roles"], now=how["now"])
    return _one(request, team, pk)


class FollowUpIn(Act):
    """What changes."""

    what: What


@room.acts("/lessons/{pk}/follow-up", status=201)
def follow_up(request: Request, team: Team, pk: Number, said: FollowUpIn) -> LessonOut:
    """Add something that changes because of it; it stays in sight until it is done."""
    it, how = _acting(request, team, pk, said)
    actions.follow_up(it, said.what, **how)
    return _one(request, team, pk)


def _end(request: Request, team: Team, pk: int, state: Following) -> LessonOut:
    it = follow_up_of(team, pk)
    actions.end_follow_up(it, state, by=request.person, roles=towards(request, it.lesson), now=timezone.now())
    return _one(request, team, it.lesson_id)


@room.acts("/lessons/follow-ups/{pk}/done")
def done(request: Request, team: Team, pk: Number) -> LessonOut:
    """Say that a change is done."""
    return _end(request, team, pk, Following.DONE)


@room.acts("/lessons/follow-ups/{pk}/drop")
def drop(request: Request, team: Team, pk: Number) -> LessonOut:
    """Drop a change."""
    return _end(request, team, pk, Following.DROPPED)


@room.acts("/lessons/follow-ups/{pk}/open")
def open_(request: Request, team: Team, pk: Number) -> LessonOut:
    """Open a change again."""
    return _end(request, team, pk, Following.OPEN)


class BecomesIn(In):
    """What it became."""

    becomes: Annotated[str, Field(min_length=1, max_length=60, examples=["expectation:3"])]


@room.acts("/lessons/follow-ups/{pk}/link")
def link(request: Request, team: Team, pk: Number, said: BecomesIn) -> LessonOut:
    """Say which expectation or barrier a change became."""
    it, became = follow_up_of(team, pk), seen(request, said.becomes)
    if became is None:
        raise Refused("That is no expectation or barrier of this team.")
    actions.link_follow_up(
        it, became.reference, by=request.person, roles=towards(request, it.lesson), now=timezone.now()
    )
    return _one(request, team, it.lesson_id)
