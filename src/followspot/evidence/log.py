"""The log's doors. Nothing else touches what it is made of.

In: `append` (a practice's event), `store` (a harvest), `forget` (a source). Out, masked: `read`, for every
measure, and `lend`, for many of them in a row. Out with names, never with counts: `named`, `likely_leader`, `silences`, for people who say who is
who and who leads; `single`, `asked`, `firsts`, `deeds`, for one object or one act at a time. About itself: `head`, `until`, `size`, `dated_ahead`, `check`, `files_in`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Sum

from followspot.errors import BadInput
from followspot.evidence import deeds as single_deeds
from followspot.evidence import erased, leaders, lending, merging, once, places, table
from followspot.evidence.connectors import Finish, Harvest, connectors
from followspot.evidence.event import SCHEMA
from followspot.evidence.models import Segment, Source, StoredEvent
from followspot.language import say
from followspot.teams.models import Person, Team

EVERY = timedelta(hours=1)  # what is asked over HTTP is read again by itself
_DESK = lending.Desk()


def append(
    activity: str,
    object_: str,
    *,
    team: Team,
    by: Person | None,
    now: datetime,
    practice: str,
    about: tuple[str, ...] = (),
    to: tuple[Person, ...] = (),
    value: float | None = None,
    unit: str = "",
    invited_by: str = "",
) -> StoredEvent:
    """Write one practice event. Call it in the transaction of the act that it records.

    Raises RuntimeError outside a transaction: state and event stand or fall together.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A practice event must be written in the transaction of its act.")
    return StoredEvent.objects.create(
        team=team,
        at=now,
        activity=activity,
        actor=by,
        object=object_,
        about=list(about),
        to=[_identity_of(p.pk) for p in to],
        value=value,
        unit=unit,
        source=practice,
        key=secrets.token_hex(12),
        invited_by=invited_by,
    )


def store(source: Source, harvest: Harvest, *, now: datetime) -> int:
    """Put a whole harvest into the log, or nothing of it; return how many events came.

    The Parquet file is complete on disk before the row that makes it visible is written. Of a source that is asked over HTTP
    only what has a new key is kept. A harvest that is a piece leaves in `due_at` when the next one is to be read.
    """
    folder = f"segments/{source.pk}"
    veil = erased.veil()
    shown = {s.pk: s for s in source.segments.all()}
    batches = veil.over(harvest.batches)
    if connectors()[source.connector].remote:
        batches = once.new_only(batches, places.read(shown.values()))
    written = places.write(batches, folder, f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}")
    try:
        finish = harvest.finish()
        aliases = veil.aliases(finish.aliases)
        with transaction.atomic():
            erased.must_be(veil, source)
            _must_be_alone(source, shown)
            if finish.replaces:
                source.segments.all().delete()
            if written.rows:
                Segment.objects.create(
                    source=source,
                    path=str(written.path),
                    rows=written.rows,
                    first_at=written.first_at,
                    last_at=written.last_at,
                    sha256=written.sha256,
                )
            source.cursor = finish.cursor
            source.aliases = aliases if finish.replaces else source.aliases | aliases
            source.notes = [veil.text(note) for note in finish.notes]
            source.read_at = now
            source.due_at = _due(source, finish, now)
            source.save(update_fields=["cursor", "aliases", "notes", "read_at", "due_at"])
    except BaseException:
        places.remove(str(written.path))
        raise
    if written.rows:
        merging.merge(source)
    _sweep(folder, source)
    return written.rows


def _must_be_alone(source: Source, shown: Collection[int]) -> None:
    """Refuse what was compared with segments that others have been added to since. Call it where the source is held."""
    source.refresh_from_db(fields=["aliases"])  # somebody may have been erased since the piece before
    if source.segments.exclude(pk__in=shown).exists():
        raise BadInput(say("This source was read twice at once, so this was not kept. Read it again."))


def _due(source: Source, finish: Finish, now: datetime) -> datetime | None:
    """Return when a source is to be read next by itself: only what is asked over HTTP is, or what has more to say."""
    if finish.more:
        return now
    every = EVERY if connectors()[source.connector].remote else None
    return finish.resume_at or (now + every if every else None)


def _sweep(folder: str, source: Source) -> None:
    """Remove files that no row shows any more, once no reader can still be on them."""
    shown = set(source.segments.values_list("path", flat=True))
    for path, seconds in places.there(folder):
        if path not in shown and seconds > places.READERS_ARE_GONE:
            places.remove(path)


def forget(source: Source) -> None:
    """Undo a source: its events leave the log in one step, its files and what was uploaded for it right after."""
    paths = [s.path for s in source.segments.all()]
    uploaded = Path(source.path)
    source.delete()
    if source.path and uploaded.parent == uploads():
        uploaded.unlink(missing_ok=True)
    for path in paths:
        places.remove(path)


def uploads() -> Path:
    """Return the folder in which uploaded files are kept, below the data folder."""
    folder: Path = settings.DATA / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def read(team: Team, *, leader: Person | None = None) -> ir.Table:
    """Return everything that is known of a team as one masked table: the only way to a measure.

    leader : takes this person for the leader all along, as a step-away asks, whoever led later.
    """
    who = _who(team)
    if leader is not None:
        who = replace(who, leads=(table.Spell(_identity_of(leader.pk)),))
    return table.masked(_events(team), who)


@contextmanager
def lend(team: Team) -> Iterator[ir.Table]:
    """Lend what `read` returns, laid down once for all readings of one state of the log, to one at a time.

    Its keys are the same for those readings, and gone a minute after the last of them. What is larger than memory
    is read from its segments each time instead, which is quicker than laying it down on the disk first.
    """
    with _DESK.lend(team.pk, head(team), rows=_size(team), lay=lambda: _laid_down(team)) as events:
        if _lies(team, events):  # where copies could have gone meanwhile
            places.read(Segment.objects.filter(source__team=team))
        yield events


def _laid_down(team: Team) -> ir.Table:
    events = read(team)
    return events if _lies(team, events) else events.cache()


def _lies(team: Team, events: ir.Table) -> bool:
    return _size(team) > lending.MOST_ROWS and events.get_backend().name == "duckdb"


def put_away() -> None:
    """Lend no table again that was laid down before now; those of other processes go within a minute."""
    _DESK.clear()


def _size(team: Team) -> int:
    return Segment.objects.filter(source__team=team).aggregate(rows=Sum("rows"))["rows"] or 0


def named(team: Team) -> Iterator[tuple[str, str]]:
    """Yield (identity, person it is joined to), for people who confirm identities; no counts, by name."""
    joined = table.people(_events(team), _who(team))
    yield from sorted(joined.items(), key=lambda pair: pair[0].casefold())


@dataclass(frozen=True, slots=True)
class Single:
    """One event of a practice with names, for people who look at one object or credit somebody."""

    at: datetime
    activity: str
    actor: Person | None
    object: str
    about: tuple[str, ...]
    value: float | None
    unit: str
    invited: bool
    key: str


def _single(row: StoredEvent) -> Single:
    return Single(
        row.at,
        row.activity,
        row.actor,
        row.object,
        tuple(row.about),
        row.value,
        row.unit,
        bool(row.invited_by),
        row.key,
    )


def single(
    team: Team,
    *,
    objects: tuple[str, ...] = (),
    activities: frozenset[str] = frozenset(),
    by: Person | None = None,
    about: str = "",
    since: datetime | None = None,
    newest: int = 100,
) -> list[Single]:
    """Return single practice events with names, the newest first. One by one, never counted by person."""
    rows = StoredEvent.objects.filter(team=team).select_related("actor").order_by("-at", "-pk")
    if objects:
        rows = rows.filter(object__in=objects)
    if activities:
        rows = rows.filter(activity__in=activities)
    if by is not None:
        rows = rows.filter(actor=by)
    if about:
        rows = rows.filter(about__icontains=f'"{about}"')
    if since is not None:
        rows = rows.filter(at__gte=since)
    return [_single(r) for r in rows[:newest]]


def acted_in(person: Person) -> list[int]:
    """Return the teams in whose practices a person ever acted."""
    return list(StoredEvent.objects.filter(actor=person).values_list("team", flat=True).distinct())


def last_acts(team: Team, activities: frozenset[str]) -> dict[str, int | None]:
    """Return who did one of these activities last, by object: to find whose words stand on it."""
    rows = StoredEvent.objects.filter(team=team, activity__in=activities).order_by("at", "pk")
    return dict(rows.values_list("object", "actor"))


def asked(
    team: Team,
    person: Person,
    *,
    objects: tuple[str, ...],
    now: datetime,
    within: timedelta,
    lasts: timedelta,
) -> str:
    """Return the key of the event by which somebody asked for a person on one of these objects, or "".

    within : how long one may take to answer; lasts : how long after a first answer more of it was still asked for.
    """
    rows = StoredEvent.objects.filter(team=team, object__in=objects, at__gte=now - within).order_by(
        "-at", "-pk"
    )
    wanted = _identity_of(person.pk)
    answers: list[datetime] = []
    for row in rows:
        if row.actor_id == person.pk:
            answers.append(row.at)
        elif wanted in row.to:
            return row.key if not answers or now - answers[-1] <= lasts else ""
    return ""


def begun_about(team: Team, reference: str, *, newest: int = 30) -> list[str]:
    """Return the objects whose events say that they are about another one, the newest first."""
    rows = StoredEvent.objects.filter(team=team, about__icontains=f'"{reference}"').exclude(object=reference)
    return list(dict.fromkeys(rows.order_by("-pk").values_list("object", flat=True)[: 4 * newest]))[:newest]


def firsts(team: Team, activities: frozenset[str], *, since: datetime) -> list[Single]:
    """Return what people did for the first time since a moment: single events, one a person and activity."""
    lately = StoredEvent.objects.filter(team=team, activity__in=activities, at__gte=since)
    earlier = StoredEvent.objects.filter(
        team=team, actor=OuterRef("actor"), activity=OuterRef("activity"), pk__lt=OuterRef("pk")
    )
    rows = lately.filter(~Exists(earlier), actor__isnull=False).select_related("actor").order_by("-at")
    return [_single(r) for r in rows[:20]]


def head(team: Team) -> str:
    """Return a stamp that changes whenever a reading of this team could change."""
    parts: list[Any] = [
        list(Segment.objects.filter(source__team=team).order_by("pk").values_list("pk", "sha256")),
        StoredEvent.objects.filter(team=team).aggregate(last=Max("pk"))["last"],
        list(team.leaderships.values_list("pk", "person", "begins_on", "ends_on")),
        list(team.memberships.values_list("pk", "person", "begins_on", "ends_on")),
        list(team.identities.order_by("pk").values_list("pk", "person", "written_as", "person__automaton")),
        list(team.days_off.values_list("on", flat=True)),
        team.zone,
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def until(team: Team) -> datetime | None:
    """Return when the evidence ends, or None where there is none."""
    latest = Segment.objects.filter(source__team=team, last_at__isnull=False).order_by("last_at").last()
    return latest.last_at if latest else None


def _evidence(team: Team) -> ir.Table:
    """Return what came from outside: on this machine, or on the cluster where there is one and it is worth its while."""
    stored = list(Segment.objects.filter(source__team=team))
    if settings.SPARK and sum(s.rows for s in stored) >= settings.SPARK_FROM:
        from followspot.evidence import spark  # only then: it comes with an extra

        return spark.open_segments(spark.connect(settings.SPARK, team.zone), *places.afar(stored))
    return table.open_segments(table.connect(team.zone), places.read(stored))


def _events(team: Team) -> ir.Table:
    evidence = _evidence(team)
    rows = StoredEvent.objects.filter(team=team).order_by("pk")
    if not rows.exists():
        return evidence
    return evidence.union(table.from_batches(evidence.get_backend(), [_batch(rows)]))


def _batch(rows: Any) -> pa.RecordBatch:
    """Lay rows out by column: a year of practice is thousands of them, and every reading begins here."""
    asked = (
        "at",
        "activity",
        "actor_id",
        "object",
        "about",
        "to",
        "value",
        "unit",
        "invited_by",
        "source",
        "key",
    )
    told = dict(zip(asked, zip(*rows.values_list(*asked), strict=True), strict=True))
    columns = {
        **told,
        "actor": [_identity_of(person) for person in told["actor_id"]],
        "unit": [unit or None for unit in told["unit"]],
        "invited_by": [key or None for key in told["invited_by"]],
        "key": [f"{source}:{key}" for source, key in zip(told["source"], told["key"], strict=True)],
    }
    arrays = [pa.array(columns[f.name], f.type) for f in SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _identity_of(person_id: int | None) -> str:
    return f"person:{person_id}" if person_id else "nobody"


def _who(team: Team) -> table.Who:
    """Join what people said: claims name persons, so leads and members are persons too.

    Who is listed sets the team apart from others in the same history only once somebody listed is known in
    that history: people who merely signed in must not turn everybody's work into that of outsiders.
    """
    claims = {i.written_as: _identity_of(i.person_id) for i in team.identities.all()}
    zone = ZoneInfo(team.zone)
    leads, members = (
        tuple(
            table.Spell(
                _identity_of(s.person_id), _start(s.begins_on, zone), _start(s.ends_on, zone, days_later=1)
            )
            for s in spells
        )
        for spells in (team.leaderships.all(), team.memberships.all())
    )
    aliases: dict[str, str] = {}
    for source in team.sources.all():
        aliases |= source.aliases
    automata = Person.objects.filter(automaton=True).values_list("pk", flat=True)
    known = set(claims.values())
    listed = members if any(s.person in known for s in members) else ()
    return table.Who(leads, listed or None, aliases, claims, frozenset(map(_identity_of, automata)))


def _start(day: date | None, zone: ZoneInfo, *, days_later: int = 0) -> datetime | None:
    """Return the first instant of a day, or of one some days later, where the team lives."""
    return datetime.combine(day + timedelta(days=days_later), time.min, zone) if day else None


def silences(team: Team, person: Person) -> list[leaders.Silence]:
    """Return stretches in which this one person, a leader, left no sign in the evidence."""
    events = _events(team)
    return leaders.silences(events, table.people(events, _who(team)), _identity_of(person.pk))


def likely_leader(team: Team) -> leaders.Candidate | None:
    """Return who seems to lead by how work moves, for a person to confirm."""
    events, last = _events(team), until(team)
    if last is None:
        return None
    found = leaders.likely_leader(events, table.people(events, _who(team)), asof=last)
    if found is None or not found.person.startswith("person:"):
        return found
    claimed = team.identities.filter(person_id=int(found.person.removeprefix("person:"))).first()
    return replace(found, person=claimed.written_as) if claimed else found


def deeds(team: Team, activities: frozenset[str], *, since: datetime) -> list[single_deeds.Deed]:
    """Return what single people did lately by the evidence, one deed a person and activity, to credit them."""
    if not Segment.objects.filter(source__team=team).exists():
        return []
    events = _evidence(team)
    return single_deeds.lately(events, table.people(events, _who(team)), activities, since=since)


@dataclass(frozen=True, slots=True)
class Files:
    """Which files a database knows of. segments : as rows that know no more than their path and checksum."""

    segments: tuple[Segment, ...]
    uploads: tuple[Path, ...]


def files_in(cursor: Any) -> Files:
    """Return which files a database knows of, asked through any cursor: a copy of it can be asked as well."""
    cursor.execute(f"SELECT path, sha256 FROM {Segment._meta.db_table} ORDER BY id")  # noqa: S608 - our own table
    listed = tuple(Segment(path=path, sha256=sha256) for path, sha256 in cursor.fetchall())
    cursor.execute(f"SELECT path FROM {Source._meta.db_table} WHERE path <> '' ORDER BY id")  # noqa: S608
    brought = {Path(path) for (path,) in cursor.fetchall()}
    return Files(listed, tuple(sorted(p for p in brought if p.parent == uploads() and p.exists())))


def adopt() -> None:
    """Let sources find their uploads in this data folder, where a copy of another one was put in its place."""
    for source in Source.objects.exclude(path=""):
        here = uploads() / Path(source.path).name
        if Path(source.path).parent.name == here.parent.name and here.exists() and source.path != str(here):
            source.path = str(here)
            source.save(update_fields=["path"])


def dated_ahead(*, now: datetime) -> int:
    """Return how many practice events say that they happened later than now."""
    return StoredEvent.objects.filter(at__gt=now).count()


def size() -> tuple[int, int]:
    """Return how many segments of evidence there are, and how many events in them."""
    said = Segment.objects.aggregate(segments=Count("pk"), events=Sum("rows"))
    return said["segments"], said["events"] or 0


def check() -> Iterator[tuple[Path, BadInput | None]]:
    """Yield every segment that should be in the log with what is wrong with its file, if anything is."""
    for stored in Segment.objects.order_by("pk"):
        path = Path(stored.path)
        try:
            places.check(stored)
        except BadInput as error:
            yield path, error
        else:
            yield path, None
