"""Reads a connected source for what is new, tells how far it is, and never leaves half of it.

What is asked over HTTP comes in pieces: each is kept whole or not at all, so that whatever stops it costs one piece at most.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.tasks import task
from django.urls import reverse
from django.utils import timezone

from followspot import seals
from followspot.errors import BadInput, Refused, in_short
from followspot.evidence import deliveries, log, segments
from followspot.evidence.connectors import connectors, title_of
from followspot.evidence.models import Delivery, Run, Source
from followspot.language import Said, again, said_of, say, together
from followspot.teams.models import Team

_LOST = timedelta(minutes=2)  # a run that has not told anything for so long has died
_TURN = timedelta(
    minutes=10
)  # after which a long reading lets others have theirs, and goes on in the next round
# Longer than any wait we set: a source that is due later than that was told so by a clock that was wrong.
_LONGEST_WAIT = timedelta(days=2)
_AGAIN, _LATEST = timedelta(minutes=5), timedelta(days=1)  # after failures: doubled each time
_logger = structlog.get_logger()


def take_in(team: Team, given: dict[str, Any]) -> str:
    """Make a source of a path or an uploaded file, start reading what can be read, return where to look.

    A table first needs somebody to say which column means what. Raises Refused for what is here already: it would count twice.
    """
    path, title = uploaded(given["upload"]) if given.get("upload") else _by_path(str(given["path"]))
    connector = "git" if path.is_dir() else "csv"
    if there := _same(team, connector, path):
        if path.parent == log.uploads():
            path.unlink()
        raise Refused(
            say(
                "{title} is here already, as {there}. What is new in it is read on that source’s own page.",
                title=title,
                there=there.title,
            )
        )
    source = connect(team, connector, title=title, path=str(path))
    if connector == "csv":
        return reverse("map-columns", args=[team.slug, source.pk])
    start(source, now=timezone.now())
    return reverse("source", args=[team.slug, source.pk])


def _same(team: Team, connector: str, path: Path) -> Source | None:
    """Return the source that is read from there, or from a table that says just the same."""
    mark = _hash(path)
    for source in team.sources.filter(connector=connector):
        if source.path == str(path) or (mark and mark == _mark(source)):
            return source
    return None


def _mark(source: Source) -> str:
    """Return of a table what tells it from others: as it was read, or else as its file is."""
    return str((source.cursor or {}).get("file", "")) or _hash(Path(source.path))


def _hash(path: Path) -> str:
    try:
        return segments.sha256_of(path) if path.is_file() else ""
    except OSError:  # what can't be opened is told when it is read
        return ""


def connect(team: Team, connector: str, *, title: str, path: str, **given: Any) -> Source:
    """Make a source of a team's; nothing is read yet."""
    return Source.objects.create(team=team, connector=connector, title=title, path=path, settings=given)


def _by_path(text: str) -> tuple[Path, str]:
    path = Path(text.strip()).expanduser().resolve()
    return path, title_of(path)


def uploaded(upload: UploadedFile[Any]) -> tuple[Path, str]:
    """Keep an uploaded file below the data folder, under a name of our own choosing."""
    path = log.uploads() / f"{secrets.token_hex(12)}.csv"
    with path.open("wb") as file:
        file.writelines(upload.chunks())
    return path, Path(upload.name or say("A table")).name


def start(source: Source, *, now: datetime) -> Run:
    """Begin to read a source in the background, so that a page can show how far it is."""
    with transaction.atomic():
        run = begin(source, now=now)
        read_soon.enqueue(run.pk)
    return run


@task
def read_soon(run: int) -> None:
    """Read a source for a run that was begun. After a worker died it is done again: until then nothing was kept."""
    waiting = Run.objects.select_related("source").filter(pk=run, state=Run.State.RUNNING).first()
    if waiting is not None:
        read(waiting)


def due(*, now: datetime) -> list[Source]:
    """Return the sources that are to be read now by themselves, whoever has waited longest first.

    Those whose hour has come, who have more to say, or who told something by themselves; none that is being read.
    """
    reading = Run.objects.filter(
        source=OuterRef("pk"), state=Run.State.RUNNING, beat_at__range=(now - _LOST, now + _LOST)
    )
    told = Delivery.objects.filter(source=OuterRef("pk"), waits=True)
    waiting = Source.objects.exclude(Exists(reading)).order_by("due_at", "pk")
    return [
        source
        for source in waiting.filter(Q(due_at__lte=now) | Q(due_at__gt=now + _LONGEST_WAIT) | Exists(told))
        if _asks(source, now) or deliveries.waits(source) or deliveries.stirs(source)
    ]


def failing() -> int:
    """Return how many sources could not be read the last time."""
    return Source.objects.filter(failures__gt=0).count()


def start_due(*, now: datetime) -> int:
    """Begin to read every source that is due, each in the background for itself; return how many."""
    started = 0
    for source in due(now=now):
        try:
            start(source, now=now)
        except (Refused, Source.DoesNotExist):  # somebody was quicker
            continue
        started += 1
    return started


def _asks(source: Source, now: datetime) -> bool:
    """Say whether a source may be asked now: what is read by itself says when."""
    return source.due_at is None or source.due_at <= now or source.due_at > now + _LONGEST_WAIT


@transaction.atomic
def begin(source: Source, *, now: datetime) -> Run:
    """Open a run, so that two never read the same source at once."""
    Source.objects.select_for_update().get(pk=source.pk)
    running = source.runs.filter(state=Run.State.RUNNING)
    running.exclude(beat_at__range=(now - _LOST, now + _LOST)).update(
        state=Run.State.FAILED,
        ended_at=now,
        message=say("It stopped without a word. What it had kept is kept; read it again."),
    )
    if running.exists():
        raise Refused(say("This source is being read right now."))
    return Run.objects.create(source=source, began_at=now, beat_at=now)


def read(run: Run) -> Run:
    """Read what is new into the log and say in the run how it ended: all or nothing, or piece by piece."""
    source = run.source
    rows = 0
    try:
        told, now = deliveries.waits(source), timezone.now()
        rows += deliveries.fold(source, now=now)
        asks, over = (
            _asks(source, now) or not told,
            now + _TURN,
        )  # who told something need not be asked as well
        while asks and _reads(run) and timezone.now() < over:
            rows += _piece(run, source)
            asks = source.due_at is not None and _asks(source, timezone.now())
        if not asks:
            deliveries.was_read(source, began=now)
    except BadInput as error:
        return _failed(run, without_path(said_of(error), source), rows)
    except Source.DoesNotExist:  # somebody forgot it meanwhile
        return run
    except Exception as error:
        _logger.error("source_not_read", source=source.pk, connector=source.connector, error=in_short(error))
        return _failed(
            run,
            say(
                "Something went wrong on our side. Nothing of this was kept. The server's log has the details."
            ),
            rows,
        )
    Source.objects.filter(pk=source.pk).update(failures=0)
    came = say("{n:,} events came in.", n=rows) if rows else say("Nothing new.")
    return _end(run, Run.State.DONE, came)


def _reads(run: Run) -> bool:
    """Say whether a run is still the one that reads: nobody took it for dead, or forgot the source."""
    return Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).exists()


def _piece(run: Run, source: Source) -> int:
    """Read a piece, which of most sources is all that is new."""
    opened = {"token": seals.opened(source.token)} if source.token else {}
    harvest = connectors()[source.connector].read(
        source.path,
        cursor=source.cursor,
        tell=lambda done, total: _beat(run, done, total),
        **source.settings,
        **opened,
    )
    return log.store(source, harvest, now=timezone.now())


def _failed(run: Run, message: str, rows: int) -> Run:
    """Say why and what is kept, and let what is read by itself be tried again later, then later still."""
    source = run.source
    if source.due_at is not None:
        failures = min(source.failures + 1, 100)
        wait = min(_AGAIN * 2 ** min(failures - 1, 20), _LATEST)
        Source.objects.filter(pk=source.pk).update(failures=failures, due_at=timezone.now() + wait)
    kept = say("What came before is kept: {n:,} events.", n=rows) if rows else ""
    return _end(run, Run.State.FAILED, together([message, kept]))


def without_path(message: str, source: Source) -> str:
    """Write a source's title in place of where its file is kept: that is the server's business."""
    if isinstance(message, Said):
        inner = {k: without_path(p, source) if isinstance(p, str) else p for k, p in message.parts.items()}
        return again(message.ask, message.n, inner)
    return message.replace(source.path, source.title)


def _beat(run: Run, done: int, total: int) -> None:
    """Note progress, at most twice a second: a beat is a write."""
    now = timezone.now()
    if now - run.beat_at >= timedelta(milliseconds=500):
        run.done, run.total, run.beat_at = done, total, now
        Run.objects.filter(pk=run.pk).update(done=done, total=total, beat_at=now)


def _end(run: Run, state: str, message: str) -> Run:
    run.state, run.message, run.ended_at = state, message, timezone.now()
    Run.objects.filter(pk=run.pk).update(state=state, message=message, ended_at=run.ended_at)
    return run
