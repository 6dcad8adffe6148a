"""The verbs of a panel; each leaves one event, and no event carries a score or a word about a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from followspot.errors import Refused
from followspot.language import say
from followspot.objects import acts
from followspot.objects.around import day_of
from followspot.objects.models import Comment
from followspot.practices.panels import rules
from followspot.practices.panels.models import Criterion, Mark, Panel, Seat
from followspot.practices.panels.rules import Attitude, Place, Sheet
from followspot.roles import Roles, must
from followspot.teams.models import Person, Team


@transaction.atomic
def convene(
    team: Team,
    *,
    candidate: str,
    purpose: str,
    criteria: Sequence[rules.Asked],
    panelists: Sequence[Person],
    due_on: date,
    delete_on: date,
    by: Person | None,
    roles: Roles,
    now: datetime,
    notes: str = "",
) -> Panel:
    """Ask people to judge a candidate, each alone first."""
    must(rules.MAY, "convene", roles, to=say("convene a panel here"))
    today = team.day(now)
    rules.check_candidate(candidate, purpose)
    rules.check_deletion(delete_on, today=today, begun_on=today)
    rules.check_due(due_on, today=today, delete_on=delete_on)
    acts.begin(team)
    same = Panel.objects.filter(
        team=team,
        convener=by,
        candidate=candidate.strip(),
        purpose=purpose.strip(),
        begun_at__gt=now - acts.TWICE,
    )
    if sent_twice := same.first():
        return sent_twice
    it = Panel(
        team=team,
        candidate=acts.fitting(candidate, 120),
        purpose=acts.fitting(purpose, 120),
        notes=acts.fitting(notes, rules.LONGEST),
        convener=by,
        begun_at=now,
        due_on=due_on,
        delete_on=delete_on,
    )
    it.save()
    _ask(it, criteria)
    _seat(it, panelists)
    acts.record(
        it, "panel.convened", by=by, now=now, to=_others(panelists, by), value=day_of(due_on), unit="day"
    )
    return it


@transaction.atomic
def change(
    it: Panel,
    *,
    candidate: str,
    purpose: str,
    notes: str,
    due_on: date,
    delete_on: date,
    criteria: Sequence[rules.Asked],
    panelists: Sequence[Person],
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Panel:
    """Change what was planned; once somebody has handed in, criteria and panelists stand."""
    it = _there(it, seen)
    must(rules.MAY, "change", roles, to=say("change this panel"))
    _sealed(it)
    today = it.team.day(now)
    rules.check_candidate(candidate, purpose)
    rules.check_deletion(delete_on, today=today, begun_on=it.team.day(it.begun_at), before=it.delete_on)
    if due_on != it.due_on:
        rules.check_due(due_on, today=today, delete_on=delete_on)
    it.candidate, it.purpose = acts.fitting(candidate, 120), acts.fitting(purpose, 120)
    it.notes, it.due_on, it.delete_on = acts.fitting(notes, rules.LONGEST), due_on, delete_on
    asked = [c.asked for c in it.criteria.all()]
    sitting = {s.person_id for s in it.sitting}
    if it.is_fixed and (list(criteria) != asked or {p.pk for p in panelists} != sitting):
        raise Refused(
            say(
                "The first score is in, so criteria and panelists stand. Somebody who can’t take part may be taken off."
            )
        )
    if list(criteria) != asked:
        _ask(it, criteria)
    _seat(it, panelists)
    newly = [p for p in panelists if p.pk not in sitting]
    acts.record(it, "panel.changed", by=by, now=now, to=_others(newly, by))
    return it


@transaction.atomic
def take_off(
    it: Panel,
    person: Person,
    *,
    reason: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Panel:
    """Take somebody off who can't take part, before their score is in; their draft goes."""
    it = _there(it, seen)
    must(rules.MAY, "take_off", roles, to=say("take somebody off this panel"))
    _sealed(it)
    seat = it.seat_of(person)
    if seat is None:
        raise Refused(say("{name} isn’t on this panel.", name=person.name))
    if seat.handed_in_at:
        raise Refused(say("{name} has handed in. A score that is in stays.", name=person.name))
    if not reason.strip():
        raise Refused(say("Why can’t {name} take part? The panel reads it.", name=person.name))
    rules.check_panelists([s.person_id for s in it.sitting if s != seat])
    seat.marks.all().delete()
    Seat.objects.filter(pk=seat.pk).update(
        off_at=now, off_reason=acts.fitting(reason, 200), drafted_at=None, **_no_places()
    )
    if all(s.handed_in_at for s in it.sitting if s != seat):
        it.opened_at = now
    acts.record(it, "panel.panelist_removed", by=by, now=now, to=(person,))
    return _newest(it)


@transaction.atomic
def draft(it: Panel, sheet: Sheet, *, by: Person | None, roles: Roles, now: datetime) -> Seat:
    """Keep one's score as far as it is; nobody else sees it, and it can be changed until it is handed in."""
    it = _there(it, None)
    must(rules.MAY, "draft", roles, to=say("write a score here"))
    seat = check_scorer(it, by)
    _write(it, seat, sheet, now=now)
    acts.tell(it, "score.drafted", by=by, now=now)
    return seat


@transaction.atomic
def hand_in(it: Panel, sheet: Sheet, *, by: Person | None, roles: Roles, now: datetime) -> Seat:
    """Hand one's score in: it is sealed. The last one opens all of them, to the panel alone."""
    it = _there(it, None)
    must(rules.MAY, "hand_in", roles, to=say("hand in a score here"))
    seat = check_scorer(it, by)
    rules.check_whole(sheet, {c.pk: c.title for c in it.criteria.all()})
    _write(it, seat, sheet, now=now, handed_in_at=now)
    last = all(s.handed_in_at for s in it.sitting if s != seat)
    if last:
        it.opened_at = now
    acts.record(it, "score.completed" if last else "score.submitted", by=by, now=now)
    return seat


@transaction.atomic
def open_scores(
    it: Panel, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Panel:
    """Open what is in, after the day for the scores; whoever is missing can't score any more, and is named."""
    it = _there(it, seen)
    must(rules.MAY, "open_scores", roles, to=say("open the scores"))
    _sealed(it)
    if it.team.day(now) <= it.due_on:
        raise Refused(
            say(
                "There is time until {due_on:%-d %B}. All scores open by themselves once all are in.",
                due_on=it.due_on,
            )
        )
    if len(it.handed_in) < rules.FEWEST_PANELISTS:
        raise Refused(
            say(
                "{fewest_panelists} scores at least are needed to lay them side by side.",
                fewest_panelists=rules.FEWEST_PANELISTS,
            )
        )
    if (seat := it.seat_of(by) if by else None) and seat.handed_in_at is None:
        raise Refused(say("Your own score is missing. Hand it in before you see the others."))
    it.opened_at = now
    acts.record(it, "panel.opened", by=by, now=now)
    return it


@transaction.atomic
def decide(
    it: Panel,
    *,
    decision: str,
    agreed: str,
    reasons: str,
    differ: str,
    look_again_on: date | None,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
) -> Panel:
    """Put on the record what the panel agrees, and sign it; worded anew, everybody else signs again."""
    it = _there(it, seen)
    must(rules.MAY, "decide", roles, to=say("put this on the record"))
    seat = check_wording(it, by)
    rules.check_decision(decision, agreed, reasons)
    rules.check_look_again(look_again_on, today=it.team.day(now), delete_on=it.delete_on)
    it.decision, it.agreed = decision, acts.fitting(agreed, rules.LONGEST)
    it.reasons, it.differ = acts.fitting(reasons, rules.LONGEST), acts.fitting(differ, rules.LONGEST)
    it.look_again_on = look_again_on
    it.decided_at, it.decided_by = now, by
    it.seats.exclude(pk=seat.pk).update(signed_at=None)  # what they see differently stays said
    it.seats.filter(pk=seat.pk).update(signed_at=now)
    acts.record(it, "panel.decided", by=by, now=now, to=_others([s.person for s in it.handed_in], by))
    return _newest(it)


@transaction.atomic
def sign(
    it: Panel,
    *,
    by: Person | None,
    roles: Roles,
    now: datetime,
    dissent: str = "",
    seen: int | None = None,
) -> Panel:
    """Sign the record as it stands, with what one sees differently."""
    it = _there(it, seen)
    must(rules.MAY, "sign", roles, to=say("sign this record"))
    if it.decided_at is None:
        raise Refused(say("Nothing is on the record yet."))
    seat = _signer(it, by)
    if seat.signed_at:
        raise Refused(say("You have signed it already."))
    it.seats.filter(pk=seat.pk).update(signed_at=now, dissent=acts.fitting(dissent, rules.LONGEST))
    acts.record(it, "panel.signed", by=by, now=now)
    return _newest(it)


@transaction.atomic
def look_again(
    it: Panel, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Panel:
    """Say, after the person's first quarter, that one has looked at the record again."""
    it = _there(it, seen)
    must(rules.MAY, "look_again", roles, to=say("look at this again"))
    seat = it.seat_of(by)
    if seat is None or it.look_again_on is None or it.team.day(now) < it.look_again_on:
        raise Refused(say("It isn’t time to look again yet."))
    if seat.looked_again_at:
        raise Refused(say("You have looked again already."))
    it.seats.filter(pk=seat.pk).update(looked_again_at=now)
    acts.tell(it, "panel.looked_again", by=by, now=now)
    return _newest(it)


@transaction.atomic
def delete_sooner(
    it: Panel, on: date, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Panel:
    """Bring the day nearer on which everything about the candidate is deleted."""
    it = _there(it, seen)
    must(rules.MAY, "delete_sooner", roles, to=say("set the day of the deletion"))
    rules.check_deletion(on, today=it.team.day(now), begun_on=it.team.day(it.begun_at), before=it.delete_on)
    if on == it.delete_on:
        raise Refused(say("That is the day already."))
    it.delete_on = on
    if it.look_again_on and it.look_again_on >= on:
        it.look_again_on = None  # nothing would be left to look at
    acts.record(it, "panel.deletion_moved", by=by, now=now, value=day_of(on), unit="day")
    return it


@transaction.atomic
def erase(it: Panel, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None) -> Panel:
    """Delete everything about the candidate now."""
    it = _there(it, seen)
    must(rules.MAY, "erase", roles, to=say("delete this"))
    return _erase(it, by=by, now=now)


def by_itself(*, now: datetime) -> int:
    """Delete what is known of candidates on the day that was set for it."""
    done = 0
    near = now.date() + timedelta(days=1)  # it may be a day later where the team lives
    for it in Panel.objects.standing().filter(delete_on__lte=near).select_related("team"):
        if it.team.day(now) >= it.delete_on:
            with transaction.atomic():
                newest = acts.lock(it, seen=None)
                if newest.erased_at is None:
                    _erase(newest, by=None, now=now)
                    done += 1
    return done


def _erase(it: Panel, *, by: Person | None, now: datetime) -> Panel:
    """Leave the bare panel: its days, who sat on it, what the criteria were called, and the places on the lines.

    A draft goes whole, places included: it was never handed in.
    """
    Mark.objects.filter(seat__panel=it).delete()
    it.criteria.update(anchors=[])
    it.seats.update(head_words="", hold_words="", dissent="", off_reason="")
    it.seats.filter(handed_in_at=None).update(drafted_at=None, **_no_places())
    Comment.objects.filter(team=it.team, object=it.reference).delete()
    it.candidate = it.purpose = it.notes = it.decision = it.agreed = it.reasons = it.differ = ""
    it.erased_at = now
    acts.record(it, "panel.erased", by=by, now=now)
    return _newest(it)


def _there(it: Panel, seen: int | None) -> Panel:
    it = acts.lock(it, seen=seen)
    if it.erased_at:
        raise Refused(say("What was known of the candidate is deleted. Nothing more can be done with it."))
    return it


def _newest(it: Panel) -> Panel:
    return Panel.objects.with_people().get(pk=it.pk)


def _sealed(it: Panel) -> None:
    if it.opened_at:
        raise Refused(say("The scores are open. What was asked and who was asked stands."))


def check_scorer(it: Panel, by: Person | None) -> Seat:
    """Return the seat of somebody who may still write their score; refuse everybody else."""
    seat = it.seat_of(by)
    if seat is None:
        raise Refused(say("You don’t sit on this panel."))
    if seat.handed_in_at:
        raise Refused(say("Your score is in, and sealed."))
    if it.opened_at:
        raise Refused(say("The scores are open, so nobody can add one any more."))
    return seat


def check_wording(it: Panel, by: Person | None) -> Seat:
    """Return the seat of somebody who may word the record; refuse everybody else, and anew once all have signed."""
    seat = _signer(it, by)
    if it.decided_at and not it.unsigned:
        raise Refused(say("Everybody has signed. What changes after that is said in the conversation."))
    return seat


def _signer(it: Panel, by: Person | None) -> Seat:
    """Return the seat of somebody whose name belongs under the record."""
    if it.opened_at is None:
        raise Refused(say("Not all scores are in. First each alone, then together."))
    seat = it.seat_of(by)
    if seat is None or seat.handed_in_at is None:
        raise Refused(say("Only who has handed in a score puts their name under the record."))
    return seat


def _write(
    it: Panel, seat: Seat, sheet: Sheet, *, now: datetime, handed_in_at: datetime | None = None
) -> None:
    rules.check_sheet(sheet, [c.pk for c in it.criteria.all()])
    head, hold = (sheet.places.get(a, Place()) for a in (Attitude.HEAD, Attitude.HOLD))
    seat.head_at, seat.head_words = head.at, acts.fitting(head.words, rules.LONGEST)
    seat.hold_at, seat.hold_words = hold.at, acts.fitting(hold.words, rules.LONGEST)
    seat.drafted_at, seat.handed_in_at = now, handed_in_at
    seat.save()
    seat.marks.all().delete()
    Mark.objects.bulk_create(
        Mark(seat=seat, criterion_id=number, author=seat.person, step=step, reason=acts.fitting(reason, 500))
        for number, (step, reason) in sheet.marks.items()
    )


def _ask(it: Panel, criteria: Sequence[rules.Asked]) -> None:
    """Write the criteria down; those that stay as they were keep what is drafted about them."""
    rules.check_criteria(criteria)
    before = {c.asked: c for c in it.criteria.all()}
    kept = [before[asked].pk for asked in criteria if asked in before]
    it.criteria.exclude(pk__in=kept).delete()
    for number, asked in enumerate(criteria, 1):
        if asked in before:
            Criterion.objects.filter(pk=before[asked].pk).update(number=number)
            continue
        title, anchors = acts.fitting(asked.title, 100), [acts.fitting(a, 200) for a in asked.anchors]
        it.criteria.create(number=number, title=title, anchors=anchors)


def _seat(it: Panel, panelists: Sequence[Person]) -> None:
    """Give everybody asked a seat; whoever is no longer asked loses theirs, draft and all."""
    rules.check_panelists({p.pk for p in panelists})
    it.seats.filter(off_at=None).exclude(person__in=panelists).delete()
    it.seats.filter(person__in=panelists).exclude(off_at=None).update(off_at=None, off_reason="")
    there = set(it.seats.values_list("person", flat=True))
    it.seats.bulk_create(Seat(panel=it, person=p) for p in panelists if p.pk not in there)


def _no_places() -> dict[str, object]:
    return {"head_at": None, "head_words": "", "hold_at": None, "hold_words": ""}


def _others(people: Sequence[Person], by: Person | None) -> tuple[Person, ...]:
    return tuple(p for p in people if p != by)
