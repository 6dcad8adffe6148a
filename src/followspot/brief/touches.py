"""The leader's touches, one by one, for that leader's own eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from followspot.evidence import log
from followspot.objects.around import phrases
from followspot.objects.models import seen_by
from followspot.teams.models import Person, Team

LOOKS_BACK = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Touch:
    """One act of the leader on what the front line has in hand."""

    at: datetime
    did: str
    on: str
    url: str
    invited: bool


def of(team: Team, leader: Person, *, now: datetime) -> list[Touch]:
    """Return a leader's touches of the last four weeks, the newest first."""
    own = log.single(team, by=leader, about="front:owned", since=now - LOOKS_BACK, newest=40)
    things = seen_by(leader, team, [e.object for e in own])
    said = phrases()
    return [
        Touch(
            e.at,
            said.get(e.activity, e.activity),
            str(things[e.object]),
            things[e.object].get_absolute_url(),
            e.invited,
        )
        for e in own
        if e.object in things
    ]
