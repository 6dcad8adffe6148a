"""The audit fails for what is known to be broken, and says plainly where nobody could be asked."""

import json
import subprocess
from types import SimpleNamespace

import pytest

from requirements import audit

SAFE = {"name": "django", "version": "6.1.3", "vulns": []}
BROKEN = {"name": "lxml", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "x", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "text", "code"),
    [
        ([SAFE, SAFE], "2 packages audited: 0 known vulnerabilities.", 0),
        ([SAFE, UNKNOWN], "1 packages audited (1 could not be asked about): 0 known vulnerabilities.", 0),
        ([SAFE, BROKEN], "lxml 1.0: PYSEC-1, mended in 1.1\n2 packages audited: 1 known vulnerabilities.", 1),
        ([UNKNOWN], "Not audited: no source of known vulnerabilities can be reached from here.", 0),
        ([], "Not audited: no source of known vulnerabilities can be reached from here.", 0),
    ],
)
def test_what_is_said_and_whether_it_fails(packages, text, code):
    assert audit.said(packages) == (text, code)


def test_the_next_source_is_asked_where_one_does_not_answer(monkeypatch, capsys):
    def run(command, **_):
        answered = {"pypi": {"dependencies": [UNKNOWN]}, "osv": {"dependencies": [SAFE, BROKEN]}}
        source = command[command.index("--vulnerability-service") + 1]
        assert "--require-hashes" in command
        return SimpleNamespace(stdout=json.dumps(answered[source]))

    monkeypatch.setattr(subprocess, "run", run)
    assert audit.main() == 1
    assert "PYSEC-1" in capsys.readouterr().out


@pytest.mark.parametrize("trouble", ["", "no network", None])
def test_without_a_network_nothing_is_held_up(monkeypatch, capsys, trouble):
    def run(command, **_):
        if trouble is None:
            raise subprocess.TimeoutExpired(command, 1)
        return SimpleNamespace(stdout=trouble)

    monkeypatch.setattr(subprocess, "run", run)
    assert audit.main() == 0
    assert "Not audited" in capsys.readouterr().out
