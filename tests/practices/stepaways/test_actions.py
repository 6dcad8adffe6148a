"""Each verb leaves exactly one event, and none when it is refused."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from followspot.errors import Refused
from followspot.evidence import log
from followspot.practices.stepaways import actions
from followspot.practices.stepaways.models import StepAway

pytestmark = pytest.mark.django_db
GIVEN = {"begins_on": date(2026, 8, 3), "ends_on": date(2026, 8, 16), "margin": 0.2, "flow": "landed"}


def activities(team):
    return log.read(team).order_by("at").to_pyarrow()["activity"].to_pylist()


def test_planning_and_withdrawing_leave_one_event_each(team, ada, now):
    stepaway = actions.plan(team, ada, **GIVEN, by=ada, now=now)
    assert activities(team) == ["stepaway.planned"]
    actions.withdraw(stepaway, by=ada, now=now)
    assert sorted(activities(team)) == ["stepaway.planned", "stepaway.withdrawn"]
    assert not StepAway.objects.exists()


def test_what_is_refused_leaves_nothing(team, ada, now):
    with pytest.raises(Refused):
        actions.plan(team, ada, **GIVEN | {"margin": 0.9}, by=ada, now=now)
    assert activities(team) == []


def test_the_database_refuses_what_the_rules_would(team, ada, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        StepAway.objects.create(team=team, leader=ada, declared_at=now, **GIVEN | {"margin": 0.9})


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_its_acts_transaction_is_a_mistake(team, ada, now):
    with pytest.raises(RuntimeError, match="transaction"):
        log.append("stepaway.planned", "stepaway:1", team=team, by=ada, now=now, practice="stepaways")
