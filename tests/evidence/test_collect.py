"""What is asked over HTTP comes in pieces, goes on where it stopped, and is asked again by itself."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from followspot.evidence import collect, remotes, table
from followspot.evidence.connectors import _http, _pieces
from followspot.evidence.models import Run, Segment, Source
from followspot.teams import actions
from tests.evidence.services import connected, events
from tests.stubs import gitlab, jira
from tests.stubs.github import TOKEN, History, Stub

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    monkeypatch.setattr(_http, "sleep", lambda seconds: None)


@pytest.fixture
def stub():
    with Stub(History(pulls=70, issues=20)) as stub:
        yield stub


@pytest.fixture
def source(team, stub):
    return connected(team, stub, now=timezone.now())


def read(source):
    run = collect.read(collect.begin(Source.objects.get(pk=source.pk), now=timezone.now()))
    source.refresh_from_db()
    return run


def test_all_of_it_comes_and_the_next_hour_is_set(team, source):
    run = read(source)
    assert run.state == Run.State.DONE
    assert run.message == f"{len(events(team)):,} events came in."
    assert timedelta(minutes=59) < source.due_at - timezone.now() <= HOUR
    assert source.aliases["ben"].startswith("Ben Blau <")


def test_read_again_it_is_the_same(team, source):
    read(source)
    before = events(team)
    remotes.ask_now(source, now=timezone.now())
    assert read(source).message == "Nothing new."
    assert events(team) == before


def test_pieces_are_segments_of_their_own(team, source, monkeypatch):
    monkeypatch.setattr(_pieces, "PIECE", 50)
    read(source)
    in_pieces = events(team)
    assert Segment.objects.count() > 1
    source.segments.all().delete()
    monkeypatch.setattr(_pieces, "PIECE", 10_000)
    Source.objects.update(cursor=None, due_at=timezone.now())
    read(source)
    assert events(team) == in_pieces


def test_a_failure_keeps_what_came_and_says_so(team, source, stub, monkeypatch):
    monkeypatch.setattr(_pieces, "PIECE", 50)
    stub.troubles.extend([("fine", None)] * 3 + [("status", 403)])
    run = read(source)
    assert run.state == Run.State.FAILED
    assert run.message.endswith(f"What came before is kept: {len(events(team))} events.")
    stub.troubles.clear()
    Source.objects.update(due_at=timezone.now())
    read(source)
    assert source.failures == 0
    assert len(events(team)) == sum(Segment.objects.values_list("rows", flat=True))


def test_after_failures_it_waits_longer_each_time(source, stub):
    stub.troubles.extend([("status", 403)] * 20)
    waits = []
    for _ in range(11):
        Source.objects.update(due_at=timezone.now())
        read(source)
        waits.append(round((source.due_at - timezone.now()).total_seconds() / 60))
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 24 * 60


def test_a_long_wait_is_kept_to(source, stub):
    until = int(time.time()) + 1800
    stub.troubles.append(("headers", (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(until)})))
    run = read(source)
    assert run.state == Run.State.DONE
    assert abs(source.due_at.timestamp() - until) < 5
    assert collect.due(now=timezone.now()) == []
    assert collect.due(now=timezone.now() + HOUR) == [source]


def test_a_changed_secret_says_what_to_do(source, monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_SECRET", "another")
    assert "Give the token" in read(source).message


def test_a_token_stands_in_no_message_and_no_log(source, stub, caplog, capsys):
    stub.troubles.append(("status", 404))
    assert TOKEN not in read(source).message.split()
    assert TOKEN not in source.token
    assert TOKEN not in caplog.text.split()


def test_forgotten_while_it_is_read_it_stays_forgotten(team, source, stub, monkeypatch):
    monkeypatch.setattr(_pieces, "PIECE", 50)
    store = collect.log.store

    def and_forget(*args, **kwargs):
        rows = store(*args, **kwargs)
        collect.log.forget(Source.objects.get(pk=source.pk))
        return rows

    monkeypatch.setattr(collect.log, "store", and_forget)
    collect.read(collect.begin(source, now=timezone.now()))
    assert not Source.objects.exists()
    assert events(team) == {}


class TestDue:
    def test_whose_hour_has_come(self, source):
        assert collect.due(now=source.due_at) == [source]
        assert collect.due(now=source.due_at - HOUR) == []

    def test_what_is_read_from_a_path_is_never(self, team):
        collect.connect(team, "git", title="Quay", path="/nowhere")
        assert collect.due(now=timezone.now() + 100 * HOUR) == []

    def test_nor_what_is_being_read_unless_that_died(self, source):
        now = timezone.now()
        run = collect.begin(source, now=now)
        assert collect.due(now=now) == []
        Run.objects.filter(pk=run.pk).update(beat_at=now - HOUR)
        assert collect.due(now=now) == [source]

    def test_a_round_starts_them_and_a_failing_one_holds_no_other_up(self, team, stub, source):
        broken = connected(team, stub, now=source.due_at - HOUR, token="wrong")
        assert collect.start_due(now=timezone.now()) == 2
        assert [s.runs.get().state for s in (broken, source)] == [Run.State.FAILED, Run.State.DONE]
        assert collect.start_due(now=timezone.now()) == 0

    def test_whoever_waited_longest_comes_first(self, team, stub, source):
        other = connected(team, stub, now=source.due_at - HOUR)
        assert collect.due(now=source.due_at) == [other, source]


KILLS = 8
KILLED = {
    "github": (lambda: Stub(History(pulls=400, issues=150, seed=3)), TOKEN, 0.35),
    "gitlab": (lambda: gitlab.Stub(gitlab.History(merges=250, issues=150)), gitlab.TOKEN, 0.01),
    "jira": (lambda: jira.Stub(jira.History(items=600)), jira.TOKEN, 0.1),
}
CHILD = """
import os, sys, django
django.setup()
from django.utils import timezone
from followspot.evidence import collect, remotes, table
from followspot.evidence.connectors import _pieces
from followspot.evidence.models import Run, Source
_pieces.PIECE = 60
source = Source.objects.get()
Run.objects.filter(state="running").update(state="failed")
Source.objects.update(due_at=timezone.now())
source.refresh_from_db()
run = collect.begin(source, now=timezone.now())
print("begun", flush=True)
collect.read(run)
print(Run.objects.get(pk=run.pk).state, Run.objects.get(pk=run.pk).message, flush=True)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="The child opens a copy of the database as a file."
)
@pytest.mark.parametrize("service", KILLED)
def test_killed_at_any_moment_it_goes_on_where_it_was(ben, tmp_path, service):
    """A process that reads is killed again and again; in the end all is there, once, and no half of a piece ever was."""
    team = actions.start_team("Quay", by=ben.account)
    make, token, takes = KILLED[service]
    with make() as stub:
        source = connected(team, stub, now=timezone.now(), connector=service, token=token)
        sqlite = sqlite3.connect(connection.settings_dict["NAME"])
        with sqlite3.connect(tmp_path / "followspot.sqlite3") as copy:
            sqlite.backup(copy)
        chance, told, kills, pieces = random.Random(11), "", 0, []
        stub.troubles.extend(("slow", takes) for _ in range(4000))
        while "done" not in told:
            if kills == KILLS:
                stub.troubles.clear()  # seen enough: let it go on to the end
            child = subprocess.Popen(
                [sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
                env={**os.environ, "FOLLOWSPOT_DATA": str(tmp_path), "FOLLOWSPOT_SECRET": settings.SECRET_KEY, "DJANGO_SETTINGS_MODULE": "followspot.web.settings"},
            )  # fmt: skip
            assert child.stdout.readline() == "begun\n"
            try:
                told = child.communicate(timeout=chance.uniform(0.3, 2.0) if kills < KILLS else 60)[0]
            except subprocess.TimeoutExpired:
                os.kill(child.pid, signal.SIGKILL)
                child.communicate()
                kills += 1
            with sqlite3.connect(tmp_path / "followspot.sqlite3") as copy:
                shown = {path for (path,) in copy.execute("SELECT path FROM evidence_segment")}
            assert all((tmp_path / path).exists() for path in shown)
            pieces.append(len(shown))
        stub.troubles.clear()
        read(source)
    assert kills >= 3
    assert len(set(pieces)) >= 2  # killed between pieces, and within them; how often, the machine's load says
    once = events(team)
    found = table.open_segments(table.connect(), [tmp_path / p for p in shown]).to_pyarrow().to_pylist()
    assert sorted(r["key"] for r in found) == sorted(once)
    assert {r["key"]: r for r in found} == once
