"""The team's own clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.teams import calendar
from followspot.teams.calendar import Calendar
from followspot.teams.models import DayOff

MONDAY = date(2026, 11, 23)
days = st.dates(date(2020, 1, 1), date(2021, 12, 31))
calendars = st.builds(
    Calendar,
    zone=st.just(ZoneInfo("Europe/Lisbon")),
    week_off=st.frozensets(st.integers(0, 6), max_size=6),
    off=st.frozensets(days, max_size=30),
)


@given(calendars, days, days, days)
def test_stretches_add_up(found, a, b, c):
    assert found.between(a, b) + found.between(b, c) == found.between(a, c)


@given(calendars, days, st.integers(1, 60))
def test_after_counts_as_between_does(found, day, wanted):
    then = found.after(day, wanted)
    assert found.between(day, then) == wanted
    assert found.works(then)


@given(calendars, days, days)
def test_the_days_are_those_that_are_counted(found, a, b):
    if a <= b:
        assert len(list(found.days(a, b))) == found.between(a - timedelta(days=1), b)


@pytest.mark.django_db
def test_a_team_has_its_own_week_and_days(team):
    DayOff.objects.create(team=team, on=MONDAY + timedelta(days=1))
    found = calendar.of(team)
    assert [found.works(MONDAY + timedelta(days=n)) for n in range(7)] == [
        True,
        False,
        True,
        True,
        True,
        False,
        False,
    ]
    assert found.after(MONDAY, 1) == MONDAY + timedelta(days=2)
    assert found.between(MONDAY, MONDAY) == 0


@pytest.mark.django_db
def test_a_day_ends_where_the_team_lives(team):
    team.zone = "Asia/Tokyo"
    assert calendar.of(team).day(datetime(2026, 11, 23, 16, tzinfo=UTC)) == date(2026, 11, 24)


@pytest.mark.django_db
@pytest.mark.parametrize("week", ["", "0123456"])
def test_a_team_without_a_week_works_every_day(team, week):
    team.week_off = week
    assert all(calendar.of(team).works(MONDAY + timedelta(days=n)) for n in range(7))
