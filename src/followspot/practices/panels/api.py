"""Panels as JSON: convene, write one's score alone, open, agree, sign, delete. Sealed as on the pages."""

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
    acting,
    base_of,
    faulty,
    of_the_team,
    people_out,
    person_out,
)
from followspot.objects.doors import towards
from followspot.objects.said import Acting
from followspot.practices.panels import actions, doors, rules
from followspot.practices.panels.models import Criterion, Panel, Seat
from followspot.practices.panels.rules import ASKED, Asked, Attitude, Decision, Phase, Place, Sheet
from followspot.roles import PANELIST, TEAM, may
from followspot.teams.calls import Day, In, Number, Out, Page, Paged, Room, at, page
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request

room = Room("panels", roles=TEAM)

Text = Annotated[str, Field(max_length=rules.LONGEST)]
Anchor = Annotated[str, Field(max_length=200, examples=["Does the usual alone"])]


class CriterionOut(Out):
    """Something that every panelist judges. anchors : what each of the five steps looks like."""

    id: int
    title: Annotated[str, Field(examples=["Learns from mistakes"])]
    anchors: list[str]


class SeatOut(Out):
    """Somebody on a panel. What they wrote is not in here."""

    person: PersonOut
    handed_in: bool
    signed: bool
    dissent: str


class PanelOut(ObjectOut):
    """People who judge a candidate: each alone first, together after. Whoever only leads sees what it came to."""

    candidate: Annotated[str, Field(examples=["Candidate C"], description="Empty: deleted.")]
    purpose: Annotated[str, Field(examples=["The gate"])]
    notes: str
    convener: PersonOut | None
    seats: list[SeatOut]
    due_on: date
    delete_on: date
    opened_at: datetime | None
    decision: Annotated[str, Field(examples=["hire"])]
    agreed: str
    reasons: str
    differ: str
    look_again_on: date | None


class PanelsOut(Page):
    items: list[PanelOut]


class MarkOut(Out):
    """The step for one criterion, and why."""

    criterion: int
    step: int | None
    reason: str


class PlaceOut(Out):
    """Where somebody stands on the line of a question, from 0 to 100."""

    at: int | None
    words: str


class ScoreOut(Out):
    """What one panelist wrote alone."""

    person: PersonOut
    marks: list[MarkOut]
    head: PlaceOut
    hold: PlaceOut


class QuestionOut(Out):
    """A question about attitude and what stands at the two ends of its line."""

    slug: Annotated[str, Field(examples=["head"])]
    text: str
    left: str
    right: str


class OnePanelOut(PanelOut):
    """A panel with its criteria, and the scores that are yours to see: your own, and once all are in everybody's."""

    criteria: list[CriterionOut]
    questions: list[QuestionOut]
    scores: list[ScoreOut]


_BY_PHASE = {
    Phase.SCORED: ("change", "take_off", "draft", "hand_in", "open_scores", "delete_sooner", "erase"),
    Phase.OPEN: ("decide", "delete_sooner", "erase"),
    Phase.DECIDED: ("decide", "sign", "look_again", "delete_sooner", "erase"),
    Phase.SIGNED: ("look_again", "delete_sooner", "erase"),
}
_CALLED = {"open_scores": "open"}


def _seat(seat: Seat, *, told: bool) -> SeatOut:
    return SeatOut(
        person=person_out(seat.person),
        handed_in=seat.handed_in_at is not None,
        signed=seat.signed_at is not None,
        dissent=seat.dissent if told else "",
    )


def _out(request: Request, it: Panel) -> PanelOut:
    roles = towards(request, it)
    inside, sits = doors.inside(request, it), PANELIST in roles
    can = [_CALLED.get(v, v) for v in _BY_PHASE.get(it.phase, ()) if may(rules.MAY, v, roles)]
    return PanelOut(
        **base_of(it, it.state, can).model_dump(),
        candidate=it.candidate,
        purpose=it.purpose,
        notes=it.notes if inside else "",
        convener=people_out(it.convener),
        seats=[_seat(s, told=sits) for s in it.sitting],
        due_on=it.due_on,
        delete_on=it.delete_on,
        opened_at=at(it.opened_at),
        decision=it.decision,
        agreed=it.agreed,
        reasons=it.reasons if sits else "",
        differ=it.differ if sits else "",
        look_again_on=it.look_again_on if sits else None,
    )


def _criterion(one: Criterion) -> CriterionOut:
    return CriterionOut(id=one.pk, title=one.title, anchors=list(one.anchors))


def _score(seat: Seat) -> ScoreOut:
    def place(attitude: Attitude) -> PlaceOut:
        there = seat.place(attitude)
        return PlaceOut(at=there.at, words=there.words)

    return ScoreOut(
        person=person_out(seat.person),
        marks=[MarkOut(criterion=m.criterion_id, step=m.step, reason=m.reason) for m in seat.marks.all()],
        head=place(Attitude.HEAD),
        hold=place(Attitude.HOLD),
    )


def _one(request: Request, team: Team, pk: int) -> OnePanelOut:
    it = doors.panel_of(request, team, pk)
    seat = it.seat_of(request.person)
    shown = doors.shown_scores(it, seat) if seat else []
    if seat and seat.drafted_at and not seat.handed_in_at:
        shown = [seat]
    return OnePanelOut(
        **_out(request, it).model_dump(),
        criteria=[_criterion(c) for c in it.criteria.all()] if doors.inside(request, it) else [],
        questions=[QuestionOut(slug=a, text=q.text, left=q.left, right=q.right) for a, q in ASKED.items()],
        scores=[_score(s) for s in shown],
    )


@room.reads("/panels")
def listed(request: Request, team: Team, asked: Query[Paged]) -> PanelsOut:
    """List the panels that you sit on or convened, and to the leader that there are others."""
    items, onward = page(request, doors.known(request, team), asked, partial(_out, request))
    return PanelsOut(items=items, next=onward)


@room.reads("/panels/{pk}")
def one(request: Request, team: Team, pk: Number) -> OnePanelOut:
    """See a panel, as far as it is yours to see."""
    return _one(request, team, pk)


class CriterionIn(In):
    """Something that every panelist judges; the lowest and the highest step want words."""

    title: Annotated[str, Field(min_length=1, max_length=100, examples=["Learns from mistakes"])]
    anchors: Annotated[
        list[Anchor],
        Field(
            min_length=5,
            max_length=5,
            examples=[
                ["Tells only of others’", "", "Tells one of their own", "", "And what is different since"]
            ],
        ),
    ]


class ConveneIn(Act):
    """Whom it is about, what is asked, who judges, by when, and until when anything is kept."""

    candidate: Annotated[str, Field(min_length=1, max_length=120, examples=["Candidate C"])]
    purpose: Annotated[str, Field(min_length=1, max_length=120, examples=["The gate"])]
    notes: Text = ""
    criteria: Annotated[
        list[CriterionIn], Field(min_length=rules.FEWEST_CRITERIA, max_length=rules.MOST_CRITERIA)
    ]
    panelists: Annotated[
        list[Number],
        Field(min_length=rules.FEWEST_PANELISTS, max_length=rules.MOST_PANELISTS, examples=[[12, 13]]),
    ]
    due_on: Day
    delete_on: Annotated[
        Day, Field(examples=["2027-08-01"], description="At most a year; it can come nearer, never later.")
    ]


def _asked(said: ConveneIn) -> list[Asked]:
    found = []
    for criterion in said.criteria:
        first, second, third, fourth, fifth = (a.strip() for a in criterion.anchors)
        found.append(Asked(criterion.title.strip(), (first, second, third, fourth, fifth)))
    return found


@room.acts("/panels", status=201, keyed=False)
def convene(request: Request, team: Team, said: ConveneIn) -> OnePanelOut:
    """Ask people to judge a candidate, each alone first."""
    it = actions.convene(
        team,
        candidate=said.candidate,
        purpose=said.purpose,
        notes=said.notes,
        criteria=_asked(said),
        panelists=of_the_team(request, team, said.panelists, field="panelists"),
        due_on=said.due_on,
        delete_on=said.delete_on,
        by=request.person,
        roles=request.roles,
        now=timezone.now(),
    )
    return _one(request, team, it.pk)


def _acting(request: Request, team: Team, pk: int, said: Act | None) -> tuple[Panel, Acting]:
    it = doors.panel_of(request, team, pk)
    return it, acting(request, towards(request, it), said)


@room.acts("/panels/{pk}/change", keyed=False)
def change(request: Request, team: Team, pk: Number, said: ConveneIn) -> OnePanelOut:
    """Change what was planned, as long as nobody was judged by it; words and days a while longer."""
    it, how = _acting(request, team, pk, said)
    sitting = {s.person_id: s.person for s in it.sitting}
    new = [n for n in said.panelists if n not in sitting]
    people = {p.pk: p for p in of_the_team(request, team, new, field="panelists")} | sitting
    actions.change(
        it,
        candidate=said.candidate,
        purpose=said.purpose,
        notes=said.notes,
        criteria=_asked(said),
        panelists=[people[n] for n in dict.fromkeys(said.panelists)],
        due_on=said.due_on,
        delete_on=said.delete_on,
        **how,
    )
    return _one(request, team, pk)


class TakeOffIn(Act):
    """Who can’t take part, and why."""

    panelist: Number
    reason: Annotated[str, Field(min_length=1, max_length=200, examples=["On leave until June"])]


def _sitting(it: Panel, number: int) -> Person:
    seat = next((s for s in it.sitting if s.person_id == number), None)
    if seat is None:
        raise faulty("/panelist", "Choose who of the panel can’t take part.")
    return seat.person


@room.acts("/panels/{pk}/take-off", keyed=False)
def take_off(request: Request, team: Team, pk: Number, said: TakeOffIn) -> OnePanelOut:
    """Take somebody off who can't take part, before their score is in."""
    it, how = _acting(request, team, pk, said)
    actions.take_off(it, _sitting(it, said.panelist), reason=said.reason, **how)
    return _one(request, team, pk)


class MarkIn(In):
    """The step for one criterion, from 1 to 5, and what you saw."""

    criterion: Number
    step: Annotated[int | None, Field(ge=1, le=5, examples=[4])] = None
    reason: Annotated[str, Field(max_length=500, examples=["Told of the double booking unasked."])] = ""


class PlaceIn(In):
    """Where you stand on the line, from 0 to 100, and in words."""

    at: Annotated[int | None, Field(ge=0, le=100, examples=[70])] = None
    words: Text = ""


class ScoreIn(In):
    """What you write alone; a draft may have gaps."""

    marks: Annotated[list[MarkIn], Field(max_length=rules.MOST_CRITERIA)] = Field(default_factory=list)
    head: PlaceIn = Field(default_factory=PlaceIn)
    hold: PlaceIn = Field(default_factory=PlaceIn)

    def sheet(self) -> Sheet:
        return Sheet(
            {m.criterion: (m.step, m.reason) for m in self.marks},
            {
                Attitude.HEAD: Place(self.head.at, self.head.words),
                Attitude.HOLD: Place(self.hold.at, self.hold.words),
            },
        )


@room.acts("/panels/{pk}/draft", method="PUT")
def draft(request: Request, team: Team, pk: Number, said: ScoreIn) -> OnePanelOut:
    """Keep one's score as far as it is; nobody else sees it."""
    it, _ = doors.seated(request, team, pk)
    actions.draft(it, said.sheet(), by=request.person, roles=towards(request, it), now=timezone.now())
    return _one(request, team, pk)


@room.acts("/panels/{pk}/hand-in", keyed=False)
def hand_in(request: Request, team: Team, pk: Number, said: ScoreIn) -> OnePanelOut:
    """Hand one's score in: it is sealed, and the last one opens all of them to the panel alone."""
    it, _ = doors.seated(request, team, pk)
    actions.hand_in(it, said.sheet(), by=request.person, roles=towards(request, it), now=timezone.now())
    return _one(request, team, pk)


@room.acts("/panels/{pk}/open", keyed=False)
def open_(request: Request, team: Team, pk: Number, said: Act | None = None) -> OnePanelOut:
    """Open what is in, after the day for the scores; who is missing is named."""
    it, how = _acting(request, team, pk, said)
    actions.open_scores(it, **how)
    return _one(request, team, pk)


class DecideIn(Act):
    """What the panel agrees, why, and what is left."""

    decision: Decision
    reasons: Annotated[
        str,
        Field(
            min_length=1, max_length=rules.LONGEST, examples=["They told of a mistake of their own, unasked."]
        ),
    ]
    agreed: Annotated[
        str,
        Field(
            max_length=rules.LONGEST,
            examples=["Open and close the gate alone"],
            description="What they will be free to do.",
        ),
    ] = ""
    differ: Text = ""
    look_again_on: Annotated[Day | None, Field(description="When the person's first quarter ends.")] = None


@room.acts("/panels/{pk}/decide", keyed=False)
def decide(request: Request, team: Team, pk: Number, said: DecideIn) -> OnePanelOut:
    """Put on the record what the panel agrees, and sign it."""
    doors.seated(request, team, pk)
    it, how = _acting(request, team, pk, said)
    rules.check_look_again(said.look_again_on, today=request.today, delete_on=it.delete_on)
    if said.look_again_on and said.decision != Decision.HIRE:
        raise Refused("Nobody has a first quarter whom you don’t hire. Leave the day empty.")
    actions.decide(it, **said.model_dump(exclude={"version"}), **how)
    return _one(request, team, pk)


class SignIn(Act):
    """What you see differently, if anything."""

    dissent: Text = ""


@room.acts("/panels/{pk}/sign", keyed=False)
def sign(request: Request, team: Team, pk: Number, said: SignIn | None = None) -> OnePanelOut:
    """Sign the record as it stands."""
    it, how = _acting(request, team, pk, said)
    actions.sign(it, dissent=said.dissent if said else "", **how)
    return _one(request, team, pk)


@room.acts("/panels/{pk}/look-again", keyed=False)
def look_again(request: Request, team: Team, pk: Number, said: Act | None = None) -> OnePanelOut:
    """Say, after the person's first quarter, that one has looked at the record again."""
    it, how = _acting(request, team, pk, said)
    actions.look_again(it, **how)
    return _one(request, team, pk)


class SoonerIn(Act):
    """A nearer day."""

    delete_on: Day


@room.acts("/panels/{pk}/delete-sooner", keyed=False)
def delete_sooner(request: Request, team: Team, pk: Number, said: SoonerIn) -> OnePanelOut:
    """Bring the day nearer on which everything about the candidate is deleted."""
    it, how = _acting(request, team, pk, said)
    actions.delete_sooner(it, said.delete_on, **how)
    return _one(request, team, pk)


@room.acts("/panels/{pk}/erase", keyed=False)
def erase(request: Request, team: Team, pk: Number, said: Act | None = None) -> PanelOut:
    """Delete everything about the candidate now."""
    it, how = _acting(request, team, pk, said)
    actions.erase(it, **how)
    return _out(request, doors.panel_of(request, team, pk))
