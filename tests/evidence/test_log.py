"""The log's doors: a segment is in the log whole or not at all, and what was said later mends the past."""

import threading
from datetime import timedelta

import pyarrow as pa
import pytest
from django.conf import settings
from django.db import transaction

from followspot.errors import BadInput, Refused
from followspot.evidence import collect, lending, log
from followspot.evidence.connectors import Finish, Harvest
from followspot.evidence.event import SCHEMA
from followspot.evidence.models import Run, Segment, Source
from followspot.teams import actions
from tests.events import ADA, BEN, change

pytestmark = pytest.mark.django_db


@pytest.fixture
def studied(ben):
    """A team whose leader is known only from its history, and a source to fill."""
    return actions.start_team("Studied", by=ben.account)


@pytest.fixture
def source(studied):
    return Source.objects.create(team=studied, connector="git", title="History", path="/nowhere")


def harvest(*rows, replaces=False, breaks=False, cursor=1):
    def batches():
        yield pa.RecordBatch.from_pylist(list(rows), schema=SCHEMA)
        if breaks:
            raise BadInput("The rest can't be read.")

    return Harvest(batches(), lambda: Finish({"tips": cursor}, replaces=replaces))


def seen(team):
    return log.read(team).to_pyarrow().to_pylist()


def test_what_was_stored_is_in_the_log(studied, source, now):
    assert log.store(source, harvest(*change(1, BEN, day=0)), now=now) == 3
    assert len(seen(studied)) == 3
    assert Source.objects.get().cursor == {"tips": 1}


def test_a_harvest_that_breaks_leaves_nothing(studied, source, now):
    before = set(settings.DATA.rglob("*.part*")) | set(settings.DATA.rglob("*.parquet"))
    with pytest.raises(BadInput):
        log.store(source, harvest(*change(1, BEN, day=0), breaks=True), now=now)
    assert seen(studied) == []
    assert set(settings.DATA.rglob("*.part*")) | set(settings.DATA.rglob("*.parquet")) == before
    assert Source.objects.get().cursor is None


def test_nothing_new_adds_no_segment_and_moves_the_cursor(source, now):
    log.store(source, harvest(cursor=7), now=now)
    assert not Segment.objects.exists()
    assert Source.objects.get().cursor == {"tips": 7}


def test_a_rewritten_past_takes_the_place_of_the_old(studied, source, now):
    log.store(source, harvest(*change(1, BEN, day=0), *change(2, BEN, day=1)), now=now)
    log.store(source, harvest(*change(3, BEN, day=0), replaces=True), now=now)
    assert len(seen(studied)) == 3
    assert Segment.objects.count() == 1


def test_a_source_can_be_undone(studied, source, now):
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    path = settings.DATA / Segment.objects.get().path
    log.forget(source)
    assert seen(studied) == []
    assert not path.exists()


def test_a_late_word_on_who_somebody_is_mends_the_past(studied, source, ada, now):
    log.store(source, harvest(*change(1, BEN, day=0, by=ADA)), now=now)
    actions.hand_lead(studied, to=ada, on=None)
    assert {r["role"] for r in seen(studied)} == {"front"}
    actions.claim(studied, ADA, person=ada)
    assert sorted(r["role"] for r in seen(studied)) == ["front", "front", "leader"]


def test_a_step_away_takes_its_own_leader_whoever_led_later(studied, source, ada, ben, now):
    from datetime import date

    log.store(source, harvest(*change(1, BEN, day=0, by=ADA), *change(2, BEN, day=400, by=ADA)), now=now)
    actions.claim(studied, ADA, person=ada)
    actions.claim(studied, BEN, person=ben)
    actions.hand_lead(studied, to=ada, on=None)
    actions.hand_lead(studied, to=ben, on=date(2024, 12, 1))
    roles = [r["role"] for r in log.read(studied, leader=ada).order_by("at").to_pyarrow().to_pylist()]
    assert roles.count("leader") == 2
    assert [r["role"] for r in seen(studied)].count("leader") == 3


def test_who_is_of_the_team_has_dates(studied, source, ben, now):
    from datetime import date

    log.store(source, harvest(*change(1, BEN, day=0), *change(2, BEN, day=400)), now=now)
    actions.claim(studied, BEN, person=ben)
    actions.leave(actions.join(studied, ben, on=date(2023, 1, 1)), on=date(2024, 6, 30))
    assert sorted(r["role"] for r in seen(studied)) == ["front"] * 3 + ["outside"] * 3


def test_forgetting_a_source_takes_what_was_uploaded_along(studied, now):
    path = log.uploads() / "someones.csv"
    path.write_text("date,who")
    log.forget(Source.objects.create(team=studied, connector="csv", title="Upload", path=str(path)))
    assert not path.exists()


def test_the_stamp_moves_with_everything_that_could_change_a_reading(studied, source, ada, now):
    stamps = [log.head(studied)]
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    stamps.append(log.head(studied))
    actions.hand_lead(studied, to=ada, on=None)
    stamps.append(log.head(studied))
    actions.claim(studied, ADA, person=ada)
    stamps.append(log.head(studied))
    studied.days_off.create(on=now.date())
    stamps.append(log.head(studied))
    assert len(set(stamps)) == len(stamps)


def test_a_first_is_what_its_doer_has_not_done_before(team, ben, chi, now):
    def did(person, activity, days_ago):
        with transaction.atomic():
            at = now - timedelta(days=days_ago)
            log.append(activity, "lesson:1", team=team, by=person, now=at, practice="lessons")

    did(ben, "lesson.told", 400)
    did(ben, "lesson.told", 3)  # for the second time
    did(ben, "review.given", 2)
    did(chi, "lesson.told", 1)
    did(chi, "lesson.told", 0)
    did(None, "lesson.told", 0)  # nobody's
    found = log.firsts(team, frozenset({"lesson.told", "review.given"}), since=now - timedelta(days=30))
    assert [(e.actor, e.activity) for e in found] == [(chi, "lesson.told"), (ben, "review.given")]


def test_a_broken_segment_is_found_by_name(source, now):
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    (settings.DATA / Segment.objects.get().path).write_bytes(b"PAR1 no more")
    ((path, error),) = log.check()
    assert path.name in str(error)


def test_one_team_never_sees_anothers_log(studied, source, team, now):
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    assert seen(team) == []


def test_what_is_larger_than_memory_is_lent_as_it_lies(studied, source, now, monkeypatch):
    log.store(source, harvest(*change(1, BEN, day=0)), now=now)
    laid = []
    for most in (3, 2):
        log.put_away()
        monkeypatch.setattr(lending, "MOST_ROWS", most)
        with log.lend(studied) as events:
            assert events.count().to_pyarrow().as_py() == 3
            laid.append("CachedTable" in type(events).__name__)
    assert laid == [True, False]


def test_two_runs_never_read_the_same_source_at_once(source, now):
    collect.begin(source, now=now)
    with pytest.raises(Refused, match="right now"):
        collect.begin(source, now=now)


def test_a_run_that_died_makes_way(source, now):
    from datetime import timedelta

    dead = collect.begin(source, now=now - timedelta(hours=1))
    collect.begin(source, now=now)
    dead.refresh_from_db()
    assert dead.state == Run.State.FAILED


def test_a_source_that_cannot_be_read_says_why_in_its_run(source, now):
    run = collect.read(collect.begin(source, now=now))
    assert run.state == Run.State.FAILED
    assert run.message.startswith("History: there is no such folder")


@pytest.mark.django_db(transaction=True)
def test_reading_beside_an_import_sees_all_of_it_or_nothing(ben, now):
    from django.db import connection

    team = actions.start_team("Busy", by=ben.account)
    source = Source.objects.create(team=team, connector="git", title="History", path="/nowhere")
    sizes, stop = set(), threading.Event()

    def look():
        while not stop.is_set():
            sizes.add(len(seen(team)))
        connection.close()

    reader = threading.Thread(target=look)
    reader.start()
    for n in range(4):
        rows = [e for m in range(50) for e in change(f"{n}-{m}", BEN, day=m)]
        log.store(source, harvest(*rows, replaces=True), now=now)
    stop.set()
    reader.join()
    assert sizes <= {0, 150}
