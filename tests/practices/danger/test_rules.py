"""Danger has an exit and an end, and only the team makes it longer, once."""

from datetime import UTC, datetime, timedelta

import pytest

from followspot.errors import Refused
from followspot.practices.danger import rules
from followspot.roles import MEMBER

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("missing", [("", "x", "x"), ("x", "", "x"), ("x", "x", " ")])
def test_it_says_why_what_is_taken_and_how_it_ends(missing):
    with pytest.raises(Refused):
        rules.check_declared(*missing)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=-1), timedelta(days=14, seconds=1)])
def test_it_ends_within_fourteen_days(ahead):
    with pytest.raises(Refused):
        rules.check_end(NOW + ahead, NOW)
    rules.check_end(NOW + rules.AT_MOST, NOW)


def test_only_the_front_line_makes_it_longer_and_once():
    assert rules.MAY["renew"] == {MEMBER}
    rules.check_renewal(0)
    with pytest.raises(Refused):
        rules.check_renewal(1)


def test_how_much_has_gone():
    assert [
        rules.share_gone(NOW, NOW + timedelta(hours=4), NOW + timedelta(hours=h)) for h in (-1, 0, 1, 9)
    ] == [0, 0, 0.25, 1]
