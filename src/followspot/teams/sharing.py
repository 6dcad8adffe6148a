"""What a leader shows of how they lead, and to whom. It ends when they take it back, and with their lead or that of who sees it above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.teams import audit
from followspot.teams.models import Account, Person, Share, Team

WITH_TEAM, WITH_LINE = "team", "line"
WHOM = {WITH_TEAM: say("the team"), WITH_LINE: say("their own leader")}
MIRROR, MAP = "mirror", "map"
# What each thing is called in the audit log and on pages; every other measure goes by its title.
CALLED = {MIRROR: say("the mirror"), MAP: say("the map of front and behind")}
NEVER = frozenset({"step-away"})  # its reports have readers of their own


def share(team: Team, leader: Person, what: str, whom: str, *, now: datetime) -> tuple[Share, bool]:
    """Show one thing to the team or to one’s own leader; return it, and whether it is new. In a transaction."""
    if whom not in WHOM:
        raise BadInput(say("With whom: the team, or your own leader."))
    if not what or len(what) > 40 or what in NEVER:
        raise BadInput(say("What: the mirror, the map, or one of your measures."))
    above = leader_above(team, today=team.day(now))
    if whom == WITH_LINE and above is None:
        raise Refused(
            say(
                "Nobody leads the team above, so there is nobody to show it to. Say in the team’s settings which team is above."
            )
        )
    there = _of(standing(team, today=team.day(now)), what, whom)
    if there is not None:
        return there, False
    _same(team, leader, what, whom).update(revoked_at=now)  # of an earlier lead of theirs
    line = above if whom == WITH_LINE else None
    it = Share.objects.create(team=team, leader=leader, what=what, whom=whom, to=line, shared_at=now)
    to = line.account if line is not None else None
    audit.changed_rights(team, by=leader.account, of=leader, to=to, what=say("shows {what} to {whom}", what=called(what), whom=WHOM[whom]), now=now)  # fmt: skip
    return it, True


def take_back(team: Team, leader: Person, what: str, whom: str, *, now: datetime) -> Share | None:
    """End what was shown at once; None where it was not. In a transaction."""
    it = _same(team, leader, what, whom).select_for_update().first()
    if it is None:
        return None
    it.revoked_at = now
    it.save(update_fields=["revoked_at"])
    audit.changed_rights(team, by=leader.account, of=leader, what=say("no longer shows {what} to {whom}", what=called(what), whom=WHOM.get(whom, whom)), now=now)  # fmt: skip
    return it


def called(what: str) -> str:
    return CALLED.get(what, what.replace("-", " "))


def leader_above(team: Team, *, today: date) -> Person | None:
    """Return who leads the team above, if there is one and somebody other than who leads this one does."""
    above = team.up.leader_on(today) if team.up else None
    return above if above is not None and above != team.leader_on(today) else None


def standing(team: Team, *, today: date) -> list[Share]:
    """Return what is shown by who leads now; what was shown in an earlier lead has ended with it.

    What was shown to one leader above is not shown to the next: whoever keeps a team can put it under another one.
    """
    every = list(team.shares.filter(revoked_at=None).select_related("leader"))
    lead = team.leaderships.on(today).first() if every else None
    if lead is None:
        return []
    above = leader_above(team, today=today) if any(s.whom == WITH_LINE for s in every) else None
    return [
        s
        for s in every
        if s.leader_id == lead.person_id
        and (s.whom != WITH_LINE or (above is not None and s.to_id == above.pk))
        and (lead.begins_on is None or s.team.day(s.shared_at) >= lead.begins_on)
    ]


def shown_to(team: Team, account: Account, *, person: Person | None, today: date) -> list[Share]:
    """Return what is shown to somebody: as one of the front line, or as who leads the team above.

    person : as whom they act; in a sample whoever they chose.
    """
    shares = standing(team, today=today)
    if not shares:
        return []
    them = Q(person=person) if person is not None else Q(person__account=account)
    told = set()
    if team.memberships.on(today).filter(them).exists():
        told.add(WITH_TEAM)
    above = leader_above(team, today=today)
    if above is not None and (above == person or above.account_id == account.pk):
        told.add(WITH_LINE)
    return [s for s in shares if s.whom in told]


def shown_below(team: Team, *, today: date) -> list[Share]:
    """Return what leaders of the teams below show to who leads this one."""
    below = Team.objects.filter(up=team, shares__whom=WITH_LINE, shares__revoked_at=None).distinct()
    return [s for b in below for s in standing(b, today=today) if s.whom == WITH_LINE]


def _of(shares: Iterable[Share], what: str, whom: str) -> Share | None:
    return next((s for s in shares if (s.what, s.whom) == (what, whom)), None)


def _same(team: Team, leader: Person, what: str, whom: str) -> QuerySet[Share]:
    return Share.objects.filter(team=team, leader=leader, what=what, whom=whom, revoked_at=None)
