"""The verbs of applause; each leaves one event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from followspot.errors import Refused
from followspot.language import say
from followspot.objects import acts
from followspot.practices.applause import rules
from followspot.practices.applause.models import Applause, Clap, Words
from followspot.roles import Roles, must
from followspot.teams.models import Person, Team


@transaction.atomic
def give(
    team: Team,
    words: str,
    *,
    to: Sequence[Person],
    by: Person | None,
    roles: Roles,
    now: datetime,
    contribution: str = "",
    cites: str = "",
    cites_words: str = "",
    cites_url: str = "",
) -> Applause:
    """Applaud people for something that can be looked at."""
    must(rules.MAY, "give", roles, to=say("applaud here"))
    if by is None:
        raise Refused(say("Only a person can applaud."))
    leader = team.leader_on(team.day(now))
    private = rules.check_receivers(by.pk, [p.pk for p in to], leader.pk if leader else None)
    words = rules.check_words(words)
    rules.check_evidence(cites, cites_words)
    acts.begin(team)
    same = _same(team, by, to, words)
    if same is not None and same.given_at > now - acts.TWICE:
        return same
    rules.check_pace(_given_today(team, by, now), again=same is not None)
    it = Applause(
        team=team,
        giver=by,
        words=words,
        contribution=contribution if contribution in rules.KINDS else "",
        cites=cites[:120],
        cites_words=acts.fitting(cites_words, 300),
        cites_url=cites_url[:500],
        private=private,
        given_at=now,
    )
    it.save()
    it.to.set(to)
    about = ((cites,) if cites else ()) + ((f"kind:{it.contribution}",) if it.contribution else ())
    acts.record(it, "applause.given", by=by, now=now, to=tuple(to), about=about)
    return it


def _given_today(team: Team, by: Person, now: datetime) -> int:
    since = now - timedelta(days=1)
    times = Applause.objects.filter(team=team, giver=by, given_at__gt=since).values_list(
        "given_at", flat=True
    )
    return sum(team.day(t) == team.day(now) for t in times)


def _same(team: Team, by: Person, to: Sequence[Person], words: str) -> Applause | None:
    same = Applause.objects.filter(team=team, giver=by, words=words, withdrawn_at=None).prefetch_related("to")
    return next((a for a in same if {p.pk for p in a.to.all()} == {p.pk for p in to}), None)


@transaction.atomic
def change(
    it: Applause, words: str, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Applause:
    """Word one's applause anew."""
    it = acts.lock(it, seen=seen)
    must(rules.MAY, "change", roles, to=say("word this anew"))
    _still_there(it)
    it.words, it.changed_at = rules.check_words(words), now
    acts.record(it, "applause.changed", by=by, now=now)
    return it


@transaction.atomic
def withdraw(
    it: Applause, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Applause:
    """Take one's applause back."""
    it = acts.lock(it, seen=seen)
    must(rules.MAY, "withdraw", roles, to=say("take this back"))
    _still_there(it)
    it.withdrawn_at = now
    acts.record(it, "applause.withdrawn", by=by, now=now)
    return it


@transaction.atomic
def join(it: Applause, *, by: Person | None, roles: Roles, now: datetime) -> None:
    """Clap along. Clapping twice is clapping once."""
    it = acts.lock(it, seen=None)
    must(rules.MAY, "join", roles, to=say("clap here"))
    _still_there(it)
    if by is None or it.private or by.pk == it.giver_id or any(p == by for p in it.to.all()):
        raise Refused(say("This is from you or for you. Let the others clap."))
    if not Clap.objects.filter(applause=it, person=by).exists():
        Clap.objects.create(applause=it, person=by, at=now)
        acts.tell(it, "applause.joined", by=by, now=now, to=tuple(it.to.all()))


@transaction.atomic
def leave(it: Applause, *, by: Person | None, roles: Roles, now: datetime) -> None:
    """Take one's clap back."""
    it = acts.lock(it, seen=None)
    must(rules.MAY, "join", roles, to=say("clap here"))
    if Clap.objects.filter(applause=it, person=by).delete()[0]:
        acts.tell(it, "applause.left", by=by, now=now)


@transaction.atomic
def bring_words(
    team: Team,
    quote: str,
    *,
    said_where: str,
    said_on: date,
    about: Sequence[Person],
    by: Person | None,
    roles: Roles,
    now: datetime,
) -> Words:
    """Bring a client's words to the team, quoted, with where they came from."""
    must(rules.MAY, "bring", roles, to=say("bring a client’s words here"))
    quote = rules.check_words(quote.strip().strip('“”"'))
    if not said_where.strip():
        raise Refused(say("Who said it, and where? Words without a source help nobody."))
    if said_on > team.day(now):
        raise Refused(say("That day is still to come."))
    leader = team.leader_on(team.day(now))
    if leader is not None and leader in about:
        raise Refused(say("The Stage is the front line’s. Leave the leader out."))
    acts.begin(team)
    same = Words.objects.filter(team=team, brought_by=by, quote=quote, brought_at__gt=now - acts.TWICE)
    if sent_twice := same.first():
        return sent_twice
    it = Words(
        team=team,
        quote=quote,
        said_where=acts.fitting(said_where, 200),
        said_on=said_on,
        brought_by=by,
        brought_at=now,
    )
    it.save()
    it.about.set(about)
    acts.record(it, "words.brought", by=by, now=now, to=tuple(about))
    return it


@transaction.atomic
def withdraw_words(
    it: Words, *, by: Person | None, roles: Roles, now: datetime, seen: int | None = None
) -> Words:
    """Take a client's words back."""
    it = acts.lock(it, seen=seen)
    must(rules.MAY, "withdraw_words", roles, to=say("take this back"))
    if it.withdrawn_at is not None:
        raise Refused(say("It was taken back already."))
    it.withdrawn_at = now
    acts.record(it, "words.withdrawn", by=by, now=now)
    return it


def _still_there(it: Applause) -> None:
    if it.withdrawn_at is not None:
        raise Refused(say("It was taken back already."))
