"""From one version to the next: all of the database's changes in one transaction, or none of them."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from followspot.errors import Refused
from followspot.upkeep import holding

_OTHERS_GET_READY = 600  # seconds
_LOCK = 0x466F6C6C  # any number, as long as all versions use the same one


def waiting() -> list[str]:
    """Return the changes that the database still needs, as app.name."""
    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def unknown() -> list[str]:
    """Return the changes in the database that this version knows nothing of, as app.name."""
    executor = MigrationExecutor(connection)
    ours = {app for app, _ in executor.loader.graph.nodes}
    return sorted(
        f"{app}.{name}"
        for app, name in MigrationRecorder(connection).applied_migrations()
        if app in ours
        and (app, name) not in executor.loader.disk_migrations
        and (app, name) not in executor.loader.replacements
    )


def to_this_version() -> list[str]:
    """Bring the database to this version and return what was changed; whatever stops it leaves all as it was.

    Raises Refused where the data is of a newer version, and where another process still works with what would change.
    """
    with holding.in_turn(settings.DATA, patience=_OTHERS_GET_READY):
        if newer := unknown():
            raise Refused(
                f"This data was written by a newer Followspot ({newer[0]}). Install that one, or restore a backup of this one’s."
            )
        if not (missing := waiting()):
            return []
        with (
            holding.alone(settings.DATA, to="bring it to a new version"),
            connection.constraint_checks_disabled(),
        ):
            _migrate()
        return missing


def _migrate() -> None:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Servers on other machines wait here. Constraints are checked at once: a table with checks that wait can't be changed.
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)  # where the cache is one; it has no change of its own
