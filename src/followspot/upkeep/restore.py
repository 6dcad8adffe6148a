"""Brings a backup back. All of it is checked before anything is touched, and what stood there before is kept.

What is to come is laid out in a folder of its own within the data folder. On SQLite a note then says that it is ready; from there
on whoever comes next finishes the moving, so that `kill -9` leaves the old or the new, never a mixture. On PostgreSQL files
come first, where they disturb nobody, and then the database in one transaction.
"""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections

from followspot.errors import BadInput, Refused
from followspot.evidence import log, places
from followspot.evidence.segments import settle
from followspot.privacy import actions as privacy
from followspot.upkeep import archive, backup, databases, holding, upgrade

_LAID_OUT, _READY, _GONE, _BACK = ".restoring", "ready", "gone", "restored"
_DATABASE = "followspot.sqlite3"
# What belongs to the database that goes: its own files, and what was made from it.
_GOES = (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", "segments", "uploads", "keys", "cache")


@dataclass(frozen=True, slots=True)
class Back:
    """A backup that is back. before : what stood there, kept aside. erased_again : people it would have brought back."""

    about: archive.About
    before: Path | None
    erased_again: int
    not_erased: list[str]


def bring(path: Path, *, over: bool, now: datetime, tell: archive.Tell) -> Back:
    """Bring a backup back.

    over : also where somebody has an account already; what stands there is kept aside.

    Raises BadInput for an archive that isn't whole, of the other kind of database or of a newer version, and Refused where
    Followspot runs or the folder is in use; then nothing was touched.
    """
    finish(now=now)
    used = databases.in_use()
    if used and not over:
        raise Refused(
            f"There is a Followspot in {settings.DATA} already. Say --over to put the backup in its place; what stands there is kept aside."
        )
    with holding.alone(settings.DATA, to="restore"):
        laid_out = _folder(_LAID_OUT)
        try:
            about = archive.unpack(path, laid_out, tell=tell)
            before = settings.DATA / f"before-restore-{now:%Y-%m-%dT%H%M%S}-{secrets.token_hex(2)}"
            _must_fit(path, about, laid_out)
            if connection.vendor == "sqlite":
                before.mkdir(mode=0o700)
                _write(laid_out / _READY, {"before": before.name, "made_at": about.made_at.isoformat()})
            else:
                if used:
                    before = backup.make(
                        before.with_suffix(".zip"), with_secret=False, now=now, tell=tell
                    ).path
                _take_in(laid_out, about, before)
        except BaseException:
            shutil.rmtree(laid_out, ignore_errors=True)
            raise
        if connection.vendor == "sqlite":
            _move(laid_out)
    erased, refused = finish(now=now)
    if not used:
        shutil.rmtree(before, ignore_errors=True)
    return Back(about, before if used else None, erased, refused)


def finish(*, now: datetime) -> tuple[int, list[str]]:
    """Finish a return that something stopped, if there is one; whoever serves or restores does so first.

    Returns how many people were erased once more, and why some could not be.
    """
    laid_out = settings.DATA / _LAID_OUT
    if laid_out.exists():
        with holding.alone(settings.DATA, to="finish what was begun to be restored"):
            if (laid_out / _READY).exists():
                _move(laid_out)
            else:  # it stopped before anything was touched
                shutil.rmtree(laid_out)
    places.take_up()
    note = settings.DATA / _BACK
    if not note.exists():
        return 0, []
    made_at = datetime.fromisoformat(json.loads(note.read_text())["made_at"])
    upgrade.to_this_version()
    log.adopt()
    cache.clear()
    again = privacy.erase_again(since=made_at, now=now)
    note.unlink()
    return again


def _must_fit(path: Path, about: archive.About, laid_out: Path) -> None:
    """Refuse what could be unpacked but not be used."""
    if about.database != connection.vendor:
        raise BadInput(
            f"{path} was made on {about.database}, and this Followspot runs on {connection.vendor}. "
            "Restore it where FOLLOWSPOT_DATABASE names the same kind."
        )
    if about.database == "sqlite":
        databases.sound(laid_out / databases.SQLITE)


def _move(laid_out: Path) -> None:
    """Put what is laid out into place, name by name; may be called again after whatever stopped it."""
    data, gone = settings.DATA, laid_out / _GONE
    said = json.loads((laid_out / _READY).read_text())
    before = data / said["before"]
    connections.close_all()
    if not gone.exists():
        for name in _GOES:
            if (data / name).exists():
                (data / name).rename(before / name)
        settle(before)
        _write(gone, said)
    for name in ("segments", "uploads"):
        if (laid_out / name).exists():
            (laid_out / name).rename(data / name)
    _take_secrets(laid_out, before)
    _write(data / _BACK, said)
    if (laid_out / databases.SQLITE).exists():
        (laid_out / databases.SQLITE).rename(data / _DATABASE)
    settle(data)
    (laid_out / _READY).unlink()
    shutil.rmtree(laid_out)


def _take_in(laid_out: Path, about: archive.About, before: Path) -> None:
    """Add files, which never change once written, then put the database in place of the old one."""
    data = settings.DATA
    for source in [
        p for name in ("segments", "uploads") for p in (laid_out / name).rglob("*") if p.is_file()
    ]:
        target = data / source.relative_to(laid_out)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
    _write(data / _BACK, {"made_at": about.made_at.isoformat()})
    try:
        databases.replace_postgresql(laid_out / databases.POSTGRESQL)
    except BaseException:
        (data / _BACK).unlink()
        raise
    if (laid_out / backup.SECRETS[0]).exists():
        _take_secrets(laid_out, _folder(f"{before.stem}-secret"))
    shutil.rmtree(laid_out)


def _take_secrets(laid_out: Path, before: Path) -> None:
    """Take the secrets that came along, if they did, for what was sealed with them; seals read them anew each time."""
    for name in backup.SECRETS:
        came, here = laid_out / name, settings.DATA / name
        if came.exists():
            if here.exists():
                here.replace(before / name)
            came.replace(here)


def _folder(name: str) -> Path:
    folder: Path = settings.DATA / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _write(path: Path, said: dict[str, str]) -> None:
    """Write a note that is there whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(said))
    settle(part)
    part.replace(path)
    settle(path.parent)
