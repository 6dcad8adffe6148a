"""`followspot export` and `erase`, as whoever runs the server types them."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.folders import brought_up_to_date

ASKED = """
import django; django.setup()
from followspot.teams import actions
from followspot.teams.models import Account, Person
account = Account.objects.create_user("ines@quay.port", "a long enough password", name="Ines Duarte")
team = actions.start_team("Quay", by=None)
actions.hand_lead(team, to=actions.known_from_history("Lea"), on=None)
actions.join(team, Person.objects.create(name="Ines Duarte", account=account), on=None)
"""


@pytest.fixture
def run(tmp_path):
    env = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "FOLLOWSPOT_DATABASE")}
    env |= {"FOLLOWSPOT_DATA": str(brought_up_to_date(tmp_path / "data")), "TERM": "dumb", "COLUMNS": "200"}
    there = env | {"DJANGO_SETTINGS_MODULE": "followspot.web.settings"}
    subprocess.run([sys.executable, "-c", ASKED], env=there, check=True, timeout=120)

    def command(*words):
        return subprocess.run([sys.executable, "-m", "followspot", *words], env=env, capture_output=True, text=True, timeout=120)  # fmt: skip

    return command


def test_a_copy_and_an_end(run, tmp_path):
    to = tmp_path / "ines.zip"
    assert run("export", "ines@quay.port", "--to", str(to)).returncode == 0
    assert b"ines@quay.port" in zipfile.ZipFile(to).read("account.json")
    assert run("export", "ines@quay.port", "--to", str(to)).returncode == 3  # nothing is overwritten
    assert run("export", "Nobody", "--to", str(tmp_path / "n.zip")).returncode == 3

    shown = run("erase", "Ines Duarte")
    assert shown.returncode == 0, shown.stderr
    assert "Where you were of a team" in shown.stdout
    assert "Nothing was erased" in shown.stdout
    assert run("erase", "Ines Duarte", "--texts", "maybe", "--yes").returncode == 4
    done = run("erase", "Ines Duarte", "--texts", "go", "--yes")
    assert done.returncode == 0, done.stderr
    assert "erased-" in done.stdout
    assert run("erase", "Ines Duarte", "--yes").returncode == 3
    for path in (tmp_path / "data").rglob("*"):
        assert not path.is_file() or b"duarte" not in path.read_bytes().lower(), path
