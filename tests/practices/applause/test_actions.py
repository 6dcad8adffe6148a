"""Limits of a day, taking back, and what stays private."""

from datetime import UTC, date, datetime, timedelta

import pytest

from followspot.errors import Refused
from followspot.practices.applause import actions, rules
from followspot.practices.applause.models import Applause
from followspot.roles import GIVER, LEADER, MEMBER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
L, M = frozenset({LEADER}), frozenset({MEMBER})


def clap(team, by, to, words, now=NOW):
    return actions.give(team, words, to=to, cites_words="The list", by=by, roles=M, now=now)


def test_one_giver_can_give_so_many_a_day_and_the_next_day_again(team, ben, chi):
    for n in range(rules.A_DAY):
        clap(team, ben, [chi], f"For {n}")
    with pytest.raises(Refused, match="tomorrow"):
        clap(team, ben, [chi], "And one more")
    clap(team, ben, [chi], "And one more", now=NOW + timedelta(days=1))


def test_the_same_words_to_the_same_people_are_refused_and_at_once_they_are_the_same(team, ben, chi):
    first = clap(team, ben, [chi], "Thanks")
    assert clap(team, ben, [chi], "Thanks", now=NOW + timedelta(seconds=20)) == first
    with pytest.raises(Refused, match="exactly this"):
        clap(team, ben, [chi], "Thanks", now=NOW + timedelta(days=3))


def test_what_was_taken_back_is_on_no_stage(team, ben, chi):
    it = clap(team, ben, [chi], "Thanks")
    actions.withdraw(it, by=ben, roles=M | {GIVER}, now=NOW)
    assert not Applause.objects.on_stage().exists()
    with pytest.raises(Refused, match="taken back already"):
        actions.join(it, by=ben, roles=M, now=NOW)


def test_nobody_claps_along_for_themselves(team, ben, chi):
    with pytest.raises(Refused, match="for you"):
        actions.join(clap(team, ben, [chi], "Thanks"), by=chi, roles=M, now=NOW)


def test_clients_words_have_a_source_a_past_and_not_the_leader(team, ada, ben):
    given = {"said_where": "Desk", "said_on": NOW.date(), "about": [ben], "by": ben, "roles": M, "now": NOW}
    for wrong in ({"said_where": " "}, {"said_on": date(2027, 1, 1)}, {"about": [ada]}):
        with pytest.raises(Refused):
            actions.bring_words(team, "Lovely", **given | wrong)
    assert actions.bring_words(team, "“Lovely”", **given).quote == "Lovely"
