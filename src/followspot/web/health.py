"""What is well with this installation, and what is not."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from followspot import secret
from followspot.channels import receiver
from followspot.errors import BadInput
from followspot.evidence import log
from followspot.web import rotation

_FREE = 512 * 2**20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `do` says what helps where it is not well."""

    well: bool
    what: str
    do: str = ""


def findings() -> Iterator[Finding]:
    """Look at the data folder, the database, git, the door for mail, what is sealed, and every segment."""
    free = shutil.disk_usage(settings.DATA).free
    yield Finding(
        free > _FREE,
        f"data folder {settings.DATA}, {free // 2**20:,} MiB free",
        "Make room, or set FOLLOWSPOT_DATA to a larger disk.",
    )
    yield _database()
    yield _git()
    yield from _mail_door()
    yield from _seals()
    yield from _segments()


def _database() -> Finding:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Finding(
            False,
            f"database {connection.vendor}: {error}",
            "Check FOLLOWSPOT_DATABASE and that the server runs.",
        )
    return Finding(
        not waiting,
        f"database {connection.vendor}, {len(waiting)} migrations waiting",
        "Run: followspot manage migrate",
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


def _seals() -> Iterator[Finding]:
    """Try whether everything that is kept under seal can be opened."""
    try:
        found = rotation.looked_at()
    except DatabaseError:
        return
    for what in found.lost:
        yield Finding(False, f"no secret known here opens: {what}", "Give it once more, on its page.")
    yield Finding(
        not found.lost,
        f"{found.count} things under seal, {len(found.lost)} that can't be opened",
        f"Bring the old secret back ({secret.GIVEN_BEFORE}). If it is gone for good: followspot rotate --lost",
    )


def _segments() -> Iterator[Finding]:
    try:
        checked = list(log.check())
    except DatabaseError:
        return
    for _, error in checked:
        if isinstance(error, BadInput):
            yield Finding(
                False,
                str(error),
                "Restore it from a backup, or forget its source on the Evidence page and read it again.",
            )
    broken = sum(1 for _, e in checked if e)
    yield Finding(not broken, f"{len(checked)} segments of evidence, {broken} broken", "See above.")
