"""Freedom wanted beside freedom given: two distributions, told from five people on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from followspot import practices
from followspot.brief import freedom
from followspot.practices.expectations import actions as expectations
from followspot.practices.pulse import actions as pulse
from followspot.practices.pulse.models import Wave
from followspot.roles import LEADER, MEMBER, OWNER
from followspot.teams import actions as teams
from tests.conftest import _person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
L, M = frozenset({LEADER}), frozenset({MEMBER})


def choose(team, ada, owner, wanted, given):
    it = expectations.propose(
        team, f"Work of {owner.pk} {wanted}", owners=[owner], starts_on=NOW.date(), due_on=date(2027, 1, 5), by=ada, roles=L, now=NOW
    )  # fmt: skip
    it = expectations.vote(it, wanted, by=owner, roles=M | {OWNER}, now=NOW)
    return expectations.vote(it, given, by=ada, roles=L, now=NOW)


@pytest.fixture
def six(team, ben, chi):
    people = [ben, chi, *(_person(f"Crew {n}", f"crew{n}@example.org") for n in range(4))]
    for person in people[2:]:
        teams.join(team, person, on=date(2020, 1, 1))
    return people


def test_choices_are_laid_side_by_side_from_five_owners_on(team, ada, six):
    for owner in six[:4]:
        choose(team, ada, owner, 6, 4)
    assert freedom.chosen(team, NOW.date()).rows == ()
    choose(team, ada, six[4], 5, 5)
    fit = freedom.chosen(team, NOW.date())
    assert [(r.word, r.wanted, r.given) for r in fit.rows] == [
        ("Agree", 0, 4),
        ("Advise", 1, 1),
        ("Inquire", 4, 0),
    ]
    assert "gave what was wanted in 1, less in 4, more in 0" in fit.sentence
    assert "9 times in 10" in fit.sentence


def test_only_what_both_chose_unseen_counts_and_only_the_first_time(team, ada, six):
    for owner in six[:5]:
        it = choose(team, ada, owner, 6, 4)
    expectations.vote(it, 4, by=six[4], roles=M | {OWNER}, now=NOW)  # talked about, and chosen anew
    it = expectations.propose(
        team, "Not yet", owners=[six[5]], starts_on=NOW.date(), due_on=date(2027, 1, 5), by=ada, roles=L, now=NOW
    )  # fmt: skip
    expectations.vote(it, 7, by=six[5], roles=M | {OWNER}, now=NOW)
    assert [(r.word, r.wanted, r.given) for r in freedom.chosen(team, NOW.date()).rows] == [
        ("Agree", 0, 5),
        ("Inquire", 5, 0),
    ]


def test_what_people_say_in_a_wave_comes_from_what_was_let_out(team, ada, six):
    assert freedom.asked(team).sentence.startswith("No wave has closed yet")
    now = timezone.now() - timedelta(days=9)
    Wave.objects.create(team=team, items=["energy", "safety", "work"], opened_at=now - timedelta(days=9), closes_at=now, closed_at=now, answered=0)  # fmt: skip
    wave = pulse.open_wave(team, by=ada, roles=L, now=now)
    for person in six:
        pulse.answer(wave, person, {"freedom-wanted": "4", "freedom-given": "2"}, "", now=now)
    practices.by_itself(now=now + timedelta(days=5))
    assert freedom.asked(team).sentence.startswith("Wanted: about “most of it”. Given: about “a little”.")


def test_the_panel_is_for_the_team(team, ben, dee, client_of):
    assert "Freedom is a match" in client_of(ben).get("/teams/quay/panels/freedom/").content.decode()
    assert client_of(dee).get("/teams/quay/panels/freedom/").status_code == 404
