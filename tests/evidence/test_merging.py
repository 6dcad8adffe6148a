"""Many small segments become one; what is in the log stays as it was."""

import pytest
from django.conf import settings

from followspot.evidence import log, merging
from followspot.evidence.connectors import Finish, Harvest
from followspot.evidence.models import Segment, Source
from tests.events import BEN, change, event
from tests.evidence.services import events
from tests.evidence.test_log import harvest

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(team):
    return Source.objects.create(team=team, connector="git", title="Quay", path="/nowhere")


def fill(source, now, count=merging.MOST):
    log.store(
        source, harvest(*(event("item.done", BEN, day=n / 100, key=f"big{n}") for n in range(50))), now=now
    )
    for n in range(count):
        log.store(source, harvest(*change(n, BEN, day=n)), now=now)


def test_what_is_small_is_merged_and_what_is_large_stays(team, source, now):
    fill(source, now, merging.MOST - 1)
    before, large = events(team), source.segments.order_by("-rows").first()
    assert source.segments.count() == merging.MOST
    log.store(source, harvest(*change(99, BEN, day=1)), now=now)
    assert source.segments.count() < merging.MOST
    assert source.segments.filter(pk=large.pk).exists()
    assert events(team).items() > before.items()
    assert sum(source.segments.values_list("rows", flat=True)) == len(events(team))
    assert all((settings.DATA / s.path).exists() for s in source.segments.all())
    assert [error for _, error in log.check() if error] == []


def test_few_are_left_alone(source, now):
    fill(source, now, 5)
    assert merging.merge(source) == 0
    assert source.segments.count() == 6


def test_what_was_changed_meanwhile_is_left_as_it_is(team, source, now, monkeypatch):
    monkeypatch.setattr(merging, "MOST", 1000)
    fill(source, now, 20)
    before = events(team)
    monkeypatch.setattr(merging, "MOST", 10)
    write = merging.segments.write

    def and_change(*args):
        done = write(*args)
        Segment.objects.filter(pk=source.segments.order_by("-pk").first().pk).update(sha256="other")
        return done

    monkeypatch.setattr(merging.segments, "write", and_change)
    files = len(list((settings.DATA / "segments" / str(source.pk)).glob("*.parquet")))
    assert merging.merge(source) == 0
    assert events(team) == before
    assert len(list((settings.DATA / "segments" / str(source.pk)).glob("*.parquet"))) == files


def test_two_that_read_the_same_source_at_once_do_not_both_keep_it(team, source, now):
    from followspot.errors import BadInput

    def meanwhile():
        yield from harvest(*change(1, BEN, day=0)).batches
        log.store(Source.objects.get(pk=source.pk), harvest(*change(1, BEN, day=0)), now=now)

    with pytest.raises(BadInput, match="twice at once"):
        log.store(source, Harvest(meanwhile(), lambda: Finish({})), now=now)
    assert len(events(team)) == 3
