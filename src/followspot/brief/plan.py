"""Before the leader goes: what these days could show, and what still needs the leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from followspot.brief import judged, readings, words
from followspot.evidence import log
from followspot.language import count, say, together
from followspot.measures import Verdict
from followspot.measures._methods import wording
from followspot.measures._methods.flows import FLOWS, PRIMARY, daily
from followspot.measures._methods.plan import Design, Foreseen, Learned, foreseen, learn, plan
from followspot.measures.stepaway import Absence
from followspot.objects import mentions
from followspot.practices.stepaways.models import StepAway
from followspot.practices.stepaways.rules import Stretch
from followspot.roles import MEMBER
from followspot.teams.models import Person, Team

_FAR = timedelta(days=730)  # beyond which after the last work on record a plan is a guess
_WIDEST = 76  # percent of the drawing that the longest bar takes
_TOO_FAR = say(
    "Some of your days are more than two years after the last work on record: too far to say what they could show."
)
_DESIGNS = ((7, 1), (14, 1), (21, 1), (35, 1), (14, 3), (7, 6), (1, 26))
_WORDS = {
    (7, 1): say("1 week"),
    (14, 1): say("2 weeks"),
    (21, 1): say("3 weeks"),
    (35, 1): say("5 weeks"),
    (14, 3): say("3 × 2 weeks"),
    (7, 6): say("6 × 1 week"),
    (1, 26): say("26 single days"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """The smallest drop that one design could show, as a bar. here : whether it is the plan's own."""

    words: str
    drop: str
    width: int
    here: bool = False


@dataclass(frozen=True, slots=True)
class Showing:
    """What a plan could show beside what other designs could. seen : of the plan's own days, None without any."""

    bars: list[Bar]
    others: list[Bar]
    sentence: str
    enough: str
    pooled: str
    output: str


def flow_of(team: Team, wished: str, *, leader: Person) -> str | None:
    """Return the declared output if the evidence has it, or the first that it has; None where it has none."""
    found = available(team, leader)
    return wished if wished in found else next((slug for slug in PRIMARY if slug in found), None)


def available(team: Team, leader: Person) -> list[str]:
    """Return which outputs the evidence has, the usual first one first."""
    found: list[str] = readings.once(
        team,
        f"outputs {leader.pk}",
        lambda: [slug for slug in PRIMARY if slug in daily(log.read(team, leader=leader))],
    )
    return found


def showing(
    team: Team, leader: Person, stretches: Sequence[Stretch], *, flow: str, margin: float
) -> Showing | None:
    """Return what these days could show at the team's own pace; None where the history is too short to say."""
    slug = flow_of(team, flow, leader=leader)
    if slug is None:
        return None
    holidays = sorted(team.days_off.values_list("on", flat=True))
    before = [
        a
        for one in StepAway.of_team(team).standing().filter(leader=leader).order_by("begins_on")
        if not one.waits_for_the_lot
        for a in judged.absences(one)
    ]

    def learned() -> tuple[Learned, tuple[Design, ...]] | None:
        days = daily(log.read(team, leader=leader), holidays)[slug]
        past = [a for a in before if a.start <= days.last]
        found = learn(days, earlier=past)
        return None if found is None else (found, plan(days, earlier=past, designs=_DESIGNS, margin=margin))

    known = readings.once(team, f"learned {slug} {leader.pk} {before} {margin}", learned)
    if known is None:
        return None
    far = any((ends or begins) - known[0].setting.days.last > _FAR for begins, ends in stretches)
    own = (
        foreseen(known[0], [Absence(*s) for s in stretches], holidays=holidays, margin=margin)
        if stretches and not far
        else None
    )
    shown = _showing(own, known[1], stretches, slug, margin)
    return replace(shown, sentence=_TOO_FAR) if far else shown


def _showing(
    own: Foreseen | None, designs: Sequence[Design], stretches: Sequence[Stretch], slug: str, margin: float
) -> Showing:
    widest = max([d.smallest_drop for d in designs] + ([own.smallest_drop] if own else []) + [0.01])

    def bar(length: str, drop: float, *, here: bool = False) -> Bar:
        return Bar(length, say("{n}%", n=ceil(drop * 100)), max(2, round(_WIDEST * drop / widest)), here)

    single = [(d.days, bar(_WORDS[d.days, 1], d.smallest_drop)) for d in designs if d.count == 1]
    if own is not None:
        length = sum((b - a).days + 1 if b else 91 for a, b in stretches)
        single.append((length, bar(say("Your days"), own.smallest_drop, here=True)))
    return Showing(
        [b for _, b in sorted(single, key=lambda pair: pair[0])],
        [bar(_WORDS[d.days, d.count], d.smallest_drop) for d in designs if d.count > 1],
        _sentence(own, designs, margin),
        wording.enough(own.enough, margin) if own and own.smallest_drop > margin else "",
        _pooled(own),
        say("{output:small}", output=FLOWS[slug][0]),
    )


def _season(own: Foreseen, designs: Sequence[Design]) -> str:
    """Say it where these days show much less than days of any length outside the quiet seasons would."""
    hardest = max((d.smallest_drop for d in designs if d.count == 1), default=1.0)
    if own.smallest_drop < 1.25 * hardest:
        return ""
    return say(
        "Work is low then anyway, or the days are few: that is why they show less than the bars beside."
    )


def _sentence(own: Foreseen | None, designs: Sequence[Design], margin: float) -> str:
    if own is None:
        return say(
            "The bars say how small a drop each length could show, 4 times in 5, at your usual spread from week to week."
        )
    chance = count(
        own.working_days,
        "{n} working day at your usual spread from week to week: 4 chances in 5 of seeing a drop of {drop}% or more that is there.",
        "{n} working days at your usual spread from week to week: 4 chances in 5 of seeing a drop of {drop}% or more that is there.",
        drop=ceil(own.smallest_drop * 100),
    )
    clear = {"margin": margin, "odds": words.in_hundred(own.chance_held)}
    if own.smallest_drop <= margin:
        answer = say(
            "With a margin of {margin:.0%} they can give a clear answer; if nothing changes, the odds of “held” are {odds}.",
            **clear,
        )
    else:
        answer = say(
            "With a margin of {margin:.0%} they will mostly not give a clear answer; if nothing changes, the odds of “held” are {odds}.",
            **clear,
        )
    return together([chance, answer, _season(own, designs)])


def _pooled(own: Foreseen | None) -> str:
    if own is None or own.pooled is None:
        return ""
    return say(
        "Together with the earlier ones it could show a drop of {drop}%, with odds of “held” of {odds}.",
        drop=ceil(own.pooled.smallest_drop * 100),
        odds=words.in_hundred(own.pooled.chance_held),
    )


@dataclass(frozen=True, slots=True)
class Need:
    """Something that still needs the leader. area : what a stand-in would decide; about : the object it is about."""

    what: str
    why: str
    area: str
    about: str = ""
    url: str = ""


def needs(team: Team, leader: Person, *, now: datetime) -> list[Need]:
    """Return what still needs the leader: in the open practices, and by the evidence."""
    return [*open_needs(team, leader, now=now), *_areas(team)]


def open_needs(team: Team, leader: Person, *, now: datetime) -> list[Need]:
    """Return what still needs the leader in the open practices, for the whole team's eyes."""
    found = [
        Need(
            b.what,
            say("A barrier that {leader} holds", leader=leader.name) if b.taker_id
            else say("A barrier that waits for {leader}’s answer", leader=leader.name),
            str(say("Clearing it: {what}", what=b.what))[:200], b.reference, b.get_absolute_url(),
        )
        for b in team.barrier_set.open().select_related("team")
        if leader.pk in (b.taker_id, b.clearer_id) and b.taker_id in (None, leader.pk)
    ]  # fmt: skip
    found += [
        Need(
            e.outcome, say("An expectation in {leader}’s hands", leader=leader.name),
            str(say("Answering for it: {what}", what=e.outcome))[:200], e.reference, e.get_absolute_url(),
        )
        for e in team.expectation_set.open().with_people()
        if leader in e.owners
    ]  # fmt: skip
    found += [
        Need(
            say("{name} asks {leader} to look at “{thing}”", name=c.author.name, leader=leader.name, thing=str(thing)),
            say("A question that waits for an answer"),
            str(say("Answering on “{thing}”", thing=str(thing)))[:200],
            thing.reference, f"{thing.get_absolute_url()}#said",
        )
        for c, thing in mentions.unanswered(team, leader, now=now)
        if thing.seen_with(frozenset({MEMBER}))  # what the leader alone was asked to look at isn't the team's
    ]  # fmt: skip
    return found


def _areas(team: Team) -> list[Need]:
    """Return the areas into which nobody but the leader lets work."""
    if not team.sources.exists():
        return []
    reading = readings.reading(team, "dependence")
    return [
        Need(
            row["area"],
            say("Nobody else lets work in here: {n} times in a year", n=row["changes by others"]),
            str(say("Letting work into {area}", area=row["area"]))[:200],
        )
        for part in reading.parts
        if part.verdict == Verdict.SEEN
        for row in part.table
        if "area" in row and "changes by others" in row
    ][:8]  # fmt: skip
