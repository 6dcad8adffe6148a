"""The verbs of the mirror; each leaves one event, and none of them says what was rated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from followspot.evidence import log
from followspot.language import say
from followspot.objects import acts
from followspot.practices.mirror import rules
from followspot.practices.mirror.models import Rating
from followspot.roles import Roles, must
from followspot.teams import sharing
from followspot.teams.models import Person, Share, Team

_TOLD = frozenset({"mirror.tallied"})  # the team’s answers are known from here on
_MOST = 300  # events of the waves of a quarter


@transaction.atomic
def rate(team: Team, steps: Mapping[str, int], *, by: Person, roles: Roles, now: datetime) -> Rating:
    """Let the leader say how often each statement is true of them; what was said this quarter before is replaced."""
    must(rules.MAY, "rate", roles, to=say("rate how they lead"))
    rules.check_steps(steps)
    acts.begin(team)
    quarter = rules.quarter_of(team.day(now))
    rules.check_unfixed(quarter, fixed=fixed(team, by, now=now))
    same = Rating.objects.filter(team=team, leader=by, quarter=quarter, steps=dict(steps))
    if sent_twice := same.filter(rated_at__gt=now - acts.TWICE).first():
        return sent_twice
    it, _ = Rating.objects.update_or_create(
        team=team, leader=by, quarter=quarter, defaults={"steps": dict(steps), "rated_at": now}
    )
    log.append("mirror.rated", f"mirror:{it.pk}", team=team, by=by, now=now, practice="mirror")
    return it


def fixed(team: Team, leader: Person | None, *, now: datetime) -> bool:
    """Say whether a leader knows what the team answered this quarter, in a mirror that they held up themselves."""
    if leader is None:
        return False
    begins = datetime.combine(rules.quarter_of(team.day(now)), time.min, ZoneInfo(team.zone))
    told = {e.object for e in log.single(team, activities=_TOLD, since=begins, newest=_MOST)}
    return bool(told) and bool(
        log.single(team, objects=tuple(told), activities=frozenset({"wave.opened"}), by=leader, newest=1)
    )


def forget(person: Person) -> None:
    """Let go of what somebody who is erased said of themselves, and of what they showed."""
    Rating.objects.filter(leader=person).delete()
    Share.objects.filter(leader=person).delete()


@transaction.atomic
def share(team: Team, what: str, whom: str, *, by: Person, roles: Roles, now: datetime) -> Share:
    """Show one thing of how one leads to the team, or to one’s own leader."""
    must(rules.MAY, "share", roles, to=say("share how they lead"))
    acts.begin(team)
    it, made = sharing.share(team, by, what, whom, now=now)
    if made:
        log.append("measure.shared", it.reference, team=team, by=by, now=now, practice="mirror")
    return it


@transaction.atomic
def take_back(team: Team, what: str, whom: str, *, by: Person, roles: Roles, now: datetime) -> Share | None:
    """Show it no longer, from this moment on; None where it was not shown."""
    must(rules.MAY, "take_back", roles, to=say("take this back"))
    acts.begin(team)
    it = sharing.take_back(team, by, what, whom, now=now)
    if it is not None:
        log.append("measure.taken_back", it.reference, team=team, by=by, now=now, practice="mirror")
    return it
