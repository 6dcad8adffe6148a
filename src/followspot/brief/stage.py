"""The Stage: who is in the light now, what got finished, for the first time, met, applauded, said by clients."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from followspot.evidence import log
from followspot.objects.models import find_all
from followspot.practices.applause.brief import FIRSTS
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


def strip(team: Team, leader: Person | None, *, now: datetime) -> list[Line]:
    """Return the few lines by which the Sideline says whose the light is."""
    met = team.expectation_set.filter(state=State.MET, ended_at__gte=now - 2 * LATELY).with_people()
    return [_met_line(e, leader) for e in met.order_by("-ended_at")[:4] if _front(e.owners, leader)]


def compose(team: Team, leader: Person | None, *, now: datetime) -> Stage:
    """Return a team's Stage. The leader is on none of it; their clap is."""
    since = now - LATELY
    met = list(
        team.expectation_set.filter(state=State.MET, ended_at__gte=now - 2 * LATELY)
        .with_people()
        .order_by("-ended_at")[:SHOWN]
    )
    met = [e for e in met if _front(e.owners, leader)]
    checkins = list(
        CheckIn.objects.filter(expectation__team=team, at__gte=since)
        .exclude(finished="")
        .exclude(by=leader)
        .select_related("by", "expectation__team")
        .order_by("-at")[:SHOWN]
    )
    cleared = list(
        team.barrier_set.filter(confirmed_at__gte=since)
        .exclude(taker=leader)
        .exclude(taker=None)
        .select_related("taker")
        .order_by("-confirmed_at")[:3]
    )
    applause = list(team.applause_set.all().on_stage().with_people()[:4])
    said = list(team.words_set.filter(withdrawn_at=None).prefetch_related("about")[:4])
    light = _light(met, applause, checkins, leader, since)
    words = next((w for w in said if light and _same(w, light)), said[0] if said else None)
    finished = [
        Line(c.finished, [c.by] if c.by else [], c.expectation.get_absolute_url(), str(c.expectation), c.at)
        for c in checkins
    ] + [
        Line(
            f"Out of the way: {b.what}",
            [b.taker] if b.taker else [],
            b.get_absolute_url(),
            "A barrier cleared for others",
            b.confirmed_at,
        )
        for b in cleared
    ]
    return Stage(
        light,
        words,
        sorted(finished, key=lambda line: line.at or now, reverse=True)[:SHOWN],
        _firsts(team, leader, since),
        [_met_line(e, leader) for e in met],
        applause,
        [w for w in said if w != words][:3],
    )


def _front(people: list[Person], leader: Person | None) -> list[Person]:
    return [p for p in people if p != leader]


def _light(
    met: list[Expectation],
    applause: list[Applause],
    checkins: list[CheckIn],
    leader: Person | None,
    since: datetime,
) -> Light | None:
    """Choose what the light falls on: what was met lately, else what was applauded, else what got finished."""
    if met and met[0].ended_at and met[0].ended_at >= since:
        it = met[0]
        return Light(
            _front(it.owners, leader),
            f"made it true: {_small(it.outcome)}",
            it.ended_note or (f"For {it.for_whom}." if it.for_whom else ""),
            it.ended_at or since,
            "What was agreed, and how it went",
            it.get_absolute_url(),
            _applaud(it.team, it.reference, _front(it.owners, leader), "finishing"),
        )
    if applause and applause[0].given_at >= since:
        a = applause[0]
        return Light(
            list(a.to.all()),
            "",
            a.words,
            a.given_at,
            a.cites_words or "Evidence",
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
            f"finished it: {_small(c.finished)}",
            f"For “{it}”.",
            c.at,
            str(it),
            it.get_absolute_url(),
            _applaud(it.team, it.reference, by, "finishing"),
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


def _applaud(team: Team, cites: str, people: list[Person], kind: str) -> str:
    asked = urlencode([("cites", cites), ("kind", kind), *(("to", p.pk) for p in people)])
    return f"{reverse('applaud', args=[team.slug])}?{asked}"


_FIRST = {
    "expectation.started": "Took one in hand",
    "barrier.cleared": "Cleared the way for others",
    "lesson.told": "Told a lesson",
    "review.given": "Reviewed",
}


def _firsts(team: Team, leader: Person | None, since: datetime) -> list[Line]:
    events = [e for e in log.firsts(team, FIRSTS, since=since) if e.actor is not None and e.actor != leader]
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
        if e.object in things and not getattr(things[e.object], "withdrawn_at", None)
    ][:4]


def _met_line(it: Expectation, leader: Person | None) -> Line:
    days = (it.due_on - it.ended_at.date()).days if it.ended_at else 0
    small = (
        f"Landed {days} day{'' if days == 1 else 's'} inside the time allotted"
        if days > 0
        else "Landed on the day"
        if days == 0
        else "Landed after the time allotted, and landed"
    )
    return Line(it.outcome, _front(it.owners, leader), it.get_absolute_url(), small, it.ended_at)
