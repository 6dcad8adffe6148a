"""What every connector promises, whatever it reads."""

from pathlib import Path

import pytest

from followspot.evidence.activities import ACTIVITIES
from followspot.evidence.connectors import connectors
from followspot.evidence.event import SCHEMA
from tests.evidence.connectors.conftest import ADA, BEN, CHI, START

MINE = ("csv", "days", "git")


def _git(repo, tmp_path):
    bad = repo.commit(f"One\n\nReviewed-by: {CHI}\nTested-by: {BEN}", author=ADA, committer=BEN)
    repo.commit(
        f"Two\n\nThis reverts commit {bad}.",
        author=BEN,
        branch="side",
        start="refs/heads/main^0",
        at=START + 1,
    )
    repo.commit("Merge", author=ADA, merge="side", files={}, at=START + 2)
    return repo.path, {}


def _csv(repo, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("done,who,for\n2024-01-01,Ben,Ada;Chi\n2024-01-01,Ben,Ada;Chi\n")
    return path, {"mapping": {"at": "done", "actor": "who", "to": "for"}}


def _days(repo, tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("date,team,leader,bots,people\n2024-01-01,1,0,,4\n2024-01-02,3,1,2,\n")
    return path, {"leader": ADA}


@pytest.fixture(params=MINE)
def given(request, repo, tmp_path):
    path, settings = {"git": _git, "csv": _csv, "days": _days}[request.param](repo, tmp_path)
    return connectors()[request.param], str(path), settings


def test_batches_keep_the_promises(given):
    connector, path, settings = given
    batches = list(connector.read(path, **settings).batches)
    rows = [row for batch in batches for row in batch.to_pylist()]
    assert rows
    assert all(batch.schema.equals(SCHEMA) for batch in batches)
    assert len({row["key"] for row in rows}) == len(rows)
    assert all(row["at"].tzinfo for row in rows)
    assert {row["activity"] for row in rows} <= connector.emits <= set(ACTIVITIES)
    assert all(row["actor"] and row["object"] and row["key"] for row in rows)
    assert all(":" in thing for row in rows for thing in [row["object"], *row["about"]])


def test_a_second_run_adds_nothing(given):
    connector, path, settings = given
    first = connector.read(path, **settings)
    list(first.batches)
    second = connector.read(path, cursor=first.finish().cursor, **settings)
    assert list(second.batches) == []
    assert not second.finish().replaces
    assert second.finish().cursor == first.finish().cursor


def test_each_has_a_name_a_docstring_and_a_test():
    for slug, connector in connectors().items():
        assert connector.title
        assert connector.slug == slug
        module = connector.read.__module__.rpartition(".")[2]
        assert __import__(connector.read.__module__, fromlist=["x"]).__doc__
        assert (Path(__file__).parent / f"test_{module}.py").exists()
