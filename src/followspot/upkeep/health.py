"""What is well with this installation, and what is not."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection

from followspot import secret
from followspot.channels import receiver
from followspot.errors import BadInput
from followspot.evidence import log, places
from followspot.objects import ballots
from followspot.practices.pulse.models import Wave
from followspot.upkeep import backlog, backup, databases, rotation, upgrade

_FREE = 512 * 2**20
_BACKUP_WITHIN = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `do` says what helps where it is not well."""

    well: bool
    what: str
    do: str = ""


def findings(*, now: datetime) -> Iterator[Finding]:
    """Look at everything: disk, database, files, what goes on in the background, the last backup, what is needed beside."""
    yield _room()
    database = _database()
    yield database
    yield _git()
    yield from _mail_door()
    if not database.well:
        return
    yield _order()
    yield from _segments()
    yield from _seals()
    yield _clock(now)
    yield _background(now)
    yield _last_backup(now)


def reasons_not_ready() -> Iterator[str]:
    """Say in one word each why no request should be sent here now: quick enough to be asked every few seconds."""
    try:
        waits = upgrade.waiting() or upgrade.unknown()
    except DatabaseError:
        yield "database"
        return
    if waits:
        yield "version"
    if shutil.disk_usage(settings.DATA).free < _FREE // 8:
        yield "disk"


def _room() -> Finding:
    free = shutil.disk_usage(settings.DATA).free
    return Finding(
        free > _FREE,
        f"data folder {settings.DATA}, {free // 2**20:,} MiB free",
        "Make room, or set FOLLOWSPOT_DATA to a larger disk.",
    )


def _database() -> Finding:
    try:
        waiting, unknown = upgrade.waiting(), upgrade.unknown()
    except DatabaseError as error:
        return Finding(
            False,
            f"database {connection.vendor}: {str(error).splitlines()[0]}",
            "Check FOLLOWSPOT_DATABASE and that the server runs; if the file is broken, restore a backup.",
        )
    if unknown:
        return Finding(
            False,
            f"database {connection.vendor}, written by a newer Followspot ({unknown[0]})",
            "Install that version, or restore a backup of this one’s.",
        )
    return Finding(
        not waiting,
        f"database {connection.vendor}, {len(waiting)} changes waiting",
        "Start `followspot up` or `followspot serve`: they bring it up to date.",
    )


def _order() -> Finding:
    """Ask the database whether it is in order within itself; PostgreSQL looks after its own pages."""
    said = "ok"
    if connection.vendor == "sqlite":
        try:
            with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20)) as file:
                said = str(file.execute("PRAGMA integrity_check(1)").fetchone()[0]).replace("\n", " ")
        except sqlite3.DatabaseError as error:
            said = str(error)
    if said == "ok":
        try:
            connection.check_constraints()
        except DatabaseError as error:
            said = str(error).splitlines()[0]
    return Finding(
        said == "ok",
        "database in order within itself" if said == "ok" else f"database not in order: {said}",
        "Stop Followspot, keep a copy of the data folder, and restore the last backup: followspot restore FILE --over",
    )


def _git() -> Finding:
    try:
        said = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return Finding(False, "git is not installed", "Install git 2.30 or newer to read git histories.")
    return Finding(True, said)


def _mail_door() -> Iterator[Finding]:
    """Ask the door for mail, where one is wanted; and say whether what is answered there can go out."""
    if not settings.MAIL_IN:
        return
    try:
        wrong = receiver.asked(settings.MAIL_IN)
    except BadInput as error:
        yield Finding(False, str(error), "Mend the setting, and start the server anew.")
        return
    yield Finding(
        not wrong,
        f"door for mail at {settings.MAIL_IN}, for {settings.MAIL_DOMAIN}{f': {wrong}' if wrong else ''}",
        "It is open while `followspot up` or `followspot worker` runs. Start one, and see that nothing else has that port.",
    )
    yield Finding(
        settings.MAIL_GOES,
        "mail that comes in is answered by mail"
        if settings.MAIL_GOES
        else "mail comes in, but none goes out",
        "Name a mail server in FOLLOWSPOT_MAIL: whoever writes learns from its answer what became of it.",
    )


def _segments() -> Iterator[Finding]:
    try:
        store = places.must_answer()
    except BadInput as unreachable:
        yield Finding(
            False,
            str(unreachable),
            "Check FOLLOWSPOT_SEGMENTS and the credentials in the server’s environment.",
        )
        return
    checked = list(log.check())
    for _, error in checked:
        if isinstance(error, BadInput):
            yield Finding(
                False,
                str(error),
                "Restore it from a backup, or forget its source on the Evidence page and read it again.",
            )
    broken = sum(1 for _, e in checked if e)
    yield Finding(
        not broken,
        f"{len(checked)} segments of evidence{f' in {store}' if store else ''}, {broken} broken",
        "See above.",
    )


def _seals() -> Iterator[Finding]:
    """Try whether everything that is kept under seal can be opened, and whether the keys of open waves are where they should be."""
    found = rotation.looked_at()
    for what in found.lost:
        yield Finding(False, f"no secret known here opens: {what}", "Give it once more, on its page.")
    yield Finding(
        not found.lost,
        f"{found.count} things under seal, {len(found.lost)} that can't be opened",
        f"Bring the old secret back ({secret.GIVEN_BEFORE}). If it is gone for good: followspot rotate --lost",
    )
    names = Wave.objects.exclude(box=None).values_list("key_name", flat=True)
    if lost := sum(1 for name in names if not ballots.holds(name)):
        yield Finding(
            False,
            f"{lost} open waves of a pulse without their key in {settings.KEYS}",
            "All processes must share that folder (FOLLOWSPOT_KEYS). After a restore keys are gone for good: those waves end without answers.",
        )


def _clock(now: datetime) -> Finding:
    ahead = backlog.dated_ahead(now=now)
    return Finding(
        not ahead,
        "clock agrees with what was written down" if not ahead else f"{ahead} things happened later than now",
        "The machine’s clock was wrong, then or now: set it, and let it be kept by NTP. What is dated ahead counts once its day comes.",
    )


def _background(now: datetime) -> Finding:
    late = backlog.late(now=now)
    return Finding(
        not late,
        "work in the background keeps up"
        if not late
        else f"{late} pieces of work have waited for over ten minutes",
        "Does `followspot up` or `followspot worker` run? Start it; several may run on PostgreSQL.",
    )


def _last_backup(now: datetime) -> Finding:
    at = backup.last()
    return Finding(
        now - at < _BACKUP_WITHIN if at else not databases.in_use(),
        f"last backup {at:%Y-%m-%d %H:%M} UTC" if at else "no backup was ever made from here",
        "Run `followspot backup FOLDER` once a day, and keep what it writes on another machine.",
    )
