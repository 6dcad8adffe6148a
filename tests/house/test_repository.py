"""What is in the repository, and what must never be."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so nothing says which files are ours")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize("name", ["run", "dev"])
def test_locks_name_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert "://" not in text
    assert "--hash=sha256:" in text


def test_no_file_names_a_registrys_host_or_a_path_of_one_machine():
    hosts = re.compile(
        r"python"
        + r"hosted\.org|pypi\."
        + r"org|registry\.npm"
        + r"js|deb\.deb"
        + r"ian\.org|(^|[\s\"'=(])/(wo"
        + r"rk|ro"
        + r"ot|home)/",
        re.MULTILINE,
    )
    named = [
        p
        for p in tracked()
        if p.suffix in {".py", ".md", ".toml", ".txt", ".sh", ".html", ".yml", ""}
        and hosts.search(p.read_text(errors="ignore"))
    ]
    assert named == []


def test_no_file_is_large():
    assert [p for p in tracked() if p.stat().st_size > 2**20] == []
