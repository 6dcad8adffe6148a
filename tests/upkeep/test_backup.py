"""A backup is made while work goes on, is whole or refused, and comes back as it was."""

import json
import shutil
import zipfile

import pytest

from tests.evidence import buckets

pytestmark = pytest.mark.slow
_ONE_SEGMENT = """
from django.utils import timezone
from followspot.evidence import log
from followspot.evidence.models import Source
from followspot.teams.models import Team
from tests.evidence.test_log import harvest
from tests.events import BEN, change
source = Source.objects.create(team=Team.objects.get(), connector="git", title="History", path="/nowhere")
log.store(source, harvest(*change(1, BEN, day=0)), now=timezone.now())
"""


@pytest.fixture(scope="module")
def backed(furnished, tmp_path_factory):
    """A house with one barrier, and a backup of it, made while it is served."""
    folder = tmp_path_factory.mktemp("backed")
    own = furnished.copy(folder / "data").up()
    assert own.raise_barrier("No keys for the night shift")[0] == 201
    own.run("backup", str(folder / "copy.zip"))
    own.down()
    yield own, folder / "copy.zip"
    own.close()


@pytest.fixture
def house(backed, tmp_path):
    own = backed[0].copy(tmp_path / "data")
    yield own
    own.close()


@pytest.fixture
def backup(backed):
    return backed[1]


def test_what_came_later_is_gone_and_all_else_is_back(house, backup):
    house.up()
    house.raise_barrier("The crane is slow")
    house.down()
    said = house.run("restore", str(backup), "--over")
    assert "What stood here before is in" in said
    house.up()
    assert house.barriers() == ["No keys for the night shift"]
    assert "ok   last backup" in house.run("doctor")
    house.down()


def test_on_another_machine_it_is_the_same(house, backup, tmp_path):
    if house.on_postgresql:
        pytest.skip("Its database stays the same one.")
    other = house.copy(tmp_path / "other")
    shutil.rmtree(other.data)
    assert "kept aside" not in other.run("restore", str(backup))
    other.up()
    assert other.barriers() == ["No keys for the night shift"]
    assert (other.data / "secret").read_text() != (house.data / "secret").read_text()
    other.down()


def test_the_secret_comes_along_only_if_asked_for(house, tmp_path):
    said = house.run("backup", str(tmp_path / "without.zip"))
    assert "The secret isn’t in it" in said
    house.run("backup", str(tmp_path / "with.zip"), "--with-secret")
    names = [zipfile.ZipFile(tmp_path / f"{n}.zip").namelist() for n in ("without", "with")]
    assert ["secret" in n for n in names] == [False, True]
    assert not any("key" in name for n in names for name in n)
    secret = (house.data / "secret").read_text()
    (house.data / "secret").write_text("another, since that one was lost")
    house.run("restore", str(tmp_path / "with.zip"), "--over")
    assert (house.data / "secret").read_text() == secret


def test_nothing_is_touched_by_what_is_refused(house, backup, tmp_path):
    broken = tmp_path / "broken.zip"
    raw = bytearray(backup.read_bytes())
    raw[len(raw) // 2] ^= 1
    broken.write_bytes(raw)
    for path, over, why, code in (
        (broken, ["--over"], "Take another one", 3),
        (backup, [], "Say --over", 4),
        (tmp_path / "none.zip", ["--over"], "there is no such file", 3),
    ):
        assert why in house.run("restore", str(path), *over, code=code)
    assert "Take another one" in house.run("restore", "--check", str(broken), code=3)
    assert "Whole: made" in house.run("restore", "--check", str(backup))
    house.up()
    assert house.barriers() == ["No keys for the night shift"]
    assert "Stop it first" in house.run("restore", str(backup), "--over", code=4)
    house.down()
    assert not list(house.data.glob("before-restore*"))


def test_where_there_is_a_file_already_nothing_is_overwritten(house, tmp_path):
    (tmp_path / "mine.zip").write_text("mine")
    assert "is there already" in house.run("backup", str(tmp_path / "mine.zip"), code=3)
    assert "no such folder" in house.run("backup", str(tmp_path / "nowhere" / "b.zip"), code=3)
    assert (tmp_path / "mine.zip").read_text() == "mine"


def test_whoever_was_erased_since_does_not_come_back(house, backup):
    house.run("erase", "ben@example.org", "--yes")
    said = house.run("restore", str(backup), "--over")
    assert "now once more: 1 people" in said
    names = house.shell("from followspot.teams.models import Account, Person\nprint(*Account.objects.values_list('email'), *Person.objects.values_list('name'))")  # fmt: skip
    assert "Ben" not in names
    assert "ben@example.org" not in names
    assert "Chi" in names
    # What was erased once more is erased; another return of the same backup erases it again.
    assert "1 people" in house.run("restore", str(backup), "--over")


_STOPPED = """
import os
from pathlib import Path
from django.utils import timezone
from followspot.practices.barriers.models import Barrier
from followspot.upkeep import restore
restore.finish(now=timezone.now())
print("FOUND", *Barrier.objects.values_list("what", flat=True), flush=True)
steps = [0]
def counted(do):
    def one(self, *given):
        steps[0] += 1
        if steps[0] > {step}:
            os._exit(9)
        return do(self, *given)
    return one
Path.rename, Path.replace = counted(Path.rename), counted(Path.replace)
restore.bring(Path({path!r}), over=True, now=timezone.now(), tell=lambda *_: None)
"""


def test_a_return_that_was_stopped_is_finished_or_never_began(house, backup):
    """Stop it after each step of its moving, as `kill -9` might; whoever comes next finishes it."""
    if house.on_postgresql:
        pytest.skip("There it is one transaction of the database.")

    def halfway():
        return any((house.data / name).exists() for name in (".restoring", "restored"))

    for step in range(20):
        code = _STOPPED.format(step=step, path=str(backup))
        said = house.run("manage", "shell", "--no-imports", "-v", "0", "-c", code, code=None)
        assert "FOUND No keys for the night shift\n" in said
        if not halfway():
            break
    assert 5 < step < 19, said
    assert house.asked("SELECT what FROM barriers_barrier") == [("No keys for the night shift",)]


def test_an_archive_says_what_is_in_it(backup):
    packed = zipfile.ZipFile(backup)
    about = json.loads(packed.read("about.json"))
    assert {m["name"] for m in about["members"]} | {"about.json"} == set(packed.namelist())
    assert backup.stat().st_mode & 0o077 == 0


def test_evidence_in_a_bucket_is_in_the_backup_and_comes_back_into_the_bucket(house, tmp_path, monkeypatch):
    for name, value in buckets.KEYS.items():
        monkeypatch.setenv(name, value)
    with buckets.serving("stub") as bucket:
        house.env |= buckets.KEYS | {"FOLLOWSPOT_SEGMENTS": bucket.url}
        house.shell(_ONE_SEGMENT)
        kept = {key: bucket.get(key) for key in bucket.listed()}
        assert len(kept) == 1
        house.run("backup", str(tmp_path / "with.zip"))
        for key in kept:
            bucket.remove(key)
        assert "is gone from the object store" in house.run("doctor", code=None)
        house.run("restore", str(tmp_path / "with.zip"), "--over")
        assert {key: bucket.get(key) for key in bucket.listed()} == kept
        assert "1 segments of evidence in harbour/fs, 0 broken" in house.run("doctor", code=None)
