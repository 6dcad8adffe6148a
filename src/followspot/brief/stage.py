"""The Stage: who is in the light now, what got finished, for the first time, met, applauded, said by clients."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from followspot.evidence import log
from followspot.language import count, say
from followspot.objects.models import find_all
from followspot.practices.applause.brief import FIRSTS, way_to_applaud
from followspot.practices.applause.models import Applause, Words
from followspot.practices.expectations.models import CheckIn, Expectation
from followspot.practices.expectations.rules import State
from followspot.teams.models import Person, Team

LATELY = timedelta(days=14)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bill: work on the left, its people on the right."""

    what: str
    people: list[Person]
    url: str
    small: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Light:
    """What the light falls on: people did something, told in their own words."""

    people: list[Person]
    did: str
    more: str
    at: datetime
    proof: str
    url: str
    applaud: str
    clap: Applause | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything on a Stage, the newest first."""

    light: Light | None = None
    words: Words | None = None
    finished: list[Line] = field(default_factory=list)
    firsts: list[Line] = field(default_factory=list)
    met: list[Line] = field(default_factory=list)
    applause: list[Applause] = field(default_factory=list)
    said: list[Words] = field(default_factory=list)

    @property
    def dark(self) -> bool:
        """Whether there is nothing to see yet."""
        return not (self.light or self.finished or self.firsts or self.met or self.applause or self.said)


type InFront = Callable[[Person | None, datetime | None], bool]


def _in_front(team: Team, leader: Person | None) -> InFront:
    """Return what says whether somebody performed at a moment: of the team, leading neither then nor now."""
    # The day of a hand-over still belongs to whoever led until then.
    leads = [
        (s.person_id, s.begins_on, s.ends_on + timedelta(days=1) if s.ends_on else date.max)
        for s in team.leaderships.order_by()
    ]
    ours = set(team.memberships.values_list("person", flat=True))

    def performed(person: Person | None, at: datetime | None) -> bool:
        if person is None or person == leader or person.pk not in ours:
            return False
        day = team.day(at) if at else date.max
        return not any(
            who == person.pk and (begins or date.min) <= day <= (ends or date.max)
            for who, begins, ends in leads
        )

    return performed


def strip(team: Team, leader: Person | None, *, now: datetime) -> list[Line]:
    """Return the few lines by which the Sideline says whose the light is."""
    met = team.expectation_set.filter(state=State.MET, ended_at__gte=now - 2 * LATELY).with_people()
    front = _in_front(team, leader)
    lines = [_met_line(e, front) for e in met.order_by("-ended_at")[:4]]
    return [line for line in lines if line.people]


def compose(team: Team, leader: Person | None, *, now: datetime) -> Stage:
    """Return a team's Stage. The leader is on none of it; their clap is."""
    since = now - LATELY
    met = list(
        team.expectation_set.filter(state=State.MET, ended_at__gte=now - 2 * LATELY)
        .with_people()
        .order_by("-ended_at")[:SHOWN]
    )
    front = _in_front(team, leader)
    met = [e for e in met if _those(e.owners, e.ended_at, front)]
    checkins = list(
        CheckIn.objects.filter(expectation__team=team, at__gte=since)
        .exclude(finished="")
        .select_related("by", "expectation")
        .order_by("-at")[: 2 * SHOWN]
    )
    checkins = [c for c in checkins if front(c.by, c.at)][:SHOWN]
    for checkin in checkins:
        checkin.expectation.team = team
    cleared = list(
        team.barrier_set.filter(confirmed_at__gte=since)
        .exclude(taker=None)
        .exclude(taker=leader)
        .select_related("taker")
        .order_by("-confirmed_at")[: 2 * SHOWN]  # some are of who led until lately, or leads above
    )
    cleared = [b for b in cleared if front(b.taker, b.cleared_at)][:3]
    given = team.applause_set.all().on_stage().with_people()[:8]
    applause = [a for a in given if _those(a.to.all(), None, front)][:4]
    said = list(team.words_set.filter(withdrawn_at=None).prefetch_related("about")[:4])
    light = _light(met, applause, checkins, front, since)
    words = next((w for w in said if light and _same(w, light)), said[0] if said else None)
    finished = [
        Line(c.finished, [c.by] if c.by else [], c.expectation.get_absolute_url(), str(c.expectation), c.at)
        for c in checkins
    ] + [
        Line(
            say("Out of the way: {what}", what=b.what),
            [b.taker] if b.taker else [],
            b.get_absolute_url(),
            say("A barrier cleared for others"),
            b.confirmed_at,
        )
        for b in cleared
    ]
    return Stage(
        light,
        words,
        sorted(finished, key=lambda line: line.at or now, reverse=True)[:SHOWN],
        _firsts(team, front, since),
        [_met_line(e, front) for e in met],
        applause,
        [w for w in said if w != words][:3],
    )


def _those(people: Iterable[Person], at: datetime | None, front: InFront) -> list[Person]:
    return [p for p in people if front(p, at)]


def _light(
    met: list[Expectation],
    applause: list[Applause],
    checkins: list[CheckIn],
    front: InFront,
    since: datetime,
) -> Light | None:
    """Choose what the light falls on: what was met lately, else what was applauded, else what got finished."""
    if met and met[0].ended_at and met[0].ended_at >= since:
        it = met[0]
        return Light(
            _those(it.owners, it.ended_at, front),
            say("made it true: {outcome}", outcome=_small(it.outcome)),
            it.ended_note or (say("For {whom}.", whom=it.for_whom) if it.for_whom else ""),
            it.ended_at or since,
            say("What was agreed, and how it went"),
            it.get_absolute_url(),
            way_to_applaud(it.team, _those(it.owners, it.ended_at, front), "finishing", it.reference),
        )
    if applause and applause[0].given_at >= since:
        a = applause[0]
        return Light(
            _those(a.to.all(), None, front),
            "",
            a.words,
            a.given_at,
            a.cites_words or say("Evidence"),
            a.get_absolute_url(),
            "",
            a,
        )
    if checkins and checkins[0].by:
        c = checkins[0]
        it = c.expectation
        by = [c.by] if c.by else []
        return Light(
            by,
            say("finished it: {what}", what=_small(c.finished)),
            say("For “{thing}”.", thing=str(it)),
            c.at,
            str(it),
            it.get_absolute_url(),
            way_to_applaud(it.team, by, "finishing", it.reference),
        )
    return None


def _small(sentence: str) -> str:
    """Let a sentence go on after a colon: a small first letter, unless the word is written in capitals."""
    first = sentence.split(" ", 1)[0]
    articles = {
        "a",
        "an",
        "the",
        "any",
        "every",
        "each",
        "all",
        "no",
        "nobody",
        "everybody",
        "our",
        "we",
        "two",
        "three",
    }
    lower = sentence[:1].lower() + sentence[1:] if first.lower() in articles else sentence
    return lower if lower.endswith((".", "!", "?", "…")) else f"{lower}."


def _same(words: Words, light: Light) -> bool:
    return bool({p.pk for p in words.about.all()} & {p.pk for p in light.people})


_FIRST = {
    "expectation.started": say("Took one in hand"),
    "barrier.cleared": say("Cleared the way for others"),
    "lesson.told": say("Told a lesson"),
    "review.given": say("Reviewed"),
    "stepaway.standin_accepted": say("Stood in for the leader"),
}


def _firsts(team: Team, front: InFront, since: datetime) -> list[Line]:
    events = [e for e in log.firsts(team, FIRSTS, since=since) if front(e.actor, e.at)]
    things = find_all(team, [e.object for e in events])
    return [
        Line(
            _FIRST[e.activity],
            [e.actor] if e.actor else [],
            things[e.object].get_absolute_url(),
            str(things[e.object]),
            e.at,
        )
        for e in events
        if e.actor is not None
        and e.object in things
        and not getattr(things[e.object], "withdrawn_at", None)
        and things[e.object].stands_for(e.actor)
    ][:4]


def _met_line(it: Expectation, front: InFront) -> Line:
    days = (it.due_on - it.team.day(it.ended_at)).days if it.ended_at else 0
    if days > 0:
        small = count(
            days, "Landed {n} day inside the time allotted", "Landed {n} days inside the time allotted"
        )
    elif days == 0:
        small = say("Landed on the day")
    else:
        small = say("Landed after the time allotted, and landed")
    return Line(it.outcome, _those(it.owners, it.ended_at, front), it.get_absolute_url(), small, it.ended_at)
