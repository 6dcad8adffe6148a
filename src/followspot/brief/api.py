"""What a leader reads of their team and of themselves, as JSON: the brief, the Stage, readings, reports, the mirror.

Who may see it, and that somebody looked, goes through the same doors as the pages.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import Field

from followspot.brief import diary as diaries
from followspot.brief import (
    eyes,
    mirrored,
    moves,
    outlook,
    pages,
    plan,
    pulsed,
    readiness,
    readings,
    stage,
    stepaways,
    touches,
    waiting,
)
from followspot.brief.report import title_of
from followspot.errors import BadInput
from followspot.language import say
from followspot.measures import Measure, Reading, measures
from followspot.measures.stepaway import as_json
from followspot.objects import unnamed
from followspot.objects.api import PersonOut, person_out, somebody
from followspot.practices import Move
from followspot.practices.expectations.models import Expectation
from followspot.practices.mirror import actions as mirror
from followspot.practices.mirror import rules as mirror_rules
from followspot.practices.stepaways import rules as stepaway_rules
from followspot.practices.stepaways.doors import stepaway_of
from followspot.practices.stepaways.models import StepAway
from followspot.roles import LEADER as LEADS
from followspot.roles import TEAM, may
from followspot.teams import sharing
from followspot.teams.calls import LEADER, Call, Day, In, Number, Out, Room, at, must_have
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request, lets_in_or_shows
from followspot.teams.problems import Turned

room = Room("brief")
_NOT_YOURS = "This is how the leader leads: theirs alone, as long as they don’t show it to you."


def _may_see(request: Request, team: Team, what: str = "", *, called: str) -> Person:
    """Return whose lead it is; turn away whoever may not see this of them. The look is noted as on the page."""
    if not eyes.may_see(request, team, what):
        raise Turned(403, _NOT_YOURS)
    leader = eyes.looked_at(request, team)
    if leader is None:
        raise Http404
    eyes.noted(request, team, called)
    return leader


class MoveOut(Out):
    """Something a leader could do this week, with its evidence and where."""

    verb: Annotated[str, Field(examples=["Clear"])]
    says: Annotated[
        str, Field(examples=["No keys for the night shift: 2 working days past your promise to Ben."])
    ]
    evidence: Annotated[str, Field(examples=["It holds up: Refunds in two days."])]
    url: Annotated[str, Field(examples=["/teams/quay/barriers/7/"])]
    button: Annotated[str, Field(examples=["Clear it"])]


class DoneOut(Out):
    """Something of the brief that was done this week."""

    verb: str
    says: str
    url: str


class BriefOut(Out):
    """At most five moves, in the order clear, applaud, step back, set, danger. None is a good brief too."""

    leader: PersonOut
    away: Annotated[
        bool, Field(description="Whether the leader is away: then the team has it, and this is quiet.")
    ]
    moves: list[MoveOut]
    done: list[DoneOut]


@room.reads("/brief", scope=LEADER)
def brief(request: Request, team: Team) -> BriefOut:
    """See what to clear, applaud, step back from and set this week; for the leader's own eyes."""
    leader = _may_see(request, team, called="the Sideline")
    now, practised = timezone.now(), leader == request.leader
    away = practised and pages.away_today(request, team) is not None
    quiet = away or not practised
    return BriefOut(
        leader=person_out(leader),
        away=away,
        moves=[] if quiet else [_move(m) for m in moves.compose(team, leader, now=now)],
        done=[]
        if quiet
        else [DoneOut(verb=d.verb, says=d.says, url=d.url) for d in moves.done(team, leader, now=now)],
    )


def _move(move: Move) -> MoveOut:
    return MoveOut(verb=move.verb, says=move.says, evidence=move.evidence, url=move.url, button=move.button)


class TouchOut(Out):
    """One act of the leader on what the front line has in hand."""

    at: datetime
    did: Annotated[str, Field(examples=["took it, and promised"])]
    on: str
    url: str
    invited: bool


class TouchesOut(Out):
    items: list[TouchOut]


@room.reads("/touches", scope=LEADER)
def touched(request: Request, team: Team) -> TouchesOut:
    """See one's own touches of the last four weeks, as the leader."""
    leader = _may_see(request, team, called="the Sideline")
    found = touches.of(team, leader, now=timezone.now())
    return TouchesOut(
        items=[TouchOut(at=at(t.at) or t.at, did=t.did, on=t.on, url=t.url, invited=t.invited) for t in found]
    )


class BillOut(Out):
    """A line of the bill: work, and its people."""

    what: str
    people: list[PersonOut]
    small: str
    url: str


class LightOut(Out):
    """What the light falls on."""

    people: list[PersonOut]
    did: str
    more: str
    url: str


class SaidOut(Out):
    """What a client said."""

    quote: str
    said_where: str
    url: str


class StageOut(Out):
    """The front line in the light; the leader is on none of it."""

    light: LightOut | None
    finished: list[BillOut]
    firsts: list[BillOut]
    met: list[BillOut]
    applause: list[BillOut]
    said: list[SaidOut]


def _people(people: list[Person]) -> list[PersonOut]:
    return [person_out(p) for p in people]


def _line(line: stage.Line) -> BillOut:
    return BillOut(what=line.what, people=_people(line.people), small=line.small, url=line.url)


@room.reads("/stage", roles=TEAM)
def on_stage(request: Request, team: Team) -> StageOut:
    """See who is in the light, what got finished, for the first time, met, applauded, said by clients."""
    seen = stage.compose(team, request.leader, now=timezone.now())
    light = seen.light
    words = ([seen.words] if seen.words else []) + seen.said
    return StageOut(
        light=LightOut(people=_people(light.people), did=light.did, more=light.more, url=light.url)
        if light
        else None,
        finished=[_line(x) for x in seen.finished],
        firsts=[_line(x) for x in seen.firsts],
        met=[_line(x) for x in seen.met],
        applause=[
            BillOut(
                what=a.words, people=_people(list(a.to.all())), small=a.cites_words, url=a.get_absolute_url()
            )
            for a in seen.applause
        ],
        said=[SaidOut(quote=w.quote, said_where=w.said_where, url=w.get_absolute_url()) for w in words],
    )


class WaitingOut(Out):
    """Something small that waits for you."""

    says: Annotated[str, Field(examples=["“No keys” waits for your answer."])]
    url: str
    link: Annotated[str, Field(examples=["Answer"])]


class AllWaitingOut(Out):
    items: list[WaitingOut]


@room.reads("/waiting", roles=TEAM)
def waiting_for_me(request: Request, team: Team) -> AllWaitingOut:
    """See what waits for you: your yes, your vote, your look."""
    hashes = unnamed.hashes(request)
    found = waiting.compose(team, somebody(request), now=timezone.now(), hashes=hashes)
    return AllWaitingOut(items=[WaitingOut(says=w.says, url=w.url, link=w.link) for w in found])


class MeasureOut(Out):
    """A question that the log can answer, and whose the answer is."""

    slug: Annotated[str, Field(examples=["barrier-survival"])]
    title: Annotated[str, Field(examples=["How long barriers stand"])]
    question: Annotated[str, Field(examples=["How long does a barrier stand?"])]
    eyes: Annotated[
        Literal["leader", "team"], Field(description="Whose it is; a leader may have shown theirs to you.")
    ]


class MeasuresOut(Out):
    items: list[MeasureOut]


def _sees(request: Request, team: Team, measure: Measure) -> bool:
    theirs = measure.eyes == "team" and bool(request.roles & TEAM)
    return theirs or eyes.may_see(request, team, measure.slug)


@room.reads("/readings", lets_in=lets_in_or_shows)
def listed(request: Request, team: Team) -> MeasuresOut:
    """List the measures whose answers you may see."""
    found = [m for m in measures().values() if m.slug != "step-away" and _sees(request, team, m)]
    return MeasuresOut(
        items=[
            MeasureOut(
                slug=m.slug, title=m.title, question=m.question, eyes="team" if m.eyes == "team" else "leader"
            )
            for m in found
        ]
    )


class ReadingOut(Out):
    """A measure's answer. `cant_tell` is a normal one; the sentence then says what would be enough."""

    question: Annotated[str, Field(examples=["How long does a barrier stand?"])]
    verdict: Annotated[str, Field(examples=["seen"])]
    sentence: Annotated[
        str, Field(examples=["Half of the barriers were gone after 4 working days (3 to 6)."])
    ]
    estimate: float | None
    low: float | None
    high: float | None
    level: Annotated[float, Field(examples=[0.9], description="How sure the range is.")]
    unit: Annotated[str, Field(examples=["working days"])]
    n: Annotated[int, Field(description="How many things it rests on.")]
    sample: str
    caveats: list[str]
    table: list[dict[str, Any]]
    parts: Annotated[
        list[ReadingOut], Field(examples=[[]], description="Narrower answers to the same question.")
    ]


def reading_out(reading: Reading) -> ReadingOut:
    return ReadingOut.model_validate(reading.as_json())


@room.reads("/readings/{measure}", lets_in=lets_in_or_shows)
def reading(request: Call, team: Team, measure: Annotated[str, Field(max_length=40)]) -> ReadingOut:
    """See what one measure says. How the leader leads takes the scope `leader`."""
    asked = measures().get(measure)
    if asked is None or measure == "step-away":  # whose answers are reports
        raise Http404
    if asked.eyes == "leader":
        must_have(request, LEADER)
    if not _sees(request, team, asked):
        raise Turned(403, _NOT_YOURS)
    if asked.eyes == "leader":
        eyes.noted(request, team, asked.title)
    return reading_out(readings.reading(team, measure, asof=pages.asof(team)))


class CheckOut(Out):
    """Something that should be true before the leader goes, and whether it is."""

    done: bool
    says: str
    url: str


class ReadyOut(Out):
    """How ready a team is for its leader to step away."""

    last: Annotated[str, Field(description="What the last one showed.")]
    possible: Annotated[str, Field(description="How long the next could be.")]
    once: Annotated[str, Field(description="What it waits for.")]
    checks: list[CheckOut]
    planned: Annotated[int | None, Field(description="The number of the one that is planned.")]


@room.reads("/ready", scope=LEADER)
def ready(request: Request, team: Team) -> ReadyOut:
    """See what still stands in the way of stepping away, as the leader."""
    leader = _may_see(request, team, called="ready to step away")
    found = readiness.compose(team, leader, now=timezone.now(), asof=pages.asof(team))
    checks = [CheckOut(done=c.done, says=c.says, url=c.url) for c in found.checks]
    planned = found.planned.pk if found.planned else None
    return ReadyOut(last=found.last, possible=found.next, once=found.once, checks=checks, planned=planned)


class PaceOut(Out):
    """Will an expectation land in time? A forecast from its own pace, never a promise."""

    sentence: str
    chance: Annotated[float | None, Field(description="To land within the time allotted.")]
    low: date | None
    high: date | None


@room.reads("/expectations/{pk}/pace", roles=TEAM)
def pace(request: Request, team: Team, pk: Number) -> PaceOut:
    """See whether one expectation will land in time, at its own pace."""
    it = Expectation.of_team(team).filter(pk=pk).prefetch_related("checkins").first()
    if it is None:
        raise Http404
    it.team = team
    found = outlook.of(it, today=request.today).pace
    return PaceOut(sentence=found.sentence, chance=found.chance, low=found.low, high=found.high)


class StretchesIn(In):
    """Days, margin and output of a plan."""

    begins_on: Day
    ends_on: Annotated[Day | None, Field(description="Empty: for good.")] = None
    margin: Annotated[float, Field(ge=0.05, le=0.5, examples=[0.2])] = stepaway_rules.USUAL_MARGIN
    flow: Literal["", "landed", "merged", "written", "done", "people"] = ""


class DesignOut(Out):
    """The smallest drop that days of a length could show."""

    words: Annotated[str, Field(examples=["2 weeks"])]
    drop: Annotated[str, Field(examples=["31%"])]
    yours: bool


class ShowingOut(Out):
    """What days away could show. Nothing where the history is too short to say."""

    sentence: str
    enough: str
    pooled: str
    output: str
    designs: list[DesignOut]


@room.reads("/step-away-showing")
def showing(request: Request, team: Team, asked: Query[StretchesIn]) -> ShowingOut:
    """See the smallest drop that days away could show, before planning them."""
    if request.leader is None or not may(stepaway_rules.MAY, "plan", request.roles):
        raise Turned(403, "Only who leads or keeps the team plans here.")
    days = [(asked.begins_on, asked.ends_on)]
    if asked.ends_on is not None and asked.ends_on < asked.begins_on:
        raise BadInput(say("Ends on: the last day away is before the first."))
    found = plan.showing(team, request.leader, days, flow=asked.flow, margin=asked.margin)
    if found is None:
        return ShowingOut(
            sentence="The history is too short to say.", enough="", pooled="", output="", designs=[]
        )
    return ShowingOut(
        sentence=found.sentence,
        enough=found.enough,
        pooled=found.pooled,
        output=found.output,
        designs=[DesignOut(words=b.words, drop=b.drop, yours=b.here) for b in (*found.bars, *found.others)],
    )


class NeedOut(Out):
    """Something that still needs the leader, and what a stand-in would decide."""

    what: str
    why: str
    area: str
    about: str
    url: str


class NeedsOut(Out):
    items: list[NeedOut]


@room.reads("/step-aways/{pk}/needs", roles=TEAM)
def needs(request: Request, team: Team, pk: Number) -> NeedsOut:
    """See what still needs the leader; to the leader also from the evidence."""
    it, now = stepaway_of(team, pk), timezone.now()
    leads = LEADS in request.roles
    found = plan.needs(team, it.leader, now=now) if leads else plan.open_needs(team, it.leader, now=now)
    return NeedsOut(
        items=[NeedOut(what=n.what, why=n.why, area=n.area, about=n.about, url=n.url) for n in found]
    )


class NotedOut(Out):
    """A line of a diary. yours : you noted it, and may take it back."""

    id: int
    kind: Annotated[str, Field(examples=["decision"])]
    text: str
    yours: bool
    open: Annotated[
        bool,
        Field(
            description="Of what waits: whether it still does. Of a decision: whether it was opened again."
        ),
    ]


class DiaryOut(Out):
    """What was noted while the leader was away. Nobody is counted."""

    entries: list[NotedOut]
    asked: Annotated[
        str, Field(examples=["Ada was asked twice in 10 days"], description="How often the leader was asked.")
    ]
    touched: Annotated[str, Field(description="How often the leader did something anyway.")]


@room.reads("/step-aways/{pk}/diary")
def diary(request: Request, team: Team, pk: Number) -> DiaryOut:
    """See what was noted while the leader was away."""
    found = diaries.compose(stepaway_of(team, pk), today=request.today, person=request.person)
    mine = {e.pk for e in found.mine}
    waits = [w.entry for w in found.waited]
    told = {e.pk for e in (*found.decisions, *waits)}
    rows = [(e, e.reopened_at is not None) for e in found.decisions]
    rows += [(e, e.settled_at is None) for e in waits]
    rows += [(e, False) for e in found.mine if e.pk not in told]
    return DiaryOut(
        entries=[NotedOut(id=e.pk, kind=e.kind, text=e.text, yours=e.pk in mine, open=o) for e, o in rows],
        asked=found.contacts,
        touched=found.touches,
    )


class OddsOut(Out):
    """Calibrated odds, from 0 to 1."""

    held: float
    dropped: float
    rose: float


class FlowOut(Out):
    """What one flow of work says of a step-away."""

    flow: Annotated[str, Field(examples=["landed"])]
    title: Annotated[str, Field(examples=["Work let in"])]
    verdict: Annotated[str, Field(examples=["held"])]
    ratio: float | None
    low: float | None
    high: float | None
    odds: OddsOut | None
    reasons: Annotated[list[str], Field(description="Why nothing can be told, where that is so.")]


class ReportOut(Out):
    """Did the work hold while the leader was away? It says what was seen, never why."""

    verdict: Annotated[str, Field(examples=["held"])]
    sentence: str
    odds: str
    net: str
    enough: Annotated[str, Field(description="What would be enough to tell.")]
    declared: str
    margin: float
    flows: list[FlowOut]
    beside: Annotated[list[str], Field(description="What moves faster than output: waits, queues, load.")]
    noted: list[str]
    pulse: list[str]


@room.reads("/step-aways/{pk}/report")
def report(request: Request, team: Team, pk: Number) -> ReportOut:
    """See the report of a step-away that is over: verdict, odds, and what stands beside them."""
    it = stepaway_of(team, pk)
    if it.withdrawn_at is not None or not _over(it, request.today):
        raise Http404
    found = stepaways.composed_of(it)
    if found is None:
        raise BadInput(say("Nobody but the leader did any of this work, so there is nothing to test."))
    return ReportOut(
        verdict=found.result.verdict,
        sentence=found.said,
        odds=found.odds,
        net=found.net,
        enough=found.enough,
        declared=found.declared,
        margin=it.margin,
        flows=[_flow(slug, as_json(result)) for slug, result in found.flows.items()],
        beside=[say("{title}: {sentence}", title=c.title, sentence=c.sentence) for c in found.companions],
        noted=list(found.noted),
        pulse=pulsed.while_away(it) if request.roles & TEAM else [],
    )


def _over(it: StepAway, today: date) -> bool:
    """Say whether there is a report: of one for good as soon as it has begun."""
    phase = it.phase(today)
    live = phase == stepaway_rules.Phase.LIVE and it.ends_on is not None
    return phase != stepaway_rules.Phase.PLANNED and not live


def _flow(slug: str, found: dict[str, Any]) -> FlowOut:
    return FlowOut(
        flow=slug,
        title=title_of(slug),
        verdict=found["verdict"],
        ratio=found["ratio"],
        low=found["low"],
        high=found["high"],
        odds=OddsOut(**found["odds"]) if found["odds"] else None,
        reasons=[r["sentence"] for r in found["reasons"]],
    )


class OnTheLineOut(Out):
    """A mark on the line from 1, never, to 5, always. n : answers or things behind it."""

    step: float
    low: float
    high: float
    words: Annotated[str, Field(examples=["Mostly"])]
    n: int


class RowOut(Out):
    """One statement with up to three marks. Nothing is subtracted or averaged."""

    statement: str
    theme: str
    own: OnTheLineOut | None
    team: Annotated[OnTheLineOut | None, Field(description="Empty below the floor.")]
    log: OnTheLineOut | None
    says: Annotated[str, Field(description="What the log says of it, or why it can't.")]


class MirrorOut(Out):
    """What the leader says of themselves, what the team says, and what the log can see."""

    leader: PersonOut
    round: Annotated[str, Field(examples=["2026-10-01"])]
    name: Annotated[str, Field(examples=["October to December 2026"])]
    rounds: Annotated[list[str], Field(description="The rounds that there are.")]
    fixed: bool
    statements: list[RowOut]


class RoundIn(In):
    """Which round."""

    round: Annotated[str, Field(max_length=10, examples=["2026-10-01"], description="Empty: the newest.")] = (
        ""
    )


@room.reads("/mirror", scope=LEADER, lets_in=lets_in_or_shows)
def mirror_of(request: Request, team: Team, asked: Query[RoundIn]) -> MirrorOut:
    """See the mirror: three marks for each statement; the leader's, and whoever they show it to."""
    leader = _may_see(request, team, eyes.THE_MIRROR, called="the mirror")
    now = timezone.now()
    every = mirrored.rounds(team, leader, now=now)
    shown = next((r for r in every if r.key == asked.round), every[0])
    found = mirrored.rows(team, leader, shown, newest=shown == every[0], now=now)
    return MirrorOut(
        leader=person_out(leader),
        round=shown.key,
        name=shown.name,
        rounds=[r.key for r in every],
        fixed=mirror.fixed(team, leader, now=now),
        statements=[RowOut.model_validate(mirrored.plain(row)) for row in found],
    )


class ShareIn(In):
    """What of how you lead, and to whom."""

    what: Annotated[
        str,
        Field(
            max_length=40, examples=["mirror"], description="The mirror, the map, or one of your measures."
        ),
    ]
    whom: Literal["team", "line"]


class SharesOut(Out):
    """What is shown now: a measure, and to whom."""

    items: Annotated[list[ShareIn], Field(examples=[[{"what": "mirror", "whom": "team"}]])]


def _shares(request: Request, team: Team) -> SharesOut:
    found = sharing.standing(team, today=request.today)
    return SharesOut(items=[ShareIn(what=s.what, whom="team" if s.whom == "team" else "line") for s in found])


@room.reads("/shares", scope=LEADER, roles=mirror_rules.MAY["share"])
def shares(request: Request, team: Team) -> SharesOut:
    """List what one shows of how one leads, and to whom."""
    return _shares(request, team)


@room.acts("/shares", scope=LEADER, roles=mirror_rules.MAY["share"])
def share(request: Request, team: Team, said: ShareIn) -> SharesOut:
    """Show one thing of how one leads to the team, or to one's own leader."""
    mirrored.check_shared(said.what)
    mirror.share(team, said.what, said.whom, by=somebody(request), roles=request.roles, now=timezone.now())
    return _shares(request, team)


@room.acts("/shares/take-back", scope=LEADER, roles=mirror_rules.MAY["take_back"])
def take_back(request: Request, team: Team, said: ShareIn) -> SharesOut:
    """Show it no longer, from this moment on."""
    mirrored.check_shared(said.what)
    mirror.take_back(
        team, said.what, said.whom, by=somebody(request), roles=request.roles, now=timezone.now()
    )
    return _shares(request, team)
