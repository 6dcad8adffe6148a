"""The examples of the how-to run as they stand, against a server that answers."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.web.programs import program

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "api.md"
CURLS = [e for e in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL) if e.startswith("curl")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_every_example_is_answered(live_server, team, ben):
    assert len(CURLS) == 5
    said = {"TOKEN": program(ben, "read", "write").secret, "SITE": live_server.url, "PATH": "/usr/bin:/bin"}
    for example in CURLS:
        shown = example.replace("curl -s", "curl -s -f --max-time 20")
        done = subprocess.run(["sh", "-c", shown], env=said, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (example, done.stdout, done.stderr)
    assert team.barrier_set.get().what == "No keys at night and on Sundays"
