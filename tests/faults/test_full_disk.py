"""A disk that fills up: it is said so, reading goes on, nothing is half kept, and with room it goes on by itself."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests import histories
from tests.faults.load import Load, all_is_there_once, state_and_log_agree
from tests.upkeep.installation import Installation

pytestmark = pytest.mark.slow


@pytest.fixture
def small(tmp_path):
    """A disk of 128 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(folder)], capture_output=True, check=False)  # fmt: skip
    if done.returncode:
        pytest.skip("A small disk can only be made by root, where mounting is allowed.")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def house(small):
    own = Installation(small / "data").furnish()
    if own.on_postgresql:
        own.close()
        pytest.skip("Its disk is PostgreSQL's.")
    yield own
    own.close()


def fill(folder):
    """Take all the room there is."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    return ballast


def test_the_disk_is_full_and_empties_again(house, small):
    house.up()
    with Load(house) as before:
        time.sleep(1)
    ballast = fill(small)
    with Load(house) as full:
        time.sleep(2)
    assert 507 in full.answers
    assert set(full.answers) <= {201, 507}
    status, said = house.raise_barrier("The last straw")
    assert (status, said["detail"][:30]) == (507, "The disk of the server is full")
    assert set(before.acknowledged + full.acknowledged) <= set(house.barriers())  # reading goes on
    assert not house.answers("/readyz")
    said = house.run("backup", str(small), code=3)
    assert "Nothing was written" in said or "No space left" in said
    assert [p.name for p in small.iterdir() if "followspot" in p.name] == []
    ballast.unlink()
    assert house.raise_barrier("The last straw")[0] == 201
    full.said.append("The last straw")
    all_is_there_once(house, [before, full])
    house.down()
    state_and_log_agree(house)


def test_an_import_that_finds_no_room_leaves_nothing(house, small, tmp_path):
    repository = histories.quay(tmp_path / "quay.git", changes=3000, a_day=8, away=range(0))
    ballast = fill(small)
    said = house.run("import", "git", str(repository), "--to", str(small / "log"), code=None)
    assert "No space left" in said
    assert not list(Path(small / "log").rglob("*.parquet"))
    ballast.unlink()
    shutil.rmtree(small / "log", ignore_errors=True)
    house.run("import", "git", str(repository), "--to", str(small / "log"))
