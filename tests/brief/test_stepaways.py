"""Before the leader goes: what needs them, what days could show. After: one answer, on what was known then."""

from datetime import UTC, date, datetime, timedelta

import pytest

from followspot.brief import diary, judged, plan
from followspot.evidence import log
from followspot.measures import Verdict
from followspot.measures.stepaway import Absence
from followspot.objects import actions as comments
from followspot.practices.barriers import actions as barriers
from followspot.practices.expectations import actions as expectations
from followspot.practices.stepaways import actions
from followspot.practices.stepaways.models import StepAway
from followspot.practices.stepaways.rules import Design, Kind
from followspot.roles import LEADER, MEMBER, OWNER
from followspot.web import rounds

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
L, M = frozenset({LEADER}), frozenset({MEMBER})
FIRST, LAST = date(2026, 10, 5), date(2026, 10, 16)


def announced(
    team, ada, *, declared=datetime(2026, 9, 20, 12, tzinfo=UTC), stretches=((FIRST, LAST),), **other
):
    return actions.plan(
        team, ada, stretches=stretches, margin=0.2, flow="landed", by=ada, roles=L, now=declared, **other
    )  # fmt: skip


class Asked:
    """Stands in for the measure: keeps what it was asked, and answers nothing."""

    def __init__(self, monkeypatch, until):
        self.with_ = []
        monkeypatch.setattr(judged.stepaway, "compute", self.compute)
        self.until(monkeypatch, until)

    def until(self, monkeypatch, day):
        monkeypatch.setattr(
            judged.log, "until", lambda team: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        )

    def compute(self, events, **how):
        self.with_.append(how)
        return {}


class TestJudged:
    def test_an_announced_one_is_judged_on_the_week_after_the_return_however_late(
        self, team, ada, monkeypatch
    ):
        it, week_after = announced(team, ada), LAST + timedelta(days=7)
        asked = Asked(monkeypatch, date(2026, 11, 20))
        judged._judged(it, judged.absences(it), alone=True)
        assert [how["asof"] for how in asked.with_] == [week_after, LAST + timedelta(days=12)]
        asked.until(monkeypatch, date(2028, 1, 1))
        judged._judged(it, judged.absences(it), alone=True)
        assert [how["asof"] for how in asked.with_[2:]] == [week_after, LAST + timedelta(days=12)]

    def test_before_that_week_is_over_it_is_read_on_what_there_is(self, team, ada, monkeypatch):
        it, asked = announced(team, ada), Asked(monkeypatch, LAST + timedelta(days=2))
        judged._judged(it, judged.absences(it), alone=True)
        assert [how["asof"] for how in asked.with_] == [LAST + timedelta(days=2)]

    def test_one_set_down_after_the_fact_is_read_on_everything(self, team, ada, monkeypatch):
        it, asked = announced(team, ada, declared=NOW), Asked(monkeypatch, date(2026, 11, 20))
        judged._judged(it, judged.absences(it), alone=True)
        assert [how["asof"] for how in asked.with_] == [None]

    def test_what_the_lot_could_have_said_and_what_it_said_go_to_the_measure(self, team, ada, monkeypatch):
        sets = [(FIRST, FIRST + timedelta(days=1)), (FIRST + timedelta(days=7), FIRST + timedelta(days=8))]
        it = announced(team, ada, stretches=(), sets=sets, design=Design.DAYS_BY_LOT)
        assert judged._draw(it) is None

        class Last:
            def choice(self, seq):
                return seq[-1]

        it = actions.draw(it, by=ada, roles=L, now=it.declared_at, lot=Last())
        asked = Asked(monkeypatch, date(2026, 11, 20))
        judged._judged(it, judged.absences(it), alone=True)
        draw = asked.with_[0]["draw"]
        assert draw == judged.Draw(tuple(sets), (sets[0][1], sets[1][1]), 1)
        judged._judged(it, [*judged.absences(it), Absence(FIRST, FIRST)], alone=False)
        assert asked.with_[-1]["draw"] is None

    def test_a_round_judges_once_after_the_week_is_in_the_evidence(self, team, ada, monkeypatch, mailoutbox):
        it = announced(team, ada)
        Asked(monkeypatch, LAST + timedelta(days=5))
        monkeypatch.setattr(judged, "verdict", lambda it: Verdict.HELD)
        assert judged.settle_due(now=NOW) == 0  # the evidence doesn't reach it yet
        Asked(monkeypatch, date(2026, 11, 20))
        assert judged.settle_due(now=datetime(2026, 10, 20, tzinfo=UTC)) == 0  # nor is the week over
        assert [rounds.PARTS["judged"](now=NOW) for _ in range(2)] == [1, 0]
        it.refresh_from_db()
        assert (it.verdict, it.judged_at) == ("held", NOW)
        assert [e.activity for e in log.single(team)].count("stepaway.judged") == 1

    @pytest.mark.parametrize("how", ["after the fact", "for good", "taken back", "not drawn"])
    def test_what_was_never_announced_is_never_judged(self, team, ada, monkeypatch, how):
        if how == "after the fact":
            announced(team, ada, declared=NOW)
        elif how == "for good":
            announced(team, ada, stretches=[(FIRST, None)])
        elif how == "not drawn":
            announced(
                team, ada, stretches=(), sets=[(FIRST, FIRST + timedelta(days=1))], design=Design.DAYS_BY_LOT
            )
        else:
            actions.withdraw(announced(team, ada), by=ada, roles=L, now=NOW)
        Asked(monkeypatch, date(2026, 11, 20))
        monkeypatch.setattr(judged, "verdict", lambda it: Verdict.HELD)
        assert judged.settle_due(now=NOW) == 0


class TestNeeds:
    def needs(self, team, ada):
        return {(n.what, n.about) for n in plan.needs(team, ada, now=NOW)}

    def test_nothing_open_needs_nobody(self, team, ada):
        assert self.needs(team, ada) == set()

    def test_a_barrier_that_the_leader_holds_or_that_waits_for_them(self, team, ada, ben, chi):
        waits, held, others = (
            barriers.raise_barrier(team, w, by=ben, roles=M, now=NOW)
            for w in ("No keys", "No paper", "No ink")
        )
        barriers.take(held, promised_on=NOW.date(), by=ada, roles=L, now=NOW)
        barriers.take(others, promised_on=NOW.date(), by=chi, roles=M, now=NOW)
        assert self.needs(team, ada) == {("No keys", waits.reference), ("No paper", held.reference)}

    def test_an_expectation_in_the_leaders_hands_and_nobody_elses(self, team, ada, ben):
        for outcome, owner in (("Mine", ada), ("Theirs", ben)):
            expectations.propose(team, outcome, owners=[owner], starts_on=NOW.date(), due_on=date(2027, 1, 1), by=ada, roles=L, now=NOW)  # fmt: skip
        assert {what for what, _ in self.needs(team, ada)} == {"Mine"}
        assert OWNER not in L

    def test_a_question_until_it_is_answered(self, team, ada, ben, chi):
        it = barriers.raise_barrier(team, "No keys", by=ben, roles=M, now=NOW - timedelta(days=2))
        barriers.take(it, promised_on=NOW.date(), by=chi, roles=M, now=NOW - timedelta(days=2))
        comments.comment(it, "@Ada, which keys?", by=ben, now=NOW - timedelta(days=1))
        assert self.needs(team, ada) == {("Ben asks Ada to look at “No keys”", it.reference)}
        comments.comment(it, "The blue ones", by=ada, now=NOW - timedelta(hours=1))
        assert self.needs(team, ada) == set()


def test_with_too_little_history_nobody_can_tell_what_days_could_show(team, ada, client_of):
    assert plan.showing(team, ada, [(FIRST, LAST)], flow="landed", margin=0.2) is None
    page = client_of(ada).get(
        f"/teams/{team.slug}/step-aways/showing/?begins_on=2027-01-04&ends_on=2027-01-15"
    )
    assert "Can’t tell yet" in page.text


def test_the_diary_counts_working_days_and_nobody(team, ada, ben):
    it = announced(team, ada)
    at = datetime(2026, 10, 6, 10, tzinfo=UTC)
    waits = actions.note(it, Kind.WAITS, "The lease", by=ben, roles=M, now=at)
    for n in range(4):
        actions.note(it, Kind.CONTACT, by=ben, roles=M, now=at + timedelta(days=n))
    gone = actions.note(it, Kind.DECISION, "Slip", by=ben, roles=M, now=at)
    actions.take_back(gone, by=ben, roles=M, now=at)
    actions.settle(waits, by=ada, roles=L, now=datetime(2026, 10, 19, 9, tzinfo=UTC))
    told = diary.compose(StepAway.objects.get(pk=it.pk), today=date(2026, 10, 20), person=None)
    assert told.contacts == "Ada was asked 4 times in 10 working days, 0.4 a day."
    assert (told.decisions, told.touches, told.mine) == ([], "", [])
    assert [w.days for w in told.waited] == [9]
    assert not told.still_waits
    assert len(diary.compose(it, today=date(2026, 10, 20), person=ben).mine) == 5
