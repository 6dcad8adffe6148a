"""Expectations as JSON: propose, agree, put terms, choose a freedom, start, check in, meet, miss, and the rest."""

from __future__ import annotations

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
    acting,
    base_of,
    held,
    of_the_team,
    people_out,
    person_out,
    somebody,
)
from followspot.objects.doors import towards
from followspot.objects.said import Acting
from followspot.practices.expectations import actions, doors, rules
from followspot.practices.expectations.models import CheckIn, Expectation, Proposal
from followspot.practices.expectations.rules import Freedom, State
from followspot.roles import may
from followspot.teams.calls import Day, In, Number, Out, Page, Paged, Room, at, page
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request

room = Room("expectations", roles=rules.SEES["an expectation of the team"])

Level = Annotated[
    int,
    Field(
        ge=1,
        le=7,
        examples=[5],
        description="1 tell, 2 sell, 3 consult, 4 agree, 5 advise, 6 inquire, 7 delegate.",
    ),
]
Size = Annotated[int, Field(ge=1, le=100_000, examples=[40], description="How many pieces, about.")]
Outcome = Annotated[
    str, Field(min_length=1, max_length=rules.LONGEST, examples=["Refunds arrive within two days"])
]
Done = Annotated[str, Field(max_length=2000, examples=["Ten refunds in a row took two days or less."])]


class OwnerOut(PersonOut):
    """Somebody who has an expectation in hand."""

    agreed: bool


class ExpectationOut(ObjectOut):
    """What should be true, in whose hands, within which time, with how much freedom."""

    outcome: Annotated[str, Field(examples=["Refunds arrive within two days"])]
    for_whom: Annotated[str, Field(description="Whom it serves, in their words.")]
    done_when: str
    owners: list[OwnerOut]
    starts_on: date
    due_on: date
    size: int | None
    unit: Annotated[str, Field(examples=["letters"])]
    counts: Annotated[str, Field(description="Label of the evidence that counts progress by itself.")]
    freedom: Annotated[int | None, Field(examples=[5], description="What was agreed, from 1 to 7.")]
    proposed_by: PersonOut | None
    proposed_at: datetime
    agreed_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    ended_note: Annotated[str, Field(description="Where to see it; of a missed one what was in the way.")]


class ExpectationsOut(Page):
    items: list[ExpectationOut]


class ChoiceOut(Out):
    """What somebody chose."""

    person: PersonOut
    level: int


class TermsOut(Out):
    """Other terms on the table; they hold once the other side says yes."""

    id: int
    by: PersonOut
    outcome: str
    done_when: str
    due_on: date
    size: int | None
    drops: Annotated[bool, Field(description="Whether it is proposed to drop it.")]
    why: str
    state: Annotated[str, Field(examples=["open"])]
    yours_to_settle: bool


class CheckInOut(Out):
    """What an owner said remains, and what got finished."""

    by: PersonOut | None
    on: date
    remaining: float | None
    finished: str


class OneExpectationOut(ExpectationOut):
    """An expectation with what is on the table, who still has to say yes or choose, and its check-ins."""

    waits_for_yes_of: list[PersonOut]
    your_choice: int | None
    choices: Annotated[list[ChoiceOut], Field(description="Empty until everybody concerned has chosen.")]
    waits_for_choice_of: list[PersonOut]
    terms: TermsOut | None
    check_ins: list[CheckInOut]


def _expectation(request: Request, it: Expectation) -> ExpectationOut:
    return ExpectationOut(
        **base_of(it, it.state, rules.moves(State(it.state), towards(request, it))).model_dump(),
        outcome=it.outcome,
        for_whom=it.for_whom,
        done_when=it.done_when,
        owners=[
            OwnerOut(id=h.person_id, name=h.person.name, agreed=h.agreed_at is not None)
            for h in it.holds.all()
        ],
        starts_on=it.starts_on,
        due_on=it.due_on,
        size=it.size,
        unit=it.unit,
        counts=it.counts,
        freedom=it.freedom,
        proposed_by=people_out(it.proposed_by),
        proposed_at=at(it.proposed_at) or it.proposed_at,
        agreed_at=at(it.agreed_at),
        started_at=at(it.started_at),
        ended_at=at(it.ended_at),
        ended_note=it.ended_note,
    )


def _terms(request: Request, it: Expectation, terms: Proposal) -> TermsOut:
    return TermsOut(
        id=terms.pk,
        by=person_out(terms.by),
        outcome=terms.outcome,
        done_when=terms.done_when,
        due_on=terms.due_on,
        size=terms.size,
        drops=terms.drops,
        why=terms.why,
        state=terms.state,
        yours_to_settle=terms.state == Proposal.State.OPEN
        and doors.may_settle(it, terms, request, towards(request, it)),
    )


def _check_in(said: CheckIn) -> CheckInOut:
    return CheckInOut(by=people_out(said.by), on=said.on, remaining=said.remaining, finished=said.finished)


def _one(request: Request, team: Team, pk: int) -> OneExpectationOut:
    it = doors.expectation_of(team, pk)
    it.team = team
    chosen = doors.choices(it, request.leader, request.person)
    terms = doors.open_terms(it)
    return OneExpectationOut(
        **_expectation(request, it).model_dump(),
        waits_for_yes_of=[person_out(p) for p in doors.missing_yes(it, request.leader)]
        if it.state == State.PROPOSED
        else [],
        your_choice=chosen.mine,
        choices=[ChoiceOut(person=person_out(p), level=level) for p, level in chosen.shown],
        waits_for_choice_of=[person_out(p) for p in chosen.waits_for],
        terms=_terms(request, it, terms) if terms else None,
        check_ins=[_check_in(c) for c in it.checkins.select_related("by").order_by("-at")[:12]],
    )


class WhichExpectations(Paged):
    """Which expectations."""

    state: Annotated[
        Literal["", "proposed", "held", "ended"], Field(description="Held: agreed or under way.")
    ] = ""


_STATES = {"proposed": (State.PROPOSED,), "held": rules.HELD, "ended": rules.ENDED}


@room.reads("/expectations")
def listed(request: Request, team: Team, asked: Query[WhichExpectations]) -> ExpectationsOut:
    """List what was said would be true."""
    rows = Expectation.of_team(team).select_related("team", "proposed_by")
    if asked.state:
        rows = rows.filter(state__in=_STATES[asked.state])
    items, onward = page(request, rows, asked, partial(_expectation, request))
    return ExpectationsOut(items=items, next=onward)


@room.reads("/expectations/{pk}")
def one(request: Request, team: Team, pk: Number) -> OneExpectationOut:
    """See one expectation, what is on the table, and what you may do."""
    return _one(request, team, pk)


class ProposeIn(In):
    """What should be true at the end, in whose hands, by when."""

    outcome: Outcome
    owners: Annotated[list[Number], Field(min_length=1, max_length=rules.OWNERS_AT_MOST, examples=[[12]])]
    starts_on: Day
    due_on: Annotated[Day, Field(examples=["2027-04-12"])]
    for_whom: Annotated[str, Field(max_length=200, examples=["Passengers"])] = ""
    done_when: Done = ""
    size: Size | None = None
    unit: Annotated[str, Field(max_length=40, examples=["letters"])] = ""
    counts: Annotated[str, Field(max_length=120, examples=["folder:docs"])] = ""
    about: Annotated[
        str, Field(max_length=60, examples=["lesson:2"], description="The reference of what it comes from.")
    ] = ""
    level: Annotated[
        Level | None,
        Field(description="How much head you would give, or want; unseen until all have chosen."),
    ] = None


@room.acts("/expectations", status=201)
def propose(request: Request, team: Team, said: ProposeIn) -> OneExpectationOut:
    """Propose an expectation."""
    comes_from = held(request, said.about, field="about")
    now, by = timezone.now(), somebody(request)
    given = said.model_dump(exclude={"outcome", "owners", "about", "level"})
    it = actions.propose(
        team,
        said.outcome,
        owners=of_the_team(request, team, said.owners, field="owners"),
        by=by,
        roles=request.roles,
        now=now,
        about=comes_from.reference if comes_from else "",
        **given,
    )
    _choose_at_once(request, it, said.level, by, now)
    return _one(request, team, it.pk)


def _choose_at_once(request: Request, it: Expectation, level: int | None, by: Person, now: datetime) -> None:
    roles = towards(request, it)
    if level and doors.choices(it, request.leader, by).may and may(rules.MAY, "vote", roles):
        actions.vote(it, level, by=by, roles=roles, now=now)


def _acting(request: Request, team: Team, pk: int, said: Act | None) -> tuple[Expectation, Acting]:
    it = doors.expectation_of(team, pk)
    return it, acting(request, towards(request, it), said)


@room.acts("/expectations/{pk}/agree")
def agree(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneExpectationOut:
    """Say yes to it as it stands; with the last yes it is agreed."""
    it, how = _acting(request, team, pk, said)
    actions.agree(it, **how)
    return _one(request, team, pk)


class TermsIn(Act):
    """Other terms; what is left out stays as it is."""

    outcome: Outcome | None = None
    done_when: Done | None = None
    due_on: Day | None = None
    size: Size | None = None
    why: Annotated[str, Field(max_length=500, examples=["The printer comes in May."])] = ""
    drops: Annotated[bool, Field(description="Propose to drop it.")] = False


@room.acts("/expectations/{pk}/terms", status=201)
def put_terms(request: Request, team: Team, pk: Number, said: TermsIn) -> OneExpectationOut:
    """Propose other terms; they hold once the other side says yes."""
    it, how = _acting(request, team, pk, said)
    actions.put_terms(
        it, **said.model_dump(exclude={"version", "due_on"}), due_on=said.due_on or it.due_on, **how
    )
    return _one(request, team, pk)


def _settling(request: Request, team: Team, pk: int, said: Act | None) -> tuple[Proposal, Acting]:
    terms = doors.terms_of(team, pk)
    return terms, acting(request, towards(request, terms.expectation), said)


@room.acts("/expectations/terms/{pk}/accept")
def accept_terms(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneExpectationOut:
    """Say yes to other terms: they hold from now on."""
    terms, how = _settling(request, team, pk, said)
    return _one(request, team, actions.accept_terms(terms, **how).pk)


@room.acts("/expectations/terms/{pk}/decline")
def decline_terms(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneExpectationOut:
    """Leave it as it was."""
    terms, how = _settling(request, team, pk, said)
    return _one(request, team, actions.decline_terms(terms, **how).pk)


@room.acts("/expectations/terms/{pk}/withdraw")
def withdraw_terms(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneExpectationOut:
    """Take one's own proposal of other terms back."""
    terms, how = _settling(request, team, pk, said)
    return _one(request, team, actions.withdraw_terms(terms, **how).pk)


class ChoiceIn(Act):
    """How much head."""

    level: Level


@room.acts("/expectations/{pk}/vote")
def vote(request: Request, team: Team, pk: Number, said: ChoiceIn) -> OneExpectationOut:
    """Choose a freedom, unseen until everybody concerned has chosen."""
    it, how = _acting(request, team, pk, said)
    shown = bool(doors.choices(it, request.leader, request.person).shown)
    actions.vote(it, Freedom(said.level), saw_all=shown, **how)
    return _one(request, team, pk)


@room.acts("/expectations/{pk}/start")
def start(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneExpectationOut:
    """Begin with what was agreed."""
    it, how = _acting(request, team, pk, said)
    actions.start(it, **how)
    return _one(request, team, pk)


class CheckInIn(Act):
    """What remains, what got finished, or both."""

    remaining: Annotated[float | None, Field(ge=0, le=1e9, examples=[12])] = None
    finished: Annotated[str, Field(max_length=200, examples=["The letter to the banks"])] = ""


@room.acts("/expectations/{pk}/check-in")
def check_in(request: Request, team: Team, pk: Number, said: CheckInIn) -> OneExpectationOut:
    """Say, as an owner, what remains and what got finished."""
    it, how = _acting(request, team, pk, said)
    actions.check_in(it, remaining=said.remaining, finished=said.finished, **how)
    return _one(request, team, pk)


@room.acts("/expectations/{pk}/offer-help")
def offer_help(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneExpectationOut:
    """Ask the owners whether anything is in their way; there is no asking for status."""
    it, how = _acting(request, team, pk, said)
    actions.offer_help(it, **how)
    return _one(request, team, pk)


class MetIn(Act):
    """Where it can be seen."""

    note: Annotated[str, Field(max_length=2000, examples=["The desk’s list of May"])] = ""


@room.acts("/expectations/{pk}/meet")
def meet(request: Request, team: Team, pk: Number, said: MetIn | None = None) -> OneExpectationOut:
    """Say that it is met, and where that can be seen."""
    it, how = _acting(request, team, pk, said)
    actions.meet(it, note=said.note if said else "", **how)
    return _one(request, team, pk)


class MissedIn(Act):
    """What was in the way; it is never counted against anybody."""

    in_the_way: Annotated[str, Field(min_length=1, max_length=2000, examples=["The bank’s new form"])]


@room.acts("/expectations/{pk}/miss")
def miss(request: Request, team: Team, pk: Number, said: MissedIn) -> OneExpectationOut:
    """Say that it was missed, and what was in the way."""
    it, how = _acting(request, team, pk, said)
    actions.miss(it, in_the_way=said.in_the_way, **how)
    return _one(request, team, pk)


@room.acts("/expectations/{pk}/drop")
def drop(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneExpectationOut:
    """Drop what was only proposed; once agreed, propose to drop it."""
    it, how = _acting(request, team, pk, said)
    actions.drop(it, **how)
    return _one(request, team, pk)


@room.acts("/expectations/{pk}/reopen")
def reopen(request: Request, team: Team, pk: Number, said: Act | None = None) -> OneExpectationOut:
    """Take an ending back, within a week."""
    it, how = _acting(request, team, pk, said)
    actions.reopen(it, **how)
    return _one(request, team, pk)
