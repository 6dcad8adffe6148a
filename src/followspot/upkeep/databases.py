"""A copy of the database while it is in use, and putting one in its place: SQLite by itself, PostgreSQL by its own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, connections, transaction

from followspot.errors import BadInput, Refused
from followspot.evidence import log

SQLITE, POSTGRESQL = "database.sqlite3", "database.sql"
# Who is signed in belongs to the moment of the copy and to no other.
_OF_THE_MOMENT = ("django_session",)
_MADE_ANEW = ("followspot_cache",)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of the database, and which files it knows of, at the same moment."""

    name: str
    path: Path
    files: log.Files


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """Copy the database into a folder, without anybody having to wait; the copy is gone at the end."""
    name, take = (SQLITE, _sqlite) if connection.vendor == "sqlite" else (POSTGRESQL, _postgresql)
    path = folder / f".{name}.{os.getpid()}"
    path.unlink(missing_ok=True)
    try:
        yield Snapshot(name, path, take(path))
    finally:
        path.unlink(missing_ok=True)


def _sqlite(path: Path) -> log.Files:
    """Copy by VACUUM INTO: one moment, beside writers, and without what deleted rows left behind."""
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(name, timeout=60)) as source:
        source.execute("VACUUM INTO ?", [str(path)])
    path.chmod(0o600)
    with closing(sqlite3.connect(path)) as copy:
        for table in _OF_THE_MOMENT:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        copy.commit()
        return log.files_in(copy.cursor())


def _postgresql(path: Path) -> log.Files:
    """Copy by pg_dump, which looks at the same moment as the list of files does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        moment = cursor.fetchone()[0]
        left_out = [f"--exclude-table-data={table}" for table in (*_OF_THE_MOMENT, *_MADE_ANEW)]
        _run("pg_dump", "--no-owner", "--no-privileges", f"--snapshot={moment}", *left_out, f"--file={path}")
        path.chmod(0o600)
        return log.files_in(cursor)


def sound(path: Path) -> None:
    """Raise BadInput if a copy of an SQLite database is not in order within itself."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            loose = copy.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BadInput(f"The database in it can't be read ({error}). Take another backup.") from None
    if said != "ok" or loose:
        raise BadInput(
            f"The database in it is not in order ({said if said != 'ok' else 'loose rows'}). Take another backup."
        )


def in_use() -> bool:
    """Say whether anybody has an account in the database that stands there now."""
    if "teams_account" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM teams_account)")
        return bool(cursor.fetchone()[0])


def replace_postgresql(path: Path) -> None:
    """Put a copy in place of all that the database holds, in one transaction: all of it or nothing."""
    connections.close_all()
    _run(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
        "--command=DROP SCHEMA public CASCADE",
        "--command=CREATE SCHEMA public",
        f"--file={path}",
    )


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database; the password stands in no list of processes."""
    if shutil.which(program) is None:
        raise Refused(
            f"{program} isn't installed. Install PostgreSQL's client programs (on Debian: postgresql-client)."
        )
    said = connections["default"].get_connection_params()
    names = {
        "PGHOST": "host",
        "PGPORT": "port",
        "PGUSER": "user",
        "PGPASSWORD": "password",
        "PGDATABASE": "dbname",
    }
    env = os.environ | {variable: str(said[key]) for variable, key in names.items() if said.get(key)}
    done = subprocess.run([program, *arguments], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["it said nothing"]
        raise BadInput(f"{program}: {lines[0]}")
