"""Segments in an object store: the log's doors are the same, and a machine keeps no copy for long."""

import os
import time

import pytest
from django.conf import settings

from followspot.errors import BadInput
from followspot.evidence import ageing, lending, log, merging, persons, places
from followspot.evidence.models import Segment, Source
from followspot.upkeep import health
from tests.events import ADA, BEN, START, change, event
from tests.evidence import buckets
from tests.evidence.services import events
from tests.evidence.test_log import harvest, seen

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["stub", buckets.moto])
def bucket(request, monkeypatch, settings, tmp_path):
    for name, value in buckets.KEYS.items():
        monkeypatch.setenv(name, value)
    with buckets.serving(request.param) as found:
        settings.DATA, settings.SEGMENTS = tmp_path, found.url
        yield found


@pytest.fixture
def source(team):
    return Source.objects.create(team=team, connector="git", title="History", path="/nowhere")


def copies():
    return {p.name for p in (settings.DATA / "copies").rglob("*") if p.is_file()}


def forget_copies():
    for path in (settings.DATA / "copies").rglob("*.parquet"):
        path.unlink()


def test_what_was_stored_lies_in_the_bucket_and_any_machine_reads_it(bucket, team, source, now):
    assert log.store(source, harvest(*change(1, BEN, day=0)), now=now) == 3
    assert bucket.listed() == {Segment.objects.get().path}
    assert not (settings.DATA / "segments").exists()
    before = events(team)
    forget_copies()
    assert events(team) == before
    assert copies() == {os.path.basename(Segment.objects.get().path)}


def test_a_harvest_that_breaks_leaves_nothing(bucket, team, source, now):
    with pytest.raises(BadInput):
        log.store(source, harvest(*change(1, BEN, day=0), breaks=True), now=now)
    assert (seen(team), bucket.listed(), copies()) == ([], set(), set())


def test_a_row_that_can_t_be_written_takes_its_object_along(bucket, team, source, now, monkeypatch):
    monkeypatch.setattr(Segment.objects, "create", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    assert (seen(team), bucket.listed(), copies()) == ([], set(), set())


def test_a_source_can_be_undone(bucket, team, source, now):
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    log.forget(source)
    assert (seen(team), bucket.listed(), copies()) == ([], set(), set())


def test_many_small_segments_become_one(bucket, team, source, now, monkeypatch):
    monkeypatch.setattr(merging, "MOST", 3)
    monkeypatch.setattr(merging, "_LARGEST", 1)
    for n in range(4):
        log.store(source, harvest(*change(n, BEN, day=n)), now=now)
    assert source.segments.count() == 2
    assert len(events(team)) == 12
    assert {
        s.path for s in source.segments.all()
    } < bucket.listed()  # theirs stay while somebody may read them
    assert [error for _, error in log.check() if error] == []


def test_what_no_row_shows_goes_once_nobody_can_be_reading_it(bucket, source, now, monkeypatch):
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    log.store(source, harvest(*change(2, BEN, day=0), replaces=True), now=now)
    assert len(bucket.listed()) == 2
    monkeypatch.setattr(places, "READERS_ARE_GONE", -60)
    log.store(source, harvest(), now=now)
    assert bucket.listed() == {Segment.objects.get().path}


def test_whoever_is_erased_is_in_no_object_and_no_copy(bucket, team, source, ben, now):
    log.store(source, harvest(*change(1, BEN, day=0), *change(2, ADA, day=1)), now=now)
    forget_copies()
    persons.hide(ben, "erased-1", written={team: [BEN]}, mails=["ben@x.org"], names=["Ben"])
    persons.rewrite(tell=lambda done, total: None)
    [path] = bucket.listed()
    assert path == Segment.objects.get().path
    assert b"ben@x.org" not in bucket.get(path)
    assert {os.path.basename(path)} == copies()
    assert len(events(team)) == 6


def test_an_object_that_no_row_shows_goes_with_the_next_erasure(bucket, source, now):
    log.store(source, harvest(*change(1, ADA, day=0)), now=now)
    bucket.put("segments/7/stray.parquet", b"Ben")
    persons.rewrite(tell=lambda done, total: None)
    assert bucket.listed() == {Segment.objects.get().path}


def test_what_was_kept_long_enough_leaves(bucket, team, source, now):
    rows = [event("item.done", BEN, day=n, key=str(n)) for n in (0, 9)]
    log.store(source, harvest(*rows), now=now)
    assert ageing.forget_before(START.replace(day=5)) == 1
    assert bucket.listed() == {Segment.objects.get().path}
    assert len(events(team)) == 1


def test_what_was_changed_or_is_gone_is_named_and_never_read(bucket, team, source, now):
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    path = Segment.objects.get().path
    forget_copies()
    bucket.put(path, b"PAR1 no more")
    for asked in (lambda: log.read(team), lambda: places.check(Segment.objects.get())):
        with pytest.raises(BadInput, match=f"{path}: has changed"):
            asked()
    bucket.remove(path)
    for asked in (lambda: log.read(team), lambda: places.check(Segment.objects.get())):
        with pytest.raises(BadInput, match=f"{path}: is gone"):
            asked()
    assert copies() == set()


def test_copies_go_an_hour_after_they_were_read(bucket, team, source, now):
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    assert places.tidy() == 1
    [copy] = (settings.DATA / "copies").rglob("*.parquet")
    long_ago = time.time() - places.READERS_ARE_GONE - 1
    os.utime(copy, (long_ago, long_ago))
    log.read(team)  # which needs it for another hour
    assert places.tidy() == 1
    os.utime(copy, (long_ago, long_ago))
    assert places.tidy() == 0
    assert copies() == set()
    assert len(seen(team)) == 3


def test_a_copy_that_is_lent_as_it_lies_is_fetched_again(bucket, team, source, now, monkeypatch):
    monkeypatch.setattr(lending, "MOST_ROWS", 2)
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    for _ in range(2):  # the second time from the same table
        with log.lend(team) as events:
            assert events.count().to_pyarrow().as_py() == 3
        forget_copies()
    log.put_away()


def test_what_lies_in_the_data_folder_is_taken_up_and_reads_the_same(bucket, team, source, now, settings):
    there, settings.SEGMENTS = settings.SEGMENTS, ""
    for n in (1, 2):
        log.store(source, harvest(*change(n, BEN, day=0)), now=now)
    before, stamp = events(team), log.head(team)
    settings.SEGMENTS = there
    bucket.put(Segment.objects.first().path, b"cut short")
    places.take_up()
    assert not list((settings.DATA / "segments").rglob("*.parquet"))
    assert (events(team), log.head(team)) == (before, stamp)
    places.take_up()
    assert len(bucket.listed()) == 2


def test_a_store_that_refuses_stops_everything_and_says_so(
    monkeypatch, settings, tmp_path, team, source, now
):
    for name, value in buckets.KEYS.items():
        monkeypatch.setenv(name, value)
    with buckets.serving("stub") as bucket:
        settings.DATA, settings.SEGMENTS = tmp_path, bucket.url
        log.store(source, harvest(*change(1, BEN, day=0)), now=now)
        assert all(f.well for f in health.findings(now=now) if "segments" in f.what)
        bucket.server.down = True
        with pytest.raises(BadInput, match="can’t be used"):
            log.store(source, harvest(*change(2, BEN, day=0)), now=now)
        assert len(seen(team)) == 3  # from the copy here
        forget_copies()
        with pytest.raises(BadInput, match="can’t be used"):
            log.read(team)
        assert any("can’t be used" in f.what for f in health.findings(now=now) if not f.well)
