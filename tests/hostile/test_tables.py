"""Tables: of events, of days, of clients' words. Read, or refused with what is wrong."""

import tracemalloc
from contextlib import suppress
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.cli import tables
from followspot.errors import BadInput
from followspot.evidence.connectors import _csv_dates, _csv_numbers, csv_file
from followspot.evidence.event import SCHEMA
from followspot.practices.applause.pages import table as words
from tests.hostile.nasty import often, spoilt, text

EVENTS = (
    b"Ticket,Closed on,Opened,Agent,Queue,Points\nT-1,2024-05-01T10:00:00+02:00,2024-04-30,Ben,Billing; Refunds,3\nT-2,2024-05-02,,,,\n",
    b"sep=;\r\nNummer;Erledigt;Wer;Wert\r\n1;03.05.2024 10:00;J\xfcrgen;1.234,5\r\n2;04.05.2024;Ben;7\r\n",
    b"\xff\xfe" + "id\tdone\twho\n1\t5/13/2024 3:04 PM\tBen\n".encode("utf-16-le"),
    b'"a ""b""",at\n"line\nbreak",2024-01-01\n',
)
DAYS = (
    b"date,team,leader,bots,people,holiday\n2026-01-05,3,1,0,4,no\n2026-01-06,,0,0,4,yes\n2026-01-07,2,0,1,3,0\n",
    b"date,team\n2026-01-05,3\n2026-03-06,1e3\n",
)
ABSENCES = (b"start,end\n2026-01-05,2026-01-09\n2026-02-05,\n",)
MANIFESTS = (b'{"counts": "a.csv", "absences": "b.csv", "out": "c.json", "margin": 0.2}\n',)
WORDS = (
    b"Date;Comment;Agent;Channel\n03.05.2026;So quick, thank you!;Ben;Port desk\nsoon;They listened.;;Letter\n",
)
MAPPINGS = ({"at": "Closed on", "opened": "Opened", "actor": "Agent", "value": "Points"}, {"at": "done"})


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile") / "table.csv"


@often()
@given(spoilt(EVENTS), st.booleans())
def test_a_table_of_events(path, content, keep):
    path.write_bytes(content)
    with suppress(BadInput):
        seen = csv_file.preview(str(path))
        csv_file.trial(str(path), mapping=seen.mapping)
        way = "keep_good" if keep else "keep_nothing"
        harvest = csv_file.read(str(path), mapping=seen.mapping, date_format=None, on_error=way)
        for batch in harvest.batches:
            assert batch.schema == SCHEMA
            batch.validate(full=True)
            assert b"\0" not in str(batch.column("object").to_pylist()).encode()


@often()
@given(spoilt(EVENTS), st.dictionaries(st.sampled_from(sorted(csv_file.FIELDS)), text), text, text)
def test_whatever_columns_and_ways_are_named(path, content, mapping, way, zone):
    path.write_bytes(content)
    for where in (zone, "Europe/Lisbon"):
        with suppress(BadInput):
            csv_file.trial(str(path), mapping=mapping, date_format=way, zone=where)


@often(200)
@given(text, text)
def test_dates_and_numbers(said, way):
    found = _csv_dates.ways([said])
    for one in (*found, way, ""):
        with suppress(ValueError):
            assert _csv_dates.moment(said, one, UTC).tzinfo
    with suppress(ValueError):
        assert -1e308 <= _csv_numbers.number(said) <= 1e308
    _csv_numbers.mark_of([said, way])


@often()
@given(spoilt(DAYS))
def test_a_table_of_days(path, content):
    path.write_bytes(content)
    with suppress(BadInput):
        counts = tables.read_counts(path)
        assert 0 < len(counts.others) <= tables.MOST_DAYS


@often()
@given(spoilt(ABSENCES))
def test_a_table_of_absences(path, content):
    path.write_bytes(content)
    with suppress(BadInput):
        assert tables.read_absences(path)


@often()
@given(spoilt(MANIFESTS))
def test_a_list_of_many_questions(path, content):
    path.write_bytes(content)
    with suppress(BadInput):
        for task in tables._tasks(path):
            tables._share(task, "margin", 0.2)


@often()
@given(spoilt(WORDS), st.sampled_from(["Date", "Comment", "Agent", "Channel", ""]))
def test_a_table_of_clients_words(path, content, column):
    path.write_bytes(content)
    with suppress(BadInput):
        columns, rows = csv_file.rows(str(path), most=words.MOST_ROWS)
        assert columns
        assert len(rows) <= words.MOST_ROWS


# What breaks others


@pytest.mark.parametrize(
    "content",
    [
        b"at,who\n" + b"a" * 5_000_000,
        b"at,who\n" + b'"' + b"\n" * 150_000,
        b"at" + b"," * 2_000_000,
        b"\n" * 3_000_000,
        b'"' * 2_000_001,
        b"\x00" * 1_000_000,
        b"at\n" + b"2026-01-01\n" * 25_000,
    ],
    ids=["a line", "an open quotation", "columns", "nothing", "quotation marks", "NULs", "rows"],
)
def test_giants_are_read_or_refused_within_bounds(path, content):
    path.write_bytes(content)
    tracemalloc.start()
    with suppress(BadInput):
        csv_file.preview(str(path))
        for _ in csv_file.read(str(path), mapping={"at": "at"}, on_error="keep_good").batches:
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40 * 2**20


def test_a_path_that_is_no_table_is_not_waited_for(tmp_path):
    for place in ("/dev/zero", "/dev/stdin", "/proc/self/mem", str(tmp_path), "\0", "a" * 5000):
        with pytest.raises(BadInput):
            csv_file.preview(place)


def test_a_day_far_away_makes_no_endless_table(path):
    path.write_bytes(b"date,team\n0001-01-01,1\n9999-12-31,1\n")
    with pytest.raises(BadInput, match="hundred years"):
        tables.read_counts(path)
