"""Work in the background: done by whoever is there, and done again when a worker dies over it."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.folders import brought_up_to_date

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FOLLOWSPOT", "DJANGO"))}
    data = brought_up_to_date(tmp_path / "data")
    return env | {"FOLLOWSPOT_DATA": str(data), "DJANGO_SETTINGS_MODULE": "tests.cli.background"}


def started(env):
    return subprocess.Popen([sys.executable, "-m", "followspot", "worker", "--at-once", "1"], env=env)


def wait_for(path, seconds=60):
    until = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} did not come"
        time.sleep(0.1)


def test_what_a_worker_died_over_is_done_by_the_next(house, tmp_path):
    begun, done = tmp_path / "begun", tmp_path / "done"
    code = f"import django; django.setup(); from tests.cli.background import slowly; slowly.enqueue({str(begun)!r}, {str(done)!r})"
    subprocess.run([sys.executable, "-c", code], env=house, check=True)
    first = started(house)
    wait_for(begun)
    first.kill()
    first.wait()
    assert not done.exists()
    second = started(house)
    wait_for(done)
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=30) == 0
