"""What changes round a step-away after it was planned: no lot was drawn, somebody left, somebody said no."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followspot.brief import judged
from followspot.errors import Refused
from followspot.evidence import log
from followspot.practices.barriers import actions as barriers
from followspot.practices.stepaways import actions
from followspot.practices.stepaways.rules import Design
from followspot.roles import LEADER, MEMBER, STAND_IN
from followspot.teams import actions as teams

pytestmark = pytest.mark.django_db
L, M, S = frozenset({LEADER}), frozenset({MEMBER}), frozenset({MEMBER, STAND_IN})


def day(n):
    return timezone.now().date() + timedelta(days=n)


def planned(team, ada, *stretches, **other):
    at = timezone.now() + timedelta(days=min(0, stretches[0][0] - 5))
    days = [(day(a), day(b)) for a, b in stretches]
    return actions.plan(
        team, ada, stretches=days, margin=0.2, flow="landed", by=ada, roles=L, now=at, **other
    )


def asked(it, ada, who, area="Prices"):
    return actions.ask(it, area=area, stand_in=who, by=ada, roles=L, now=timezone.now())


class TestALotNeverDrawn:
    @pytest.mark.parametrize("first", [-1, -60], ids=["while it would be", "after"])
    def test_nothing_is_judged_and_nobody_is_called_away(self, team, ada, ben, client_of, first):
        it = planned(team, ada, (first, first + 3), (first + 9, first + 12), design=Design.ONE_BY_LOT)
        page = client_of(ben).get(it.get_absolute_url()).content.decode()
        assert "the lot was never drawn" in page
        assert "Ada is back after" not in page
        assert (
            client_of(ben).get(reverse("keep-stepaway", args=[team.slug, it.pk, "json"])).status_code != 200
        )

    def test_it_has_no_answer(self, team, ada, monkeypatch):
        monkeypatch.setattr(judged, "flows", lambda it: pytest.fail("days nobody took were judged"))
        assert judged.verdict(planned(team, ada, (-90, -87), (-80, -77), design=Design.ONE_BY_LOT)) is None

    def test_it_is_pooled_with_none(self, team, ada):
        planned(team, ada, (-90, -87), (-80, -77), design=Design.ONE_BY_LOT)
        drawn = planned(team, ada, (-60, -50))
        assert judged.earlier(planned(team, ada, (-20, -10))) == [drawn]


class TestWhoStandsIn:
    def test_answers_while_the_leader_is_away_too(self, team, ada, ben, client_of):
        it = planned(team, ada, (0, 5))
        asked(it, ada, ben)
        page = client_of(ben).get(it.get_absolute_url()).content.decode()
        assert "You are asked: Prices" in page
        client_of(ben).post(
            reverse("move-stepaway", args=[team.slug, it.pk, "answer"]),
            {"handover": it.handovers.get().pk, "answer": "yes"},
        )
        assert "I can’t after all" in client_of(ben).get(it.get_absolute_url()).content.decode()

    def test_who_left_the_team_leaves_the_glass_to_the_others(self, team, ada, ben, chi):
        it = planned(team, ada, (0, 5))
        actions.answer(asked(it, ada, ben), yes=True, by=ben, roles=S, now=timezone.now())
        with pytest.raises(Refused, match="Ask one of them"):
            actions.break_glass(it, "Fire", by=chi, roles=M, now=timezone.now())
        teams.leave(team.memberships.get(person=ben), on=day(-1))
        actions.break_glass(it, "Fire", by=chi, roles=M, now=timezone.now())

    def test_a_no_leaves_the_thing_with_the_leader(self, team, ada, ben, client_of):
        barriers.raise_barrier(team, "No keys", by=ben, roles=M, now=timezone.now())
        it = planned(team, ada, (5, 9))
        url = reverse("stepaway-needing", args=[team.slug, it.pk])
        one = asked(it, ada, ben, area="Clearing it: No keys")
        assert "No keys" not in client_of(ada).get(url).content.decode()
        actions.answer(one, yes=False, by=ben, roles=S, now=timezone.now())
        assert "No keys" in client_of(ada).get(url).content.decode()

    def test_one_decides_and_two_decide(self, team, ada, ben, chi, client_of):
        it = planned(team, ada, (5, 9))
        url = reverse("stepaway-needing", args=[team.slug, it.pk])
        actions.answer(asked(it, ada, ben), yes=True, by=ben, roles=S, now=timezone.now())
        assert "that Ben declares" in client_of(ada).get(url).content.decode()
        actions.answer(asked(it, ada, chi, "Rota"), yes=True, by=chi, roles=S, now=timezone.now())
        assert "that Ben and Chi declare<" in client_of(ada).get(url).content.decode().replace(",", "<")

    def test_who_was_asked_is_not_called_nobody(self, team, ada, ben, client_of):
        it = planned(team, ada, (5, 9))
        listed = reverse("stepaways", args=[team.slug])
        assert "nobody asked yet" in client_of(ben).get(listed).content.decode()
        asked(it, ada, ben)
        assert "asked, no yes yet" in client_of(ben).get(listed).content.decode()

    def test_nobody_changes_who_stood_in_once_it_is_over(self, team, ada, ben):
        it = planned(team, ada, (0, 5))
        one = asked(it, ada, ben)
        with pytest.raises(Refused, match="It is over"):
            actions.answer(one, yes=False, by=ben, roles=S, now=timezone.now() + timedelta(days=7))


def test_evidence_that_ends_before_it_is_named_in_plain_words(team, ada, ben, client_of, monkeypatch):
    monkeypatch.setattr(log, "until", lambda team: datetime(2020, 2, 3, 12, tzinfo=UTC))
    page = client_of(ben).get(planned(team, ada, (-9, -5)).get_absolute_url()).content.decode()
    assert "Can't tell: the evidence ends on 3 February 2020, before the first day away." in page
