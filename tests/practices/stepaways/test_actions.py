"""Each verb leaves exactly one event, and none when it is refused; what was declared before stays declared."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from followspot import practices
from followspot.errors import Refused, Stale
from followspot.evidence import log
from followspot.objects.around import around
from followspot.practices.stepaways import actions, rules
from followspot.practices.stepaways.models import StepAway, Stretch
from followspot.practices.stepaways.rules import Design, Kind, Phase
from followspot.roles import AUTHOR, LEADER, MEMBER, STAND_IN

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
L, M, STANDS = frozenset({LEADER}), frozenset({MEMBER}), frozenset({MEMBER, STAND_IN})
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 20)
GONE, BACK = NOW + timedelta(days=16), NOW + timedelta(days=29)  # a day while away, and one just after
MAY = [date(2027, 5, 3) + timedelta(days=n) for n in range(28)]
WEEKS = [MAY[7 * n + 1 : 7 * n + 4] for n in range(4)]  # Tuesday to Thursday of four weeks


def activities(team):
    return [e.activity for e in log.single(team, newest=500)]


def plan(team, ada, now=NOW, **other):
    given = {"stretches": [(FIRST, LAST)], "margin": 0.2, "flow": "landed"} | other
    return actions.plan(team, ada, **given, by=ada, roles=L, now=now)


@pytest.fixture
def it(team, ada):
    return plan(team, ada)


@pytest.fixture
def by_lot(team, ada):
    return plan(team, ada, design=Design.DAYS_BY_LOT, stretches=(), sets=WEEKS)


def asked(it, who, area="Prices", now=NOW):
    return actions.ask(it, area=area, stand_in=who, by=it.leader, roles=L, now=now)


def accepted(it, who, area="Prices"):
    return actions.answer(asked(it, who, area), yes=True, by=who, roles=STANDS, now=NOW)


class TestPlan:
    def test_it_leaves_one_event_with_the_day_it_begins(self, it, team):
        assert activities(team) == ["stepaway.planned"]
        assert it.stretches == [(FIRST, LAST)]
        assert (it.begins_on, it.ends_on, it.declared_at) == (FIRST, LAST, NOW)
        assert it.declared_before

    def test_what_is_refused_leaves_nothing(self, team, ada):
        for wrong in (
            {"margin": 0.9},
            {"stretches": []},
            {"what_else": "x" * 2001},
            {"stretches": [(LAST, FIRST)]},
        ):
            with pytest.raises(Refused):
                plan(team, ada, **wrong)
        assert activities(team) == []
        assert not StepAway.objects.exists()
        assert not Stretch.objects.exists()

    def test_several_stretches_are_kept_in_the_order_of_their_days(self, team, ada):
        one, other = (date(2027, 1, 4), date(2027, 1, 8)), (date(2027, 2, 1), date(2027, 2, 5))
        it = plan(team, ada, design=Design.SEVERAL, stretches=[other, one])
        assert it.stretches == [one, other]
        assert (it.begins_on, it.ends_on) == (one[0], other[1])

    def test_days_that_the_leader_has_given_already_are_not_given_twice(self, it, team, ada, ben):
        with pytest.raises(Refused, match="overlap"):
            plan(team, ada, stretches=[(LAST, LAST + timedelta(days=3))])
        plan(team, ben, stretches=[(FIRST, LAST)])  # another leader's are another matter

    def test_sent_twice_it_is_there_once(self, it, team, ada):
        with pytest.raises(Refused, match="overlap"):
            plan(team, ada)
        assert activities(team) == ["stepaway.planned"]

    def test_of_one_in_the_past_it_says_that_the_margin_came_after(self, team, ada):
        it = plan(team, ada, stretches=[(date(2026, 8, 3), date(2026, 8, 16))])
        assert not it.declared_before

    def test_the_database_refuses_what_the_rules_would(self, team, ada):
        given = {"team": team, "leader": ada, "declared_at": NOW, "begins_on": FIRST, "ends_on": LAST}
        for wrong in ({"margin": 0.9}, {"margin": 0.2, "ends_on": FIRST - timedelta(days=1)}, {"margin": 0.2, "design": "by whim"}):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                StepAway.objects.create(**given | wrong)


class TestChange:
    def change(self, it, now=NOW, seen=None, **other):
        given = {"stretches": [(FIRST, FIRST)], "margin": 0.1, "flow": "done"} | other
        return actions.change(it, **given, by=it.leader, roles=L, now=now, seen=seen)

    def test_margin_and_days_count_as_declared_now(self, it, team):
        later = NOW + timedelta(days=1)
        it = self.change(it, now=later)
        assert (it.stretches, it.margin, it.flow, it.declared_at) == ([(FIRST, FIRST)], 0.1, "done", later)
        assert activities(team) == ["stepaway.changed", "stepaway.planned"]

    def test_its_own_days_are_not_in_its_way(self, it):
        self.change(it, stretches=[(FIRST, LAST + timedelta(days=1))])

    @pytest.mark.parametrize("now", [GONE, BACK, BACK + timedelta(days=60)])
    def test_once_it_has_begun_it_stands(self, it, team, now):
        with pytest.raises(Refused, match="as they were declared"):
            self.change(it, now=now)
        it.refresh_from_db()
        assert (it.margin, activities(team)) == (0.2, ["stepaway.planned"])

    def test_a_refused_change_leaves_the_plan_as_it_was(self, it, team):
        with pytest.raises(Refused):
            self.change(it, stretches=[(LAST, FIRST)])
        assert StepAway.objects.get().stretches == [(FIRST, LAST)]

    def test_who_was_slower_is_told(self, it, team):
        self.change(it, seen=it.version)
        with pytest.raises(Stale):
            self.change(it, seen=it.version, margin=0.3)
        assert activities(team).count("stepaway.changed") == 1


class TestLot:
    def draw(self, it, lot=None, seen=None, now=NOW):
        return actions.draw(it, by=it.leader, roles=L, now=now, lot=lot, seen=seen)

    def test_before_it_has_spoken_nobody_knows_who_is_away(self, by_lot):
        assert by_lot.waits_for_the_lot
        assert not by_lot.is_away(WEEKS[0][0])

    def test_what_it_says_is_stored_at_once_with_all_that_it_could_have_said(self, by_lot, team):
        self.draw(by_lot, lot=random.Random(3))
        it = StepAway.of_team(team).get()
        rows = list(it.stretch_set.all())
        assert len(rows) == 12
        assert [s.of_set for s in rows if s.drawn] == [0, 1, 2, 3]
        assert all(s.drawn is not None for s in rows)
        assert (it.begins_on, it.ends_on) == (it.stretches[0][0], it.stretches[-1][1])
        assert (it.drawn_at, activities(team)[0]) == (NOW, "stepaway.drawn")
        assert sum(it.is_away(day) for day in MAY) == 4

    def test_it_speaks_once(self, by_lot, team):
        said = self.draw(by_lot).stretches
        for again in (self.draw, TestChange().change):
            with pytest.raises(Refused, match="The lot has spoken"):
                again(by_lot)
        assert StepAway.objects.get().stretches == said
        assert activities(team).count("stepaway.drawn") == 1

    def test_the_database_itself_holds_one_drawn_of_a_set(self, by_lot):
        self.draw(by_lot)
        other = by_lot.stretch_set.filter(drawn=False).first()
        with pytest.raises(IntegrityError), transaction.atomic():
            Stretch.objects.filter(pk=other.pk).update(drawn=True)

    def test_it_does_not_speak_after_the_first_day_has_come(self, by_lot, team):
        with pytest.raises(Refused, match="It has begun"):
            self.draw(by_lot, now=datetime(2027, 5, 4, 9, tzinfo=UTC))
        assert activities(team) == ["stepaway.planned"]

    def test_taking_it_back_and_putting_it_back_draws_nothing_anew(self, by_lot):
        said = self.draw(by_lot).stretches
        led = {"by": by_lot.leader, "roles": L, "now": NOW}
        it = actions.restore(actions.withdraw(by_lot, **led), **led)
        assert (it.stretches, it.drawn_at) == (said, NOW)

    def test_days_that_were_chosen_are_not_drawn(self, it, team):
        with pytest.raises(Refused, match="nothing to draw"):
            self.draw(it)
        assert activities(team) == ["stepaway.planned"]

    def test_one_of_several_windows_is_drawn_and_the_others_are_free_again(self, team, ada):
        windows = [(day, day + timedelta(days=4)) for day in (date(2027, 3, 1), date(2027, 4, 5))]
        it = plan(team, ada, design=Design.ONE_BY_LOT, stretches=windows)
        with pytest.raises(Refused, match="overlap"):
            plan(team, ada, stretches=[windows[1]])
        it = self.draw(it)
        assert it.stretches in ([windows[0]], [windows[1]])
        left = next(w for w in windows if w != it.stretches[0])
        plan(team, ada, stretches=[left])

    def test_a_plan_that_changed_meanwhile_is_not_drawn(self, by_lot):
        TestChange().change(by_lot, design=Design.DAYS_BY_LOT, stretches=(), sets=WEEKS[:2])
        with pytest.raises(Stale):
            self.draw(by_lot, seen=by_lot.version)


class TestStandIns:
    def test_nothing_holds_before_they_say_yes(self, it, team, ben):
        one = asked(it, ben)
        assert (it.who_stands_in, it.accepted) == ("", [])
        actions.answer(one, yes=True, by=ben, roles=STANDS, now=NOW)
        it = StepAway.of_team(team).get()
        assert (it.who_stands_in, it.settled_upon) == ("Ben", True)
        assert activities(team) == ["stepaway.standin_accepted", "stepaway.standin_asked", "stepaway.planned"]

    def test_whoever_says_no_is_asked_for_no_reason_and_may_change_their_mind(self, it, team, ben):
        one = asked(it, ben)
        said = actions.answer(one, yes=False, by=ben, roles=STANDS, now=NOW)
        assert (said.declined_at, said.word) == (NOW, "")
        said = actions.answer(one, yes=True, by=ben, roles=STANDS, now=NOW)
        assert (said.declined_at, said.accepted_at) == (None, NOW)

    def test_only_who_was_asked_answers(self, it, team, ada, ben, chi):
        one = asked(it, ben)
        for who in (chi, ada, None):
            with pytest.raises(Refused, match="Only Ben can answer"):
                actions.answer(one, yes=True, by=who, roles=STANDS, now=NOW)
        assert activities(team)[0] == "stepaway.standin_asked"

    def test_asked_or_accepted_twice_is_once(self, it, team, ben):
        assert asked(it, ben) == asked(it, ben, area=" Prices ")
        accepted(it, ben)
        accepted(it, ben)
        assert activities(team) == ["stepaway.standin_accepted", "stepaway.standin_asked", "stepaway.planned"]

    def test_whom_one_asks_is_of_the_front_line(self, it, team, ada, dee):
        with pytest.raises(Refused, match="Ask somebody else"):
            asked(it, ada)
        with pytest.raises(Refused, match="Dee is not at the front line of Quay"):
            asked(it, dee)
        with pytest.raises(Refused, match="What would they decide"):
            asked(it, ada, area=" ")
        assert activities(team) == ["stepaway.planned"]

    def test_the_asking_is_taken_back_before_it_begins_only(self, it, team, ben, chi):
        actions.unask(asked(it, ben), by=it.leader, roles=L, now=NOW)
        assert (it.handovers.count(), activities(team)[0]) == (0, "stepaway.standin_unasked")
        one = asked(it, chi)
        with pytest.raises(Refused, match="It has begun"):
            actions.unask(one, by=it.leader, roles=L, now=GONE)

    def test_when_it_is_over_nobody_is_asked_any_more(self, it, ben):
        asked(it, ben, now=GONE)
        with pytest.raises(Refused, match="It is over"):
            asked(it, ben, area="Stamps", now=BACK)

    def test_what_went_well_is_handed_over_for_good_after_the_return(self, it, team, ada, ben, chi):
        one, other = accepted(it, ben), asked(it, chi, area="Stamps")
        for now in (NOW, GONE):
            with pytest.raises(Refused, match="once you are back"):
                actions.hand_over(one, by=ada, roles=L, now=now)
        with pytest.raises(Refused, match="stood in for"):
            actions.hand_over(other, by=ada, roles=L, now=BACK)
        for now in (BACK, BACK + timedelta(days=1)):
            assert actions.hand_over(one, by=ada, roles=L, now=now).kept_at == BACK
        assert activities(team).count("stepaway.handed_over") == 1

    def test_about_what_the_asking_is_stands_in_the_log(self, it, team, ben):
        actions.ask(it, area="Keys", about="barrier:7", stand_in=ben, by=it.leader, roles=L, now=NOW)
        assert log.single(team)[0].about == ("barrier:7",)


class TestDiary:
    def note(self, it, kind, text="", by=None, roles=M, now=GONE, **other):
        return actions.note(it, kind, text, by=by, roles=roles, now=now, **other)

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            (Kind.WAITS, "stepaway.matter_added"), (Kind.DECISION, "stepaway.decision_noted"), (Kind.CONTACT, "stepaway.contact_logged"),
        ],
    )  # fmt: skip
    def test_a_note_leaves_one_event_and_so_does_taking_it_back(self, it, team, ben, kind, said):
        one = self.note(it, kind, "The lease", by=ben)
        actions.take_back(one, by=ben, roles=M, now=GONE)
        actions.take_back(one, by=ben, roles=M, now=GONE)
        assert activities(team) == ["stepaway.entry_withdrawn", said, "stepaway.planned"]

    def test_each_is_noted_in_its_time(self, it, ben):
        when = {
            Phase.PLANNED: NOW,
            Phase.LIVE: GONE,
            Phase.BACK: BACK,
            Phase.SETTLED: BACK + timedelta(days=9),
        }
        for kind in Kind:
            roles = L if kind == Kind.TOUCH else M
            for phase, now in when.items():
                allowed = {Phase.PLANNED, Phase.LIVE} if kind == Kind.WAITS else {Phase.LIVE, Phase.BACK}
                if phase in allowed:
                    self.note(it, kind, f"In time, {phase}", by=ben, roles=roles, now=now)
                else:
                    with pytest.raises(Refused, match="while the leader is away"):
                        self.note(it, kind, "Out of time", by=ben, roles=roles, now=now)

    def test_the_leader_decides_nothing_while_away_and_nobody_else_touches(self, it, team, ada, ben):
        with pytest.raises(Refused, match="front line"):
            self.note(it, Kind.DECISION, "Raise the price", by=ada, roles=L)
        with pytest.raises(Refused, match="leader"):
            self.note(it, Kind.TOUCH, by=ben)
        assert activities(team) == ["stepaway.planned"]

    def test_sent_twice_it_is_there_once(self, it, team, ben):
        assert self.note(it, Kind.DECISION, "Raise it", by=ben) == self.note(
            it, Kind.DECISION, "Raise  it", by=ben
        )
        assert activities(team).count("stepaway.decision_noted") == 1
        self.note(it, Kind.DECISION, "Raise it", by=ben, now=GONE + timedelta(minutes=2))
        assert activities(team).count("stepaway.decision_noted") == 2

    def test_who_asked_the_leader_stands_in_no_log_and_no_history(self, it, team, ada, ben, rf):
        self.note(it, Kind.CONTACT, by=ben)
        one = self.note(it, Kind.CONTACT, "About the lease", by=ben)
        actions.take_back(one, by=ben, roles=M, now=GONE)
        told = [e for e in log.single(team) if e.activity != "stepaway.planned"]
        assert len(told) == 3
        assert {e.actor for e in told} == {None}
        request = rf.get("/")
        request.team, request.person, request.roles, request.today = team, ada, L, GONE.date()
        request.user, request.leader = ada.account, ada
        assert {h.who for h in around(request, it)["history"]} == {"Ada", ""}

    def test_what_the_leader_noted_carries_their_name(self, it, team, ada):
        self.note(it, Kind.CONTACT, by=ada, roles=L)
        self.note(it, Kind.TOUCH, by=ada, roles=L)
        assert {e.actor for e in log.single(team)} == {ada}

    def test_only_who_noted_it_takes_it_back(self, it, team, ada, ben, chi):
        one = self.note(it, Kind.CONTACT, by=ben)
        for who, roles in ((chi, M), (ada, L), (None, M)):
            with pytest.raises(Refused, match="Only who wrote it"):
                actions.take_back(one, by=who, roles=roles, now=GONE)
        assert activities(team)[0] == "stepaway.contact_logged"
        assert AUTHOR not in M

    def test_what_waited_is_decided_once(self, it, team, ada, ben):
        one = self.note(it, Kind.WAITS, "The lease", by=ben)
        assert actions.settle(one, by=ada, roles=L, now=BACK).settled_at == BACK
        with pytest.raises(Refused, match="isn’t waiting"):
            actions.settle(one, by=ada, roles=L, now=BACK)
        decided = self.note(it, Kind.DECISION, "Done", by=ben)
        with pytest.raises(Refused, match="isn’t waiting"):
            actions.settle(decided, by=ada, roles=L, now=BACK)
        assert activities(team).count("stepaway.matter_settled") == 1

    def test_a_decision_is_opened_again_once(self, it, team, ada, ben):
        one = self.note(it, Kind.DECISION, "Raise it", by=ben)
        assert actions.reopen(one, by=ada, roles=L, now=BACK).reopened_at == BACK
        with pytest.raises(Refused, match="isn’t a decision that stands"):
            actions.reopen(one, by=ada, roles=L, now=BACK)
        assert activities(team).count("stepaway.decision_reopened") == 1


class TestGlass:
    def broken(self, it, by, why="Payments fail", now=GONE):
        return actions.break_glass(it, why, by=by, roles=M, now=now)

    def test_it_calls_the_leader_and_leaves_one_event(self, it, team, ada, ben):
        self.broken(it, ben)
        assert (log.single(team)[0].activity, log.single(team)[0].actor) == ("stepaway.glass_broken", ben)

    def test_who_stands_in_breaks_it_and_nobody_else(self, it, team, ben, chi):
        accepted(it, ben)
        with pytest.raises(Refused, match="Ask one of them"):
            self.broken(it, chi)
        self.broken(it, ben)

    def test_whom_the_plan_named_goes_before_who_stands_in(self, team, ada, ben, chi):
        it = plan(team, ada, callers=[chi])
        accepted(it, ben)
        with pytest.raises(Refused, match="Ask one of them"):
            self.broken(it, ben)
        self.broken(it, chi)

    def test_there_is_no_glass_while_the_leader_is_there(self, it, ben):
        for now in (NOW, BACK):
            with pytest.raises(Refused, match="Ada isn’t away"):
                self.broken(it, ben, now=now)

    def test_it_wants_a_reason(self, it, team, ben):
        with pytest.raises(Refused, match="What is the danger"):
            self.broken(it, ben, why=" ")
        assert activities(team) == ["stepaway.planned"]


class TestTakingBack:
    def test_it_stays_in_the_log_and_can_be_put_back_as_it_was_declared(self, it, team, ada):
        led = {"by": ada, "roles": L}
        it = actions.withdraw(it, now=NOW, **led)
        assert StepAway.objects.count() == 1
        assert not StepAway.objects.standing().exists()
        it = actions.restore(it, now=GONE, **led)
        assert (it.withdrawn_at, it.declared_at, it.stretches) == (None, NOW, [(FIRST, LAST)])
        assert activities(team) == ["stepaway.restored", "stepaway.withdrawn", "stepaway.planned"]

    def test_while_it_is_taken_back_nothing_else_happens_to_it(self, it, team, ada, ben):
        one = asked(it, ben)
        it = actions.withdraw(it, by=ada, roles=L, now=NOW)
        for verb in (
            lambda: actions.withdraw(it, by=ada, roles=L, now=NOW),
            lambda: actions.answer(one, yes=True, by=ben, roles=STANDS, now=NOW),
            lambda: actions.note(it, Kind.WAITS, "Keys", by=ben, roles=M, now=NOW),
            lambda: actions.break_glass(it, "Fire", by=ben, roles=M, now=GONE),
            lambda: TestChange().change(it),
        ):
            with pytest.raises(Refused, match="Put it back first"):
                verb()
        assert practices.by_itself(now=GONE) == 0
        assert activities(team)[0] == "stepaway.withdrawn"

    def test_its_days_are_free_meanwhile_and_then_they_may_be_taken(self, it, team, ada):
        led = {"by": ada, "roles": L, "now": NOW}
        actions.withdraw(it, **led)
        plan(team, ada, stretches=[(LAST, LAST)])
        with pytest.raises(Refused, match="overlap"):
            actions.restore(it, **led)

    def test_what_stands_is_not_put_back(self, it, team, ada):
        actions.restore(it, by=ada, roles=L, now=NOW)
        assert activities(team) == ["stepaway.planned"]


class TestByItself:
    def test_an_announced_one_begins_and_ends_once(self, it, team):
        assert [practices.by_itself(now=n) for n in (NOW, GONE, GONE, BACK, BACK)] == [0, 1, 0, 1, 0]
        assert activities(team) == ["stepaway.ended", "stepaway.began", "stepaway.planned"]

    def test_after_a_long_standstill_both_are_told(self, it):
        assert practices.by_itself(now=BACK) == 2

    def test_one_set_down_after_the_fact_and_one_without_a_lot_never_begin(self, by_lot, team, ada):
        plan(team, ada, stretches=[(date(2026, 8, 3), date(2026, 8, 16))])
        assert practices.by_itself(now=datetime(2028, 1, 1, tzinfo=UTC)) == 0

    def test_it_begins_where_the_team_lives(self, it, team):
        team.zone = "Pacific/Auckland"
        team.save()
        assert practices.by_itself(now=datetime(2026, 12, 6, 10, tzinfo=UTC)) == 0
        assert practices.by_itself(now=datetime(2026, 12, 6, 12, tzinfo=UTC)) == 1

    def test_the_one_answer_is_kept_once(self, it, team):
        actions.judge(it, verdict="held", now=BACK)
        it = actions.judge(it, verdict="dropped", now=BACK + timedelta(days=1))
        assert (it.verdict, it.judged_at) == ("held", BACK)
        assert activities(team).count("stepaway.judged") == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_its_acts_transaction_is_a_mistake(team, ada, now):
    with pytest.raises(RuntimeError, match="transaction"):
        log.append("stepaway.planned", "stepaway:1", team=team, by=ada, now=now, practice="stepaways")


def test_phases_follow_the_days(it):
    assert [it.phase(d) for d in (NOW.date(), FIRST, LAST, BACK.date())] == [
        Phase.PLANNED, Phase.LIVE, Phase.LIVE, Phase.BACK,
    ]  # fmt: skip
    assert rules.away(it.stretches, LAST)
