"""A clock that jumps: ahead, and back again. Nothing is lost, sources go on being read, and the doctor says what happened."""

import glob
import time
from datetime import timedelta

import pytest

from followspot.evidence import collect
from followspot.evidence.models import Run, Source
from tests.faults.load import Load, all_is_there_once, state_and_log_agree

BENT = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), "")


@pytest.mark.slow
@pytest.mark.skipif(not BENT, reason="Nothing here bends a clock (Debian: libfaketime)")
def test_it_jumps_ahead_and_back(house):
    loads = []
    for clock in ({}, {"LD_PRELOAD": BENT, "FAKETIME": "+40d"}, {}):
        house.up(**clock)
        with Load(house, people=2) as load:
            time.sleep(1)
        assert set(load.answers) == {201}
        loads.append(load)
        house.down()
    house.up()
    all_is_there_once(house, loads)
    assert "happened later than now" in house.run("doctor", code=1)
    house.down()
    state_and_log_agree(house)


@pytest.fixture
def source(team):
    return Source.objects.create(team=team, connector="github", title="Quay")


@pytest.mark.django_db
def test_a_source_that_was_due_by_a_wrong_clock_is_read(source, now):
    source.due_at = now + timedelta(hours=1)
    source.save()
    assert collect.due(now=now) == []
    source.due_at = now + timedelta(days=365)
    source.save()
    assert collect.due(now=now) == [source]


@pytest.mark.django_db
def test_a_reading_that_beat_by_a_wrong_clock_holds_up_nobody(source, now):
    first = collect.begin(source, now=now + timedelta(days=365))
    second = collect.begin(source, now=now)
    first.refresh_from_db()
    assert (first.state, second.state) == (Run.State.FAILED, Run.State.RUNNING)
