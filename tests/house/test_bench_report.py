"""The report of the benchmarks: one page in which drawing and table are made of the same rows."""

import re

import pytest

from benchmarks import __main__ as bench
from benchmarks import rows
from benchmarks.rows import Row

PAGE = Row("A page, CPU", "ms", 21.5, most=30, against="a bare page", peer=10)
LOAD = Row("First load", "kB", 153, most=150)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "KEPT", tmp_path)


def test_what_is_over_its_budget_counts_and_is_kept():
    assert rows.keep("pages", [PAGE, LOAD]) == 1
    _, kept = rows.kept("pages")
    assert kept == [PAGE, LOAD]
    assert rows.kept("speed") is None


def test_a_drawing_has_us_the_peer_and_the_budget_on_one_scale():
    drawn = rows.drawing(PAGE)
    assert drawn.count("<rect") == 2
    assert 'class="ours" x="180" y="24" width="272.3"' in drawn  # 21.5 of 30 on 380
    assert 'class="peer" x="180" y="46" width="126.7"' in drawn
    assert '<line class="budget" x1="560.0"' in drawn
    assert "2.15 times" in drawn
    assert 'aria-label="A page, CPU: 21.5 ms; a bare page 10.0 ms; at most 30.0 ms, within"' in drawn
    assert '<rect class="over"' in rows.drawing(LOAD)


def test_the_report_draws_what_was_measured_and_needs_nothing_else():
    rows.keep("pages", [PAGE, LOAD])
    told = bench.report()
    assert told.count("<svg") == 2
    assert "<td>First load</td>" in told
    assert "What a page costs" in told
    assert "What a command costs" in told  # not measured here: its page stands for it
    within = re.sub(r'src="data:[^"]*"', "", told)
    assert not any(part in within for part in ("<script", "<link", "src=", "url("))
