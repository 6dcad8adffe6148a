"""What a step-away has to be."""

from datetime import date

import pytest

from followspot.errors import Refused
from followspot.practices.stepaways import rules

A, B, C, D = (date(2026, m, 1) for m in (1, 2, 3, 4))


@pytest.mark.parametrize("margin", [0.05, 0.2, 0.5])
def test_a_sensible_margin_passes(margin):
    rules.check_margin(margin)


@pytest.mark.parametrize("margin", [0, 0.04, 0.51, 1, -0.2])
def test_a_margin_that_settles_nothing_is_refused(margin):
    with pytest.raises(Refused, match="between 5 % and 50 %"):
        rules.check_margin(margin)


@pytest.mark.parametrize(("begins", "ends"), [(A, B), (C, D), (C, None)])
def test_days_beside_others_pass(begins, ends):
    rules.check_stretch(begins, ends, others=[(date(2026, 2, 5), date(2026, 2, 20))])


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(A, date(2026, 2, 5)), (date(2026, 2, 20), D), (A, None), (date(2026, 2, 10), date(2026, 2, 11))],
)
def test_days_that_overlap_are_refused(begins, ends):
    with pytest.raises(Refused, match="overlap"):
        rules.check_stretch(begins, ends, others=[(date(2026, 2, 5), date(2026, 2, 20))])


def test_days_out_of_order_are_refused():
    with pytest.raises(Refused, match="before the first"):
        rules.check_stretch(B, A, others=[])


def test_nothing_comes_after_leaving_for_good():
    with pytest.raises(Refused):
        rules.check_stretch(D, None, others=[(A, None)])


def test_it_is_read_once_it_is_over_and_settled_a_week_later():
    assert not rules.is_over(B, B)
    assert rules.is_over(B, date(2026, 2, 2))
    assert rules.is_over(None, A)
    assert rules.is_provisional(B, date(2026, 2, 8))
    assert not rules.is_provisional(B, date(2026, 2, 9))
    assert rules.declared_before(B, A)
    assert not rules.declared_before(A, B)
