"""Who sees a score and when; what a panel needs; how far apart it lies."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import Refused
from followspot.practices.panels import rules
from followspot.practices.panels.rules import USUAL, Asked, Attitude, Place, Sheet
from followspot.roles import ADMIN, CONVENER, KEEPER, LEADER, LINE, MEMBER, NOBODY, PANELIST

TODAY = date(2026, 11, 23)
IN_A_YEAR = TODAY + timedelta(days=365)
WHOLE = Sheet({1: (3, ""), 2: (5, "Calm")}, dict.fromkeys(Attitude, Place(40, "Day three")))
TITLES = {1: "Skill", 2: "Listens"}


@pytest.mark.parametrize(
    ("viewer", "author", "open_", "shown"),
    [(1, 1, False, True), (2, 1, False, False), (None, 1, False, False), (2, 1, True, True), (1, 1, True, True)],
)  # fmt: skip
def test_before_all_are_open_a_score_is_shown_to_its_author_alone(viewer, author, open_, shown):
    assert rules.shown_to(viewer, author, open_=open_) is shown


def test_no_office_opens_a_score():
    for what, roles in rules.SEES.items():
        assert not roles & {KEEPER, ADMIN, LINE, MEMBER}, what
    assert rules.SEES["another’s score before all are open"] == NOBODY
    assert rules.SEES["everybody’s scores, once they are open"] == {PANELIST}


def test_the_leader_and_the_convener_judge_only_where_they_sit():
    for verb in ("draft", "hand_in", "decide", "sign", "look_again"):
        assert rules.MAY[verb] == {PANELIST}, verb
    assert rules.MAY["change"] == {CONVENER}
    assert rules.MAY["erase"] == {CONVENER, LEADER}


@pytest.mark.parametrize(("candidate", "purpose"), [("", "The gate"), ("  ", "The gate"), ("C", " ")])
def test_a_panel_is_about_somebody_for_some_work(candidate, purpose):
    with pytest.raises(Refused):
        rules.check_candidate(candidate, purpose)


def asked(title="Skill", first="None", last="All"):
    return Asked(title, (first, "", "", "", last))


@pytest.mark.parametrize(
    ("criteria", "says"),
    [
        ([asked()], "2 to 8 criteria"),
        ([asked(f"Skill {n}") for n in range(9)], "these are 9"),
        ([asked(), asked("")], "has no name"),
        ([asked("Skill"), asked("skill")], "there twice"),
        ([asked(), asked("Listens", first="")], "lowest and the highest"),
        ([asked(), asked("Listens", last="")], "lowest and the highest"),
    ],
)
def test_criteria_have_names_and_words_at_both_ends(criteria, says):
    with pytest.raises(Refused, match=says):
        rules.check_criteria(criteria)


def test_the_usual_criteria_pass():
    rules.check_criteria(USUAL)
    rules.check_criteria([asked(), asked("Listens")])


@pytest.mark.parametrize("people", [set(), {1}, set(range(9))])
def test_nobody_judges_alone_and_no_crowd_does(people):
    with pytest.raises(Refused, match="2 to 8 people"):
        rules.check_panelists(people)


def test_two_and_eight_are_a_panel():
    rules.check_panelists({1, 2})
    rules.check_panelists(set(range(8)))


@pytest.mark.parametrize(
    ("due", "says"), [(TODAY - timedelta(days=1), "has gone"), (IN_A_YEAR, "deleted by then")]
)
def test_scores_are_wanted_between_today_and_the_deletion(due, says):
    rules.check_due(TODAY, today=TODAY, delete_on=IN_A_YEAR)
    with pytest.raises(Refused, match=says):
        rules.check_due(due, today=TODAY, delete_on=IN_A_YEAR)


@pytest.mark.parametrize(
    ("on", "before", "says"),
    [
        (TODAY, None, "has gone"),
        (IN_A_YEAR + timedelta(days=1), None, "longer than a year"),
        (TODAY + timedelta(days=9), TODAY + timedelta(days=8), "never later"),
    ],
)
def test_data_goes_within_a_year_and_never_later_than_was_said(on, before, says):
    with pytest.raises(Refused, match=says):
        rules.check_deletion(on, today=TODAY, begun_on=TODAY, before=before)


@pytest.mark.parametrize("on", [TODAY + timedelta(days=1), TODAY + rules.KEPT, IN_A_YEAR])
def test_any_day_within_a_year_will_do(on):
    rules.check_deletion(on, today=TODAY, begun_on=TODAY, before=on)


def test_a_whole_score_passes_and_a_draft_may_have_gaps():
    rules.check_whole(WHOLE, TITLES)
    rules.check_sheet(WHOLE, TITLES)
    rules.check_sheet(Sheet({1: (None, "")}, {Attitude.HEAD: Place()}), TITLES)


@pytest.mark.parametrize(
    ("sheet", "says"),
    [
        (Sheet({1: (3, "")}, WHOLE.places), "“Listens”: choose a step"),
        (Sheet({1: (3, ""), 2: (None, "Hm")}, WHOLE.places), "“Listens”: choose a step"),
        (Sheet(WHOLE.marks, {Attitude.HEAD: Place(3, "Yes")}), "say where you stand"),
        (Sheet(WHOLE.marks, {a: Place(3, " ") for a in Attitude}), "your words"),
    ],
)
def test_a_score_with_gaps_is_not_taken_in(sheet, says):
    with pytest.raises(Refused, match=says):
        rules.check_whole(sheet, TITLES)


@pytest.mark.parametrize(
    ("sheet", "says"),
    [
        (Sheet({7: (3, "")}, {}), "changed meanwhile"),
        (Sheet({1: (6, "")}, {}), "from 1 to 5"),
        (Sheet({}, {Attitude.HOLD: Place(101)}), "from 0 to 100"),
        (Sheet({}, {Attitude.HOLD: Place(-1)}), "from 0 to 100"),
    ],
)
def test_what_there_isnt_is_no_draft_either(sheet, says):
    with pytest.raises(Refused, match=says):
        rules.check_sheet(sheet, TITLES)


@pytest.mark.parametrize(
    ("decision", "agreed", "reasons", "says"),
    [
        ("maybe", "all", "why", "hire, not yet, or not"),
        ("hire", " ", "why", "free to do"),
        ("not", "", "", "Why"),
    ],
)
def test_a_record_says_what_and_why(decision, agreed, reasons, says):
    rules.check_decision("not yet", "", "Skill")
    with pytest.raises(Refused, match=says):
        rules.check_decision(decision, agreed, reasons)


@pytest.mark.parametrize(("on", "says"), [(TODAY, "has gone"), (IN_A_YEAR, "All is deleted")])
def test_one_looks_again_while_there_is_something_to_look_at(on, says):
    rules.check_look_again(None, today=TODAY, delete_on=IN_A_YEAR)
    rules.check_look_again(TODAY + timedelta(days=91), today=TODAY, delete_on=IN_A_YEAR)
    with pytest.raises(Refused, match=says):
        rules.check_look_again(on, today=TODAY, delete_on=IN_A_YEAR)


@given(st.lists(st.integers(0, 100), min_size=1))
def test_mean_and_middle_lie_between_the_ends(values):
    found = rules.spread(values)
    assert found.low <= found.middle <= found.high
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    assert (found.n, found.gap) == (len(values), max(values) - min(values))


@pytest.mark.parametrize(
    ("place", "others", "nearest"),
    [(18, [58, 84], True), (58, [18, 84], False), (18, [18, 84], False), (18, [], False)],
)
def test_nearest_to_checking_is_nearer_than_everybody_else(place, others, nearest):
    assert rules.nearest_to_checking(place, others) is nearest


@pytest.mark.parametrize(
    ("steps", "places", "says"),
    [
        ([3, 3], [18, 84], "On the criteria you agree. On how to lead this person you don’t agree."),
        ([3, 4], [40, 50], "never more than one step apart. On how to lead this person you stand close"),
        ([1, 4], [40, 60], "up to 3 steps apart."),
    ],
)
def test_agreement_and_difference_are_said_in_words(steps, places, says):
    assert says in rules.alike(rules.spread(steps), rules.spread(places))
