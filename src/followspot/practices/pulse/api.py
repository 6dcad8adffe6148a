"""The pulse as JSON: one's own answer while a wave is open, what may be told once it has closed, and asking."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import Field

from followspot.errors import BadInput, Refused
from followspot.objects.api import Act, ObjectOut, PersonOut, acting, base_of, person_out, somebody
from followspot.objects.ballots import LONGEST
from followspot.objects.doors import towards
from followspot.practices.pulse import actions, doors, rules
from followspot.practices.pulse.models import Cadence, CheckIn, Scale, Wave
from followspot.practices.pulse.rules import What
from followspot.roles import may
from followspot.teams.calls import Day, In, Number, Out, Page, Paged, Room, at, page
from followspot.teams.models import Team
from followspot.teams.pages import Request

room = Room("pulse", roles=rules.SEES["pulse results at or above the floor"])
_KEEPS = rules.MAY["name_groups"] | rules.MAY["set_cadence"]

Line = Annotated[
    str, Field(min_length=1, max_length=rules.LONGEST, examples=["A printer for the night shift"])
]
Step = Annotated[int, Field(ge=1, le=5)]


class ItemOut(Out):
    """Something that is asked, with five ways to end it."""

    slug: Annotated[str, Field(examples=["energy"])]
    words: Annotated[str, Field(examples=["My energy"])]
    steps: Annotated[list[str], Field(examples=[["Drained", "Low", "Steady", "Good", "Lit up"]])]


class ResultOut(ItemOut):
    """What may be told of the answers to one item; nothing of it is exact, and below the floor there is nothing."""

    n: Annotated[int | None, Field(description="How many answered; empty: too few.")]
    counts: Annotated[
        list[int], Field(description="Of each step, to the nearest three; empty: too few for steps.")
    ]
    place: Annotated[str, Field(examples=["steady to good"], description="About where the answers lie.")]


class GroupPlaceOut(Out):
    """About where the answers of a group to one item lie."""

    item: str
    place: str


class GroupOut(Out):
    """Those who work together, or several groups shown as one."""

    name: str
    n: Annotated[int, Field(description="How many answered at least.")]
    places: list[GroupPlaceOut]


class WaveOut(ObjectOut):
    """One round of a pulse."""

    what: Annotated[str, Field(examples=["pulse"])]
    floor: Annotated[int, Field(description="Nothing is told of fewer answers.")]
    opened_on: date
    closes_at: Annotated[datetime, Field(description="When it closes, or closed.")]
    asks: list[ItemOut]
    will_do: Annotated[str, Field(description="The one thing that the leader said they will do.")]
    done: Annotated[str, Field(description="What became of it.")]


class WavesOut(Page):
    items: list[WaveOut]


class OneWaveOut(WaveOut):
    """A wave with what may be told of it; empty while it is open."""

    results: list[ResultOut]
    groups: list[GroupOut]
    comments: Annotated[list[str], Field(description="Where five or more wrote one; in no order.")]


def _item(slug: str, words: str, steps: tuple[str, ...]) -> ItemOut:
    return ItemOut(slug=slug, words=words, steps=list(steps))


def _can(request: Request, it: Wave) -> list[str]:
    if it.state == "open":
        return ["call_off"] if may(rules.MAY, "call_off", request.roles) else []
    leads = it.state == "closed" and may(rules.MAY, "say_what_is_done", request.roles)
    return ["promise", *(["keep"] if it.will_do else [])] if leads else []


def _wave(request: Request, it: Wave) -> WaveOut:
    return WaveOut(
        **base_of(it, it.state, _can(request, it)).model_dump(),
        what=it.what,
        floor=it.floor,
        opened_on=it.team.day(it.opened_at),
        closes_at=at(it.closes_at) or it.closes_at,
        asks=[_item(i.slug, i.words, i.steps) for i in it.asks()],
        will_do=it.will_do,
        done=it.done,
    )


def _result(told: object) -> ResultOut:
    item = told.item if isinstance(told, doors.Told) else told
    seen = told if isinstance(told, doors.Told) else None
    return ResultOut(
        **_item(item.slug, item.words, item.steps).model_dump(),  # type: ignore[attr-defined]
        n=seen.n if seen else None,
        counts=[bar.count for bar in seen.bars] if seen else [],
        place=seen.place if seen else "",
    )


def _one(request: Request, team: Team, pk: int) -> OneWaveOut:
    it = doors.wave_of(request, team, pk)
    groups = doors.groups(it) if it.closed_at else None
    return OneWaveOut(
        **_wave(request, it).model_dump(),
        results=[_result(told) for told in doors.results(it)] if it.closed_at else [],
        groups=[
            GroupOut(name=name, n=n, places=[GroupPlaceOut(item=c, place=p) for c, p in places])
            for name, n, places in (groups.rows if groups else ())
        ],
        comments=[remark.text for remark in it.comments.all()] if it.closed_at else [],
    )


@room.reads("/pulse/waves")
def waves(request: Request, team: Team, asked: Query[Paged]) -> WavesOut:
    """List a team's waves; a mirror is listed to none, since it is for its leader."""
    rows = team.wave_set.all().of_the_team().select_related("team", "scale")
    items, onward = page(request, rows, asked, partial(_wave, request))
    return WavesOut(items=items, next=onward)


@room.reads("/pulse/waves/{pk}")
def wave(request: Request, team: Team, pk: Number) -> OneWaveOut:
    """See one wave, and once it has closed what may be told of it."""
    return _one(request, team, pk)


class AnswerOut(Out):
    """The open wave and one's own answer to it. Nobody else ever sees it, and it is gone once the wave closes."""

    closes_at: datetime
    asks: list[ItemOut]
    answers: Annotated[dict[str, Step], Field(examples=[{"energy": 4}])]
    comment: str


def _answer(request: Request, team: Team) -> AnswerOut:
    running = doors.running(team)
    if running is None:
        raise Http404
    ballot = actions.own_ballot(running, request.person)
    if ballot is None:
        raise Refused("Only the front line answers: it is the team’s word.")
    return AnswerOut(
        closes_at=at(running.closes_at) or running.closes_at,
        asks=[_item(i.slug, i.words, i.steps) for i in running.asks()],
        answers=ballot.answers,
        comment=ballot.comment,
    )


@room.reads("/pulse/answer", roles=rules.MAY["answer"])
def answer(request: Request, team: Team) -> AnswerOut:
    """See what the open wave asks, and one's own answer; nothing where no wave is open."""
    return _answer(request, team)


class AnswerIn(In):
    """A step from 1 to 5 for each item; each may be left out, and nothing at all empties one's answer."""

    answers: Annotated[dict[str, Step], Field(max_length=rules.MOST_ITEMS + 12, examples=[{"energy": 4}])] = (
        Field(default_factory=dict)
    )
    comment: Annotated[str, Field(max_length=LONGEST, examples=["The night shift needs a printer."])] = ""


@room.acts("/pulse/answer", method="PUT", roles=rules.MAY["answer"])
def put_answer(request: Request, team: Team, said: AnswerIn) -> AnswerOut:
    """Answer the open wave, in place of an earlier answer.

    Nothing else is written: no event, no time, no key of the call.
    """
    running = doors.running(team)
    if running is None:
        raise Refused("No wave is open. Nobody’s answers can be added or changed now.")
    known = {i.slug for i in running.asks()}
    if unknown := next((slug for slug in said.answers if slug not in known), None):
        raise BadInput(f"Answers: this wave doesn’t ask “{unknown[:40]}”.")
    steps = {slug: str(step) for slug, step in said.answers.items()}
    doors.put(running, somebody(request), steps | {"comment": said.comment})
    return _answer(request, team)


class OpenIn(In):
    """What to ask, and for how long."""

    what: Annotated[What, Field(description="A mirror asks about the leader, for the leader.")] = What.PULSE
    scale: Annotated[Number | None, Field(description="Of questions of the team's own: which.")] = None
    days: Annotated[int | None, Field(ge=rules.OPEN_FOR[0], le=rules.OPEN_FOR[-1])] = None


@room.acts("/pulse/waves", status=201)
def open_(request: Request, team: Team, said: OpenIn | None = None) -> OneWaveOut:
    """Open a wave now."""
    given = said or OpenIn()
    scale = doors.scale_of(team, given.scale) if given.scale else None
    if (given.what == What.SCALE) != (scale is not None):
        raise BadInput("Scale: name the questions of your own, and say that they are what is asked.")
    days = 7 if given.what == What.MIRROR else given.days
    it = actions.open_wave(
        team,
        what=given.what,
        scale=scale,
        days=days,
        by=request.person,
        roles=request.roles,
        now=timezone.now(),
    )
    return _one(request, team, it.pk)


class LineIn(Act):
    """A line."""

    text: Line


@room.acts("/pulse/waves/{pk}/promise")
def promise(request: Request, team: Team, pk: Number, said: LineIn) -> OneWaveOut:
    """Say the one thing that will be done about what was said."""
    actions.promise(doors.wave_of(request, team, pk), said.text, **acting(request, request.roles, said))
    return _one(request, team, pk)


@room.acts("/pulse/waves/{pk}/keep")
def keep(request: Request, team: Team, pk: Number, said: LineIn) -> OneWaveOut:
    """Say what became of it: you said, this was done."""
    actions.keep(doors.wave_of(request, team, pk), said.text, **acting(request, request.roles, said))
    return _one(request, team, pk)


@room.acts("/pulse/waves/{pk}/call-off")
def call_off(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneWaveOut:
    """End a wave before its time; every answer is destroyed."""
    actions.call_off(doors.wave_of(request, team, pk), **acting(request, request.roles, said))
    return _one(request, team, pk)


class ScaleOut(Out):
    """Questions that the team brought itself."""

    id: int
    title: str
    source: str
    licence: str
    asks: list[ItemOut]


class CadenceOut(Out):
    """How often the pulse asks. next_on : empty where it has been stopped."""

    every: Annotated[int, Field(examples=[2], description="Weeks from wave to wave.")]
    open_for: Annotated[int, Field(examples=[4], description="Days a wave is open.")]
    next_on: date | None
    floor: Annotated[int, Field(examples=[5])]
    scales: list[ScaleOut]


def _scale(scale: Scale) -> ScaleOut:
    return ScaleOut(
        id=scale.pk,
        title=scale.title,
        source=scale.source,
        licence=scale.licence,
        asks=[_item(i.slug, i.words, i.steps) for i in scale.as_items()],
    )


def _cadence(team: Team) -> CadenceOut:
    it = Cadence.objects.filter(team=team).first() or Cadence(team=team)
    return CadenceOut(
        every=it.every,
        open_for=it.open_for,
        next_on=it.next_on,
        floor=actions.floor_of(team),
        scales=[_scale(s) for s in team.scales.filter(retired_at=None)],
    )


@room.reads("/pulse/cadence", roles=_KEEPS)
def cadence(request: Request, team: Team) -> CadenceOut:
    """See how often the pulse asks, and questions of the team's own."""
    return _cadence(team)


class CadenceIn(In):
    """How often, for how long, from when, and the floor, which can be raised and never lowered."""

    every: Annotated[int, Field(ge=1, le=4, examples=[2])]
    open_for: Annotated[int, Field(ge=rules.OPEN_FOR[0], le=rules.OPEN_FOR[-1], examples=[4])]
    next_on: Day
    floor: Annotated[int, Field(ge=5, le=rules.HIGHEST_FLOOR, examples=[5])] = 5


@room.acts("/pulse/cadence", method="PUT", roles=_KEEPS)
def set_cadence(request: Request, team: Team, said: CadenceIn) -> CadenceOut:
    """Say how often the pulse asks."""
    actions.set_cadence(team, **said.model_dump(), by=request.person, roles=request.roles, now=timezone.now())
    return _cadence(team)


@room.acts("/pulse/cadence/stop", roles=_KEEPS)
def stop_cadence(request: Request, team: Team) -> CadenceOut:
    """Open no more waves by itself; one that is open goes on."""
    actions.stop_cadence(team, by=request.person, roles=request.roles, now=timezone.now())
    return _cadence(team)


class QuestionIn(In):
    """A question with five ways to end it, from the least to the most."""

    words: Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[^|]*$", examples=["The pace is"])]
    steps: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=160, pattern=r"^[^|]*$")]],
        Field(min_length=5, max_length=5, examples=[["Too slow", "Slow", "Right", "Fast", "Too fast"]]),
    ]


class ScaleIn(In):
    """Questions of the team's own, with where they come from and what allows their use."""

    title: Annotated[str, Field(min_length=1, max_length=120, examples=["Pace"])]
    source: Annotated[str, Field(min_length=1, max_length=300, examples=["Written by us"])]
    licence: Annotated[str, Field(min_length=1, max_length=200, examples=["Our own"])]
    questions: Annotated[list[QuestionIn], Field(min_length=1, max_length=rules.MOST_ITEMS)]
    right: Annotated[
        Literal[True], Field(description="That the team may use these questions. Followspot can't know it.")
    ]


@room.acts("/pulse/scales", status=201, roles=_KEEPS)
def add_scale(request: Request, team: Team, said: ScaleIn) -> ScaleOut:
    """Add questions of the team's own."""
    lines = "\n".join(" | ".join(" ".join(w.split()) for w in (q.words, *q.steps)) for q in said.questions)
    it = actions.add_scale(
        team,
        title=said.title,
        source=said.source,
        licence=said.licence,
        questions=doors.questions(lines),
        by=request.person,
        roles=request.roles,
        now=timezone.now(),
    )
    return _scale(it)


@room.acts("/pulse/scales/{pk}/retire", roles=_KEEPS)
def retire_scale(request: Request, team: Team, pk: Number) -> ScaleOut:
    """Ask these questions no more; what was answered stays."""
    it = doors.scale_of(team, pk)
    return _scale(actions.retire_scale(it, by=request.person, roles=request.roles, now=timezone.now()))


class GroupsOut(Out):
    """Who of the front line works together, by their number."""

    groups: Annotated[dict[int, str], Field(examples=[{"12": "Gate"}])]


class GroupsIn(In):
    """A group by a person's number; an empty one for none."""

    groups: Annotated[
        dict[Number, Annotated[str, Field(max_length=60)]], Field(max_length=500, examples=[{"12": "Gate"}])
    ]


@room.acts("/pulse/groups", method="PUT", roles=_KEEPS)
def name_groups(request: Request, team: Team, said: GroupsIn) -> GroupsOut:
    """Say who of the front line works together, from the next wave on."""
    actions.name_groups(team, said.groups, by=request.person, roles=request.roles, now=timezone.now())
    return GroupsOut(groups=dict(team.desks.values_list("person", "group")))


class NamedCheckInOut(ObjectOut):
    """How somebody says it is, by name."""

    person: PersonOut
    text: Annotated[str, Field(examples=["Tired, and glad it is Friday."])]
    said_at: datetime


class NamedCheckInsOut(Page):
    items: list[NamedCheckInOut]


def _check_in(request: Request, it: CheckIn) -> NamedCheckInOut:
    can = ["withdraw"] if not it.withdrawn_at and may(rules.MAY, "withdraw", towards(request, it)) else []
    return NamedCheckInOut(
        **base_of(it, it.state, can).model_dump(),
        person=person_out(it.person),
        text=it.text,
        said_at=at(it.said_at) or it.said_at,
    )


@room.reads("/pulse/check-ins")
def check_ins(request: Request, team: Team, asked: Query[Paged]) -> NamedCheckInsOut:
    """List how people say it is, by name."""
    rows = CheckIn.objects.filter(team=team, withdrawn_at=None).select_related("team", "person")
    items, onward = page(request, rows, asked, partial(_check_in, request))
    return NamedCheckInsOut(items=items, next=onward)


class NamedCheckInIn(In):
    """How it is."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST, examples=["Tired, and glad it is Friday."])]


@room.acts("/pulse/check-ins", status=201)
def check_in(request: Request, team: Team, said: NamedCheckInIn) -> NamedCheckInOut:
    """Say how it is, by name: where a pulse would hide nobody, that is honest at least."""
    it = actions.check_in(team, said.text, by=somebody(request), roles=request.roles, now=timezone.now())
    return _check_in(request, it)


@room.acts("/pulse/check-ins/{pk}/withdraw")
def withdraw_check_in(request: Request, team: Team, pk: Number, said: Act | None = None) -> NamedCheckInOut:
    """Take one's own check-in back."""
    it = CheckIn.objects.filter(team=team, pk=pk).select_related("team", "person").first()
    if it is None or not it.seen_with(towards(request, it)):
        raise Http404
    return _check_in(request, actions.withdraw(it, **acting(request, towards(request, it), said)))
