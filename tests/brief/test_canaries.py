"""Nothing that the brief keeps for later holds a name, a mail or a handle of the front line."""

import pickle
from datetime import date

import pytest
from django.core.cache import cache
from django.utils import timezone

from followspot.brief import judged, plan, readings
from followspot.evidence import collect
from followspot.measures import measures
from followspot.practices.stepaways import actions
from followspot.roles import LEADER
from followspot.teams import actions as teams
from tests.histories import quay

pytestmark = pytest.mark.django_db
CANARIES = (b"Oki", b"Ito", b"ben@quay", b"chi@quay")


def test_no_reading_verdict_or_plan_that_is_kept_names_anybody(team, ada, tmp_path, monkeypatch):
    path = quay(tmp_path / "quay.git", changes=1800, a_day=4, away=range(300, 321))
    teams.claim(team, "Ada Byron <ada@quay.example>", person=ada)
    collect.read(
        collect.begin(collect.connect(team, "git", title="Quay", path=str(path)), now=timezone.now())
    )
    kept = []
    monkeypatch.setattr(cache, "set", lambda key, value, *_, **__: kept.append(pickle.dumps((key, value))))
    it = actions.plan(
        team,
        ada,
        stretches=[(date(2024, 10, 27), date(2024, 11, 16))],
        margin=0.2,
        flow="landed",
        by=ada,
        roles=frozenset({LEADER}),
        now=timezone.now(),
    )
    for slug in measures():
        if slug != "step-away":
            readings.reading(team, slug)
    assert judged.flows(it)["landed"].finished
    judged.companions(it)
    assert plan.showing(team, ada, [(date(2027, 2, 1), date(2027, 2, 14))], flow="landed", margin=0.2)
    assert len(kept) > len(measures())
    for canary in CANARIES:
        assert not [value for value in kept if canary in value], canary
