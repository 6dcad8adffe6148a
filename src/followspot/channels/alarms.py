"""What can't wait: danger and a broken glass, at once, to those concerned, whatever the hour and whoever is away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from followspot.channels import digests, ways
from followspot.channels.models import Alarm, Reach, TeamOutlet
from followspot.errors import in_short
from followspot.evidence import news
from followspot.evidence.news import News
from followspot.language import say
from followspot.objects.models import find
from followspot.practices import quoted
from followspot.practices.danger.models import Danger
from followspot.teams import access, languages
from followspot.teams.models import Account, Team

_log = structlog.get_logger()
DECLARED, BROKEN = "danger.declared", "stepaway.glass_broken"
LATEST = timedelta(days=1)  # a server that was down tells what is that old, and nothing older


def go(*, now: datetime) -> int:
    """Tell whoever hasn't been told yet; return how many messages went."""
    Alarm.objects.filter(at__lt=now - 2 * LATEST).delete()
    sent = 0
    for team, told in news.lately(since=now - LATEST, activities=frozenset({DECLARED, BROKEN})):
        said = _said(team, told, now=now)
        if said is None:
            continue
        for reach in _concerned(team, told, now=now):
            with languages.to(reach.account):
                sent += _once(
                    told, f"account:{reach.account_id}", partial(digests.deliver, reach, *said), now=now
                )
        if told.activity == DECLARED:
            for outlet in TeamOutlet.objects.filter(team=team, dangers=True):
                sent += _once(told, f"outlet:{outlet.pk}", partial(ways.send, outlet, *said), now=now)
    return sent


def _said(team: Team, told: News, *, now: datetime) -> tuple[str, str] | None:
    """Return title and text; None for what is gone, and for a danger that is over: nobody is alarmed by what was."""
    thing = find(team, told.object)
    if thing is None or (isinstance(thing, Danger) and (thing.ended_at or thing.ends_at <= now)):
        return None
    who = told.actor.name if told.actor else say("Somebody")
    url = f"{settings.SITE}{thing.get_absolute_url()}"
    if told.activity == BROKEN:
        said = say("{who} broke the glass: you are called back.\n\n{url}\n", who=who, url=url)
        return say("{team}: you are called back", team=team.name), said
    said = say("{who} declared danger: {thing}.\n\n{url}\n", who=who, thing=quoted(thing), url=url)
    return say("{team}: danger", team=team.name), said


def _concerned(team: Team, told: News, *, now: datetime) -> list[Reach]:
    """Return whom it concerns and how they are reached: of danger the whole team, of a broken glass the leader alone."""
    today = team.day(now)
    people = access.people_of(team, today=today)
    if told.activity == BROKEN:
        leader = team.leader_on(today)
        people = [leader] if leader else []
    accounts = Account.objects.filter(person__in=people, is_active=True).select_related("reach")
    if told.actor is not None:
        accounts = accounts.exclude(person=told.actor)
    found = [_reach(account) for account in accounts]
    return [r for r in found if r.danger or told.activity == BROKEN]


def _reach(account: Account) -> Reach:
    """Return what somebody chose; who chose nothing, or no way at all, is told by mail."""
    try:
        reach: Reach = account.reach
    except Reach.DoesNotExist:
        return Reach(account=account)
    reach.by_mail = reach.by_mail or not account.outlets.exists()
    return reach


def _once(told: News, where: str, send: Callable[[], bool], *, now: datetime) -> bool:
    """Send something to one place once. What fails is told to the log, and tried again next round."""
    try:
        with transaction.atomic():
            row = Alarm.objects.create(event=told.key, where=where, at=now)
    except IntegrityError:
        return False
    try:
        went = send()
    except Exception as error:  # whatever it is, it is that place's alone
        _log.error("alarm.failed", error=in_short(error))
        went = False
    if not went:
        row.delete()
    return went
