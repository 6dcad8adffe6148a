"""At most five moves, in their order; nothing to do is a good brief."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot import practices
from followspot.brief import moves, stage, touches
from followspot.objects import actions as comments
from followspot.practices import VERBS, Move
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.expectations import actions as expectations
from followspot.practices.lessons import actions as lessons
from followspot.roles import LEADER, MEMBER, OWNER, RAISER

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
L, M, OWNS = frozenset({LEADER}), frozenset({MEMBER}), frozenset({MEMBER, OWNER})
some = st.builds(
    Move, st.sampled_from(VERBS), st.just("x"), st.just(""), st.just("/"), st.just("Do"), st.floats(-9, 9)
)


@given(st.lists(some))
def test_there_are_at_most_five_two_of_a_verb_in_the_order_of_the_verbs(offered):
    chosen = moves.choose(offered)
    assert len(chosen) == min(5, sum(min(2, sum(m.verb == v for m in offered)) for v in VERBS))
    assert [VERBS.index(m.verb) for m in chosen] == sorted(VERBS.index(m.verb) for m in chosen)
    for verb in {m.verb for m in offered}:
        if len({m.verb for m in offered}) <= 5:
            best = min(m.rank for m in offered if m.verb == verb)
            assert best in [m.rank for m in chosen if m.verb == verb]


def agreed(team, ada, ben, outcome="Refunds in two days", due=date(2026, 12, 20)):
    it = expectations.propose(
        team, outcome, owners=[ben], starts_on=date(2026, 11, 1), due_on=due, by=ada, roles=L, now=NOW
    )
    return expectations.agree(it, by=ben, roles=OWNS, now=NOW)


@pytest.mark.django_db
class TestWhatIsOffered:
    def offered(self, team, ada, now=NOW):
        return {(m.verb, m.button) for m in practices.moves(team, ada, now=now)}

    def test_a_team_in_which_all_is_well_gets_nothing_to_do(self, team, ada, ben):
        it = agreed(team, ada, ben)
        for who, roles in ((ben, OWNS), (ada, L)):
            it = expectations.vote(it, 6, by=who, roles=roles, now=NOW)
        assert moves.compose(team, ada, now=NOW) == []

    def test_a_team_without_expectations_is_asked_for_one(self, team, ada):
        assert self.offered(team, ada) == {("Set", "Set one")}

    def test_a_barrier_that_waits_for_an_answer_and_one_past_its_promise_are_to_clear(self, team, ada, ben):
        barriers.raise_barrier(team, "No keys", by=ben, roles=M, now=NOW - timedelta(days=4))
        late = barriers.raise_barrier(team, "No paper", by=ben, roles=M, now=NOW - timedelta(days=20))
        barriers.take(late, promised_on=date(2026, 11, 16), by=ada, roles=L, now=NOW - timedelta(days=12))
        first, second = [m for m in moves.compose(team, ada, now=NOW) if m.verb == "Clear"]
        assert first.says == "No paper: 5 working days past your promise to Ben."
        assert second.says == "No keys: no answer for 2 working days."

    def test_what_was_cleared_and_confirmed_and_then_touched_is_to_step_back_from(self, team, ada, ben):
        it = barriers.raise_barrier(team, "No keys", by=ben, roles=M, now=NOW - timedelta(days=9))
        it = barriers.clear(it, by=ada, roles=L, now=NOW - timedelta(days=8))
        it = barriers.confirm(it, by=ben, roles=M | {RAISER}, now=NOW - timedelta(days=7))
        assert ("Step back", "Look") not in self.offered(team, ada)
        comments.comment(it, "Is it really gone?", by=ada, now=NOW)
        assert ("Step back", "Look") in self.offered(team, ada)

    def test_work_of_the_front_line_is_suggested_with_its_evidence_until_it_was_applauded(
        self, team, ada, ben
    ):
        it = expectations.start(agreed(team, ada, ben), by=ben, roles=OWNS, now=NOW)
        suggested = [m for m in practices.moves(team, ada, now=NOW) if m.verb == "Applaud"]
        assert "for the first time" in suggested[0].says
        assert "Evidence" in suggested[0].evidence
        assert f"to={ben.pk}" in suggested[0].url
        assert "words=" not in suggested[0].url  # it never writes the words
        applause.give(team, "For beginning", to=[ben], cites=it.reference, by=ada, roles=L, now=NOW)
        assert not [m for m in practices.moves(team, ada, now=NOW) if m.verb == "Applaud"]

    def test_the_leader_is_never_suggested(self, team, ada, ben):
        it = expectations.propose(
            team,
            "Mine",
            owners=[ada],
            starts_on=NOW.date(),
            due_on=date(2027, 1, 1),
            by=ada,
            roles=L,
            now=NOW,
        )
        expectations.start(it, by=ada, roles=L | {OWNER}, now=NOW)
        assert not [m for m in practices.moves(team, ada, now=NOW) if m.verb == "Applaud"]

    def test_a_lesson_wants_an_answer(self, team, ada, ben):
        it = lessons.tell(team, happened="Twice", known="Alike", by=ben, roles=M, now=NOW)
        assert ("Applaud", "Answer") in self.offered(team, ada)
        lessons.thank(it, by=ada, roles=L, now=NOW)
        assert ("Applaud", "Answer") not in self.offered(team, ada)

    def test_a_change_left_lying_wants_to_be_set(self, team, ada, ben):
        lessons.tell(
            team,
            happened="Twice",
            known="Alike",
            changes=("Colours",),
            by=ben,
            roles=M,
            now=NOW - timedelta(days=40),
        )
        assert ("Set", "Look") in self.offered(team, ada)

    def test_other_terms_and_a_missing_choice_are_to_set(self, team, ada, ben):
        it = agreed(team, ada, ben)
        assert ("Set", "Choose") in self.offered(team, ada)
        expectations.put_terms(it, why="Ice", due_on=date(2027, 1, 9), by=ben, roles=OWNS, now=NOW)
        assert ("Set", "Answer") in self.offered(team, ada)

    def test_what_was_done_this_week_is_shown_as_done(self, team, ada, ben):
        it = barriers.raise_barrier(team, "No keys", by=ben, roles=M, now=NOW - timedelta(days=3))
        barriers.clear(it, by=ada, roles=L, now=NOW - timedelta(days=1))
        assert [(d.verb, d.says) for d in moves.done(team, ada, now=NOW)] == [("Clear", "No keys")]
        assert moves.done(team, ada, now=NOW + timedelta(days=9)) == []

    def test_small_things_wait_for_whom_they_concern(self, team, ada, ben, chi):
        it = barriers.raise_barrier(team, "No keys", by=ben, roles=M, now=NOW)
        assert [w.link for w in practices.waiting(team, ada, now=NOW)] == ["Answer"]
        barriers.clear(it, by=ada, roles=L, now=NOW)
        assert [w.link for w in practices.waiting(team, ben, now=NOW)] == ["Is it?"]
        assert practices.waiting(team, chi, now=NOW) == []


@pytest.mark.django_db
class TestStage:
    def test_the_light_falls_on_what_was_met_and_never_on_the_leader(self, team, ada, ben):
        it = expectations.propose(
            team, "Every group books alone", owners=[ada, ben], starts_on=NOW.date(), due_on=date(2027, 1, 1), by=ada, roles=L, now=NOW
        )  # fmt: skip
        it = expectations.agree(it, by=ben, roles=OWNS, now=NOW)
        it = expectations.start(it, by=ben, roles=OWNS, now=NOW)
        expectations.check_in(
            it, remaining=None, finished="By the leader", by=ada, roles=L | {OWNER}, now=NOW
        )
        expectations.meet(it, note="40 bookings", by=ben, roles=OWNS, now=NOW)
        seen = stage.compose(team, ada, now=NOW)
        assert (seen.light.people, seen.light.did, seen.light.more) == (
            [ben],
            "made it true: every group books alone.",
            "40 bookings",
        )
        assert seen.finished == []
        assert [line.people for line in seen.met] == [[ben]]
        assert [(line.what, line.people) for line in seen.firsts] == [("Took one in hand", [ben])]

    def test_a_first_takes_the_stage_once(self, team, ada, ben):
        for n in range(3):
            it = agreed(team, ada, ben, outcome=f"Thing {n}")
            expectations.start(it, by=ben, roles=OWNS, now=NOW + timedelta(days=n))
        firsts = stage.compose(team, ada, now=NOW + timedelta(days=3)).firsts
        assert [line.small for line in firsts] == ["Thing 0"]
        assert stage.compose(team, ada, now=NOW + timedelta(days=30)).firsts == []

    def test_private_applause_is_on_no_stage(self, team, ada, ben):
        applause.give(team, "For standing back", to=[ada], cites_words="May", by=ben, roles=M, now=NOW)
        assert stage.compose(team, ada, now=NOW).dark


@pytest.mark.django_db
def test_touches_are_told_one_by_one(team, ada, ben):
    it = agreed(team, ada, ben)
    comments.comment(it, "@Ada, which paper?", by=ben, now=NOW)
    comments.comment(it, "The thick one", by=ada, now=NOW + timedelta(hours=1))
    told = touches.of(team, ada, now=NOW + timedelta(days=1))
    # Proposing it was the leader's part, which the practice asks of whoever leads.
    assert [(t.did, t.on, t.invited) for t in told] == [("said something", "Refunds in two days", True)]


@pytest.mark.django_db
def test_whoever_was_asked_to_look_is_asked_until_they_answer(team, ada, ben, chi):
    from followspot.brief import waiting

    it = agreed(team, ada, ben)
    comments.comment(it, "@Chi, look?", by=ben, now=NOW)
    assert [w.link for w in waiting.compose(team, chi, now=NOW)] == ["Look"]
    comments.comment(it, "Seen.", by=chi, now=NOW + timedelta(hours=1))
    assert waiting.compose(team, chi, now=NOW + timedelta(hours=2)) == []
