"""The verbs of the pulse; each leaves one event, but for the answer, which leaves none."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse

from followspot import disclosure
from followspot.errors import BadInput, Refused
from followspot.evidence import log, persons
from followspot.language import say
from followspot.objects import acts, ballots
from followspot.practices.pulse import rules
from followspot.practices.pulse.models import Cadence, CheckIn, Desk, Remark, Scale, Tally, Wave
from followspot.practices.pulse.rules import What
from followspot.roles import Roles, must
from followspot.teams import access, languages, mail
from followspot.teams.models import Person, Team


class By(TypedDict):
    """Who does something, what they are to the team, and when."""

    by: Person | None
    roles: Roles
    now: datetime


_TALLIED = {What.MIRROR: "mirror.tallied"}
_REMIND = timedelta(hours=24)  # before the close


@transaction.atomic
def set_cadence(
    team: Team,
    *,
    every: int,
    open_for: int,
    floor: int,
    next_on: date,
    by: Person | None,
    roles: Roles,
    now: datetime,
) -> Cadence:
    """Say how often the pulse asks, for how long a wave is open, and below how many answers nothing is told."""
    must(rules.MAY, "set_cadence", roles, to=say("say how often the pulse asks"))
    acts.begin(team)
    before = floor_of(team)
    rules.check_cadence(every, open_for, floor, before=before)
    today = team.day(now)
    if not today <= next_on <= today + timedelta(days=366):
        raise BadInput(say("The next wave: a day from today on, within a year."))
    it, _ = Cadence.objects.update_or_create(
        team=team, defaults={"every": every, "open_for": open_for, "floor": floor, "next_on": next_on}
    )
    _append(team, "cadence.set", f"cadence:{it.pk}", by=by, now=now)
    return it


@transaction.atomic
def stop_cadence(team: Team, *, by: Person | None, roles: Roles, now: datetime) -> None:
    """Open no more waves by itself. The one that is open goes on."""
    must(rules.MAY, "set_cadence", roles, to=say("stop the pulse"))
    it = Cadence.objects.select_for_update().filter(team=team).first()
    if it is None or it.next_on is None:
        raise Refused(say("The pulse doesn’t ask by itself now."))
    it.next_on = None
    it.save(update_fields=["next_on"])
    _append(team, "cadence.stopped", f"cadence:{it.pk}", by=by, now=now)


def floor_of(team: Team) -> int:
    """Return the team's floor: the highest under which anybody was ever asked."""
    promised = Wave.objects.filter(team=team).aggregate(floor=Max("floor"))["floor"] or 0
    set_to = Cadence.objects.filter(team=team).values_list("floor", flat=True).first() or 0
    return max(promised, set_to, disclosure.FLOOR)


def voters(team: Team, day: date) -> list[Person]:
    """Return who can answer: the front line, as far as they can sign in. In a sample everybody is looked through."""
    people = access.front_line_of(team, today=day)
    return people if team.sample else [p for p in people if p.account_id is not None]


def open_wave(
    team: Team,
    *,
    what: What = What.PULSE,
    scale: Scale | None = None,
    by: Person | None,
    roles: Roles,
    now: datetime,
    days: int | None = None,
) -> Wave:
    """Open a wave now. days : for which it is open; as the cadence says, if not given."""
    must(rules.MAY, "open", roles, to=say("open a wave"))
    return _open(team, what, scale, by=by, now=now, days=days)


def _open(
    team: Team, what: What, scale: Scale | None, *, by: Person | None, now: datetime, days: int | None = None
) -> Wave:
    # The key is there before the row that names it; what no row names, the next round destroys.
    key_name = ballots.new_key()
    with transaction.atomic():
        acts.begin(team)
        if Wave.objects.open().filter(team=team).exists():
            raise Refused(say("A wave is open already. It closes before the next one opens."))
        waves = Wave.objects.filter(team=team)
        same = waves.filter(what=what) if what == What.MIRROR else waves
        rules.check_apart(now, same.aggregate(last=Max("opened_at"))["last"], what=what)
        people = voters(team, team.day(now))
        floor = floor_of(team)
        rules.check_many(len(people), floor)
        desks = dict(Desk.objects.filter(team=team).values_list("person", "group"))
        cadence = Cadence.objects.filter(team=team).first()
        open_for = days or (cadence.open_for if cadence else 4)
        it = Wave(
            team=team,
            what=what,
            scale=scale,
            leader=team.leader_on(team.day(now)),
            items=list(_items(team, what, scale)),
            floor=floor,
            opened_at=now,
            closes_at=now + timedelta(days=open_for),
            asked=len(people),
            key_name=key_name,
            box=ballots.empty(key_name, {p.pk: desks.get(p.pk, "") for p in people}),
        )
        it.save()
        acts.tell(it, "wave.opened", by=by, now=now)
    return it


def _items(team: Team, what: What, scale: Scale | None) -> Sequence[str]:
    if what == What.MIRROR:
        return rules.mirror_items()
    if what == What.SCALE:
        if scale is None or scale.team_id != team.pk or scale.retired_at:
            raise Refused(say("Which questions? Choose some of the team’s own."))
        return [item.slug for item in scale.as_items()]
    before = Wave.objects.filter(team=team, what=What.PULSE).values_list("items", flat=True)[:1]
    return rules.next_items(list(before))


@transaction.atomic
def answer(it: Wave, person: Person, answers: Mapping[str, str], comment: str, *, now: datetime) -> None:
    """Put somebody's ballot into the box, in place of an earlier one. It leaves no event, no count and no time."""
    it = _still_open(it, now)
    if ballots.of(it.key_name, bytes(it.box or b""), person.pk) is None:
        raise Refused(
            say(
                "This wave began before you were of the team’s front line, so it has no ballot of yours. The next one will."
            )
        )
    said = rules.said({item.slug: item.words for item in it.asks()}, answers)
    text = acts.fitting(" ".join(comment.split()), ballots.LONGEST)
    it.box = ballots.put(it.key_name, bytes(it.box or b""), person.pk, said, text)
    it.save(update_fields=["box"])


def own_ballot(it: Wave, person: Person | None) -> ballots.Ballot | None:
    """Return somebody's own ballot while the wave is open, so that they can change it; None if they have none."""
    if person is None or it.state != "open" or not ballots.holds(it.key_name):
        return None
    return ballots.of(it.key_name, bytes(it.box or b""), person.pk)


@transaction.atomic
def forget(person: Person) -> None:
    """Empty somebody's ballots in the waves that are open; in those that have closed nobody's can be found."""
    for open_now in Wave.objects.open():
        it = acts.lock(open_now, seen=None)
        if own_ballot(it, person):
            it.box = ballots.put(it.key_name, bytes(it.box or b""), person.pk, {}, "")
            it.save(update_fields=["box"])


def let_in(it: Wave, word: str, *, now: datetime) -> Person | None:
    """Return whom the word of a mail lets in, while the wave is open and they are of the team's front line."""
    number = ballots.whose(it.key_name, word) if it.open_at(now) else None
    return next((p for p in voters(it.team, it.team.day(now)) if p.pk == number), None)


@transaction.atomic
def call_off(it: Wave, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None) -> Wave:
    """End a wave before its time, and destroy every answer: there is no result of half a wave."""
    must(rules.MAY, "call_off", roles, to=say("call a wave off"))
    it = _still_open(it, now, seen)
    it.called_off_at = now
    _forget(it)
    acts.record(it, "wave.called_off", by=by, now=now)
    return it


@transaction.atomic
def promise(
    it: Wave, text: str, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Wave:
    """Say the one thing that the leader will do about what was said."""
    it = _closed(it, roles, seen)
    it.will_do, it.will_do_at = _line(text, say("What will you do? One thing is enough.")), now
    acts.record(it, "wave.answered", by=by, now=now)
    return it


@transaction.atomic
def keep(
    it: Wave, text: str, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Wave:
    """Say what became of it: you said, this was done."""
    it = _closed(it, roles, seen)
    if not it.will_do:
        raise Refused(say("Nothing was promised after this wave. Say first what you will do."))
    it.done, it.done_at = _line(text, say("What was done? The team reads it before it answers again.")), now
    acts.record(it, "wave.kept", by=by, now=now)
    return it


def _closed(it: Wave, roles: Roles, seen: int | None) -> Wave:
    must(rules.MAY, "say_what_is_done", roles, to=say("say what is done about it"))
    it = acts.lock(it, seen=seen)
    if it.closed_at is None:
        raise Refused(say("Wait until it has closed: what people said is not known yet."))
    return it


def _still_open(it: Wave, now: datetime, seen: int | None = None) -> Wave:
    it = acts.lock(it, seen=seen)
    if not it.open_at(now):
        raise Refused(say("This wave is over. Nobody’s answers can be added or changed any more."))
    return it


def _line(text: str, missing: str) -> str:
    line = acts.fitting(" ".join(text.split()), rules.LONGEST)
    if not line:
        raise Refused(missing)
    return line


@transaction.atomic
def add_scale(
    team: Team,
    *,
    title: str,
    source: str,
    licence: str,
    questions: Sequence[Mapping[str, Any]],
    by: Person | None,
    roles: Roles,
    now: datetime,
) -> Scale:
    """Add questions of the team's own, with where they come from and what allows their use.

    questions : each with `words` and five `steps`.
    """
    must(rules.MAY, "add_scale", roles, to=say("add questions"))
    if not 1 <= len(questions) <= rules.MOST_ITEMS:
        raise BadInput(say("Questions: between one and {most_items}.", most_items=rules.MOST_ITEMS))
    it = Scale.objects.create(
        team=team,
        title=_named(title, say("Title"), 120),
        source=_named(source, say("Source"), 300),
        licence=_named(licence, say("Licence"), 200),
        questions=[dict(q) for q in questions],
        added_at=now,
    )
    _append(team, "scale.added", f"scale:{it.pk}", by=by, now=now)
    return it


def _named(text: str, field: str, most: int) -> str:
    found = text.strip()
    if not found:
        raise BadInput(say("{field}: it is missing.", field=field))
    if len(found) > most:
        raise BadInput(
            say("{field}: it is {n:,} characters long; {most:,} fit.", field=field, n=len(found), most=most)
        )
    return found


@transaction.atomic
def retire_scale(it: Scale, *, by: Person | None, roles: Roles, now: datetime) -> Scale:
    """Ask these questions no more. What was answered stays."""
    must(rules.MAY, "add_scale", roles, to=say("retire questions"))
    it = Scale.objects.select_for_update().get(pk=it.pk)
    if it.retired_at:
        raise Refused(say("They are retired already."))
    it.retired_at = now
    it.save(update_fields=["retired_at"])
    _append(it.team, "scale.retired", f"scale:{it.pk}", by=by, now=now)
    return it


@transaction.atomic
def name_groups(
    team: Team, groups: Mapping[int, str], *, by: Person | None, roles: Roles, now: datetime
) -> None:
    """Say who of the front line works together, from the next wave on. groups : by a person's number; "" for none."""
    must(rules.MAY, "name_groups", roles, to=say("say who works together"))
    acts.begin(team)
    people = {p.pk for p in access.front_line_of(team, today=team.day(now))}
    Desk.objects.filter(team=team).delete()
    Desk.objects.bulk_create(
        Desk(team=team, person_id=number, group=named)
        for number, group in groups.items()
        if (named := acts.fitting(" ".join(group.split()), 60))
        and number in people
        and named != rules.THE_REST
    )
    _append(team, "group.named", f"groups:{team.pk}", by=by, now=now)


@transaction.atomic
def check_in(team: Team, text: str, *, by: Person, roles: Roles, now: datetime) -> CheckIn:
    """Say how it is, by name: where a pulse would hide nobody, that is honest at least."""
    must(rules.MAY, "check_in", roles, to=say("check in"))
    acts.begin(team)
    line = _line(text, say("How is it? One line is enough."))
    same = CheckIn.objects.filter(team=team, person=by, text=line, said_at__gt=now - acts.TWICE)
    if sent_twice := same.first():
        return sent_twice
    it = CheckIn(team=team, person=by, text=line, said_at=now)
    it.save()
    acts.tell(it, "checkin.said", by=by, now=now)
    return it


@transaction.atomic
def withdraw(
    it: CheckIn, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> CheckIn:
    """Take one's own check-in back."""
    must(rules.MAY, "withdraw", roles, to=say("take this back"))
    it = acts.lock(it, seen=seen)
    if it.withdrawn_at:
        raise Refused(say("It has been taken back already."))
    it.withdrawn_at = now
    acts.record(it, "checkin.withdrawn", by=by, now=now)
    return it


def by_itself(*, now: datetime) -> int:
    """Close what is due, open what is due, send the mails of open waves, and destroy the keys of closed ones."""
    done = sum(
        _close(it, now) for it in Wave.objects.open().filter(closes_at__lte=now).select_related("team")
    )
    for cadence in Cadence.objects.filter(next_on__isnull=False).select_related("team"):
        done += _due(cadence, now)
    for it in Wave.objects.open().filter(closes_at__gt=now).select_related("team"):
        with suppress(Refused):  # a box that is no longer whole closes without a result, and holds nobody up
            _shake(it)
            _mail(it, now)
    ballots.destroy_all_but(set(Wave.objects.open().values_list("key_name", flat=True)))
    return done


def _due(cadence: Cadence, now: datetime) -> int:
    """Open a cadence's next wave on its day; what is refused, such as a team too small now, waits for the next one."""
    today = cadence.team.day(now)
    if cadence.next_on is None or cadence.next_on > today:
        return 0
    Cadence.objects.filter(pk=cadence.pk).update(
        next_on=rules.opens_next(cadence.next_on, cadence.every, today)
    )
    try:
        _open(cadence.team, What.PULSE, None, by=None, now=now)
    except Refused:
        return 0
    return 1


@transaction.atomic
def _close(it: Wave, now: datetime) -> int:
    """Open the box, keep what may be told, and destroy the rest with the key."""
    it = acts.lock(it, seen=None)
    if it.state != "open":
        return 0
    it.closed_at = it.closes_at
    try:
        cast = [b for b in ballots.drawn(it.key_name, bytes(it.box or b"")) if b]
    except Refused:  # without its key, or with a box that is no longer whole, it closes without a result
        cast = None
    if cast is not None:
        _let_out(it, cast)
    _forget(it)
    acts.record(it, "wave.closed", by=None, now=it.closes_at)
    return 1


def _let_out(it: Wave, cast: Sequence[ballots.Ballot]) -> None:
    it.answered = len(cast)
    chance = secrets.SystemRandom()
    tallied = rules.tally([(b.group, b.answers) for b in cast], it.items, floor=it.floor, chance=chance)
    Tally.objects.bulk_create(
        Tally(
            wave=it, item=t.item, group=t.group, n=t.released.n, counts=list(t.released.counts), place=t.released.place
        )
        for t in tallied
    )  # fmt: skip
    # Under seal no name could be taken out of them when somebody was erased.
    comments = [persons.nameless(b.comment)[: rules.LONGEST] for b in cast if b.comment]
    if len(comments) >= it.floor:
        chance.shuffle(comments)  # apart from the answers beside which they were written
        Remark.objects.bulk_create(Remark(wave=it, text=text) for text in comments)
    if it.what == What.SCALE:
        it.consistency = rules.consistency([b.answers for b in cast], it.items)
    activity = _TALLIED.get(What(it.what), "wave.tallied")
    for t in tallied:
        for value, unit in disclosure.told(t.released) if not t.group else ():
            _append(
                it.team, activity, it.reference, by=None, now=it.closes_at, about=(f"item:{t.item}",), value=value, unit=unit
            )  # fmt: skip


def _forget(it: Wave) -> None:
    name, it.box, it.key_name = it.key_name, None, ""
    transaction.on_commit(lambda: ballots.destroy(name))


@transaction.atomic
def _shake(it: Wave) -> None:
    """Seal an open box anew, so that two backups of it don't show whether somebody answered in between."""
    it = acts.lock(it, seen=None)
    if it.state == "open" and ballots.holds(it.key_name):
        it.box = ballots.shaken(it.key_name, bytes(it.box or b""))
        it.save(update_fields=["box"])


def _mail(it: Wave, now: datetime) -> None:
    """Ask everybody once, and remind everybody once: who has answered is known to nobody, so not to the mail either."""
    if it.team.sample or not settings.MAIL_GOES or not ballots.holds(it.key_name):
        return
    first = it.mailed_at is None
    if not first and (it.reminded_at or now < it.closes_at - _REMIND):
        return
    # Written down before: rather one mail too few than everybody twice.
    Wave.objects.filter(pk=it.pk).update(**{"mailed_at" if first else "reminded_at": now})
    for person in voters(it.team, it.team.day(now)):
        if ballots.of(it.key_name, bytes(it.box or b""), person.pk) is None:
            continue  # they came after it had opened
        link = reverse("answer-by-link", args=[it.team.slug, it.pk, ballots.word_for(it.key_name, person.pk)])
        subject = (
            say("How is it, this week?") if it.what == What.PULSE else say("A few questions from your team")
        )
        if not first:
            subject = say("{subject} A reminder, to everybody", subject=subject)
        told = {"wave": it, "team": it.team, "link": f"{settings.SITE}{link}", "first": first}
        with languages.to(person.account):
            mail.send_note(person, subject, render_to_string("pulse/mail.txt", told))


def _append(
    team: Team,
    activity: str,
    thing: str,
    *,
    by: Person | None,
    now: datetime,
    about: tuple[str, ...] = (),
    value: float | None = None,
    unit: str = "",
) -> None:
    log.append(
        activity, thing, team=team, by=by, now=now, practice="pulse", about=about, value=value, unit=unit
    )
