"""Reads a connected source for what is new, tells how far it is, and never leaves half of it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.tasks import task
from django.urls import reverse
from django.utils import timezone

from followspot.errors import BadInput, Refused, in_short
from followspot.evidence import log
from followspot.evidence.connectors import connectors, title_of
from followspot.evidence.models import Run, Source
from followspot.teams.models import Team

_LOST = timedelta(minutes=2)  # a run that has not told anything for so long has died
_logger = structlog.get_logger()


def take_in(team: Team, given: dict[str, Any]) -> str:
    """Make a source of a path or an uploaded file, start reading what can be read, return where to look.

    A table first needs somebody to say which column means what.
    """
    path, title = _uploaded(given["upload"]) if given.get("upload") else _by_path(str(given["path"]))
    connector = "git" if path.is_dir() else "csv"
    source = connect(team, connector, title=title, path=str(path))
    if connector == "csv":
        return reverse("map-columns", args=[team.slug, source.pk])
    start(source, now=timezone.now())
    return reverse("source", args=[team.slug, source.pk])


def connect(team: Team, connector: str, *, title: str, path: str, **given: Any) -> Source:
    """Make a source of a team's; nothing is read yet."""
    return Source.objects.create(team=team, connector=connector, title=title, path=path, settings=given)


def _by_path(text: str) -> tuple[Path, str]:
    path = Path(text.strip()).expanduser().resolve()
    return path, title_of(path)


def _uploaded(upload: UploadedFile[Any]) -> tuple[Path, str]:
    """Keep an uploaded file below the data folder, under a name of our own choosing."""
    path = log.uploads() / f"{secrets.token_hex(12)}.csv"
    with path.open("wb") as file:
        file.writelines(upload.chunks())
    return path, Path(upload.name or "A table").name


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


@transaction.atomic
def begin(source: Source, *, now: datetime) -> Run:
    """Open a run, so that two never read the same source at once."""
    running = source.runs.select_for_update().filter(state=Run.State.RUNNING)
    running.filter(beat_at__lt=now - _LOST).update(
        state=Run.State.FAILED,
        ended_at=now,
        message="It stopped without a word. Nothing was kept; read it again.",
    )
    if running.exists():
        raise Refused("This source is being read right now.")
    return Run.objects.create(source=source, began_at=now, beat_at=now)


def read(run: Run) -> Run:
    """Read what is new into the log, all or nothing, and say in the run how it ended."""
    source = run.source
    connector = connectors()[source.connector]
    try:
        harvest = connector.read(
            source.path,
            cursor=source.cursor,
            tell=lambda done, total: _beat(run, done, total),
            **source.settings,
        )
        rows = log.store(source, harvest, now=timezone.now())
    except BadInput as error:
        return _end(run, Run.State.FAILED, without_path(str(error), source))
    except Exception as error:
        _logger.error("source_not_read", source=source.pk, connector=source.connector, error=in_short(error))
        return _end(
            run,
            Run.State.FAILED,
            "Something went wrong on our side. Nothing was kept. The server's log has the details.",
        )
    return _end(run, Run.State.DONE, f"{rows:,} events came in." if rows else "Nothing new.")


def without_path(message: str, source: Source) -> str:
    """Write a source's title in place of where its file is kept: that is the server's business."""
    return message.replace(source.path, source.title)


def _beat(run: Run, done: int, total: int) -> None:
    """Note progress, at most twice a second: a beat is a write."""
    now = timezone.now()
    if now - run.beat_at >= timedelta(milliseconds=500):
        run.done, run.total, run.beat_at = done, total, now
        Run.objects.filter(pk=run.pk).update(done=done, total=total, beat_at=now)


def _end(run: Run, state: str, message: str) -> Run:
    run.state, run.message, run.ended_at = state, message, timezone.now()
    run.save(update_fields=["state", "message", "ended_at"])
    return run
