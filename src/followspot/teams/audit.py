"""Who looked at a leader's own measures, and who was given or lost which right. Only ever added to."""

import hashlib
from datetime import datetime

from followspot.teams.models import Account, Look, Person, RightsChange, Team


def looked(
    team: Team, *, by: Account, person: Person | None, whose: Person | None, what: str, now: datetime
) -> None:
    """Note that somebody looked at a leader's own measures, once a day; a leader's own looks are nobody's business.

    In a sample nobody is looked at: its people are told, not real.
    """
    if whose is None or team.sample or whose.account_id == by.pk:
        return
    once = hashlib.sha256(
        f"{team.pk} {by.pk} {whose.pk} {str.__str__(what)} {team.day(now)}".encode()
    ).hexdigest()
    if not Look.objects.filter(once=once).exists():
        Look.objects.bulk_create(
            [Look(team=team, by=by, seen_as=person, whose=whose, what=what, at=now, once=once)],
            ignore_conflicts=True,  # another tab was quicker
        )


def changed_rights(
    team: Team | None,
    *,
    by: Account | None,
    what: str,
    now: datetime,
    of: Person | None = None,
    to: Account | None = None,
) -> None:
    """Note a change of rights; call it in the transaction of its act.

    what : in words that name nobody, “leads from 3 May 2027 on”; of, to : whose rights they are.
    by : None where the command line or time did it.
    """
    if team is None or not team.sample:
        RightsChange.objects.create(team=team, by=by, of=of, to=to, what=what, at=now)
