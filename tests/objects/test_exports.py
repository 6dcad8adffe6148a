"""Tables that a spreadsheet opens without running anything."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.objects.exports import cell, csv_of


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "  =1+1", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(A1)"]
)
def test_what_a_spreadsheet_would_run_gets_a_quote(text):
    assert cell(text) == f"'{text}"


@given(st.text())
def test_no_text_is_a_formula_and_none_is_lost(text):
    written = cell(text)
    assert written in (text, f"'{text}")
    assert written.lstrip()[:1] not in {"=", "+", "-", "@"}


def test_days_numbers_and_nothing_are_written_plainly():
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert [cell(v) for v in (None, 3, -2.5, date(2026, 11, 23), at)] == [
        "", "3", "-2.5", "2026-11-23", "2026-11-23T12:00:00+00:00",
    ]  # fmt: skip


def test_a_table_reads_back_as_it_was_written():
    rows = [{"a": "one, two", "b": 'say "hi"\nagain'}, {"a": "عطلان 🖨️", "b": ""}]
    answer = csv_of("x", {"A": lambda r: r["a"], "B": lambda r: r["b"]}, rows)
    text = answer.getvalue().decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == [{"A": r["a"], "B": r["b"]} for r in rows]
