"""The verbs on lessons; each leaves one event."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from followspot.errors import Refused
from followspot.language import say
from followspot.objects import acts, unnamed
from followspot.objects.models import find
from followspot.practices.lessons import rules
from followspot.practices.lessons.models import FollowUp, Lesson
from followspot.practices.lessons.rules import Following
from followspot.roles import TELLER, Roles, must
from followspot.teams.models import Person, Team


@transaction.atomic
def tell(
    team: Team,
    *,
    happened: str,
    known: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    believed: str = "",
    helps: str = "",
    changes: tuple[str, ...] = (),
    about: str = "",
    word_hash: str = "",
) -> Lesson:
    """Tell a mistake as a lesson. changes : what follows from it, each followed up until it is done."""
    must(rules.MAY, "tell", roles, to=say("tell a lesson here"))
    rules.check_told(happened, known)
    if word_hash:
        unnamed.must_be_many(team, today=team.day(now))
        by, now = None, unnamed.blurred(now, team)
    acts.begin(team)
    same = Lesson.objects.filter(
        team=team, teller=by, happened=happened.strip(), told_at__gt=now - acts.TWICE
    )
    if by is not None and (sent_twice := same.first()):
        return sent_twice
    it = Lesson(
        team=team,
        happened=happened.strip(),
        believed=believed.strip(),
        known=known.strip(),
        helps=acts.fitting(helps, 200),
        about=about,
        teller=by,
        word_hash=word_hash,
        told_at=now,
    )
    it.save()
    lines = [acts.fitting(c, rules.FOLLOW_UP_LONGEST) for c in changes if c.strip()]
    FollowUp.objects.bulk_create(FollowUp(lesson=it, what=line, added_at=now) for line in lines)
    _record(it, "lesson.told", by=by, now=now)
    return it


@transaction.atomic
def change(
    it: Lesson,
    *,
    happened: str,
    known: str,
    believed: str,
    helps: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Lesson:
    """Word one's lesson anew."""
    it = acts.lock(it, seen=seen)
    must(rules.MAY, "change", roles, to=say("word this anew"))
    rules.check_told(happened, known)
    it.happened, it.known = happened.strip(), known.strip()
    it.believed, it.helps = believed.strip(), acts.fitting(helps, 200)
    by, now = _said_by(it, by, roles, now)
    _record(it, "lesson.changed", by=by, now=now)
    return it


@transaction.atomic
def withdraw(
    it: Lesson, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Lesson:
    """Take one's lesson back."""
    it = acts.lock(it, seen=seen)
    must(rules.MAY, "withdraw", roles, to=say("take this back"))
    if it.withdrawn_at:
        raise Refused(say("It was taken back already."))
    by, now = _said_by(it, by, roles, now)
    it.withdrawn_at = now
    _record(it, "lesson.withdrawn", by=by, now=now)
    return it


@transaction.atomic
def thank(it: Lesson, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None) -> Lesson:
    """Say thank you, as the leader, once."""
    it = _there(it, seen)
    must(rules.MAY, "thank", roles, to=say("answer a lesson"))
    if it.thanked_at:
        raise Refused(say("You have said thank you already."))
    it.thanked_at, it.thanked_by = now, by
    _record(it, "lesson.thanked", by=by, now=now)
    return it


@transaction.atomic
def own(
    it: Lesson, part: str, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Lesson:
    """Say, as the leader, that a part of it is one's own."""
    it = _there(it, seen)
    must(rules.MAY, "own", roles, to=say("answer a lesson"))
    if not part.strip():
        raise Refused(say("Which part is yours?"))
    it.owned_at, it.owned_by, it.owned_part = now, by, acts.fitting(part, 300)
    _record(it, "lesson.owned", by=by, now=now)
    return it


@transaction.atomic
def find_useful(it: Lesson, *, by: Person | None, roles: Roles, now: datetime) -> bool:
    """Say that it helps, or no longer; return whether it does now."""
    it = _there(it, None)
    must(rules.MAY, "find_useful", roles, to=say("say so here"))
    if by is None:
        raise Refused(say("Only a person can find it useful."))
    if it.useful.filter(pk=by.pk).exists():
        it.useful.remove(by)
        acts.tell(it, "lesson.left", by=by, now=now)
        return False
    it.useful.add(by)
    acts.tell(it, "lesson.found_useful", by=by, now=now)
    return True


@transaction.atomic
def follow_up(
    it: Lesson, what: str, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> FollowUp:
    """Add something that changes."""
    it = _there(it, seen)
    must(rules.MAY, "follow_up", roles, to=say("follow this up"))
    line = acts.fitting(" ".join(what.split()), rules.FOLLOW_UP_LONGEST)
    if not line:
        raise Refused(say("What changes?"))
    same = it.followups.filter(what=line, added_at__gt=now - acts.TWICE)
    if sent_twice := same.first():
        return sent_twice
    added = FollowUp.objects.create(lesson=it, what=line, added_at=now)
    _record(it, "followup.added", by=by, now=now)
    return added


@transaction.atomic
def end_follow_up(
    one: FollowUp, state: Following, *, by: Person | None, roles: Roles, now: datetime
) -> FollowUp:
    """Say that a change is done, dropped, or open again."""
    it = _there(one.lesson, None)
    must(rules.MAY, "follow_up", roles, to=say("follow this up"))
    one = FollowUp.objects.get(pk=one.pk)
    if one.state == state:
        raise Refused(rules.ALREADY[state])
    one.state, one.ended_by = state, None if state == Following.OPEN else by
    one.ended_at = None if state == Following.OPEN else now
    one.save()
    activity = {
        Following.DONE: "followup.finished",
        Following.DROPPED: "followup.dropped",
        Following.OPEN: "followup.reopened",
    }[state]
    _record(it, activity, by=by, now=now)
    return one


@transaction.atomic
def link_follow_up(
    one: FollowUp, reference: str, *, by: Person | None, roles: Roles, now: datetime
) -> FollowUp:
    """Say which expectation or barrier a change became."""
    it = _there(one.lesson, None)
    must(rules.MAY, "follow_up", roles, to=say("follow this up"))
    if find(it.team, reference) is None:
        raise Refused(say("That is no expectation or barrier of this team."))
    one.becomes = reference
    one.save(update_fields=["becomes"])
    _record(it, "followup.linked", by=by, now=now, more=(reference,))
    return one


def _there(it: Lesson, seen: int | None) -> Lesson:
    it = acts.lock(it, seen=seen)
    if it.withdrawn_at:
        raise Refused(say("It was taken back by whoever told it."))
    return it


def _said_by(it: Lesson, by: Person | None, roles: Roles, now: datetime) -> tuple[Person | None, datetime]:
    """What the teller of an unnamed lesson does with it carries neither a name nor a time of its own."""
    if it.unnamed and TELLER in roles:
        return None, max(unnamed.blurred(now, it.team), it.told_at)
    return by, now


def _record(
    it: Lesson, activity: str, *, by: Person | None, now: datetime, more: tuple[str, ...] = ()
) -> None:
    about = (it.about,) if it.about else ()
    to = (it.teller,) if it.teller and it.teller != by else ()
    acts.record(it, activity, by=by, now=now, to=to, about=(*about, *more))
