"""Figures by day: nothing is zero, no data is nothing."""

from datetime import UTC, datetime

import pytest

from followspot.errors import BadInput
from followspot.evidence.connectors import days


def harvested(path, cursor=None, **settings):
    harvest = days.connector.read(str(path), cursor=cursor, **settings)
    rows = [row for batch in harvest.batches for row in batch.to_pylist()]
    return rows, harvest.finish()


@pytest.fixture
def table(tmp_path):
    def written(content):
        path = tmp_path / "days.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def test_a_zero_is_a_day_and_an_empty_cell_is_none(table):
    rows, _ = harvested(
        table("date,team,leader\n2024-01-01,5,1\n2024-01-02,0,\n2024-01-03,,0\n"), leader="Ada"
    )
    assert [(r["key"], r["actor"], r["value"]) for r in rows] == [
        ("2024-01-01:team", days.EVERYBODY_ELSE, 5),
        ("2024-01-01:leader", "Ada", 1),
        ("2024-01-02:team", days.EVERYBODY_ELSE, 0),
        ("2024-01-03:leader", "Ada", 0),
    ]
    assert rows[0] | {"key": ""} == {
        "at": datetime(2024, 1, 1, 12, tzinfo=UTC),
        "activity": "item.done",
        "actor": days.EVERYBODY_ELSE,
        "object": "day:2024-01-01",
        "about": [],
        "to": [],
        "value": 5.0,
        "unit": "a day",
        "invited_by": None,
        "key": "",
    }


def test_the_columns_of_a_change_have_their_clocks(table):
    head = "date,landed_by_leader,landed_by_others,people_writing,put_in_by_leader,written_by_others,mood"
    rows, finish = harvested(table(f"{head}\n2024-01-01,1,2,3,4,5,fine\n"))
    assert [(r["activity"], r["value"]) for r in rows] == [
        ("change.landed", 1),
        ("change.landed", 2),
        ("people.active", 3),
        ("change.integrated", 4),
        ("change.written", 5),
    ]
    assert finish.notes == ("Columns that were passed over: mood.",)


def test_a_table_that_has_not_changed_adds_nothing(table):
    path = table("date,team\n2024-01-01,5\n")
    _, finish = harvested(path)
    assert harvested(path, finish.cursor)[0] == []
    rows, again = harvested(table("date,team\n2024-01-01,5\n2024-01-02,6\n"), finish.cursor)
    assert len(rows) == 2
    assert again.replaces


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("day,team\n", "needs a column date"),
        ("date,colour\n2024-01-01,red\n", "needs a column date"),
        ("date,team\n2024-13-01,5\n", "row 2, column date: “2024-13-01”"),
        ("date,team\n2024-01-01,many\n", "row 2, column team: “many”"),
        ("date,team\n2024-01-01,-1\n", "row 2, column team: “-1”"),
        ("date,team\n2024-01-01,nan\n", "row 2, column team: “nan”"),
        ("date,team\n2024-01-01,1\n2024-01-01,1\n", "row 3: 2024-01-01 stands there twice"),
        ("date,team,leader\n2024-01-01,1,2,3\n", "row 2: has 4 cells where the header has 3"),
        (b"date,team\n2024-01-01,\xff\n", "row 2, column team"),
        (b"\0\1\2", "is no text"),
    ],
)
def test_what_can_not_be_read_is_named(table, content, said):
    with pytest.raises(BadInput, match=said):
        harvested(table(content))


def test_no_file(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        harvested(tmp_path / "none.csv")
