"""Step-aways as JSON: plan, change, draw, ask and answer, note, settle, break the glass, hand over, take back."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Query
from pydantic import AfterValidator, Field

from followspot.errors import Refused
from followspot.objects.api import Act, ObjectOut, PersonOut, acting, base_of, faulty, of_the_team, person_out
from followspot.objects.doors import towards
from followspot.practices.stepaways import actions, doors, rules
from followspot.practices.stepaways.models import Entry, Handover, StepAway
from followspot.practices.stepaways.rules import Design, Kind, Phase
from followspot.roles import may
from followspot.teams import access
from followspot.teams.calls import Day, In, Many, Number, Out, Page, Paged, Room, at, page
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request

room = Room("step-aways", roles=rules.SEES["a step-away, and its report"])

Line = Annotated[str, Field(max_length=rules.LONGEST, examples=["The lease of the shed"])]
Needed = Annotated[str, Field(min_length=1, max_length=rules.LONGEST, examples=["Prices"])]


def _of_the_margins(said: float) -> float:
    if said not in rules.MARGINS:
        raise ValueError(f"The margin is one of {', '.join(str(m) for m in rules.MARGINS)}.")
    return said


class StretchOut(Out):
    """Days without a gap. drawn : what the lot said; empty where there was no lot, or it has not spoken."""

    begins_on: date
    ends_on: Annotated[date | None, Field(description="Empty: for good.")]
    drawn: bool | None


class HandoverOut(Out):
    """An area of decision, and who stands in for it once they say yes."""

    id: int
    area: Annotated[str, Field(examples=["Prices"])]
    about: str
    stand_in: PersonOut
    answer: Annotated[Literal["asked", "yes", "no"], Field(examples=["yes"])]
    word: Annotated[str, Field(description="Of whoever said no.")]
    kept: Annotated[bool, Field(description="Whether it was handed over for good.")]


class StepAwayOut(ObjectOut):
    """A stretch, announced and planned, in which the leader does not work with the team."""

    leader: PersonOut
    design: Annotated[str, Field(examples=["stretch"])]
    phase: Annotated[str, Field(examples=["planned"])]
    flow: Annotated[str, Field(examples=["landed"], description="What counts as output.")]
    margin: Annotated[float, Field(examples=[0.2], description="The drop that would matter, as a share.")]
    begins_on: date
    ends_on: date | None
    stretches: list[StretchOut]
    handovers: list[HandoverOut]
    stand_ins: Annotated[str, Field(description="Who stands in, in words.")]
    callers: Annotated[
        list[PersonOut], Field(description="Who may break the glass; nobody named: whoever stands in.")
    ]
    phone_off: bool
    what_else: str
    declared_at: datetime
    declared_before: Annotated[
        bool, Field(description="Whether the margin was declared before anybody could look.")
    ]
    drawn_at: datetime | None
    verdict: Annotated[str, Field(examples=["held"], description="The one answer, a week after the return.")]


class StepAwaysOut(Page):
    items: list[StepAwayOut]


_WHEN = {
    Phase.PLANNED: ("change", "draw", "ask", "unask", "let_wait", "withdraw"),
    Phase.LIVE: ("let_wait", "settle", "decide", "log_contact", "log_touch", "break_glass", "withdraw"),
}
_AFTER = ("settle", "reopen", "hand_over", "withdraw")


def _can(request: Request, it: StepAway, phase: Phase) -> list[str]:
    if it.withdrawn_at:
        return ["restore"] if may(rules.MAY, "withdraw", request.roles) else []
    return [
        verb
        for verb in _WHEN.get(phase, _AFTER)
        if may(rules.MAY, verb, request.roles) and (verb != "draw" or it.waits_for_the_lot)
    ]


def _handover(asked: Handover) -> HandoverOut:
    return HandoverOut(
        id=asked.pk,
        area=asked.area,
        about=asked.about,
        stand_in=person_out(asked.stand_in),
        answer="yes" if asked.accepted_at else "no" if asked.declined_at else "asked",
        word=asked.word,
        kept=asked.kept_at is not None,
    )


def _out(request: Request, it: StepAway) -> StepAwayOut:
    phase = it.phase(request.today)
    return StepAwayOut(
        **base_of(it, "taken back" if it.withdrawn_at else phase, _can(request, it, phase)).model_dump(),
        leader=person_out(it.leader),
        design=it.design,
        phase=phase,
        flow=it.flow,
        margin=it.margin,
        begins_on=it.begins_on,
        ends_on=it.ends_on,
        stretches=[
            StretchOut(begins_on=s.begins_on, ends_on=s.ends_on, drawn=s.drawn) for s in it.stretch_set.all()
        ],
        handovers=[_handover(h) for h in it.handovers.all() if h.accepted_at or phase == Phase.PLANNED],
        stand_ins=it.who_stands_in,
        callers=[person_out(p) for p in it.callers.all()],
        phone_off=it.phone_off,
        what_else=it.what_else,
        declared_at=at(it.declared_at) or it.declared_at,
        declared_before=it.declared_before,
        drawn_at=at(it.drawn_at),
        verdict=it.verdict,
    )


def _one(request: Request, team: Team, pk: int) -> StepAwayOut:
    return _out(request, doors.stepaway_of(team, pk))


@room.reads("/step-aways")
def listed(request: Request, team: Team, asked: Query[Paged]) -> StepAwaysOut:
    """List a team's step-aways."""
    rows = StepAway.of_team(team).standing().prefetch_related("callers")
    items, onward = page(request, rows, asked, partial(_out, request))
    return StepAwaysOut(items=items, next=onward)


@room.reads("/step-aways/{pk}")
def one(request: Request, team: Team, pk: Number) -> StepAwayOut:
    """See one step-away: its days, its margin, who stands in."""
    return _one(request, team, pk)


class StretchIn(In):
    """First and last day away, both included."""

    begins_on: Day
    ends_on: Annotated[Day | None, Field(examples=["2027-03-14"], description="Empty: for good.")] = None


class PlanIn(Act):
    """Days, margin and what counts as output, declared before anybody looks."""

    stretches: Annotated[list[StretchIn], Field(min_length=1, max_length=rules.STRETCHES_AT_MOST)]
    margin: Annotated[float, Field(ge=0.05, le=0.5, examples=[0.2]), AfterValidator(_of_the_margins)] = (
        rules.USUAL_MARGIN
    )
    flow: Literal["landed", "merged", "written", "done", "people"] = "landed"
    design: Annotated[
        Design,
        Field(
            description="By lot: windows of which one is drawn, or the first and last day between which days are."
        ),
    ] = Design.STRETCH
    weekdays: Annotated[
        list[Annotated[int, Field(ge=0, le=6)]],
        Field(max_length=7, examples=[[0, 1, 2, 3, 4]], description="Of days by lot; Monday is 0."),
    ] = Field(default_factory=list)
    but: Annotated[list[Day], Field(max_length=60, description="Of days by lot: not on these.")] = Field(
        default_factory=list
    )
    phone_off: bool = True
    callers: Annotated[Many, Field(examples=[[12]], description="Who may break the glass.")] = Field(
        default_factory=list
    )
    what_else: Annotated[
        str, Field(max_length=2000, examples=["A release"], description="What else is going on then.")
    ] = ""


def _plan(request: Request, team: Team, said: PlanIn) -> dict[str, Any]:
    """Return what planning and changing a plan want to know."""
    stretches = [(s.begins_on, s.ends_on) for s in said.stretches]
    given: dict[str, Any] = {
        "stretches": stretches,
        "design": said.design,
        "margin": said.margin,
        "flow": said.flow,
        "phone_off": said.phone_off,
        "callers": of_the_team(request, team, said.callers, field="callers"),
        "what_else": said.what_else,
    }
    if said.design == Design.DAYS_BY_LOT:
        first, last = stretches[0]
        if last is None or last < first:
            raise faulty("/stretches/0/ends_on", "Until when may days be drawn?")
        given["sets"] = doors.acceptable(team, first, last, weekdays=said.weekdays, but=said.but)
    return given


@room.acts("/step-aways", status=201)
def plan(request: Request, team: Team, said: PlanIn) -> StepAwayOut:
    """Announce a step-away with its margin; one in the past is set down as told after the fact."""
    leader: Person | None = access.leader_of(team, today=request.today)
    if leader is None:
        raise Refused("Say first who leads the team, on the Evidence page.")
    it = actions.plan(
        team, leader, by=request.person, roles=request.roles, now=timezone.now(), **_plan(request, team, said)
    )
    return _one(request, team, it.pk)


@room.acts("/step-aways/{pk}/change")
def change(request: Request, team: Team, pk: Number, said: PlanIn) -> StepAwayOut:
    """Change a plan, until it begins or the lot has spoken."""
    it = doors.stepaway_of(team, pk)
    actions.change(it, **_plan(request, team, said), **acting(request, request.roles, said))
    return _one(request, team, pk)


@room.acts("/step-aways/{pk}/draw")
def draw(request: Request, team: Team, pk: Number, said: Act | None = None) -> StepAwayOut:
    """Let the lot speak, once; it is stored before anybody is away."""
    actions.draw(doors.stepaway_of(team, pk), **acting(request, request.roles, said))
    return _one(request, team, pk)


class StandInIn(Act):
    """What somebody should decide in the leader's place."""

    area: Needed
    stand_in: Number
    about: Annotated[str, Field(max_length=60, examples=["barrier:7"])] = ""


@room.acts("/step-aways/{pk}/ask", status=201)
def ask(request: Request, team: Team, pk: Number, said: StandInIn) -> StepAwayOut:
    """Ask somebody of the front line to stand in; nothing holds before they say yes."""
    (stand_in,) = of_the_team(request, team, [said.stand_in], field="stand_in")
    if stand_in == request.leader:
        raise faulty("/stand_in", "Somebody of the front line stands in.")
    it = doors.stepaway_of(team, pk)
    actions.ask(
        it, area=said.area, stand_in=stand_in, about=said.about, **acting(request, request.roles, said)
    )
    return _one(request, team, pk)


class YesOrNoIn(Act):
    """Yes or no; nobody asks why."""

    handover: Number
    yes: bool
    word: Line = ""


@room.acts("/step-aways/{pk}/answer")
def answer(request: Request, team: Team, pk: Number, said: YesOrNoIn) -> StepAwayOut:
    """Say yes or no to standing in, as only who was asked can."""
    it = doors.stepaway_of(team, pk)
    asked = doors.handover_of(it, said.handover)
    actions.answer(asked, yes=said.yes, word=said.word, **acting(request, towards(request, it), said))
    return _one(request, team, pk)


class HandoverIn(Act):
    """Which area of decision."""

    handover: Number


@room.acts("/step-aways/{pk}/unask")
def unask(request: Request, team: Team, pk: Number, said: HandoverIn) -> StepAwayOut:
    """Take the asking back, before it begins."""
    asked = doors.handover_of(doors.stepaway_of(team, pk), said.handover)
    actions.unask(asked, **acting(request, request.roles, said))
    return _one(request, team, pk)


@room.acts("/step-aways/{pk}/hand-over")
def hand_over(request: Request, team: Team, pk: Number, said: HandoverIn) -> StepAwayOut:
    """After the return, let whoever stood in keep the decision for good."""
    asked = doors.handover_of(doors.stepaway_of(team, pk), said.handover)
    actions.hand_over(asked, **acting(request, request.roles, said))
    return _one(request, team, pk)


class DiaryIn(Act):
    """What happened meanwhile, in one line."""

    kind: Annotated[
        Kind,
        Field(
            description="What waits, a decision, somebody asked the leader, or the leader did something anyway."
        ),
    ]
    text: Line = ""
    handover: Annotated[Number | None, Field(description="The area of decision it belongs to.")] = None


class EntryOut(Out):
    """A line in the diary of a step-away. Nobody is counted by it."""

    id: int
    kind: Annotated[str, Field(examples=["decision"])]
    text: Annotated[str, Field(examples=["The lease of the shed"])]
    settled: bool
    reopened: bool


def _entry(said: Entry) -> EntryOut:
    return EntryOut(
        id=said.pk,
        kind=said.kind,
        text=said.text,
        settled=said.settled_at is not None,
        reopened=said.reopened_at is not None,
    )


@room.acts("/step-aways/{pk}/note", status=201)
def note(request: Request, team: Team, pk: Number, said: DiaryIn) -> EntryOut:
    """Note something in the diary."""
    it = doors.stepaway_of(team, pk)
    about = doors.handover_of(it, said.handover) if said.handover else None
    how = acting(request, request.roles, said)
    return _entry(actions.note(it, said.kind, said.text, handover=about, **how))


def _noted(team: Team, pk: int, entry: int) -> Entry:
    return doors.entry_of(doors.stepaway_of(team, pk), entry)


@room.acts("/step-aways/{pk}/entries/{entry}/settle")
def settle(request: Request, team: Team, pk: Number, entry: Number, said: Act | None = None) -> EntryOut:
    """Say that what waited is decided."""
    return _entry(actions.settle(_noted(team, pk, entry), **acting(request, request.roles, said)))


@room.acts("/step-aways/{pk}/entries/{entry}/reopen")
def reopen(request: Request, team: Team, pk: Number, entry: Number, said: Act | None = None) -> EntryOut:
    """Open a decision again that was made while the leader was away."""
    return _entry(actions.reopen(_noted(team, pk, entry), **acting(request, request.roles, said)))


@room.acts("/step-aways/{pk}/entries/{entry}/take-back")
def take_back(request: Request, team: Team, pk: Number, entry: Number, said: Act | None = None) -> EntryOut:
    """Take back what one noted oneself."""
    return _entry(actions.take_back(_noted(team, pk, entry), **acting(request, request.roles, said)))


class GlassIn(Act):
    """Why the leader is called back."""

    why: Needed


class CalledOut(StepAwayOut):
    """The step-away, and whether a mail that calls the leader back went out; if not, ring them."""

    mailed: bool


@room.acts("/step-aways/{pk}/break-glass")
def break_glass(request: Request, team: Team, pk: Number, said: GlassIn) -> CalledOut:
    """Call the leader back: the one thing that gets through."""
    it = doors.stepaway_of(team, pk)
    before = it.version
    again = actions.break_glass(it, said.why, **acting(request, request.roles, said)).version == before
    mailed = not again and doors.ring(it, said.why, by=request.person)
    return CalledOut(**_one(request, team, pk).model_dump(), mailed=mailed)


@room.acts("/step-aways/{pk}/withdraw")
def withdraw(request: Request, team: Team, pk: Number, said: Act | None = None) -> StepAwayOut:
    """Take a step-away back; that it stood here stays in the log."""
    actions.withdraw(doors.stepaway_of(team, pk), **acting(request, request.roles, said))
    return _one(request, team, pk)


@room.acts("/step-aways/{pk}/restore")
def restore(request: Request, team: Team, pk: Number, said: Act | None = None) -> StepAwayOut:
    """Put back what was taken back, with the day on which its margin was declared."""
    actions.restore(doors.stepaway_of(team, pk), **acting(request, request.roles, said))
    return _one(request, team, pk)
