"""An event comes once, in whatever pieces and order its source is read."""

from datetime import UTC, datetime

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followspot.evidence import once, segments
from followspot.evidence.event import SCHEMA

AT = datetime(2024, 1, 1, tzinfo=UTC)
keys = st.sampled_from([f"k{n}" for n in range(12)])


def row(key, invited_by=None):
    return {"at": AT, "activity": "item.done", "actor": "Ben", "object": f"item:{key}", "about": [], "to": [], "key": key, "invited_by": invited_by}  # fmt: skip


def batch(*rows):
    return pa.RecordBatch.from_pylist(list(rows), schema=SCHEMA)


def kept(pieces, folder):
    """Keep piece after piece as segments; return all keys that are in them."""
    paths = []
    for n, piece in enumerate(pieces):
        batches = [batch(*map(row, some)) for some in piece]
        written = segments.write(once.new_only(batches, paths), folder, f"s{n}-{len(list(folder.iterdir()))}")
        paths += [written.path] if written.rows else []
    return [r["key"] for path in paths for r in pa.parquet.read_table(path).to_pylist()]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.lists(keys, max_size=6), max_size=3), max_size=5))
def test_every_key_once_however_they_come(tmp_path_factory, pieces):
    found = kept(pieces, tmp_path_factory.mktemp("once"))
    assert sorted(found) == sorted({k for piece in pieces for some in piece for k in some})


def test_of_two_with_one_key_the_first_stays(tmp_path):
    first, second = row("a") | {"actor": "Ben"}, row("a") | {"actor": "Chi"}
    found = list(once.new_only([batch(first), batch(second)], []))
    assert [r["actor"] for b in found for r in b.to_pylist()] == ["Ben"]


def test_only_what_is_known_can_have_asked(tmp_path):
    asked = segments.write([batch(row("asked:ben"))], tmp_path, "one").path
    piece = batch(row("a", "asked:chi asked:ben"), row("b", "asked:dee"), row("c"), row("d", "a"))
    found = [r for b in once.new_only([piece], [asked]) for r in b.to_pylist()]
    assert [r["invited_by"] for r in found] == ["asked:ben", None, None, "a"]


def test_nothing_gives_nothing(tmp_path):
    assert list(once.new_only([], [])) == []
    assert list(once.new_only([batch()], [])) == []


def test_a_piece_of_what_is_known_is_nothing(tmp_path):
    path = segments.write([batch(row("a"), row("b"))], tmp_path, "one").path
    assert list(once.new_only([batch(row("b"), row("a"))], [path])) == []
