"""A team's own channel: once a day what was applauded and learned on the days before, as much as was ticked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction

from followspot import seals
from followspot.channels import ways
from followspot.channels.models import TeamOutlet
from followspot.errors import BadInput, Refused, in_short
from followspot.language import in_lines, say
from followspot.objects.models import Object
from followspot.practices import quoted
from followspot.practices.barriers.rules import State
from followspot.teams import audit, calendar
from followspot.teams.models import Account, Team
from followspot.teams.names import together

_log = structlog.get_logger()
HOUR = 9  # where the team lives
TICKS = ("applause", "lessons", "dangers", "barriers")
_LOOKS_BACK = timedelta(days=8)


@transaction.atomic
def add(
    team: Team, name: str, address: str, ticks: frozenset[str], *, by: Account, now: datetime
) -> TeamOutlet:
    """Let a channel be told of a team from today on."""
    kind, name = ways.check(address), " ".join(name.split())
    if not name or not ticks:
        raise BadInput(say("Name and at least one thing that it is told: both are needed."))
    if team.outlets.count() >= ways.MOST:
        raise Refused(say("The team has {n} channels. Remove one that nobody reads any more.", n=ways.MOST))
    audit.changed_rights(team, by=by, what=say("a channel outside is told of the team"), now=now)
    return TeamOutlet.objects.create(
        team=team,
        set_by=by,
        name=name[:80],
        kind=kind,
        sealed_address=seals.seal(address.strip()),
        made_at=now,
        told_until=_midnight(team, now),
        **{tick: tick in ticks for tick in TICKS},
    )


@transaction.atomic
def remove(outlet: TeamOutlet, *, by: Account, now: datetime) -> None:
    """Let a channel be told nothing any more."""
    audit.changed_rights(outlet.team, by=by, what=say("a channel outside is told nothing any more"), now=now)
    outlet.delete()


def go(*, now: datetime) -> int:
    """Tell every channel whose turn it is; return how many were told something."""
    told = 0
    for outlet in TeamOutlet.objects.filter(team__sample="").select_related("team"):
        try:
            told += _turn(outlet, now=now)
        except Exception as error:  # whatever it is, it is that channel's alone
            _log.error("board.failed", outlet=outlet.pk, error=in_short(error))
    return told


def _turn(outlet: TeamOutlet, *, now: datetime) -> bool:
    team, today = outlet.team, outlet.team.day(now)
    hour = now.astimezone(ZoneInfo(team.zone)).hour
    if outlet.told_on == today or hour < HOUR or not calendar.of(team).works(today):
        return False
    mine = TeamOutlet.objects.filter(pk=outlet.pk, told_on=outlet.told_on)
    if not mine.update(told_on=today):  # another process was quicker
        return False
    until = _midnight(team, now)
    lines = compose(outlet, until=until)
    if lines and not ways.send(outlet, say("{team}, since last time", team=team.name), in_lines(lines)):
        return False  # tomorrow it has the days of both
    TeamOutlet.objects.filter(pk=outlet.pk).update(told_until=until)
    return bool(lines)


def compose(outlet: TeamOutlet, *, until: datetime) -> list[str]:
    """Return what a channel is told of whole days that are over, so that nothing told without a name has a time."""
    team, since = outlet.team, max(outlet.told_until, until - _LOOKS_BACK)
    lines: list[str] = []
    if outlet.applause:
        given = team.applause_set.all().on_stage().filter(given_at__gte=since, given_at__lt=until)
        lines += [
            say(
                "• {who} applauds {whom}: {what} {url}",
                who=a.giver.name if a.giver else say("Somebody"),
                whom=together(list(a.to.all())),
                what=quoted(a),
                url=_at(a),
            )
            for a in given.with_people().order_by("given_at")
        ]
    if outlet.lessons:
        told = team.lesson_set.filter(told_at__gte=since, told_at__lt=until, withdrawn_at=None)
        lines += [
            say("• A lesson: {what} {url}", what=quoted(lesson.known), url=_at(lesson))
            for lesson in told.order_by("pk")
        ]
    if outlet.barriers:
        stood = team.barrier_set.filter(raised_at__gte=since, raised_at__lt=until)
        lines += [
            say("• In the way: {what} {url}", what=quoted(b), url=_at(b))
            for b in stood.exclude(state=State.WITHDRAWN)
        ]
    return lines


def _at(thing: Object) -> str:
    return f"{settings.SITE}{thing.get_absolute_url()}"


def _midnight(team: Team, now: datetime) -> datetime:
    return datetime.combine(team.day(now), time.min, ZoneInfo(team.zone))
