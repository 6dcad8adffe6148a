"""Any tool's table becomes events; what can't be read is named by row and column, and nothing is half kept."""

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.evidence.connectors import csv_file

HEAD = "Ticket,Closed on,Agent,Queue,Points\n"
MAPPING = {"at": "Closed on", "actor": "Agent", "object": "Ticket", "about": "Queue", "value": "Points"}


@pytest.fixture
def table(tmp_path):
    def written(content):
        path = tmp_path / "t.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return written


def harvested(path, cursor=None, **given):
    harvest = csv_file.connector.read(path, cursor=cursor, **{"mapping": MAPPING, **given})
    rows = [row for batch in harvest.batches for row in batch.to_pylist()]
    return rows, harvest.finish()


def test_a_row_is_a_thing_that_was_done(table):
    path = table(HEAD + "T-1,2024-05-01T10:00:00+02:00,Ben,Billing; Refunds,3\nT-2,2024-05-02,,,\n")
    (first, second), finish = harvested(path)
    assert first == {
        "at": datetime(2024, 5, 1, 8, tzinfo=UTC),
        "activity": "item.done",
        "actor": "Ben",
        "object": "item:T-1",
        "about": ["queue:Billing", "queue:Refunds"],
        "to": [],
        "value": 3.0,
        "unit": None,
        "invited_by": None,
        "key": first["key"],
    }
    assert (second["at"], second["actor"], second["value"], second["about"]) == (
        datetime(2024, 5, 2, 12, tzinfo=UTC),
        "unknown",
        None,
        [],
    )
    assert finish.notes == ()


def test_equal_rows_have_keys_of_their_own_that_last(table):
    row = "T-1,2024-05-01,Ben,,\n"
    keys = [r["key"] for r in harvested(table(HEAD + row * 3))[0]]
    assert len(set(keys)) == 3
    assert [r["key"] for r in harvested(table(HEAD + "T-0,2024-04-01,Chi,,\n" + row * 3))[0]][1:] == keys


def test_an_unchanged_file_adds_nothing_and_a_changed_one_replaces(table):
    path = table(HEAD + "T-1,2024-05-01,Ben,,\n")
    _, finish = harvested(path)
    assert not finish.replaces
    assert harvested(path, finish.cursor) == ([], finish)
    rows, again = harvested(table(HEAD + "T-1,2024-05-02,Ben,,\n"), finish.cursor)
    assert len(rows) == 1
    assert again.replaces


@pytest.mark.parametrize(
    ("written", "zone", "expected"),
    [
        ("31.12.2023", "UTC", datetime(2023, 12, 31, 12, tzinfo=UTC)),
        ("31.12.2023 23:30", "Europe/Lisbon", datetime(2023, 12, 31, 23, 30, tzinfo=UTC)),
        ("12/31/2023 1:30 PM", "UTC", datetime(2023, 12, 31, 13, 30, tzinfo=UTC)),
        ("2023-12-31 23:30:00", "America/New_York", datetime(2024, 1, 1, 4, 30, tzinfo=UTC)),
        ("31 Dec 2023", "Asia/Tokyo", datetime(2023, 12, 31, 3, tzinfo=UTC)),
        ("2023-12-31T10:00:00Z", "Asia/Tokyo", datetime(2023, 12, 31, 10, tzinfo=UTC)),
        ("31/Dec/23 1:30 PM", "UTC", datetime(2023, 12, 31, 13, 30, tzinfo=UTC)),
        ("12/31/2023 1:30:45 PM", "UTC", datetime(2023, 12, 31, 13, 30, 45, tzinfo=UTC)),
        ("12/31/2023, 1:30:45\u202fPM", "UTC", datetime(2023, 12, 31, 13, 30, 45, tzinfo=UTC)),
        ("31.12.2023, 13:30:45", "UTC", datetime(2023, 12, 31, 13, 30, 45, tzinfo=UTC)),
        ("31/12/23", "UTC", datetime(2023, 12, 31, 12, tzinfo=UTC)),
        ("12-31-2023 13:30:00", "UTC", datetime(2023, 12, 31, 13, 30, tzinfo=UTC)),
        ("2023-12-31 01:30 PM", "UTC", datetime(2023, 12, 31, 13, 30, tzinfo=UTC)),
        ("31-Dec-2023", "UTC", datetime(2023, 12, 31, 12, tzinfo=UTC)),
        ("December 31, 2023 13:30", "UTC", datetime(2023, 12, 31, 13, 30, tzinfo=UTC)),
    ],
)
def test_dates_as_people_write_them(table, written, zone, expected):
    [row], _ = harvested(table(f"Closed on;Agent\n{written};Ben\n"), mapping={"at": "Closed on"}, zone=zone)
    assert row["at"] == expected


def test_day_or_month_first_is_said_when_it_can_not_be_known(table):
    path = table("Closed on\n03/04/2024\n")
    [row], finish = harvested(path, mapping={"at": "Closed on"})
    assert row["at"].month == 4
    assert "day, month, year" in finish.notes[0]
    [row], finish = harvested(path, mapping={"at": "Closed on"}, date_format="%m/%d/%Y")
    assert (row["at"].month, finish.notes) == (3, ())


@pytest.mark.parametrize("written", ["03/04/2024", "03/04/24", "03-04-2024"])
def test_and_so_it_is_of_short_years_and_other_marks(table, written):
    [row], finish = harvested(table(f"Closed on\n{written}\n"), mapping={"at": "Closed on"})
    assert row["at"].month == 4
    assert "day, month, year" in finish.notes[0]


def test_what_comes_later_says_whether_the_day_comes_first(table):
    path = table("Closed on\n" + "02/01/2024\n" * 250 + "02/13/2024\n02/14/2024\n13/02/2024\n")
    rows, finish = harvested(path, mapping={"at": "Closed on"}, on_error="keep_good")
    assert {row["at"].month for row in rows} == {2}
    assert finish.notes == ("1 row was left out: row 254, column Closed on: “13/02/2024” is not a date.",)


OPEN = "Created,Closed\n" + "01.02.2024,\n" * 250 + "01.02.2024,03.02.2024\n"


def test_rows_that_are_all_open_at_first_hide_neither_the_column_nor_how_dates_are_written(table):
    seen = csv_file.preview(table(OPEN))
    assert (seen.mapping, seen.date_format) == ({"at": "Closed", "opened": "Created"}, "%d.%m.%Y")
    rows, _ = harvested(table(OPEN), mapping=seen.mapping)
    assert [row["at"].day for row in rows if row["activity"] == "item.done"] == [3]


def test_a_hundred_columns_of_words_are_looked_at_quickly(table):
    row = ",".join(f"word {n}" for n in range(100)) + "\n"
    began = time.process_time()
    assert csv_file.preview(table(row * 250)).mapping == {}
    assert time.process_time() - began < 3


BAD = (
    HEAD
    + "T-1,01/05/2024,Ben,,\nT-2,32/13/2024,Ben,,\nT-3,03/05/2024,Ben\nT-4,,Ben,,\nT-5,05/05/2024,Chi,,many\n"
)


def test_wrong_rows_are_named_and_nothing_is_kept(table):
    with pytest.raises(BadInput) as refused:
        harvested(table(BAD))
    said = str(refused.value)
    assert "row 3, column Closed on: “32/13/2024” is not a date" in said
    assert "row 4: has 3 cells where the header has 5" in said
    assert "row 5, column Closed on: “” is not a date" in said
    assert "row 6, column Points: “many” is not a number" in said
    assert "Nothing was kept" in said


def test_good_rows_can_be_kept(table):
    rows, finish = harvested(table(BAD), on_error="keep_good")
    assert [r["object"] for r in rows] == ["item:T-1"]
    assert any(note.startswith("4 rows were left out: row 3") for note in finish.notes)
    with pytest.raises(BadInput, match="row 2"):
        harvested(table(HEAD + "T-1,never,Ben,,\n"), on_error="keep_good")


def test_many_errors_are_counted_not_all_told(table, monkeypatch):
    monkeypatch.setattr(csv_file, "_BATCH", 10)
    path = table(HEAD + "T-1,2024-05-01,Ben,,\n" * 50 + "T-2,x,Ben,,\n" * 60)
    with pytest.raises(BadInput, match="and 40 more"):
        harvested(path)
    told = []
    harvest = csv_file.connector.read(
        path, mapping=MAPPING, on_error="keep_good", tell=lambda *a: told.append(a)
    )
    assert [b.num_rows for b in harvest.batches] == [10] * 5
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize(
    ("settings_", "said"),
    [
        ({"mapping": {"at": "Closd on"}}, "Did you mean “Closed on”"),
        ({"mapping": {"at": "zzz"}}, "It has Ticket, Closed on"),
        ({"mapping": {"actor": "Agent"}}, "which column tells when"),
        ({"mapping": {"at": "Closed on", "colour": "Agent"}}, "“colour” is no field"),
        ({"activity": "item.eaten"}, "“item.eaten” is nothing"),
        ({"zone": "Mars/Base"}, "not a time zone"),
    ],
)
def test_wrong_settings_say_what_to_do(table, settings_, said):
    with pytest.raises(BadInput, match=said):
        harvested(table(HEAD), **settings_)


def test_the_activity_can_stand_in_a_column(table):
    mapping = {"at": "d", "activity": "what"}
    rows, _ = harvested(table("d,what\n2024-01-01,item.opened\n2024-01-02,\n"), mapping=mapping)
    assert [r["activity"] for r in rows] == ["item.opened", "item.done"]
    with pytest.raises(BadInput, match="row 2, column what: “sold” is not one of"):
        harvested(table("d,what\n2024-01-01,sold\n"), mapping=mapping)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (b"PK\x03\x04\0\0\0", "is no text"),
        (b"a" * (3 << 20), "longer than a million"),
        (b"Closed on\n" + b"b" * (3 << 20), "line 2: is longer than a million"),
        (b"a," * 2_000, "2001 columns"),
    ],
)
def test_what_is_no_table_is_refused(table, content, said):
    with pytest.raises(BadInput, match=said):
        harvested(table(content), mapping={"at": "Closed on"})
    if b"Closed" not in content:
        with pytest.raises(BadInput, match=said):
            csv_file.preview(table(content))


def test_a_table_without_rows_takes_the_place_of_no_other(table):
    _, finish = harvested(table(HEAD + "T-1,2024-05-01,Ben,,\n"))
    with pytest.raises(BadInput, match="no rows below them"):
        harvested(table(HEAD + ",,,,\n\n"), finish.cursor)


def test_no_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        harvested(str(tmp_path / "none.csv"))
    with pytest.raises(BadInput, match="no such file"):
        csv_file.preview(str(tmp_path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(table, encoding):
    path = table("Closed on;Wer\r\n2024-01-01;Zoë\r\n".encode(encoding))
    [row], finish = harvested(path, mapping={"at": "Closed on", "actor": "Wer"})
    assert row["actor"] == "Zoë"
    assert bool(finish.notes) == (encoding == "cp1252")


def test_an_open_quotation_mark_costs_its_row_not_the_memory(table):
    path = table(HEAD + 'T-1,"2024-01-01' + ",x\n" * 60_000 + "T-2,2024-01-02,Ben,,\n")
    with pytest.raises(BadInput, match="quotation mark"):
        harvested(path)


def test_nul_bytes_are_named(table):
    with pytest.raises(BadInput, match="row 1002: holds a NUL"):
        harvested(table(HEAD + "T-1,2024-01-01,Ben,,\n" * 1000 + "T-2,2024-01-02,B\0n,,\n"))


def test_too_many_rows_are_refused(table, monkeypatch):
    monkeypatch.setattr(csv_file, "_MOST_ROWS", 5)
    with pytest.raises(BadInput, match="more than 5 rows"):
        harvested(table(HEAD + "T-1,2024-01-01,Ben,,\n" * 9))


def test_a_preview_guesses(table):
    seen = csv_file.preview(table("Id\tSummary\tResolved\tAssignee\t\tId\n1\ta\t31.12.2023\tBen\t\t2\n"), n=1)
    assert seen.columns == ["Id", "Summary", "Resolved", "Assignee", "column 5", "Id (6)"]
    assert seen.mapping == {"at": "Resolved", "actor": "Assignee", "object": "Id"}
    assert (seen.rows, seen.date_format) == ([["1", "a", "31.12.2023", "Ben", "", "2"]], "%d.%m.%Y")
    seen = csv_file.preview(table("Paid by,Ended\nyes,2024-01-01\n"))
    assert seen.mapping == {"at": "Ended"}
    seen = csv_file.preview(table("x,y\na,2024-01-01\n"))
    assert seen.mapping == {"at": "y"}
    assert csv_file.preview(table("x,y\na,b\n")).mapping == {}


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_or_refused(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "t.csv"
    lines = ["at,who", *(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace", newline="")
    with suppress(BadInput):
        made, _ = harvested(str(path), mapping={"at": "at", "actor": "who"}, on_error="keep_good")
        assert all(row["at"].tzinfo for row in made)


@given(st.binary(min_size=1, max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_previewed_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "t.csv"
    path.write_bytes(content)
    with suppress(BadInput):
        assert csv_file.preview(str(path)).columns


def test_a_few_wrong_dates_do_not_hide_the_column(tmp_path):
    rows = [f"{1 + n % 12:02}/{13 + n % 15:02}/2024,Ben" for n in range(40)] + ["soon,Ben", "32/13/2024,Ben"]
    (tmp_path / "t.csv").write_text("\n".join(["Closed on,Agent", *rows]))
    seen = csv_file.preview(str(tmp_path / "t.csv"))
    assert seen.mapping["at"] == "Closed on"
    assert seen.date_format.startswith("%m/%d/%Y")


ISSUES = (
    "Key,Created,Resolved,Assignee,Component\nQ-1,2024-05-01,2024-05-03,Ben,Gate\nQ-2,2024-05-02,,,Gate\n"
)
ISSUE = {"at": "Resolved", "opened": "Created", "object": "Key", "actor": "Assignee", "about": "Component"}


def test_what_was_asked_for_and_what_was_done_are_two_events(table):
    made, _ = harvested(table(ISSUES), mapping=ISSUE)
    told = [(e["activity"], e["object"], e["at"].day, e["actor"]) for e in made]
    assert told == [
        ("item.opened", "item:Q-1", 1, "unknown"),
        ("item.done", "item:Q-1", 3, "Ben"),
        ("item.opened", "item:Q-2", 2, "unknown"),
    ]
    assert len({e["key"] for e in made}) == 3
    assert csv_file.preview(table(ISSUES)).mapping == ISSUE


def test_what_is_open_needs_a_day_on_which_it_was_asked_for(table):
    with pytest.raises(BadInput, match="row 2, column Resolved: “” is not a date"):
        harvested(table("Key,Created,Resolved\nQ-1,,\n"), mapping={"at": "Resolved", "opened": "Created"})


def test_columns_are_told_by_their_kind(table):
    rows = "".join(
        f"{n},2024-05-{n:02},{n % 3}.5,{'Gate' if n % 2 else 'Quay'},,word {n}\n" for n in range(1, 20)
    )
    seen = csv_file.preview(table("Id,When,Hours,Area,Empty,Says\n" + rows))
    assert seen.kinds == ["numbers", "dates", "numbers", "2 different", "empty", "each another"]
    assert seen.formats[0] == ""


def test_a_trial_shows_events_and_wrong_rows_and_keeps_nothing(table, monkeypatch):
    monkeypatch.setattr(csv_file, "_TRIED", 3)
    path = table(
        HEAD + "T-1,2024-05-01,Ben,,\nT-2,soon,Ben,,\nT-3,2024-05-03,Ben,,many\nT-4,2024-05-03,Ben,,\n"
    )
    tried = csv_file.trial(path, mapping=MAPPING)
    assert [e["object"] for e in tried.events] == ["item:T-1"]
    assert (tried.errors, tried.tried, tried.whole) == (2, 3, False)
    assert tried.wrong == [
        "row 3, column Closed on: “soon” is not a date",
        "row 4, column Points: “many” is not a number",
    ]
    assert csv_file.trial(table(HEAD + "T-1,2024-05-01,Ben,,\n"), mapping=MAPPING).whole


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["1,234", "1,234.50", "12"], [1234, 1234.5, 12]),
        (["1,234", "999.5"], [1234, 999.5]),
        (["1.234", "1.234,50", "12"], [1234, 1234.5, 12]),
        (["1.234", "3,5"], [1234, 3.5]),
        (["1,234,567", "-2,345"], [1234567, -2345]),
        (["0,125", "1,250"], [0.125, 1.25]),
        (["1.5", "2,5", "0"], [1.5, 2.5, 0]),
        (["1e3", "1.25"], [1000, 1.25]),
    ],
)
def test_the_mark_before_the_decimals_is_that_of_the_whole_column(table, written, meant):
    path = table("Closed;Amount\n" + "".join(f"2024-01-01;{text}\n" for text in written))
    rows, finish = harvested(path, mapping={"at": "Closed", "value": "Amount"})
    assert ([row["value"] for row in rows], finish.notes) == (meant, ())


@pytest.mark.parametrize("written", ["1,234", "1.234"])
def test_thousands_or_decimals_is_said_when_it_can_not_be_known(table, written):
    path = table(f"Closed;Amount\n2024-01-01;{written}\n")
    [row], finish = harvested(path, mapping={"at": "Closed", "value": "Amount"})
    assert row["value"] == 1.234
    assert f"Numbers like {written}" in finish.notes[0]


@pytest.mark.parametrize("written", ["nan", "1,2,3", "1.234,5.6", "inf", "€ 5"])
def test_what_is_no_number_is_named(table, written):
    with pytest.raises(BadInput, match="is not a number"):
        harvested(
            table(f"Closed;Amount\n2024-01-01;{written}\n"), mapping={"at": "Closed", "value": "Amount"}
        )


def test_a_first_line_that_says_what_separates_is_no_header(table):
    path = table("sep=;\r\nClosed;Who, and when\r\n31.12.2023;Ben\r\nsoon;Ben\r\n")
    assert csv_file.preview(path).columns == ["Closed", "Who, and when"]
    with pytest.raises(BadInput, match="row 3, column Closed: “soon”"):
        harvested(path, mapping={"at": "Closed"})


@pytest.mark.parametrize("content", ["Closed,Who\n2024-01-01,Ben,,\n", "Closed,Who,,\n2024-01-01,Ben\n"])
def test_separators_too_many_or_too_few_at_the_end_cost_nothing(table, content):
    [row], _ = harvested(table(content), mapping={"at": "Closed", "actor": "Who"})
    assert row["actor"] == "Ben"


@pytest.mark.parametrize("head", ["a,a (3),a", "a,a,a (2)", "column 2,,x"])
def test_every_column_has_a_name_of_its_own(table, head):
    columns = csv_file.preview(table(f"{head}\n1,2,3\n")).columns
    assert len(set(columns)) == 3


def test_a_day_as_a_spreadsheet_counts_it_is_told_apart(table):
    with pytest.raises(BadInput, match="“45292” is not a date but a spreadsheet’s number of a day"):
        harvested(table("Closed,Who\n45292,Ben\n"), mapping={"at": "Closed"})
