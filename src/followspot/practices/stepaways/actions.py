"""The verbs of a step-away; each leaves one event."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from followspot.errors import Refused
from followspot.evidence import log
from followspot.language import say
from followspot.objects import acts
from followspot.objects.around import day_of
from followspot.practices.stepaways import rules
from followspot.practices.stepaways.models import Entry, Handover, StepAway, Stretch
from followspot.practices.stepaways.rules import Design, Kind, Phase
from followspot.roles import AUTHOR, Roles, must
from followspot.teams.models import Person, Team


@transaction.atomic
def plan(
    team: Team,
    leader: Person,
    *,
    stretches: Sequence[rules.Stretch],
    margin: float,
    flow: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    design: Design = Design.STRETCH,
    sets: Sequence[Sequence[date]] = (),
    phone_off: bool = True,
    callers: Sequence[Person] = (),
    stand_ins: str = "",
    what_else: str = "",
    source: str = "",
) -> StepAway:
    """Announce a step-away with its margin; also for one in the past, which then says so.

    stretches : first and last days, both included; None for good. sets : of days by lot instead, the
    acceptable days of each week.
    """
    must(rules.MAY, "plan", roles, to=say("plan a step-away"))
    acts.begin(team)
    rows = _rows(stretches, design, sets, others=_others(team, leader))
    rules.check_margin(margin)
    it = StepAway(
        team=team,
        leader=leader,
        design=design,
        margin=margin,
        flow=flow,
        declared_at=now,
        phone_off=phone_off,
        stand_ins=acts.fitting(stand_ins, 200),
        what_else=acts.fitting(what_else, 2000),
        source=source.strip(),
        **_reach(rows),
    )
    it.save()
    it.callers.set(callers)
    _put(it, rows)
    _record(it, "stepaway.planned", by=by, now=now, day=it.begins_on)
    return it


@transaction.atomic
def change(
    it: StepAway,
    *,
    stretches: Sequence[rules.Stretch],
    margin: float,
    flow: str,
    by: Person | None,
    roles: Roles,
    now: datetime,
    design: Design = Design.STRETCH,
    sets: Sequence[Sequence[date]] = (),
    phone_off: bool = True,
    callers: Sequence[Person] = (),
    what_else: str = "",
    seen: int | None = None,
) -> StepAway:
    """Change a plan, until it begins or the lot has spoken; margin and days count as declared now."""
    it = _standing(it, seen)
    must(rules.MAY, "change", roles, to=say("change this plan"))
    rules.check_open(it.phase(it.team.day(now)), drawn=it.drawn_at is not None)
    rows = _rows(stretches, design, sets, others=_others(it.team, it.leader, but=it))
    rules.check_margin(margin)
    for field, value in _reach(rows).items():
        setattr(it, field, value)
    it.design, it.margin, it.flow, it.declared_at, it.phone_off = design, margin, flow, now, phone_off
    it.what_else = acts.fitting(what_else, 2000)
    it.callers.set(callers)
    it.stretch_set.all().delete()
    _put(it, rows)
    _record(it, "stepaway.changed", by=by, now=now, day=it.begins_on)
    return it


@transaction.atomic
def draw(
    it: StepAway,
    *,
    by: Person | None,
    roles: Roles,
    now: datetime,
    seen: int | None = None,
    lot: rules.Lot | None = None,
) -> StepAway:
    """Let the lot speak, once, and store what it said before anybody is away."""
    it = _standing(it, seen)
    must(rules.MAY, "draw", roles, to=say("let the lot be drawn"))
    if it.design not in rules.BY_LOT:
        raise Refused(say("There is nothing to draw: these days were chosen."))
    rules.check_open(it.phase(it.team.day(now)), drawn=it.drawn_at is not None)
    sets: dict[int, list[Stretch]] = {}
    for stretch in it.stretch_set.all():
        sets.setdefault(stretch.of_set or 0, []).append(stretch)
    chosen = {s.pk for s in rules.draw(sets, lot or random.SystemRandom()).values()}
    it.stretch_set.filter(pk__in=chosen).update(drawn=True)
    it.stretch_set.exclude(pk__in=chosen).update(drawn=False)
    held = [s for s in it.stretch_set.all() if s.drawn]
    it.begins_on, it.ends_on, it.drawn_at = held[0].begins_on, held[-1].ends_on, now
    _record(it, "stepaway.drawn", by=by, now=now, day=it.begins_on)
    return it


@transaction.atomic
def ask(
    it: StepAway,
    *,
    area: str,
    stand_in: Person,
    by: Person | None,
    roles: Roles,
    now: datetime,
    about: str = "",
    seen: int | None = None,
) -> Handover:
    """Ask somebody of the front line to decide in the leader's place; nothing holds before they say yes."""
    it = _standing(it, seen)
    must(rules.MAY, "ask", roles, to=say("ask somebody to stand in"))
    if it.phase(it.team.day(now)) in (Phase.BACK, Phase.SETTLED):
        raise Refused(say("It is over. What went well can be handed over for good, below."))
    line = rules.check_line(area, what=say("What would they decide?"))
    if stand_in == it.leader:
        raise Refused(say("{leader} is the one who will be away. Ask somebody else.", leader=it.leader))
    if not it.team.memberships.on(it.team.day(now)).filter(person=stand_in).exists():
        raise Refused(say("{stand_in} is not at the front line of {team}.", stand_in=stand_in, team=it.team))
    same = it.handovers.filter(area=line, stand_in=stand_in, declined_at=None).first()
    if same is not None:
        return same
    asked = Handover.objects.create(stepaway=it, area=line, about=about[:60], stand_in=stand_in, asked_at=now)
    _record(it, "stepaway.standin_asked", by=by, now=now, to=(stand_in,), about=_about(asked))
    return asked


@transaction.atomic
def answer(
    asked: Handover,
    *,
    yes: bool,
    by: Person | None,
    roles: Roles,
    now: datetime,
    word: str = "",
    seen: int | None = None,
) -> Handover:
    """Say yes or no to standing in, as only who was asked can."""
    it = _standing(asked.stepaway, seen)
    must(rules.MAY, "accept" if yes else "decline", roles, to=say("answer this"))
    asked = it.handovers.select_related("stand_in").get(pk=asked.pk)
    if by is None or asked.stand_in_id != by.pk:
        raise Refused(say("Only {stand_in} can answer this.", stand_in=asked.stand_in))
    if it.ends_on is not None and it.phase(it.team.day(now)) in (Phase.BACK, Phase.SETTLED):
        raise Refused(say("It is over, and who stood in stands as it was."))
    if yes and asked.accepted_at is not None:
        return asked
    asked.accepted_at, asked.declined_at = (now, None) if yes else (None, now)
    asked.word = acts.fitting(word, rules.LONGEST)
    asked.save(update_fields=["accepted_at", "declined_at", "word"])
    said = "stepaway.standin_accepted" if yes else "stepaway.standin_declined"
    _record(it, said, by=by, now=now, about=_about(asked))
    return asked


@transaction.atomic
def unask(
    asked: Handover, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> StepAway:
    """Take the asking back, before it begins."""
    it = _standing(asked.stepaway, seen)
    must(rules.MAY, "unask", roles, to=say("take this back"))
    if it.phase(it.team.day(now)) != Phase.PLANNED:
        raise Refused(say("It has begun. Who stands in can say no; the leader is away."))
    about = _about(asked)
    it.handovers.filter(pk=asked.pk).delete()
    _record(it, "stepaway.standin_unasked", by=by, now=now, about=about)
    return it


# What may be noted when, the word by which the table allows it, and what it leaves.
_NOTED: dict[Kind, tuple[frozenset[Phase], str, str, str]] = {
    Kind.WAITS: (
        frozenset({Phase.PLANNED, Phase.LIVE}),
        "let_wait",
        "stepaway.matter_added",
        say("What can wait?"),
    ),
    Kind.DECISION: (
        frozenset({Phase.LIVE, Phase.BACK}),
        "decide",
        "stepaway.decision_noted",
        say("What was decided?"),
    ),
    Kind.CONTACT: (frozenset({Phase.LIVE, Phase.BACK}), "log_contact", "stepaway.contact_logged", ""),
    Kind.TOUCH: (frozenset({Phase.LIVE, Phase.BACK}), "log_touch", "stepaway.touch_logged", ""),
}


@transaction.atomic
def note(
    it: StepAway,
    kind: Kind,
    text: str = "",
    *,
    by: Person | None,
    roles: Roles,
    now: datetime,
    handover: Handover | None = None,
    seen: int | None = None,
) -> Entry:
    """Note something in the diary: in one tap, and nobody is counted by it."""
    it = _standing(it, seen)
    phases, verb, activity, asks = _NOTED[kind]
    must(rules.MAY, verb, roles, to=say("note this"))
    if it.phase(it.team.day(now)) not in phases:
        raise Refused(say("That is noted while the leader is away, and in the week after."))
    line = rules.check_line(text, what=asks) if asks else acts.fitting(" ".join(text.split()), rules.LONGEST)
    same = it.entries.filter(kind=kind, by=by, text=line, withdrawn_at=None, at__gt=now - acts.TWICE)
    if sent_twice := same.first():
        return sent_twice
    said = Entry.objects.create(stepaway=it, kind=kind, text=line, handover=handover, by=by, at=now)
    asked = kind == Kind.CONTACT and by != it.leader
    # Who asked the leader is nobody's business: the history says that it was so, not who.
    _record(
        it,
        activity,
        by=None if asked else by,
        now=now,
        to=(it.leader,) if asked else (),
        about=(_line_of(said),),
    )
    return said


@transaction.atomic
def settle(said: Entry, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None) -> Entry:
    """Say that what waited is decided."""
    it = _standing(said.stepaway, seen)
    must(rules.MAY, "settle", roles, to=say("settle this"))
    said = it.entries.get(pk=said.pk)
    if said.kind != Kind.WAITS or said.withdrawn_at or said.settled_at:
        raise Refused(say("That isn’t waiting any more."))
    said.settled_at = now
    said.save(update_fields=["settled_at"])
    _record(it, "stepaway.matter_settled", by=by, now=now)
    return said


@transaction.atomic
def reopen(said: Entry, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None) -> Entry:
    """Open a decision again that was made while the leader was away; by the leader, it is a touch."""
    it = _standing(said.stepaway, seen)
    must(rules.MAY, "reopen", roles, to=say("open this again"))
    said = it.entries.get(pk=said.pk)
    if said.kind != Kind.DECISION or said.withdrawn_at or said.reopened_at:
        raise Refused(say("That isn’t a decision that stands."))
    said.reopened_at = now
    said.save(update_fields=["reopened_at"])
    _record(it, "stepaway.decision_reopened", by=by, now=now)
    return said


@transaction.atomic
def take_back(
    said: Entry, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Entry:
    """Take back what one noted oneself."""
    it = _standing(said.stepaway, seen)
    own = roles | {AUTHOR} if by is not None and said.by_id == by.pk else roles
    must(rules.MAY, "take_back", own, to=say("take this back"))
    said = it.entries.get(pk=said.pk)
    if said.withdrawn_at is None:
        said.withdrawn_at = now
        said.save(update_fields=["withdrawn_at"])
        whose = None if said.kind == Kind.CONTACT and by != it.leader else by
        _record(it, "stepaway.entry_withdrawn", by=whose, now=now, about=(_line_of(said),))
    return said


@transaction.atomic
def break_glass(
    it: StepAway, why: str, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> StepAway:
    """Call the leader back: the one thing that gets through. Danger itself is declared on its own page."""
    it = _standing(it, seen)
    must(rules.MAY, "break_glass", roles, to=say("call the leader back"))
    if it.phase(it.team.day(now)) != Phase.LIVE:
        raise Refused(say("{leader} isn’t away. Just ask.", leader=it.leader))
    who = it.glass_breakers(it.team.day(now))
    if who and (by is None or by.pk not in who):
        raise Refused(say("Only who stands in, or was named in the plan, breaks the glass. Ask one of them."))
    rules.check_line(why, what=say("What is the danger?"))
    broken = frozenset({"stepaway.glass_broken"})
    if log.single(it.team, objects=(it.reference,), activities=broken, by=by, since=now - acts.TWICE):
        return it
    _record(it, "stepaway.glass_broken", by=by, now=now, to=(it.leader,))
    return it


@transaction.atomic
def hand_over(
    asked: Handover, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Handover:
    """After the return: let whoever stood in keep the decision for good."""
    it = _standing(asked.stepaway, seen)
    must(rules.MAY, "hand_over", roles, to=say("hand this over for good"))
    asked = it.handovers.get(pk=asked.pk)
    if asked.accepted_at is None or it.phase(it.team.day(now)) in (Phase.PLANNED, Phase.LIVE):
        raise Refused(say("Hand over for good what somebody stood in for, once you are back."))
    if asked.kept_at is None:
        asked.kept_at = now
        asked.save(update_fields=["kept_at"])
        _record(it, "stepaway.handed_over", by=by, now=now, to=(asked.stand_in,), about=_about(asked))
    return asked


@transaction.atomic
def withdraw(
    it: StepAway, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> StepAway:
    """Take a step-away back; that it stood here stays in the log."""
    it = _standing(it, seen)
    must(rules.MAY, "withdraw", roles, to=say("take this back"))
    it.withdrawn_at = now
    _record(it, "stepaway.withdrawn", by=by, now=now)
    return it


@transaction.atomic
def restore(
    it: StepAway, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> StepAway:
    """Put back what was taken back, with the day on which its margin was declared."""
    it = acts.lock(it, seen=seen)
    must(rules.MAY, "withdraw", roles, to=say("put this back"))
    if it.withdrawn_at is None:
        return it
    for begins, ends in it.stretches:
        rules.check_stretch(begins, ends, others=_others(it.team, it.leader, but=it))
    it.withdrawn_at = None
    _record(it, "stepaway.restored", by=by, now=now)
    return it


@transaction.atomic
def judge(it: StepAway, *, verdict: str, now: datetime) -> StepAway:
    """Keep the one answer of an announced step-away, a week after the return."""
    it = acts.lock(it, seen=None)
    if it.judged_at is None and it.withdrawn_at is None:
        it.judged_at, it.verdict = now, verdict
        _record(it, "stepaway.judged", by=None, now=now)
    return it


def by_itself(*, now: datetime) -> int:
    """Let announced step-aways begin and end."""
    done = 0
    for it in StepAway.objects.standing().filter(ended_at=None).select_related("team"):
        today = it.team.day(now)
        announced = it.declared_before and not it.waits_for_the_lot
        if announced and it.began_at is None and today >= it.begins_on:
            done += _happened(it, "stepaway.began", now)
        if announced and it.ends_on is not None and today > it.ends_on:
            done += _happened(it, "stepaway.ended", now)
    return done


@transaction.atomic
def _happened(it: StepAway, activity: str, now: datetime) -> int:
    newest = acts.lock(it, seen=None)
    began = activity == "stepaway.began"
    if newest.withdrawn_at or (newest.began_at if began else newest.ended_at):
        return 0
    if began:
        newest.began_at = it.began_at = now
    else:
        newest.ended_at = it.ended_at = now
    _record(newest, activity, by=None, now=now)
    return 1


def _standing(it: StepAway, seen: int | None) -> StepAway:
    it = acts.lock(it, seen=seen)
    if it.withdrawn_at is not None:
        raise Refused(say("This step-away was taken back. Put it back first."))
    return it


def _others(team: Team, leader: Person, *, but: StepAway | None = None) -> list[rules.Stretch]:
    """Return the stretches that the leader's other step-aways have already."""
    standing = StepAway.objects.standing().filter(team=team, leader=leader).prefetch_related("stretch_set")
    return [s for one in standing if one != but for s in one.stretches]


type _Row = tuple[date, date | None, int | None]


def _rows(
    stretches: Sequence[rules.Stretch],
    design: Design,
    sets: Sequence[Sequence[date]],
    *,
    others: Sequence[rules.Stretch],
) -> list[_Row]:
    if design == Design.DAYS_BY_LOT:
        if not sets:
            raise Refused(say("Which days would you accept? The lot needs some to draw from."))
        rows: list[_Row] = [(day, day, n) for n, days in enumerate(sets) for day in days]
        rules.check_stretches([(a, b) for a, b, _ in rows], design=design, others=others)
        return rows
    rules.check_stretches(stretches, design=design, others=others)
    of_set = 0 if design == Design.ONE_BY_LOT else None
    return [(begins, ends, of_set) for begins, ends in sorted(stretches, key=lambda s: s[0])]


def _reach(rows: Sequence[_Row]) -> dict[str, date | None]:
    """Return the first day of all, and the last."""
    return {"begins_on": rows[0][0], "ends_on": rows[-1][1]}


def _put(it: StepAway, rows: Sequence[_Row]) -> None:
    Stretch.objects.bulk_create(
        Stretch(stepaway=it, begins_on=begins, ends_on=ends, of_set=of_set) for begins, ends, of_set in rows
    )


def _about(asked: Handover) -> tuple[str, ...]:
    return (asked.about,) if asked.about else ()


def _line_of(said: Entry) -> str:
    """How the log writes one line of a diary, so that taking it back takes back that one."""
    return f"entry:{said.pk}"


def _record(
    it: StepAway,
    activity: str,
    *,
    by: Person | None,
    now: datetime,
    to: tuple[Person, ...] = (),
    about: tuple[str, ...] = (),
    day: date | None = None,
) -> None:
    acts.record(
        it,
        activity,
        by=by,
        now=now,
        to=to,
        about=about,
        value=day_of(day) if day else None,
        unit="day" if day else "",
    )
