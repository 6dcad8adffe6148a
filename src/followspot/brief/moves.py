"""The brief: at most five moves, in the order clear, applaud, step back, set, danger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from followspot import practices
from followspot.brief import deeds, measured
from followspot.evidence import log
from followspot.objects.models import seen_by
from followspot.practices import APPLAUD, CLEAR, SET, STEP_BACK, VERBS, Move
from followspot.teams.models import Person, Team

AT_MOST = 5
OF_ONE_VERB = 2

ICONS = dict(zip(VERBS, ("hand", "clap", "footprints", "circle-dot", "triangle-alert"), strict=True))


def choose(offered: Sequence[Move]) -> list[Move]:
    """Return at most five: the first of each verb before the second of any, then in the order of the verbs."""
    by_verb = {
        v: sorted((m for m in offered if m.verb == v), key=lambda m: m.rank)[:OF_ONE_VERB] for v in VERBS
    }
    turns = [by_verb[v][n] for n in range(OF_ONE_VERB) for v in VERBS if n < len(by_verb[v])]
    return sorted(turns[:AT_MOST], key=lambda m: (VERBS.index(m.verb), m.rank))


def compose(team: Team, leader: Person, *, now: datetime, wait: bool = False) -> list[Move]:
    """Return the moves of a leader for this week: from the practices, the evidence and the measures.

    wait : computes readings that aren't there yet, as a mail may and a page may not.
    """
    offered = practices.moves(team, leader, now=now)
    verbs = {m.verb for m in offered}
    if team.sources.exists():
        offered += deeds.moves(team, leader, now=now)
    return choose([*offered, *measured.moves(team, offered=verbs, wait=wait)])


@dataclass(frozen=True, slots=True)
class Done:
    """Something of the brief that the leader has done this week."""

    verb: str
    says: str
    url: str
    at: datetime


_DONE = {
    "barrier.cleared": CLEAR,
    "barrier.taken": CLEAR,
    "applause.given": APPLAUD,
    "lesson.thanked": APPLAUD,
    "expectation.freedom_agreed": STEP_BACK,
    "expectation.agreed": SET,
    "expectation.proposed": SET,
}


def done(team: Team, leader: Person, *, now: datetime) -> list[Done]:
    """Return what the leader has done in the last seven days that a brief would have asked for."""
    events = log.single(
        team, activities=frozenset(_DONE), by=leader, since=now - timedelta(days=7), newest=12
    )
    things = seen_by(leader, team, [e.object for e in events])
    found: dict[str, Done] = {}
    for event in events:
        thing = things.get(event.object)
        if thing is not None:
            found.setdefault(
                event.object,
                Done(_DONE[event.activity], str(thing).rstrip("."), thing.get_absolute_url(), event.at),
            )
    return list(found.values())[:3]
