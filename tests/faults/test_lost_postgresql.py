"""PostgreSQL that dies, that is cut off, that is slow: said as such, nothing acknowledged lost, and back without a restart."""

import glob
import os
import shutil
import subprocess
import tempfile
import time

import pytest

from tests.faults.load import Load, all_is_there_once, state_and_log_agree
from tests.faults.wire import Wire
from tests.upkeep.installation import Installation, free_port, wait_until

pytestmark = pytest.mark.slow


class Server:
    """A PostgreSQL server of its own, which keeps what it acknowledges."""

    def __init__(self):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        self._bin = found[-1] if found else os.path.dirname(shutil.which("initdb") or "")
        self._folder = tempfile.mkdtemp(prefix="followspot-lost-")
        self._as = []
        if os.getuid() == 0:  # the server refuses to run as root
            shutil.chown(self._folder, "postgres")
            self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        self.port = free_port()
        self._do(
            "initdb", "-D", "data", "-U", "fs", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"
        )
        self.start()

    def _do(self, program, *words):
        subprocess.run([*self._as, f"{self._bin}/{program}", *words], cwd=self._folder, check=True, stdout=subprocess.DEVNULL)  # fmt: skip

    def start(self):
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1"
        self._do("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def die(self):
        self._do("pg_ctl", "-D", "data", "-m", "immediate", "stop")

    def close(self):
        self.die()
        shutil.rmtree(self._folder)


@pytest.fixture(scope="module")
def server():
    running = Server()
    yield running
    running.close()


@pytest.fixture
def wire(server):
    laid = Wire(server.port)
    yield laid
    laid.close()


@pytest.fixture
def house(server, wire, tmp_path, monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_DATABASE", f"postgres://fs@127.0.0.1:{wire.port}/postgres")
    own = Installation(tmp_path / "data").furnish()
    yield own
    own.close()


def test_it_dies_under_load_and_comes_back(house, server, rounds):
    house.up()
    loads = []
    for _ in range(rounds):
        with Load(house) as load:
            time.sleep(1)
            server.die()
            time.sleep(1)
            server.start()
            wait_until(lambda: house.answers("/readyz"), seconds=60)
            time.sleep(1)
        loads.append(load)
        assert set(load.answers) <= {201, 503}, set(load.answers)
    all_is_there_once(house, loads)
    house.down()
    state_and_log_agree(house)


def test_the_wire_is_cut_and_mended(house, wire):
    house.up()
    with Load(house) as load:
        time.sleep(1)
        wire.cut()
        wait_until(lambda: 503 in load.answers, seconds=60)
        assert not house.answers("/readyz")
        wire.mend()
        wait_until(lambda: house.answers("/readyz"), seconds=60)
        known = len(load.acknowledged)
        wait_until(lambda: len(load.acknowledged) > known, seconds=60)
    all_is_there_once(house, [load])
    house.down()


def test_a_slow_wire_only_takes_longer(house, wire):
    house.up()
    wire.delay = 0.01
    with Load(house, timeout=120) as load:
        time.sleep(3)
    wire.delay = 0
    assert load.answers
    assert set(load.answers) == {201}
    all_is_there_once(house, [load])
    house.down()
