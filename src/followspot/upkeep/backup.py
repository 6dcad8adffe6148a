"""A copy of everything that Followspot keeps, made while it is in use."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from followspot import __version__
from followspot.errors import BadInput
from followspot.evidence import log, places
from followspot.upkeep import archive, databases

SECRETS = ("secret", "secret.before")  # the files of the secret of now, and of those before it
_TRIES = 3  # somebody may forget a source while its files are copied
_LAST = "backed-up.json"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made, read back, and found to be whole. size : of the file, in bytes."""

    path: Path
    files: int
    size: int


def make(to: Path, *, with_secret: bool, now: datetime, tell: archive.Tell) -> Made:
    """Write a backup and read it back.

    to : a file that isn't there yet, or a folder. In it are the database, segments and uploads; not the keys of open
    waves, so that no backup opens an answer, and the secret only if asked for, so that no backup opens tokens.
    """
    path = to / f"followspot-{now:%Y-%m-%dT%H%M%S}.zip" if to.is_dir() else to
    if not path.parent.is_dir():
        raise BadInput(f"{path.parent}: there is no such folder.")
    for tries_left in reversed(range(_TRIES)):
        try:
            _write(path, with_secret=with_secret, now=now, tell=tell)
            break
        except (FileNotFoundError, places.Gone) as gone:
            if not tries_left:
                lost = getattr(gone, "filename", gone)
                raise BadInput(
                    f"{lost} is gone, and `followspot doctor` says more. No backup was made."
                ) from None
    about = archive.check(path, tell=tell)
    made = Made(path, len(about.members), path.stat().st_size)
    note = settings.DATA / _LAST
    note.write_text(json.dumps({"at": now.isoformat(), "size": made.size}))
    return made


def last() -> datetime | None:
    """Return when the last backup was made from here, or None."""
    try:
        return datetime.fromisoformat(json.loads((settings.DATA / _LAST).read_text())["at"])
    except (OSError, ValueError, KeyError):
        return None


def _write(path: Path, *, with_secret: bool, now: datetime, tell: archive.Tell) -> None:
    with databases.snapshot(path.parent) as copy:
        files = [(copy.name, copy.path), *_beside(copy.files)]
        if with_secret:
            files += [(name, settings.DATA / name) for name in SECRETS if (settings.DATA / name).exists()]
        size = sum(p.stat().st_size for _, p in files)
        if size > (free := shutil.disk_usage(path.parent).free):
            raise BadInput(
                f"A backup takes up to {size:,} bytes, and {path.parent} has {free:,} left. Nothing was written."
            )
        database = "sqlite" if copy.name == databases.SQLITE else "postgresql"
        archive.write(path, files, made_at=now, version=__version__, database=database, tell=tell)


def _beside(files: log.Files) -> list[tuple[str, Path]]:
    segments = zip((s.path for s in files.segments), places.read(files.segments), strict=True)
    uploads = [(f"uploads/{p.name}", p) for p in files.uploads]
    return [*segments, *uploads]
