"""One digest rather than many pings: what waits for somebody, whom they were applauded by, answers, and a leader's brief."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from followspot.brief import mail, moves
from followspot.brief import waiting as waits
from followspot.channels import ways
from followspot.channels.models import Digest, Reach
from followspot.errors import in_short
from followspot.evidence import log
from followspot.language import count, say
from followspot.practices import Move, quoted
from followspot.roles import TEAM
from followspot.teams import access, calendar, languages
from followspot.teams.models import Account, Person, Team

_log = structlog.get_logger()
_LOOKS_BACK = timedelta(days=15)  # of a weekly digest that no way took, the next one still has everything
_MOST = 8  # lines of one team; the page has the rest
# What others do about what somebody raised or told; what was cleared waits for them anyway.
_ANSWERS = {
    "barrier.taken": say("took it"),
    "barrier.promised": say("promised another day for it"),
    "barrier.passed_up": say("passed it up the line"),
    "lesson.thanked": say("said thank you for it"),
    "lesson.owned": say("said that a part of it is theirs"),
    "comment.made": say("said something about it"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to read, and where."""

    says: str
    url: str
    link: str


@dataclass(frozen=True, slots=True)
class Part:
    """What there is of one team. moves : the leader's brief, None where none is due."""

    team: Team
    lines: list[Line]
    moves: list[Move] | None


def go(*, now: datetime) -> int:
    """Send whatever is due: digests to those who chose when, and to other leaders the weekly brief alone."""
    chosen = Reach.objects.filter(account__is_active=True).select_related("account")
    sent = 0
    for reach in chosen.exclude(rhythm=Reach.Rhythm.NEVER):
        try:
            sent += _turn(reach, now=now)
        except Exception as error:  # whatever it is, it is one person's alone
            _log.error("digest.failed", account=reach.account_id, error=in_short(error))
    return sent + mail.send_due(now=now, but=[r.account_id for r in chosen])


def turn(reach: Reach, *, now: datetime) -> date | None:
    """Return for which day or week it is somebody's turn now, or None: not before their hour, nor in their quiet."""
    there = now.astimezone(ZoneInfo(_zone(reach.account, now)))
    today = there.date()
    if is_quiet(reach, there.hour):
        return None
    if reach.rhythm == Reach.Rhythm.WEEKLY:
        monday = today - timedelta(days=today.weekday())
        return monday if today > monday or there.hour >= reach.hour else None
    return today if there.hour >= reach.hour else None


def _zone(account: Account, now: datetime) -> str:
    """Return where somebody lives: as they said, or else where a team of theirs does."""
    if account.zone:
        return account.zone
    teams = access.teams_of(account, today=timezone.localdate(now)).filter(sample="")
    return teams.values_list("zone", flat=True).first() or "UTC"


def is_quiet(reach: Reach, hour: int) -> bool:
    """Say whether an hour lies in somebody's quiet; from and until the same hour is no quiet at all."""
    first, last = reach.quiet_from, reach.quiet_until
    return first <= hour < last if first <= last else hour >= first or hour < last


def begin(reach: Reach, *, now: datetime) -> None:
    """Let whoever has just chosen wait for their next turn, rather than get a digest at once."""
    if on := turn(reach, now=now):
        Digest.objects.get_or_create(account=reach.account, on=on, defaults={"at": now})


def teams_of(account: Account, *, now: datetime) -> list[Team]:
    """Return the teams somebody leads or is of."""
    today = timezone.localdate(now)
    person = Person.objects.filter(account=account).first()
    teams = access.teams_of(account, today=today).filter(sample="")
    return [t for t in teams if _roles(t, account, person, now) & TEAM]


def _roles(team: Team, account: Account, person: Person | None, now: datetime) -> frozenset[object]:
    today = team.day(now)
    return frozenset(
        access.standing(team, account=account, person=person, leader=team.leader_on(today), today=today)
    )


def _turn(reach: Reach, *, now: datetime) -> bool:
    account, on = reach.account, turn(reach, now=now)
    if on is None or Digest.objects.filter(account=account, on=on).exists():
        return False
    today = now.astimezone(ZoneInfo(_zone(account, now))).date()
    if not any(calendar.of(t).works(today) for t in teams_of(account, now=now)):
        if reach.rhythm == Reach.Rhythm.DAILY:  # it has had its turn, and isn't looked at again today
            Digest.objects.get_or_create(account=account, on=on, defaults={"at": now})
        return False
    with languages.to(account):
        parts = compose(account, now=now)
        return _sent(reach, parts, on, now=now)


def _sent(reach: Reach, parts: list[Part], on: date, *, now: datetime) -> bool:
    account = reach.account
    try:
        with transaction.atomic():
            row = Digest.objects.create(account=account, on=on, at=now)
    except IntegrityError:  # another process was quicker
        return False
    if not parts:
        return False
    person = Person.objects.get(account=account)
    noted = [mail.noted(p.team, person, now=now) for p in parts if p.moves is not None]
    try:
        row.went = deliver(reach, *written(account, parts))
    except BaseException:
        row.delete()
        for brief in filter(None, noted):
            brief.delete()
        raise
    row.save(update_fields=["went"])
    for brief in [] if row.went else filter(None, noted):
        brief.delete()
    return row.went


def compose(account: Account, *, now: datetime) -> list[Part]:
    """Return what there is for somebody, by team; of a team whose leader they are and from which they are away, nothing."""
    person = Person.objects.filter(account=account).select_related("account").first()
    if person is None:
        return []
    last = Digest.objects.filter(account=account, went=True).first()
    since = max(last.at, now - _LOOKS_BACK) if last else now - _LOOKS_BACK
    found = []
    for team in teams_of(account, now=now):
        today = team.day(now)
        leads = team.leader_on(today) == person
        if leads and mail.away(team, person, today):
            continue
        lines = [Line(w.says, w.url, w.link) for w in waits.compose(team, person, now=now)]
        lines += _applause(team, person, since) + _answers(team, person, since)
        due = leads and mail.is_due(team, person, now=now)
        brief = moves.compose(team, person, now=now, wait=True) if due else None
        if lines or brief is not None:
            found.append(Part(team, lines[:_MOST], brief))
    return found


def _applause(team: Team, person: Person, since: datetime) -> list[Line]:
    given = team.applause_set.all().on_stage().filter(to=person, given_at__gt=since).select_related("giver")
    return [
        Line(
            say(
                "{who} applauds you: {what}.",
                who=a.giver.name if a.giver else say("Somebody"),
                what=quoted(a),
            ),
            a.get_absolute_url(),
            say("See it"),
        )
        for a in given
    ]


def _answers(team: Team, person: Person, since: datetime) -> list[Line]:
    """What others did about what this person raised or told with their name; once a thing and act."""
    raised = team.barrier_set.filter(raiser=person).order_by("-pk")[:200]
    own = {
        it.reference: it for it in [*raised, *team.lesson_set.filter(teller=person, withdrawn_at=None)[:200]]
    }
    if not own:
        return []
    events = log.single(team, objects=tuple(own), activities=frozenset(_ANSWERS), since=since, newest=50)
    found: dict[str, Line] = {}
    for event in events:
        if event.actor != person:
            it, who = own[event.object], event.actor.name if event.actor else say("Somebody")
            says = say("{who} {did}: {thing}.", who=who, did=_ANSWERS[event.activity], thing=quoted(it))
            line = Line(says, it.get_absolute_url(), say("See it"))
            found.setdefault(line.says, line)
    return list(found.values())


def written(account: Account, parts: list[Part]) -> tuple[str, str, str]:
    """Return subject, plain text and HTML of a digest."""
    context = {"parts": parts, "site": settings.SITE, "person": account}
    subject = say("Followspot: what there is for you")
    if len(parts) == 1:
        team = " ".join(parts[0].team.name.split())
        n = len(parts[0].moves or ())
        subject = say("{team}: what there is for you", team=team)
        if n:
            subject = count(n, "{team}: {n} move this week", "{team}: {n} moves this week", team=team)
    return (
        str(subject),
        render_to_string("channels/digest.txt", context),
        render_to_string("channels/digest.html", context),
    )


def deliver(reach: Reach, subject: str, plain: str, html: str = "") -> bool:
    """Send something by every way somebody chose; say whether any of them worked.

    A mail server that is down holds up no other way. What it raises is raised where nothing else got through.
    """
    failed: Exception | None = None
    if reach.by_mail:
        letter = EmailMultiAlternatives(
            subject=" ".join(str(subject).split()), body=str(plain), to=[reach.account.email]
        )
        if html:
            letter.attach_alternative(html, "text/html")
        try:
            letter.send()
        except (OSError, SMTPException) as error:
            failed = error
    sent = [ways.send(way, subject, plain) for way in reach.account.outlets.all()]
    if failed is not None and not any(sent):
        raise failed
    if failed is not None:
        _log.error("digest.unmailed", account=reach.account_id, error=in_short(failed))
    return (reach.by_mail and failed is None) or any(sent)
