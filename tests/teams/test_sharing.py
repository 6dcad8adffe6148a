"""What a leader shows of how they lead: exactly that, to exactly those, until they take it back."""

from datetime import timedelta

import pytest

from followspot.errors import BadInput, Refused
from followspot.teams import access, actions, sharing
from followspot.teams.models import RightsChange, Share

pytestmark = pytest.mark.django_db


@pytest.fixture
def above(team, dee):
    """A team above, which Dee leads."""
    it = actions.start_team("Harbour", by=None)
    actions.hand_lead(it, to=dee, on=None)
    team.up = it
    team.save()
    return it


def sees(team, person, what, now):
    return access.sees_leader_measures(person.account, team, today=team.day(now), what=what)


def test_shared_with_the_team_the_front_line_sees_it_and_nothing_else(team, above, ada, ben, dee, now):
    sharing.share(team, ada, "map", "team", now=now)
    assert sees(team, ben, "map", now)
    for what in ("mirror", "hovering", "dependence", ""):
        assert not sees(team, ben, what, now)
    assert not sees(team, dee, "map", now)


def test_shared_with_the_line_the_leader_above_sees_it_and_the_team_doesn_t(team, above, ada, ben, dee, now):
    sharing.share(team, ada, "mirror", "line", now=now)
    assert sees(team, dee, "mirror", now)
    assert not sees(team, dee, "map", now)
    assert not sees(team, ben, "mirror", now)
    assert [s.what for s in sharing.shown_below(above, today=team.day(now))] == ["mirror"]


def test_the_next_leader_above_does_not_see_what_the_one_before_was_shown(
    team, above, ada, ben, chi, dee, now
):
    sharing.share(team, ada, "mirror", "line", now=now)
    elsewhere = actions.start_team("Elsewhere", by=None)
    actions.hand_lead(elsewhere, to=chi, on=None)
    team.up = elsewhere  # whoever keeps a team can do that
    team.save()
    assert not sees(team, chi, "mirror", now)
    assert sharing.shown_below(elsewhere, today=team.day(now)) == []
    assert sharing.share(team, ada, "mirror", "line", now=now)[1]
    assert sees(team, chi, "mirror", now)
    assert not sees(team, dee, "mirror", now)


def test_taken_back_nobody_sees_it_from_that_moment_on(team, ada, ben, now):
    sharing.share(team, ada, "map", "team", now=now)
    sharing.take_back(team, ada, "map", "team", now=now)
    assert not sees(team, ben, "map", now)
    assert sharing.take_back(team, ada, "map", "team", now=now) is None


def test_without_anybody_above_there_is_nobody_to_show_it_to(team, ada, now):
    with pytest.raises(Refused, match="Nobody leads the team above"):
        sharing.share(team, ada, "map", "line", now=now)


@pytest.mark.parametrize(
    ("what", "whom"), [("map", "world"), ("", "team"), ("step-away", "team"), ("x" * 41, "team")]
)
def test_what_can_t_be_shared_is_named(team, ada, now, what, whom):
    with pytest.raises(BadInput):
        sharing.share(team, ada, what, whom, now=now)
    assert not Share.objects.exists()


def test_it_ends_with_the_lead_and_does_not_come_back_with_it(team, ada, ben, chi, now):
    sharing.share(team, ada, "map", "team", now=now - timedelta(days=9))
    actions.hand_over(team, to=ben, on=team.day(now) - timedelta(days=5))
    assert not sees(team, chi, "map", now)
    actions.hand_over(team, to=ada, on=team.day(now) - timedelta(days=2))
    assert not sees(team, chi, "map", now)
    it, made = sharing.share(team, ada, "map", "team", now=now)
    assert made
    assert sees(team, chi, "map", now)
    assert list(Share.objects.filter(revoked_at=None)) == [it]


def test_it_ends_where_nobody_leads(team, ada, ben, now):
    sharing.share(team, ada, "map", "team", now=now - timedelta(days=9))
    actions.end_lead(team.leaderships.get(), on=team.day(now) - timedelta(days=1))
    assert not sees(team, ben, "map", now)


def test_who_left_sees_it_no_more(team, ada, ben, now):
    sharing.share(team, ada, "map", "team", now=now)
    actions.leave(team.memberships.get(person=ben), on=team.day(now) - timedelta(days=1))
    assert not sees(team, ben, "map", now)


def test_sharing_and_taking_back_are_changes_of_rights(team, above, ada, dee, now):
    sharing.share(team, ada, "map", "line", now=now)
    sharing.share(team, ada, "map", "line", now=now)
    sharing.take_back(team, ada, "map", "line", now=now)
    changes = RightsChange.objects.filter(what__contains="the map").order_by("pk")
    assert [(c.by, c.of, c.what) for c in changes] == [
        (ada.account, ada, "shows the map of front and behind to their own leader"),
        (ada.account, ada, "no longer shows the map of front and behind to their own leader"),
    ]
    assert changes[0].to == dee.account
