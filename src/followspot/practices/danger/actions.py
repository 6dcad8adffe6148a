"""The verbs of danger; each leaves one event."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from followspot.errors import Refused
from followspot.language import say
from followspot.objects import acts
from followspot.objects.around import day_of
from followspot.practices.danger import rules
from followspot.practices.danger.models import Danger, Note
from followspot.roles import Roles, may, must
from followspot.teams.models import Person, Team


@transaction.atomic
def declare(
    team: Team,
    *,
    why: str,
    takes: str,
    exit_condition: str,
    ends_at: datetime,
    by: Person | None,
    roles: Roles,
    now: datetime,
    keeps: str = "",
) -> Danger:
    """Let the leader go to the front, with a way back and an end."""
    must(rules.MAY, "declare", roles, to=say("declare danger here"))
    rules.check_declared(why, takes, exit_condition)
    rules.check_end(ends_at, now)
    leader = team.leader_on(team.day(now))
    if leader is None:
        raise Refused(say("Nobody leads this team, so nobody can go to the front."))
    acts.begin(team)
    for before in Danger.objects.filter(team=team, ended_at=None):
        if before.declared_by == by and before.why == why.strip() and before.began_at > now - acts.TWICE:
            return before
        if before.ends_at > now:
            raise Refused(say("The leader is in front already. One danger at a time."))
        _end(before, by=None, now=before.ends_at, how=rules.BY_ITSELF)
    it = Danger(
        team=team,
        why=why.strip(),
        takes=takes.strip(),
        keeps=keeps.strip(),
        exit_condition=acts.fitting(exit_condition, 300),
        leader=leader,
        declared_by=by,
        began_at=now,
        ends_at=ends_at,
    )
    it.save()
    _record(it, "danger.declared", by=by, now=now)
    return it


@transaction.atomic
def note(
    it: Danger, text: str, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Note:
    """Report a line from the front."""
    it = _running(it, None, now)
    must(rules.MAY, "note", roles, to=say("report here"))
    line = acts.fitting(" ".join(text.split()), 300)
    if not line:
        raise Refused(say("What is new? One line is enough."))
    same = it.notes.filter(by=by, text=line, at__gt=now - acts.TWICE)
    if sent_twice := same.first():
        return sent_twice
    said = Note.objects.create(danger=it, at=now, by=by, text=line)
    acts.tell(it, "danger.noted", by=by, now=now)
    return said


@transaction.atomic
def renew(
    it: Danger, ends_at: datetime, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Danger:
    """Make it longer, once, as only the front line can."""
    it = _running(it, seen, now)
    must(rules.MAY, "renew", roles, to=say("make it longer"))
    rules.check_renewal(it.renewals)
    rules.check_end(ends_at, now)
    if ends_at <= it.ends_at:
        raise Refused(say("That is no later than it ends now."))
    it.ends_at, it.renewals = ends_at, it.renewals + 1
    _record(it, "danger.renewed", by=by, now=now, day=True)
    return it


@transaction.atomic
def end(
    it: Danger,
    *,
    how: str,
    handed_back: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Danger:
    """Step back: say how it ended, and what goes back to whom."""
    it = _running(it, seen, now)
    must(rules.MAY, "end", roles, to=say("end this"))
    if handed_back.strip() and may(rules.MAY, "hand_back", roles):
        it.handed_back, it.handed_back_at = acts.fitting(handed_back, 2000), now
    return _end(it, by=by, now=now, how=acts.fitting(how, 300))


@transaction.atomic
def hand_back(
    it: Danger,
    handed_back: str,
    *,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Danger:
    """Say afterwards what goes back to whom."""
    it = acts.lock(it, seen=seen)
    must(rules.MAY, "hand_back", roles, to=say("say what is handed back"))
    if it.ended_at is None and it.ends_at > now:
        raise Refused(say("It isn’t over. End it first, then hand back."))
    if not handed_back.strip():
        raise Refused(say("What goes back to whom?"))
    it.handed_back, it.handed_back_at = acts.fitting(handed_back, 2000), now
    _record(it, "danger.handed_back", by=by, now=now)
    return it


def by_itself(*, now: datetime) -> int:
    """End what has reached its end."""
    done = 0
    for it in Danger.objects.filter(ended_at=None, ends_at__lte=now).select_related("team"):
        with transaction.atomic():
            newest = acts.lock(it, seen=None)
            if newest.ended_at is None and newest.ends_at <= now:
                _end(newest, by=None, now=newest.ends_at, how=rules.BY_ITSELF)
                done += 1
    return done


def _running(it: Danger, seen: int | None, now: datetime) -> Danger:
    it = acts.lock(it, seen=seen)
    if it.ended_at is not None or it.ends_at <= now:
        raise Refused(say("It is over. The leader has stepped back."))
    return it


def _end(it: Danger, *, by: Person | None, now: datetime, how: str) -> Danger:
    it.ended_at, it.ended_by, it.how = now, by, how
    _record(it, "danger.ended", by=by, now=now)
    return it


def _record(it: Danger, activity: str, *, by: Person | None, now: datetime, day: bool = False) -> None:
    acts.record(
        it,
        activity,
        by=by,
        now=now,
        value=day_of(it.team.day(it.ends_at)) if day else None,
        unit="day" if day else "",
    )
