"""The Sideline: for the leader alone, quiet while they are away, and never waiting for a reading."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followspot.brief import readiness, readings
from followspot.measures import Reading, Verdict
from followspot.measures.dependence import ONLY_THE_LEADER
from followspot.objects import actions as comments
from followspot.practices.barriers import actions as barriers
from followspot.practices.expectations import actions as expectations
from followspot.practices.stepaways import actions as stepaways
from followspot.practices.stepaways.models import StepAway
from followspot.roles import LEADER, MEMBER, STAND_IN

pytestmark = pytest.mark.django_db
L, M = frozenset({LEADER}), frozenset({MEMBER})


def planned(team, ada, begins, ends):
    return stepaways.plan(
        team, ada, stretches=[(begins, ends)], margin=0.2, flow="landed", by=ada, roles=L, now=timezone.now()
    )


def page(client, name, team, *args, **asked):
    return client.get(reverse(name, args=[team.slug, *args]), asked)


def checks(team, ada):
    return [(c.done, c.says) for c in readiness.compose(team, ada, now=timezone.now()).checks]


class TestThePage:
    def test_no_panel_is_read_in_the_pages_own_request(self, client_of, team, ada, monkeypatch):
        def wait(*_, **__):
            raise AssertionError("a page waited for a reading")

        monkeypatch.setattr(readings, "reading", wait)
        text = page(client_of(ada), "sideline", team).content.decode()
        for address in ("panels/map/", "panels/signs/", "panels/ready/", "panels/dependence/"):
            assert f'hx-get="/teams/quay/{address}"' in text
            assert f'href="/teams/quay/{address}"' in text  # without script it is a link

    def test_the_panels_are_the_leaders_and_those_of_the_team_everybodys(
        self, client_of, team, ada, ben, dee
    ):
        for name, args in (
            ("signs", ()),
            ("ready", ()),
            ("panel", ("map",)),
            ("panel", ("spread-of-leading",)),
        ):
            found = [page(client_of(who), name, team, *args).status_code for who in (ada, ben, dee)]
            assert found == [200, 403, 404], (name, args)
        for slug in ("monitors", "pace", "sustainability", "barrier-survival"):
            found = [page(client_of(who), "panel", team, slug).status_code for who in (ada, ben, dee)]
            assert found == [200, 200, 404], slug
        assert page(client_of(ada), "panel", team, "step-away").status_code == 404

    def test_a_panel_says_what_it_is_and_is_not(self, client_of, team, ada):
        text = page(client_of(ada), "panel", team, "map").content.decode()
        assert "What this is, and is not" in text
        assert "would be enough" in text or "It comes with the first" in text

    def test_the_danger_page_shows_what_the_monitors_saw(self, client_of, team, ben):
        assert (
            'hx-get="/teams/quay/panels/monitors/"' in page(client_of(ben), "dangers", team).content.decode()
        )


class TestAway:
    def test_while_the_leader_is_away_the_team_has_it(self, client_of, team, ada):
        today = team.day(timezone.now())
        it = planned(team, ada, today - timedelta(days=2), today + timedelta(days=5))
        text = page(client_of(ada), "sideline", team).content.decode()
        assert "The team has it." in text
        assert it.get_absolute_url() in text
        assert "Your touches" not in text
        assert "Show me anyway" in text
        assert "Your touches" in page(client_of(ada), "sideline", team, anyway="yes").content.decode()

    def test_before_after_and_once_taken_back_it_is_as_ever(self, client_of, team, ada):
        today = team.day(timezone.now())
        it = planned(team, ada, today - timedelta(days=2), today + timedelta(days=5))
        StepAway.objects.filter(pk=it.pk).update(withdrawn_at=timezone.now())
        planned(team, ada, today + timedelta(days=9), today + timedelta(days=12))
        assert "Your touches" in page(client_of(ada), "sideline", team).content.decode()


class TestReady:
    def test_where_all_is_well_only_stand_ins_are_missing(self, team, ada):
        found = readiness.compose(team, ada, now=timezone.now())
        assert found.last == "Nobody has been away yet."
        assert (found.next, found.once) == (
            "Five working days would be a good first one",
            ", once one thing is true.",
        )
        assert [c.done for c in found.checks] == [True, False, True, True]

    def test_what_is_in_the_leaders_hands_alone_stands_in_the_way(self, team, ada, ben):
        now = timezone.now()
        expectations.propose(
            team, "Mine", owners=[ada], starts_on=now.date(), due_on=now.date() + timedelta(days=9), by=ada, roles=L, now=now
        )  # fmt: skip
        it = barriers.raise_barrier(team, "No keys", by=ben, roles=M, now=now)
        barriers.take(it, promised_on=now.date() + timedelta(days=3), by=ada, roles=L, now=now)
        comments.comment(it, "@Ada, when?", by=ben, now=now)
        said = checks(team, ada)
        assert (False, "Not yet: “Mine” is in your hands alone") in said
        assert (False, "Not yet: “No keys” waits for you alone") in said
        assert (False, "Not yet: you were asked about “No keys”, and have not answered") in said

    def test_stand_ins_count_once_they_said_yes(self, team, ada, ben):
        today, now = team.day(timezone.now()), timezone.now()
        it = planned(team, ada, today + timedelta(days=9), today + timedelta(days=12))
        assert (False, "Not yet: the plan names nobody who stands in") in checks(team, ada)
        asked = stepaways.ask(it, area="Refunds", stand_in=ben, by=ada, roles=L, now=now)
        assert (False, "Not yet: no yes so far to standing in for “Refunds”") in checks(team, ada)
        stepaways.answer(asked, yes=True, by=ben, roles=M | {STAND_IN}, now=now)
        assert (True, "Stand-ins said yes for “Refunds”") in checks(team, ada)

    def test_areas_that_only_the_leader_lets_work_into_are_named_where_the_evidence_can_say(
        self, team, ada, monkeypatch
    ):
        rows = tuple({"area": a, "changes by others": 9} for a in ("sea", "land", "sky"))
        part = Reading(ONLY_THE_LEADER, Verdict.SEEN, "3 of 9.", table=rows)
        monkeypatch.setattr(
            readings, "reading", lambda *_, **__: Reading("?", Verdict.SEEN, "", parts=(part,))
        )
        assert len(checks(team, ada)) == 4
        team.sources.create(connector="git", title="Work")
        assert (False, "Not yet: only you let work into “sea”, “land” and 1 more") in checks(team, ada)

    @pytest.mark.parametrize(
        ("verdict", "last", "possible"),
        [
            ("held", "Ten working days in October 2025: the work held.", "15 working days look possible next"),
            ("dropped", "Ten working days in October 2025: the work dropped.", "Ten working days again look possible, with what dropped handed over"),
            ("cant_tell", "Ten working days in October 2025: whether the work held, we can’t tell.", "A longer one, or days drawn by lot, would say more"),
        ],
    )  # fmt: skip
    def test_what_the_last_one_showed_says_what_looks_possible(self, team, ada, verdict, last, possible):
        it = planned(team, ada, date(2025, 10, 6), date(2025, 10, 17))
        StepAway.objects.filter(pk=it.pk).update(verdict=verdict)
        found = readiness.compose(team, ada, now=timezone.now())
        assert (found.last, found.next) == (last, possible)

    def test_one_that_is_planned_is_led_to(self, client_of, team, ada):
        assert "Plan a step-away" in page(client_of(ada), "ready", team).content.decode()
        today = team.day(timezone.now())
        it = planned(team, ada, today + timedelta(days=9), today + timedelta(days=12))
        assert it.get_absolute_url() in page(client_of(ada), "ready", team).content.decode()


def test_likely_absences_stand_with_their_evidence(client_of, team, ada, monkeypatch):
    from followspot.evidence import log
    from followspot.evidence.leaders import Silence

    one = Silence(date(2026, 5, 4), date(2026, 5, 20), 17, 0.7, 0.7, 0.7, 0, 1e-5)
    monkeypatch.setattr(log, "silences", lambda *_: [one])
    text = page(client_of(ada), "silences", team).content.decode()
    assert one.sentence in text
    assert "None is tested without your yes." in text
    assert "?begins_on=2026-05-04&amp;ends_on=2026-05-20#behind" in text
