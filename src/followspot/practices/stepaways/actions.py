"""The verbs of a step-away; each leaves one event."""

from datetime import date, datetime

from django.db import transaction

from followspot.evidence import log
from followspot.practices.stepaways import rules
from followspot.practices.stepaways.models import StepAway
from followspot.teams.models import Person, Team


@transaction.atomic
def plan(
    team: Team,
    leader: Person,
    *,
    begins_on: date,
    ends_on: date | None,
    margin: float,
    flow: str,
    by: Person | None,
    now: datetime,
    stand_ins: str = "",
    what_else: str = "",
    source: str = "",
) -> StepAway:
    """Announce a step-away with its margin; also for one in the past, which then says so."""
    Team.objects.select_for_update().get(pk=team.pk)
    others = StepAway.objects.filter(team=team, leader=leader).values_list("begins_on", "ends_on")
    rules.check_stretch(begins_on, ends_on, others=list(others))
    rules.check_margin(margin)
    stepaway = StepAway.objects.create(
        team=team,
        leader=leader,
        begins_on=begins_on,
        ends_on=ends_on,
        margin=margin,
        flow=flow,
        declared_at=now,
        stand_ins=stand_ins.strip(),
        what_else=what_else.strip(),
        source=source.strip(),
    )
    _record("stepaway.planned", stepaway, by=by, now=now)
    return stepaway


@transaction.atomic
def withdraw(stepaway: StepAway, *, by: Person | None, now: datetime) -> None:
    """Take a step-away back; that it stood here stays in the log."""
    _record("stepaway.withdrawn", stepaway, by=by, now=now)
    stepaway.delete()


def _record(activity: str, stepaway: StepAway, *, by: Person | None, now: datetime) -> None:
    log.append(activity, f"stepaway:{stepaway.pk}", team=stepaway.team, by=by, now=now, practice="stepaways")
