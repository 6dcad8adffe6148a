"""Thirty-one step-aways that really happened: each gives a reading, and none says more than it can."""

import pytest

from benchmarks import leaves
from followspot.measures import Verdict

if not (leaves.DATA / "cases.csv").exists():
    pytest.skip(f"the histories of known leaves are not at {leaves.DATA}", allow_module_level=True)

CASES = {case.id: case for case in leaves.cases()}
# What forbids an answer, and where the facts say that it must.
FORBIDDEN = {
    "cpython-2018-07": "no_part_before",
    "nginx-2022-01": "no_part_before",
    "git-2025-03": "leader_worked_on",
    "git-2026-04": "leader_worked_on",
    "ffmpeg-2015-07": "leader_worked_on",
    "keras-2024-11": "leader_worked_on",
}


@pytest.mark.parametrize("name", CASES)
def test_a_known_leave_is_read_on_both_clocks_and_for_the_total(name):
    flows = leaves.judged(CASES[name])
    for clock in ("landed", "written", "total"):
        result = flows[clock]
        assert result.low <= result.ratio <= result.high
        assert result.sentence
        if result.verdict == Verdict.HELD:
            assert result.low >= 1 - result.margin
        if result.verdict == Verdict.DROPPED:
            assert result.high < 1
    if name in FORBIDDEN:
        for clock in ("landed", "written"):
            assert flows[clock].verdict == Verdict.CANT_TELL
            assert FORBIDDEN[name] in {r.code for r in flows[clock].reasons}


def test_all_thirty_one_are_there():
    assert len(CASES) == 31
