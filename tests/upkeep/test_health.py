"""The doctor finds what is wrong and says what to do; a monitor gets figures, and nobody's name."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django_ox.models import OxTask

from followspot.evidence import log
from followspot.evidence.models import Source, StoredEvent
from followspot.upkeep import backlog, backup, health, upgrade

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA, settings.KEYS = tmp_path, tmp_path / "keys"


def bad(now):
    return [(f.what, f.do) for f in health.findings(now=now) if not f.well]


def test_all_is_well_but_for_the_backup_that_was_never_made(team, now):
    assert [what for what, _ in bad(now)] == ["no backup was ever made from here"]
    (backup.settings.DATA / "backed-up.json").write_text('{"at": "2026-11-20T12:00:00+00:00", "size": 1}')
    assert bad(now) == []
    assert bad(now + timedelta(days=6))[0][0] == "last backup 2026-11-20 12:00 UTC"


def test_a_full_disk_is_told(now, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=10 * 2**20))
    assert "10 MiB free" in bad(now)[0][0]
    assert list(health.reasons_not_ready()) == ["disk"]


def test_a_database_that_is_away_or_older_or_newer_is_told(now, monkeypatch):
    def away():
        raise OperationalError("could not connect to 10.0.0.5\nBen")

    monkeypatch.setattr(upgrade, "waiting", away)
    assert bad(now)[0][0].endswith("could not connect to 10.0.0.5")
    assert list(health.reasons_not_ready()) == ["database"]
    monkeypatch.setattr(upgrade, "waiting", lambda: ["barriers.0099_more"])
    assert "1 changes waiting" in bad(now)[0][0]
    assert list(health.reasons_not_ready()) == ["version"]
    monkeypatch.setattr(upgrade, "unknown", lambda: ["barriers.0099_more"])
    assert "newer Followspot (barriers.0099_more)" in bad(now)[0][0]


def test_a_token_that_stays_shut_is_told(team, now):
    source = Source.objects.create(
        team=team, connector="github", title="Quay", token="sealed with another secret"
    )
    found = bad(now)
    assert found[0][0] == f"no secret known here opens: source {source.pk}: token"
    assert "FOLLOWSPOT_SECRET_BEFORE" in found[1][1]


def test_a_segment_that_is_gone_is_told(team, now):
    source = Source.objects.create(team=team, connector="git", title="Quay")
    source.segments.create(path="segments/1/gone.parquet", rows=3, sha256="0")
    assert "gone.parquet: is gone" in bad(now)[0][0]
    assert bad(now)[1][0] == "1 segments of evidence, 1 broken"
    assert log.size() == (1, 3)


def test_what_is_dated_ahead_of_the_clock_is_told(team, ada, now):
    assert backlog.dated_ahead(now=now) == 0
    StoredEvent.objects.create(
        team=team, at=now + timedelta(days=1), activity="a", object="b", source="c", key="d"
    )
    assert "1 things happened later than now" in [what for what, _ in bad(now)]


def test_work_that_nobody_does_is_told(now):
    OxTask.objects.create(task_path="a", backend_name="default", enqueued_at=now - timedelta(minutes=11))
    assert (backlog.waiting(now=now), backlog.late(now=now)) == (1, 1)
    assert backlog.late(now=now - timedelta(minutes=5)) == 0
    assert "1 pieces of work have waited for over ten minutes" in [what for what, _ in bad(now)]
