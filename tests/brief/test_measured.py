"""What the measures say becomes a move with its evidence; what isn't read yet is left out, never waited for."""

from datetime import UTC, datetime, timedelta

import pytest

from followspot.brief import measured, moves, readings
from followspot.measures import Reading, Verdict, cant_tell
from followspot.measures.credit_flow import IN_THE_DARK
from followspot.measures.dependence import ONLY_THE_LEADER
from followspot.measures.hovering import IN_A_MONTH, MUCH_FREEDOM, QUESTIONS, UNAGREED_YET, WAITING
from followspot.practices.barriers import actions as barriers
from followspot.roles import MEMBER
from followspot.teams import actions as teams

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def whole(*parts):
    return Reading("?", Verdict.SEEN, "Seen.", parts=parts)


def hovering(*parts, low=0.0):
    row = {"freedom": MUCH_FREEDOM, "unasked": 9, "weeks in hand": 20.0, "a week": 0.45, "low": low}
    return whole(Reading("How often?", Verdict.SEEN, "9 times.", table=(row,)), *parts)


@pytest.fixture
def says(monkeypatch, team):
    """Let measures have said something, and return what is to do then."""

    def tell(offered=(), **told):
        found = {slug.replace("_", "-"): reading for slug, reading in told.items()}
        monkeypatch.setattr(readings, "known", lambda *_: found)
        return [(m.verb, m.says, m.button) for m in measured.moves(team, offered=offered)]

    return tell


def test_nothing_read_yet_is_nothing_to_do(says):
    assert says() == []
    assert says(hovering=cant_tell("?", "Can't tell."), dependence=cant_tell("?", "Can't tell.")) == []


def test_what_is_done_unasked_more_often_is_to_step_back_from(says):
    up = Reading("Offered help unasked", Verdict.ROSE, "6 times. Going up.", 6.0, unit=IN_A_MONTH)
    same = Reading("Came with a word", Verdict.SEEN, "Once. About the same.", 1.0, unit=IN_A_MONTH)
    assert says(hovering=hovering(up, same)) == [
        ("Step back", "You offered help unasked, more often than before.", "Look at them")
    ]


def test_coming_often_where_much_freedom_was_agreed_counts_only_if_it_is_sure(says):
    assert says(hovering=hovering(low=0.1)) == []
    assert (
        says(hovering=hovering(low=0.3))[0][1] == "You come unasked to work on which much freedom was agreed."
    )


def test_the_busiest_area_that_only_the_leader_lets_work_into_is_to_hand_over(says):
    rows = ({"area": "sea", "changes by others": 14}, {"area": "land", "changes by others": 30})
    only = Reading(ONLY_THE_LEADER, Verdict.SEEN, "2 of 9.", table=rows)
    assert says(dependence=whole(only)) == [
        (
            "Step back",
            "You let in 30 of 30 changes by others in land, in a year. Somebody there could.",
            "Hand it over",
        )
    ]


def test_the_darkest_kind_is_to_applaud_and_nobody_is_counted(says, team):
    rows = (
        {"kind": "reviewing", "done": 275, "applauded in a year": "no"},
        {"kind": "testing", "done": 20, "applauded in a year": "no"},
        {"kind": "fixing", "done": 900, "applauded in a year": "yes"},
    )
    dark = Reading(IN_THE_DARK, Verdict.SEEN, "Reviewing.", table=rows)
    assert says(credit_flow=whole(dark)) == [("Applaud", "Reviewing drew no applause in a year.", "Applaud")]
    assert "275 times in three months, by the team as a whole" in measured.moves(team)[0].evidence
    assert "to=" not in measured.moves(team)[0].url


def test_what_waits_is_to_clear_and_to_set_unless_a_single_thing_is_already_on_the_list(says):
    waits = hovering(
        Reading(QUESTIONS, Verdict.SEEN, "2 questions wait.", 2.0, unit=WAITING),
        Reading(UNAGREED_YET, Verdict.SEEN, "1 expectation waits.", 1.0, unit=WAITING),
    )
    assert [s for _, s, _ in says(hovering=waits)] == [
        "2 questions to you have no answer.",
        "An expectation has no yes yet.",
    ]
    assert says(offered={"Clear", "Set"}, hovering=waits) == []


def test_an_alarm_is_a_move_that_leads_to_danger(says, team):
    stands = Reading("Pace?", Verdict.SEEN, "The pace has collapsed since May.", 1.2, sample="20 weeks")
    quiet = Reading("Barriers?", Verdict.SEEN, "None.", 0.4)
    assert says(monitors=whole(stands, quiet)) == [("Danger", "The pace has collapsed since May.", "Look")]
    assert measured.moves(team)[0].url.endswith("/danger/")


def test_the_newest_reading_is_known_until_somebody_else_leads(team, ada, ben):
    assert readings.known(team, measured.READ) == {}
    read = readings.refreshed(team, "hovering")
    assert readings.known(team, measured.READ) == {"hovering": read}
    barriers.raise_barrier(team, "No keys", by=ben, roles=frozenset({MEMBER}), now=NOW)
    assert readings.known(team, measured.READ) == {"hovering": read}  # at most two days old
    teams.hand_lead(team, to=ben, on=NOW.date())
    assert readings.known(team, measured.READ) == {}


def test_a_page_reads_nothing_a_mail_everything_and_the_background_once_a_day(team, ada, monkeypatch):
    asked = []
    monkeypatch.setattr(
        readings, "reading", lambda t, slug: asked.append(slug) or cant_tell("?", "Can't tell.")
    )
    moves.compose(team, ada, now=NOW)
    assert asked == []
    moves.compose(team, ada, now=NOW, wait=True)
    assert asked == list(measured.READ)
    assert [measured.read_due(now=NOW), measured.read_due(now=NOW)] == [1, 0]
    assert measured.read_due(now=NOW + timedelta(days=1)) == 1


def test_thousands_of_teams_are_read_over_several_rounds(team, ada, monkeypatch):
    for name in ("Pier", "Lock"):
        teams.hand_lead(teams.start_team(name, by=ada.account), to=ada, on=None)
    monkeypatch.setattr(measured, "_AT_A_TIME", -1)
    monkeypatch.setattr(readings, "refreshed", lambda *_: None)
    assert [measured.read_due(now=NOW + timedelta(days=9)) for _ in range(4)] == [1, 1, 1, 0]
