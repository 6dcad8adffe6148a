"""Applause cites evidence, never goes to oneself, and the leader never takes the Stage."""

import pytest

from followspot.errors import Refused
from followspot.practices.applause import rules

ADA, BEN, CHI = 1, 2, 3


def test_applause_for_the_front_line_takes_the_stage():
    assert not rules.check_receivers(ADA, {BEN, CHI}, leader=ADA)


def test_applause_for_the_leader_stays_between_two():
    assert rules.check_receivers(BEN, {ADA}, leader=ADA)
    with pytest.raises(Refused, match="Send it by itself"):
        rules.check_receivers(BEN, {ADA, CHI}, leader=ADA)


@pytest.mark.parametrize(
    ("to", "told"),
    [(set(), "Whom is it for"), ({BEN}, "applaud themselves"), (set(range(10, 22)), "More than 10")],
)
def test_whom_it_cannot_be_for(to, told):
    with pytest.raises(Refused, match=told):
        rules.check_receivers(BEN, to, leader=ADA)


def test_there_is_no_applause_without_evidence():
    with pytest.raises(Refused, match="needs evidence"):
        rules.check_evidence("", "  ")
    rules.check_evidence("expectation:3", "")
    rules.check_evidence("", "The night sheet")


def test_thanking_everybody_for_everything_thanks_nobody():
    rules.check_pace(rules.A_DAY - 1, again=False)
    for given, again in ((rules.A_DAY, False), (0, True)):
        with pytest.raises(Refused):
            rules.check_pace(given, again=again)


def test_kinds_cover_work_that_is_not_seen():
    assert {
        "reviewing",
        "answering",
        "mentoring",
        "testing",
        "fixing",
        "writing",
        "organising",
        "translating",
        "caring",
    } <= set(rules.KINDS)
