"""The brief as a weekly mail: plain and HTML, on Monday morning where the team lives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from followspot.brief import moves, stage
from followspot.brief.models import Sent
from followspot.errors import in_short
from followspot.practices.stepaways.models import StepAway
from followspot.teams.models import Leadership, Person, Team

_log = structlog.get_logger()
HOUR = 7  # where the team lives


def due(*, now: datetime) -> Iterator[tuple[Team, Person]]:
    """Yield the teams whose leader's brief is due this week and has not gone: not while the leader is away."""
    spells = Leadership.objects.on(now.date()).filter(person__account__isnull=False)
    for spell in spells.select_related("team", "person__account"):
        team, leader = spell.team, spell.person
        there = now.astimezone(ZoneInfo(team.zone))
        account = leader.account
        if team.sample or account is None or not account.brief_by_mail or not account.is_active:
            continue
        if there.weekday() == 0 and there.hour < HOUR:
            continue
        week = _monday(there)
        if team.created_at.astimezone(there.tzinfo).date() >= week:
            continue  # in its first week a team has other things to read
        if Sent.objects.filter(team=team, account=account, week=week).exists() or _away(team, leader, there):
            continue
        yield team, leader


def _monday(there: datetime) -> date:
    return there.date() - timedelta(days=there.weekday())


def _away(team: Team, leader: Person, there: datetime) -> bool:
    """Say whether the leader is away: then nothing is sent, and next week's brief has what there was."""
    today = there.date()
    return any(s.is_away(today) for s in StepAway.of_team(team).over(today).filter(leader=leader))


def send_due(*, now: datetime) -> int:
    """Send what is due; return how many went. One that fails is told to the log, and tried again next round."""
    sent = 0
    for team, leader in list(due(now=now)):
        try:
            sent += send(team, leader, now=now)
        except (OSError, SMTPException) as error:
            _log.error("brief.failed", team=team.pk, error=in_short(error))
    return sent


def send(team: Team, leader: Person, *, now: datetime) -> bool:
    """Send one brief, once a week.

    The row that says so comes first, so that no other process sends it too; the database isn't held while the
    mail server answers, and a mail that fails takes its row away again.
    """
    if leader.account is None:
        return False
    week = _monday(now.astimezone(ZoneInfo(team.zone)))
    brief = written(team, leader, now=now)
    try:
        with transaction.atomic():
            row = Sent.objects.create(team=team, account=leader.account, week=week, at=now)
    except IntegrityError:  # another process was quicker
        return False
    try:
        brief.send()
    except BaseException:
        row.delete()
        raise
    return True


def written(team: Team, leader: Person, *, now: datetime) -> EmailMultiAlternatives:
    """Return a leader's brief as mail."""
    found = moves.compose(team, leader, now=now, wait=True)
    context = {
        "team": team,
        "leader": leader,
        "moves": found,
        "stage": stage.compose(team, leader, now=now),
        "site": settings.SITE,
    }
    count = (
        f"{len(found)} move{'' if len(found) == 1 else 's'} this week" if found else "nothing to do this week"
    )
    mail = EmailMultiAlternatives(
        subject=f"{' '.join(team.name.split())}: {count}",
        body=render_to_string("brief/mail.txt", context),
        to=[leader.account.email if leader.account else ""],
    )
    mail.attach_alternative(render_to_string("brief/mail.html", context), "text/html")
    return mail
