"""What is packaged: all that the app needs, as it stands in the repository, and what the files beside it promise."""

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent.parent
SETTING = re.compile(r"FOLLOWSPOT_[A-Z_]+[A-Z]")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    (path,) = WheelBuilder(str(ROOT)).build(
        directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"]
    )
    return zipfile.ZipFile(path)


def test_the_wheel_holds_every_file_of_the_app(wheel):
    kept = subprocess.run(
        ["git", "ls-files", "src/followspot"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    held = {name for name in wheel.namelist() if name.startswith("followspot/")}
    assert {name.removeprefix("src/") for name in kept} - held == set()


def test_the_wheel_carries_the_licence_and_the_command(wheel):
    names = wheel.namelist()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    (entry,) = (name for name in names if name.endswith("entry_points.txt"))
    assert "followspot = followspot.cli:main" in wheel.read(entry).decode()


def test_every_setting_is_described_and_none_is_made_up():
    read = {name for path in (ROOT / "src").rglob("*.py") for name in SETTING.findall(path.read_text())}
    told = (ROOT / "docs" / "howto" / "server.md").read_text()
    offered = {name for path in (ROOT / "deploy").iterdir() for name in SETTING.findall(path.read_text())}
    assert offered - read == set()
    assert {name for name in read if name not in told} == set()
