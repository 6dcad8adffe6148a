"""Danger as JSON: declare it with its exit, report from the front, make it longer once, step back, hand back."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

from django.utils import timezone
from ninja import Query
from pydantic import Field

from followspot.objects.api import Act, ObjectOut, PersonOut, acting, base_of, people_out
from followspot.practices.danger import actions, rules
from followspot.practices.danger.doors import danger_of
from followspot.practices.danger.models import Danger, Note
from followspot.roles import may
from followspot.teams.calls import In, Moment, Number, Out, Page, Paged, Room, at, page
from followspot.teams.models import Team
from followspot.teams.pages import Request

room = Room("danger", roles=rules.SEES["danger"])

Lines = Annotated[
    str, Field(max_length=2000, examples=["Calls from the bank"], description="One thing a line.")
]


class NoteOut(Out):
    """A line from the front."""

    at: datetime
    by: PersonOut | None
    text: Annotated[str, Field(examples=["The bank answers."])]


class DangerOut(ObjectOut):
    """A stretch in which the leader is in front."""

    why: Annotated[str, Field(examples=["Payments fail."])]
    takes: Annotated[str, Field(description="What the leader takes; one thing a line.")]
    keeps: Annotated[str, Field(description="What is still the team's; one thing a line.")]
    exit_condition: Annotated[str, Field(examples=["Payments clean for two hours"])]
    leader: PersonOut | None
    declared_by: PersonOut | None
    began_at: datetime
    ends_at: Annotated[datetime, Field(description="When it ends by itself.")]
    ended_at: datetime | None
    how: Annotated[str, Field(description="How it ended.")]
    handed_back: Annotated[str, Field(description="What goes back to whom.")]
    notes: list[NoteOut]


class DangersOut(Page):
    items: list[DangerOut]


def _note(said: Note) -> NoteOut:
    return NoteOut(at=at(said.at) or said.at, by=people_out(said.by), text=said.text)


def _can(request: Request, it: Danger) -> list[str]:
    running = it.ended_at is None and it.ends_at > timezone.now()
    verbs = (
        ["note", "end", *(["renew"] if it.renewals < rules.RENEWALS else [])] if running else ["hand_back"]
    )
    return [v for v in verbs if may(rules.MAY, v, request.roles)]


def _out(request: Request, it: Danger) -> DangerOut:
    return DangerOut(
        **base_of(it, it.state, _can(request, it)).model_dump(),
        why=it.why,
        takes=it.takes,
        keeps=it.keeps,
        exit_condition=it.exit_condition,
        leader=people_out(it.leader),
        declared_by=people_out(it.declared_by),
        began_at=at(it.began_at) or it.began_at,
        ends_at=at(it.ends_at) or it.ends_at,
        ended_at=at(it.ended_at),
        how=it.how,
        handed_back=it.handed_back,
        notes=[_note(n) for n in it.notes.all()],
    )


def _one(request: Request, team: Team, pk: int) -> DangerOut:
    return _out(request, danger_of(team, pk))


@room.reads("/dangers")
def listed(request: Request, team: Team, asked: Query[Paged]) -> DangersOut:
    """List the danger that is, and those that were."""
    rows = team.danger_set.select_related("team", "leader", "declared_by").prefetch_related("notes__by")
    items, onward = page(request, rows, asked, partial(_out, request))
    return DangersOut(items=items, next=onward)


@room.reads("/dangers/{pk}")
def one(request: Request, team: Team, pk: Number) -> DangerOut:
    """See one danger, and what was reported from the front."""
    return _one(request, team, pk)


class DeclareIn(In):
    """Why, what the leader takes, how it ends, and by when at the latest."""

    why: Annotated[str, Field(min_length=1, max_length=2000, examples=["Payments fail."])]
    takes: Annotated[
        str,
        Field(
            min_length=1, max_length=2000, examples=["Calls from the bank"], description="One thing a line."
        ),
    ]
    keeps: Lines = ""
    exit_condition: Annotated[
        str, Field(min_length=1, max_length=300, examples=["Payments clean for two hours"])
    ]
    ends_at: Annotated[Moment, Field(description="Within 14 days.")]


@room.acts("/dangers", status=201)
def declare(request: Request, team: Team, said: DeclareIn) -> DangerOut:
    """Declare danger: the leader goes to the front, with an exit agreed before."""
    it = actions.declare(
        team, by=request.person, roles=request.roles, now=timezone.now(), **said.model_dump()
    )
    return _one(request, team, it.pk)


class ReportIn(Act):
    """A line."""

    text: Annotated[str, Field(min_length=1, max_length=300, examples=["The bank answers."])]


@room.acts("/dangers/{pk}/note")
def note(request: Request, team: Team, pk: Number, said: ReportIn) -> DangerOut:
    """Report from the front."""
    actions.note(danger_of(team, pk), said.text, **acting(request, request.roles, said))
    return _one(request, team, pk)


class RenewIn(Act):
    """Until when."""

    ends_at: Moment


@room.acts("/dangers/{pk}/renew")
def renew(request: Request, team: Team, pk: Number, said: RenewIn) -> DangerOut:
    """Make it longer, once; only the team can."""
    actions.renew(danger_of(team, pk), said.ends_at, **acting(request, request.roles, said))
    return _one(request, team, pk)


class EndIn(Act):
    """How it ended, and what goes back to whom."""

    how: Annotated[str, Field(max_length=300, examples=["Payments are clean again."])] = ""
    handed_back: Lines = ""


@room.acts("/dangers/{pk}/end")
def end(request: Request, team: Team, pk: Number, said: EndIn | None = None) -> DangerOut:
    """End it: the leader steps back."""
    given = said or EndIn()
    actions.end(
        danger_of(team, pk),
        how=given.how,
        handed_back=given.handed_back,
        **acting(request, request.roles, said),
    )
    return _one(request, team, pk)


class HandBackIn(Act):
    """What goes back to whom; one thing a line."""

    handed_back: Annotated[str, Field(min_length=1, max_length=2000, examples=["Calls from the bank to Ben"])]


@room.acts("/dangers/{pk}/hand-back")
def hand_back(request: Request, team: Team, pk: Number, said: HandBackIn) -> DangerOut:
    """Say, as the leader, what goes back to whom."""
    actions.hand_back(danger_of(team, pk), said.handed_back, **acting(request, request.roles, said))
    return _one(request, team, pk)
