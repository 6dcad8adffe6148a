"""What the evidence holds about one person: found for that person alone, and taken out when they are erased."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction

from followspot.evidence import erased, identities, log, places
from followspot.evidence.event import SCHEMA
from followspot.evidence.models import Segment, Source, StoredEvent
from followspot.evidence.veils import SOMEONE, Veil
from followspot.language import say
from followspot.teams.models import Identity, Person, Team

_SHORT = 5  # letters; a shorter single word is many people's first name
_GONE = say(
    "The uploaded file was deleted, since it named somebody who was erased. Upload it again without them to read more."
)


def identities_of(person: Person, mails: Iterable[str]) -> dict[Team, list[str]]:
    """Return how the sources write a person, by team: what was said to be theirs, and what joins to it."""
    known = {m.lower() for m in mails}
    claimed = set(Identity.objects.filter(person=person).values_list("written_as", flat=True))
    found = {}
    for team in Team.objects.filter(sources__isnull=False).distinct():
        theirs = [
            written
            for written, whose in log.named(team)
            if not written.startswith("person:")
            and (
                whose == f"person:{person.pk}"
                or (written in claimed and "@" in written)
                or _mail(written) in known
            )
        ]
        if theirs:
            found[team] = sorted(theirs)
    return found


def _mail(written: str) -> str:
    return written.rpartition("<")[2].rstrip("> ").lower() if "@" in written else ""


def events_of(written: dict[Team, list[str]]) -> Iterator[dict[str, Any]]:
    """Yield the events of the evidence in which these identities act or are addressed, a few at a time."""
    for team, names in written.items():
        wanted = pa.array(names, pa.string())
        for stored in Segment.objects.filter(source__team=team).order_by("pk"):
            with pq.ParquetFile(*places.read([stored])) as file:
                for batch in file.iter_batches(batch_size=20_000):
                    for row in batch.filter(_of(batch, wanted)).to_pylist():
                        yield {"team": team.name, **row}


def _of(batch: pa.RecordBatch, wanted: pa.Array) -> pa.Array:
    """Return which rows have one of the wanted as actor or among those addressed."""
    addressed = pc.is_in(batch["to"].flatten(), value_set=wanted)
    parents = pc.list_parent_indices(batch["to"]).filter(addressed)
    rows = pa.array(range(batch.num_rows), pa.int64())
    return pc.or_(
        pc.is_in(batch["actor"], value_set=wanted), pc.is_in(rows, value_set=parents.cast(pa.int64()))
    )


def practised(person: Person) -> Iterator[dict[str, Any]]:
    """Yield the events of the practices by which a person acted, or in which they were addressed."""
    marked = f"person:{person.pk}"
    for row in StoredEvent.objects.filter(actor=person).select_related("team").order_by("pk").iterator():
        yield _written(row, say("you did it"))
    rows = StoredEvent.objects.filter(to__icontains=f'"{marked}"').exclude(actor=person)
    for row in rows.select_related("team").order_by("pk").iterator():
        if marked in row.to:
            yield _written(row, say("you were addressed"))


def _written(row: StoredEvent, why: str) -> dict[str, Any]:
    return {
        "team": row.team.name,
        "at": row.at,
        "activity": row.activity,
        "object": row.object,
        "about": row.about,
        "why": why,
    }


def hide(
    person: Person | None,
    pseudonym: str,
    *,
    written: dict[Team, list[str]],
    mails: list[str],
    names: list[str],
) -> list[Person]:
    """Let a person stand under a pseudonym from now on, in what comes in; `rewrite` then mends what is there.

    The pseudonym is said to be the nameless person's, so that readings keep the shape of the work. Returns
    everybody without an account whom somebody took for another, and the person themself.
    """
    claimed = Identity.objects.filter(person=person).values_list("written_as", flat=True) if person else ()
    everything = [*claimed, *(w for names_ in written.values() for w in names_)]
    erased.hide(pseudonym, written=everything, mails=mails, names=names)
    taken = Identity.objects.none()
    for team, there in written.items():  # a bare login may be somebody else's in another team
        taken |= Identity.objects.filter(team=team, written_as__in=there, person__account=None)
    theirs = taken | Identity.objects.filter(person=person) if person else taken
    also = Person.objects.filter(pk__in=theirs.values("person"), automaton=False)
    found = {p.pk: p for p in (*also, *([person] if person else []))}
    whose = {i.team_id: i.person for i in theirs.select_related("person").order_by("pk")}
    theirs.delete()
    for team in written:
        if one := whose.get(team.pk) or person:
            Identity.objects.create(team=team, person=one, written_as=pseudonym)
    veil = erased.veil()
    for source in Source.objects.select_for_update():
        source.aliases = veil.aliases(source.aliases)
        source.save(update_fields=["aliases"])
    # Keyed by what the state of the log was, a table laid down before could otherwise be lent once more.
    log.put_away()
    return list(found.values())


def rewrite(*, tell: Callable[[int, int], None]) -> int:
    """Bring every segment and upload under the veil; return how many files were changed. May be called again.

    A rewritten segment is complete before its row points to it; the old file goes at once.
    """
    veil, changed = erased.veil(), 0
    with transaction.atomic():
        sources = list(Source.objects.select_for_update().order_by("pk"))
        stored = {s.pk: list(s.segments.order_by("pk")) for s in sources}
    total, done = sum(map(len, stored.values())), 0
    for source in sources:
        theirs = 0
        for segment in stored[source.pk]:
            theirs += _rewritten(segment, veil)
            done += 1
            tell(done, total)
        changed += theirs + _without_upload(source, veil, named=bool(theirs))
    _sweep()
    return changed


def _rewritten(stored: Segment, veil: Veil) -> bool:
    try:
        [path] = places.read([stored])
    except places.Gone:
        return False
    if not path.exists() or not _any(path, veil):
        return False
    written = places.beside(stored.path, veil.over(_batches(path)))
    with transaction.atomic():
        swapped = Segment.objects.filter(pk=stored.pk, sha256=stored.sha256).update(
            path=str(written.path), sha256=written.sha256
        )
    places.remove(stored.path if swapped else str(written.path))
    return bool(swapped)


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=50_000):
            yield batch.cast(SCHEMA)


def _any(path: Path, veil: Veil) -> bool:
    return any(veil.batch(batch) is not batch for batch in _batches(path))


def _sweep() -> None:
    """Remove files that no row shows: one whose row was swapped by a process that then died."""
    shown = set(Segment.objects.values_list("path", flat=True))
    begun = {str(s.pk) for s in Source.objects.filter(runs__state="running")}
    for path, _ in places.there():
        if path not in shown and path.split("/")[1] not in begun:
            places.remove(path)


def _without_upload(source: Source, veil: Veil, *, named: bool) -> bool:
    """Delete an uploaded file that names somebody who was erased, and say so at its source."""
    path = Path(source.path)
    if not source.path or path.parent != log.uploads() or not path.exists():
        return False
    if not named and not _names(path, veil):
        return False
    path.unlink(missing_ok=True)
    Source.objects.filter(pk=source.pk).update(notes=[*source.notes, _GONE])
    return True


def _names(path: Path, veil: Veil) -> bool:
    head = path.open("rb").read(4)
    encodings = ("utf-16",) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8", "cp1252")
    for encoding in encodings:
        with path.open(encoding=encoding, errors="replace") as lines:
            if any(veil.hides(line[:100_000]) for line in lines):
                return True
    return False


def names_somebody_erased(lines: Iterable[str]) -> bool:
    """Say whether a text has somebody in it who was erased."""
    veil = erased.veil()
    return any(veil.hides(line[:100_000]) for line in lines)


def nameless(text: str) -> str:
    """Return a text with “someone who left” in place of everybody who was erased."""
    veil = erased.veil()
    said = veil.text(text)
    for pseudonym in set(veil.known.values()) if said != text else ():
        said = said.replace(pseudonym, SOMEONE)
    return said


def names_in(written: Iterable[str]) -> list[str]:
    """Return what a text could call somebody: whole identities, names of several words, addresses, longer logins."""
    found = set()
    for identity in written:
        name, mail = identities.name_of(identity), _mail(identity)
        found |= {mail, *(n for n in (identity, name) if " " in n or len(n) > _SHORT)}
    return sorted(found - {""}, key=len, reverse=True)
