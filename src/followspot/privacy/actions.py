"""The verbs of privacy: erase somebody, finish what files that asks for, say how long things stay."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.tasks import task
from django.utils import timezone

from followspot import practices
from followspot.errors import Failed, Refused, in_short
from followspot.evidence import log, persons
from followspot.language import count, say
from followspot.privacy import kept, ledger, retention, rules, scrub
from followspot.privacy.models import Erasure, Organisation, Period
from followspot.privacy.relations import relations
from followspot.roles import ADMIN, Roles, must
from followspot.teams import access, audit
from followspot.teams import actions as teams
from followspot.teams.models import Account, Invitation, Membership, Person, Team

SOMEONE = "Someone who left"
_UNDER_WAY = timedelta(minutes=15)  # whoever began it may still be at it


def _silent(done: int, total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Going:
    """What erasing somebody would do. ends : teams that nobody else can open, which go as a whole."""

    things: list[kept.Group]
    names: list[kept.Group]
    sessions: int
    letters: int
    texts: int
    ends: list[str]


def preview(person: Person | None, account: Account | None) -> Going:
    """Say what would go and what would stay; refuse what can't be."""
    _check(person, account)
    mails = kept.mails_of(account)
    texts = sum(r.rows(person, account).count() for r in relations() if r.words)
    return Going(
        kept.groups(person, account),
        kept.evidence(person, mails),
        len(kept.sessions_of(account, mails)) if account else 0,
        len(kept.letters_to(mails)),
        texts,
        [t.name for t in _ends(person, account)],
    )


def _check(person: Person | None, account: Account | None) -> None:
    """Refuse to erase whoever others still need in their place."""
    today = timezone.localdate()
    own = _theirs(person, account)
    shared = [t for t in own if _others_of(t, account)]
    rules.check_leads([t.name for t in shared if person is not None and t.leader_on(today) == person])
    rules.check_keeps(
        [
            t.name
            for t in shared
            if account is not None
            and t.keeper_id == account.pk
            and ((leader := t.leader_on(today)) is None or leader.account_id is None)
        ]
    )
    admins = Account.objects.filter(is_staff=True, is_active=True)
    rules.check_last_admin(
        account is not None
        and account.is_staff
        and Account.objects.exclude(pk=account.pk).exists()
        and not admins.exclude(pk=account.pk).exists()
    )


def _theirs(person: Person | None, account: Account | None) -> list[Team]:
    """Return the teams, samples apart, that somebody leads or keeps."""
    today = timezone.localdate()
    kept_ = Team.objects.filter(sample="", keeper=account) if account else Team.objects.none()
    led = (
        [
            t
            for t in Team.objects.filter(sample="", leaderships__person=person).distinct()
            if t.leader_on(today) == person
        ]
        if person
        else []
    )
    return list(dict.fromkeys([*kept_, *led]))


def _others_of(team: Team, account: Account | None) -> bool:
    """Say whether anybody else who can sign in could open the team."""
    own = account.pk if account else None
    people = access.people_of(team, today=timezone.localdate())
    others = {p.account_id for p in people} | {team.keeper_id}
    return bool(others - {None, own})


def _ends(person: Person | None, account: Account | None) -> list[Team]:
    return [] if account is None else [t for t in _theirs(person, account) if not _others_of(t, account)]


@transaction.atomic
def erase(person: Person | None, account: Account | None, *, texts: str, now: datetime) -> Erasure:
    """Erase somebody from the database, all of it or nothing; `finish` then does the files.

    texts : what somebody wrote stays without their name, or goes too.
    """
    rules.check_texts(texts)
    _check(person, account)
    pseudonym = f"erased-{secrets.token_hex(5)}"
    transaction.on_commit(partial(ledger.note, _pk(person), _pk(account), texts=texts, at=now))
    mails, called = kept.mails_of(account), [str(x) for x in (person, account) if x is not None]
    found = persons.identities_of(person, mails) if person else {}
    written = [w for names in found.values() for w in names]
    written += list(person.identities.values_list("written_as", flat=True)) if person else []
    names = [*persons.names_in([*written, *called]), *mails]
    also = persons.hide(person, pseudonym, written=found, mails=mails, names=called)
    for team in _ends(person, account):
        _end(team)
    for one in also:
        practices.forget(one)
        _leave(one, now=now)
    Invitation.objects.filter(email__in=mails).delete()
    if account is not None:
        for session in kept.sessions_of(account, mails):
            session.delete()
        account.delete()
    scrub.everywhere(names, pseudonym)
    for one in also:
        scrub.own_words(one, go=texts == rules.GO, first=_first(called))
    Person.objects.filter(pk__in=[p.pk for p in also]).update(name=SOMEONE)
    left = [p for p in also if _stands_nowhere(p)]
    audit.changed_rights(
        None, by=None, of=next((p for p in also if p not in left), None), what=say("was erased"), now=now
    )
    for one in left:
        one.delete()
    return Erasure.objects.create(pseudonym=pseudonym, texts=texts, begun_at=now)


def erase_again(*, since: datetime, now: datetime) -> tuple[int, list[str]]:
    """Erase once more whom a backup that was restored brought back; return how many, and why some could not be.

    since : when the backup was made. Whoever was erased later was erased with the same choice about texts.
    """
    done, refused = 0, []
    for one in ledger.since(since):
        person = Person.objects.filter(pk=one.person).first() if one.person else None
        account = Account.objects.filter(pk=one.account).first() if one.account else None
        if person is None and account is None:
            continue
        try:
            finish(erase(person, account, texts=one.texts, now=now), now=now)
            done += 1
        except Refused as refusal:
            refused.append(str(refusal))
    if not refused:
        ledger.forget(since=since, until=now)
    return done, refused


def _pk(row: Person | Account | None) -> int | None:
    return row.pk if row is not None else None


def _first(called: list[str]) -> str:
    """Return the word by which colleagues would call somebody, where it isn't an address."""
    words = called[0].split() if called else []
    return words[0] if words and "@" not in words[0] else ""


def _leave(person: Person, *, now: datetime) -> None:
    """Let today be the last day of somebody's in each team; where they were yet to come they never do."""
    for spell in Membership.objects.filter(person=person).select_related("team"):
        today = spell.team.day(now)
        if spell.begins_on and spell.begins_on > today:
            spell.delete()
        elif spell.ends_on is None or spell.ends_on > today:
            teams.leave(spell, on=today)


def _end(team: Team) -> None:
    """Delete a team that nobody else can open; its segments are swept with the other files."""
    for source in team.sources.all():
        uploaded = Path(source.path)
        if source.path and uploaded.parent == log.uploads():
            transaction.on_commit(lambda path=uploaded: path.unlink(missing_ok=True))  # type: ignore[misc]
    team.delete()


def _stands_nowhere(person: Person) -> bool:
    return not any(r.rows(person, None).exists() for r in relations() if not r.of_account)


def finish(erasure: Erasure, *, now: datetime, tell: Callable[[int, int], None] = _silent) -> Erasure:
    """Rewrite the files and clean the database file; may be called again after whatever came between."""
    persons.rewrite(tell=tell)
    _letters()
    cache.clear()
    _scour()
    erasure.done_at = now
    erasure.save(update_fields=["done_at"])
    _scour_log()
    return erasure


@task
def finish_soon(erasure: int) -> None:
    """Finish in the background, so that nobody waits; if it fails, a later round goes on."""
    try:
        finish(Erasure.objects.get(pk=erasure), now=timezone.now())
    except Exception as error:  # what is kept of a failed task says what kind it was, and quotes nobody
        raise Failed(f"erasure: {in_short(error)}") from None


def finish_all(*, now: datetime) -> int:
    """Finish every erasure whose files were not done, as after a power cut."""
    waiting = list(Erasure.objects.filter(done_at=None, begun_at__lt=now - _UNDER_WAY))
    for erasure in waiting:
        finish(erasure, now=now)
    return len(waiting)


def _letters() -> None:
    """Delete mails that lie as files and name somebody who was erased."""
    for path in (settings.DATA / "mail").glob("*"):
        if path.is_file() and persons.names_somebody_erased(kept.said_in(path).splitlines()):
            path.unlink(missing_ok=True)


def _scour() -> None:
    """Let nothing of what was deleted stay in the database's own files."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("VACUUM")
    _scour_log()


def _scour_log() -> None:
    """Bring SQLite's log into the file and empty it."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@transaction.atomic
def keep_for(kind: str, said: str, *, by: Account, roles: Roles, now: datetime) -> Period:
    """Say for how many days a kind of thing is kept here. said : as typed; nothing: it stays."""
    must(rules.MAY, "say_how_long_things_are_kept", roles, to=say("say how long things are kept"))
    kept_kind = retention.kind_called(kind)
    days = rules.check_days(said, least=kept_kind.least, most=retention.MOST)
    if days is None and not kept_kind.may_stay:
        days = kept_kind.days
    period, _ = Period.objects.update_or_create(kind=kind, defaults={"days": days})
    lasts = count(days, "{n:,} day", "{n:,} days") if days else say("as long as the team")
    audit.changed_rights(
        None, by=by, what=say("{what}: kept for {lasts}", what=kept_kind.title, lasts=lasts), now=now
    )
    return period


@transaction.atomic
def describe(said: dict[str, str], *, roles: Roles) -> Organisation:
    """Fill in what the record of processing can't know by itself."""
    must(rules.MAY, "fill_in_the_record_of_processing", roles, to=say("fill in the record of processing"))
    it, _ = Organisation.objects.update_or_create(pk=1, defaults=said)
    return it


def roles_of(account: Account) -> Roles:
    """Return what an account is to the installation."""
    return frozenset({ADMIN}) if account.is_staff else frozenset()
