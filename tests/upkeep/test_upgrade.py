"""A new version changes all of the database or nothing, one process at a time, and never an older one."""

import subprocess
import sys

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

from followspot.errors import Refused
from followspot.upkeep import upgrade
from tests.upkeep.installation import Installation

pytestmark = pytest.mark.django_db(transaction=True)


def test_with_nothing_to_do_it_does_nothing():
    assert upgrade.waiting() == upgrade.unknown() == upgrade.to_this_version() == []


def test_data_of_a_newer_version_is_left_alone():
    from django.db.migrations.recorder import MigrationRecorder

    recorder = MigrationRecorder(connection)
    recorder.record_applied("barriers", "0099_what_is_to_come")
    try:
        with pytest.raises(Refused, match=r"newer Followspot \(barriers.0099_what_is_to_come\)"):
            upgrade.to_this_version()
    finally:
        recorder.record_unapplied("barriers", "0099_what_is_to_come")


def test_what_fails_leaves_all_as_it_was(monkeypatch):
    """Two changes to come: the first goes well, the second doesn't."""

    def fail(*_):
        raise RuntimeError("The second one")

    first = type("Migration", (migrations.Migration,), {
        "dependencies": [("barriers", _newest("barriers"))],
        "operations": [migrations.RunSQL("CREATE TABLE to_come (a integer)"), migrations.RunSQL("INSERT INTO to_come VALUES (1)")],
    })  # fmt: skip
    second = type("Migration", (migrations.Migration,), {
        "dependencies": [("barriers", "0098_first")], "operations": [migrations.RunPython(fail)],
    })  # fmt: skip
    load = MigrationLoader.load_disk

    def with_two_more(loader):
        load(loader)
        loader.disk_migrations["barriers", "0098_first"] = first("0098_first", "barriers")
        loader.disk_migrations["barriers", "0099_second"] = second("0099_second", "barriers")

    monkeypatch.setattr(MigrationLoader, "load_disk", with_two_more)
    assert upgrade.waiting() == ["barriers.0098_first", "barriers.0099_second"]
    with pytest.raises(RuntimeError, match="The second one"):
        upgrade.to_this_version()
    assert "to_come" not in connection.introspection.table_names()
    assert upgrade.waiting() == ["barriers.0098_first", "barriers.0099_second"]


def _newest(app):
    return max(name for of, name in MigrationLoader(connection).disk_migrations if of == app)


@pytest.mark.slow
def test_two_that_begin_at_once_bring_it_up_one_after_the_other(tmp_path):
    new = Installation(tmp_path / "data")
    new.data.mkdir()
    code = "from followspot.upkeep import upgrade\nprint(len(upgrade.to_this_version()))"
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "followspot", "manage", "shell", "--no-imports", "-v", "0", "-c", code],
            env=new.env, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    done = sorted(int(process.communicate()[0]) for process in both)
    assert done[0] == 0 < done[1]
    new.close()
