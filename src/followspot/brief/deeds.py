"""Whom the evidence suggests to applaud: reviews, help, tests and finished work that nobody clapped for yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from followspot.brief import readings
from followspot.evidence import log
from followspot.language import say
from followspot.practices import APPLAUD, Move
from followspot.practices.applause.brief import way_to_applaud
from followspot.teams import access
from followspot.teams.models import Person, Team

LOOKS_BACK = timedelta(days=21)
# How it is told, the kind of contribution, which comes first: what is often not seen before what is.
_TOLD = {
    "review.given": (say("looked over somebody else’s work"), "reviewing", 1.1),
    "help.given": (say("helped somebody along"), "mentoring", 1.2),
    "change.tested": (say("tested somebody else’s work"), "testing", 1.3),
    "problem.reported": (say("reported what was then mended"), "fixing", 1.4),
    "item.done": (say("finished a piece of work"), "finishing", 5.0),
    "change.landed": (say("finished a piece of work"), "finishing", 5.0),
}


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """Return one suggestion a person at most, with its evidence. The words are the leader's to write."""
    deeds = readings.once(
        team, f"deeds {team.day(now)}", lambda: log.deeds(team, frozenset(_TOLD), since=now - LOOKS_BACK)
    )
    if not deeds:
        return []
    front = {f"person:{p.pk}": p for p in access.people_of(team, today=team.day(now)) if p != leader}
    thanked = set(
        team.applause_set.filter(withdrawn_at=None, cites__startswith="evidence:").values_list("cites", "to")
    )
    found: dict[str, Move] = {}
    for deed in sorted(deeds, key=lambda d: (not d.first, _TOLD[d.activity][2], -d.at.timestamp())):
        person = front.get(deed.person)
        if person is None or deed.person in found or (_cites(deed.object), person.pk) in thanked:
            continue
        told, kind, rank = _TOLD[deed.activity]
        evidence = say(
            "{did:capital}, {day:%-d %B %Y}: {thing}",
            did=told,
            day=team.day(deed.at),
            thing=deed.object.partition(":")[2][:60],
        )
        says = say("{name} {did}. Nobody has clapped yet.", name=person.name, did=told)
        if deed.first:
            says = say(
                "{name} {did}, for the first time. Nobody has clapped yet.", name=person.name, did=told
            )
        found[deed.person] = Move(
            APPLAUD,
            says,
            say("Evidence: {evidence}.", evidence=evidence),
            way_to_applaud(team, [person], kind, _cites(deed.object), evidence=str(evidence)[:300]),
            say("Applaud"),
            rank=0.1 if deed.first else rank,
        )
    return list(found.values())


def _cites(thing: str) -> str:
    return f"evidence:{thing}"[:120]
