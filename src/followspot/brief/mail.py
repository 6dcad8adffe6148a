"""The brief as a weekly mail: plain and HTML, on Monday morning where the team lives."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
from followspot.language import count, say
from followspot.practices.stepaways.models import StepAway
from followspot.teams import languages
from followspot.teams.models import Leadership, Person, Team

_log = structlog.get_logger()
HOUR = 7  # where the team lives


def due(*, now: datetime, but: Collection[int] = ()) -> Iterator[tuple[Team, Person]]:
    """Yield the teams whose leader's brief is due this week and has not gone. but : accounts that get it another way."""
    spells = Leadership.objects.on(now.date()).filter(person__account__isnull=False)
    for spell in spells.exclude(person__account__in=but).select_related("team", "person__account"):
        there = now.astimezone(ZoneInfo(spell.team.zone))
        if there.weekday() == 0 and there.hour < HOUR:
            continue
        if is_due(spell.team, spell.person, now=now):
            yield spell.team, spell.person


def is_due(team: Team, leader: Person, *, now: datetime) -> bool:
    """Say whether a leader's brief of this week is still to go: not while they are away, nor in a team's first week."""
    there, account = now.astimezone(ZoneInfo(team.zone)), leader.account
    if team.sample or account is None or not account.brief_by_mail or not account.is_active:
        return False
    week = _monday(there)
    if team.created_at.astimezone(there.tzinfo).date() >= week:
        return False  # in its first week a team has other things to read
    gone = Sent.objects.filter(team=team, account=account, week=week).exists()
    return not gone and not away(team, leader, there.date())


def _monday(there: datetime) -> date:
    return there.date() - timedelta(days=there.weekday())


def away(team: Team, leader: Person, today: date) -> bool:
    """Say whether the leader is away: then nothing is sent, and next week's brief has what there was."""
    return any(s.is_away(today) for s in StepAway.of_team(team).over(today).filter(leader=leader))


def send_due(*, now: datetime, but: Collection[int] = ()) -> int:
    """Send what is due; return how many went. One that fails is told to the log, and tried again next round."""
    sent = 0
    for team, leader in list(due(now=now, but=but)):
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
    brief = written(team, leader, now=now)
    row = noted(team, leader, now=now)
    if row is None:
        return False
    try:
        brief.send()
    except BaseException:
        row.delete()
        raise
    return True


def noted(team: Team, leader: Person, *, now: datetime) -> Sent | None:
    """Note that this week's brief goes; None where another process was quicker."""
    if leader.account is None:
        return None
    week = _monday(now.astimezone(ZoneInfo(team.zone)))
    try:
        with transaction.atomic():
            return Sent.objects.create(team=team, account=leader.account, week=week, at=now)
    except IntegrityError:
        return None


def written(team: Team, leader: Person, *, now: datetime) -> EmailMultiAlternatives:
    """Return a leader's brief as mail, in the leader's language."""
    with languages.to(leader.account):
        return _written(team, leader, now)


def _written(team: Team, leader: Person, now: datetime) -> EmailMultiAlternatives:
    found = moves.compose(team, leader, now=now, wait=True)
    context = {
        "team": team,
        "leader": leader,
        "moves": found,
        "stage": stage.compose(team, leader, now=now),
        "site": settings.SITE,
    }
    name = " ".join(team.name.split())
    subject = say("{team}: nothing to do this week", team=name)
    if found:
        subject = count(len(found), "{team}: {n} move this week", "{team}: {n} moves this week", team=name)
    mail = EmailMultiAlternatives(
        subject=str(subject),
        body=render_to_string("brief/mail.txt", context),
        to=[leader.account.email if leader.account else ""],
    )
    mail.attach_alternative(render_to_string("brief/mail.html", context), "text/html")
    return mail
