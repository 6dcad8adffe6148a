"""Who may end what, and what has to be said before it is done."""

import pytest

from followspot.errors import Refused
from followspot.privacy import rules


@pytest.mark.parametrize("said", ["erase me", " Erase  ME "])
def test_what_was_typed_is_taken(said):
    rules.check_typed(said)


@pytest.mark.parametrize("said", ["", "erase", "yes"])
def test_without_it_nothing_is_erased(said):
    with pytest.raises(Refused, match="Type “erase me”"):
        rules.check_typed(said)


def test_there_is_no_answer_taken_for_granted():
    rules.check_texts("stay")
    rules.check_texts("go")
    with pytest.raises(Refused, match="Say first what becomes"):
        rules.check_texts("")


def test_whoever_is_needed_hands_over_first():
    rules.check_leads([])
    rules.check_keeps([])
    rules.check_last_admin(False)
    with pytest.raises(Refused, match="You lead Quay and Bay"):
        rules.check_leads(["Quay", "Bay"])
    with pytest.raises(Refused, match="You keep Quay"):
        rules.check_keeps(["Quay"])
    with pytest.raises(Refused, match="the only admin"):
        rules.check_last_admin(True)


def test_a_period():
    assert rules.check_days(" 90 ", least=30, most=100) == 90
    assert rules.check_days("", least=30, most=100) is None
    for said in ("7", "101", "-1", "soon", "9" * 30):
        with pytest.raises(Refused, match="can’t be the period"):
            rules.check_days(said, least=30, most=100)
