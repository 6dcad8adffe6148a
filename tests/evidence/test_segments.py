"""Segments appear whole or not at all, and say so when something happened to them."""

import os
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from followspot.errors import BadInput
from followspot.evidence import segments
from followspot.evidence.event import SCHEMA


def batch(*days, size=1):
    rows = [
        {
            "at": datetime(2024, 1, day, tzinfo=UTC),
            "activity": "item.done",
            "actor": "Ada",
            "object": f"item:{day}",
            "about": ["queue:a", "queue:b"],
            "to": [],
            "key": f"{day}:{n}",
        }
        for day in days
        for n in range(size)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


def test_what_is_written_is_what_is_read(tmp_path):
    written = segments.write([batch(3, 2), batch(), batch(9)], tmp_path / "new" / "folder", "x")
    assert written.path == tmp_path / "new" / "folder" / "x.parquet"
    assert (written.rows, written.first_at, written.last_at) == (
        3,
        datetime(2024, 1, 2, tzinfo=UTC),
        datetime(2024, 1, 9, tzinfo=UTC),
    )
    table = pq.read_table(written.path)
    assert table.schema.equals(SCHEMA)
    assert table.to_pylist() == [*batch(3, 2).to_pylist(), *batch(9).to_pylist()]
    assert written.sha256 == segments.sha256_of(written.path)
    assert os.listdir(written.path.parent) == ["x.parquet"]
    segments.check(written.path)
    segments.check(written.path, sha256=written.sha256)


def test_no_rows_make_no_file(tmp_path):
    written = segments.write(iter([batch()]), tmp_path, "x")
    assert (written.rows, written.first_at, written.last_at) == (0, None, None)
    assert os.listdir(tmp_path) == []


def test_a_segment_is_never_changed(tmp_path):
    first = segments.write([batch(1)], tmp_path, "x")
    with pytest.raises(FileExistsError):
        segments.write([batch(2)], tmp_path, "x")
    segments.check(first.path, sha256=first.sha256)


def test_rows_are_written_as_they_come(tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "_ROWS", 10)
    written = segments.write((batch(day, size=4) for day in range(1, 11)), tmp_path, "x")
    groups = pq.ParquetFile(written.path).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [12, 12, 12, 4]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, BadInput, MemoryError])
def test_trouble_on_the_way_leaves_nothing(tmp_path, trouble):
    closed = []

    def batches():
        try:
            yield batch(1)
            raise trouble("row 3")
        finally:
            closed.append(True)

    with pytest.raises(trouble, match="row 3"):
        segments.write(batches(), tmp_path, "x")
    assert os.listdir(tmp_path) == []
    assert closed


def test_trouble_while_writing_closes_the_source(tmp_path, monkeypatch):
    closed = []

    def batches():
        try:
            while True:
                yield batch(1)
        finally:
            closed.append(True)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    monkeypatch.setattr(segments, "_ROWS", 5)
    with pytest.raises(OSError, match="No space"):
        segments.write(batches(), tmp_path, "x")
    assert closed
    assert os.listdir(tmp_path) == []


def test_a_damaged_file_is_named(tmp_path):
    written = segments.write([batch(*range(1, 29), size=50)], tmp_path, "x")
    whole = written.path.read_bytes()

    def left(content):
        written.path.write_bytes(content)
        with pytest.raises(BadInput, match=r"x\.parquet: "):
            segments.check(written.path)
        with pytest.raises(BadInput, match=r"x\.parquet: "):
            segments.check(written.path, sha256=written.sha256)

    left(whole[: len(whole) // 2])
    left(b"")
    left(b"date,team\n")
    left(whole[:400] + bytes([whole[400] ^ 255]) + whole[401:])
    written.path.unlink()
    with pytest.raises(BadInput, match="is gone"):
        segments.check(written.path)


def test_another_table_is_no_segment(tmp_path):
    pq.write_table(pa.table({"a": [1]}), tmp_path / "x.parquet")
    with pytest.raises(BadInput, match="not one of events"):
        segments.check(tmp_path / "x.parquet")
