"""The living sample: told through verbs, alive on whatever day it is brought, and with its truths to be found."""

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from followspot.brief import judged, outlook, readings, touches
from followspot.evidence import log
from followspot.measures import Verdict, answer, measures
from followspot.objects.models import Comment
from followspot.practices.applause.models import Applause, Words
from followspot.practices.barriers.models import Barrier
from followspot.practices.barriers.rules import State as Standing
from followspot.practices.danger.models import Danger
from followspot.practices.expectations.models import CheckIn, Expectation, Proposal
from followspot.practices.expectations.rules import State
from followspot.practices.lessons.models import FollowUp, Lesson
from followspot.teams import calendar
from followspot.teams.models import Person, Team
from followspot.web.samples import living

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
TEAMS = ["Harbour Town", "North Quay", "Slipway", "Ward Four"]


def swept():
    """Take everything away again, for the other modules of this process."""
    from followspot.practices.stepaways.models import StepAway

    StepAway.objects.all().delete()
    Team.objects.all().delete()
    Person.objects.all().delete()


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """The sample, brought once for the module."""
    with django_db_blocker.unblock():
        try:
            said = list(living.bring(now=NOW))
            yield said
        finally:
            swept()


@pytest.fixture
def port(sample):
    return Team.objects.get(name="North Quay")


@pytest.fixture
def ward(sample):
    return Team.objects.get(name="Ward Four")


@pytest.fixture
def slipway(sample):
    return Team.objects.get(name="Slipway")


def test_it_says_what_it_brings_and_brings_it_once(sample):
    assert [s.split(":")[0] for s in sample] == ["North Quay", "Ward Four", "Slipway", "Harbour Town"]
    before = Barrier.objects.count(), Applause.objects.count(), Person.objects.count()
    assert list(living.bring(now=NOW)) == []
    assert (Barrier.objects.count(), Applause.objects.count(), Person.objects.count()) == before
    assert [t.name for t in Team.objects.order_by("name")] == TEAMS


def test_every_state_is_there(sample):
    assert set(Barrier.objects.values_list("state", flat=True)) == set(Standing)
    assert set(Expectation.objects.values_list("state", flat=True)) == set(State)
    assert set(Proposal.objects.values_list("state", flat=True)) == set(Proposal.State)
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"open", "done", "dropped"}
    assert Applause.objects.filter(private=True).exists()
    for model in (Applause, Words, Lesson):
        assert model.objects.filter(withdrawn_at=None).exists()
        assert model.objects.exclude(withdrawn_at=None).exists()
    danger = Danger.objects.get()
    assert danger.handed_back
    assert danger.notes.count() == 5
    assert Lesson.objects.filter(about=danger.reference).exists()
    assert Barrier.objects.exclude(word_hash="").exists()
    assert Comment.objects.exclude(mentions=None).exists()


def test_every_act_left_its_event_in_its_time(sample):
    """What lies in the tables was put there by verbs: each has its one event, made by somebody of that day's team."""
    for team in Team.objects.all():
        told = log.single(team, newest=10_000)
        assert all(NOW - timedelta(days=420) < e.at <= NOW for e in told)
        counts = Counter(e.activity for e in told)
        assert counts["barrier.raised"] == Barrier.objects.filter(team=team).count()
        assert counts["expectation.proposed"] == Expectation.objects.filter(team=team).count()
        assert counts["expectation.progressed"] == CheckIn.objects.filter(expectation__team=team).count()
        assert counts["applause.given"] == Applause.objects.filter(team=team).count()
        assert counts["lesson.told"] == Lesson.objects.filter(team=team).count()
        assert (
            counts["barrier.stepped_back"] >= Barrier.objects.filter(team=team, state="stepped back").count()
        )
        assert not team.identities.exclude(person__account=None).exists()


def test_unnamed_things_name_nobody(sample):
    for team in Team.objects.all():
        unnamed = Barrier.objects.filter(team=team).exclude(word_hash="")
        for barrier in unnamed:
            assert barrier.raiser is None
            raised = log.single(team, objects=(barrier.reference,), activities=frozenset({"barrier.raised"}))
            assert [e.actor for e in raised] == [None]


def test_half_of_the_ports_barriers_were_gone_within_nine_days_and_are_within_four(port):
    clock = calendar.of(port)

    def median(asof):
        found = measures()["barrier-survival"].compute(
            log.read(port), asof=asof, off=clock.off, week_off=clock.week_off
        )
        return found.estimate

    assert 8 < median(NOW - timedelta(days=275)) <= 9
    assert 3 < median(NOW) <= 4


def step_away(team):
    announced = team.stepaway_set.filter(ends_on__lt=NOW.date()).get()
    return judged.flows(announced)["done"]


def test_who_stood_in_what_waited_and_what_was_handed_over_stands_in_the_diaries(sample):
    told = {}
    for name in ("North Quay", "Ward Four", "Slipway"):
        team = Team.objects.get(name=name)
        it = team.stepaway_set.filter(ends_on__lt=NOW.date()).get()
        kinds = Counter(it.entries.filter(withdrawn_at=None).values_list("kind", flat=True))
        told[name] = (it.who_stands_in, kinds["contact"], kinds["touch"], kinds["waits"])
        assert it.declared_before
        assert it.began_at
        assert it.ended_at
    assert told == {
        "North Quay": ("Odette and Tomas", 2, 0, 2),
        "Ward Four": ("Femi and Nadia", 4, 0, 2),
        "Slipway": ("Mina", 9, 5, 0),
    }
    port = Team.objects.get(name="North Quay")
    assert (
        port.stepaway_set.get(handovers__kept_at__isnull=False).handovers.get(kept_at__isnull=False).area
        == "The port office"
    )
    assert not port.stepaway_set.get(begins_on__gt=NOW.date()).settled_upon


def test_the_ports_work_held(port):
    found = step_away(port)
    assert found.verdict == Verdict.HELD
    assert found.low < 1.0 < found.high


def test_the_wards_work_dropped_and_was_made_up_for(ward):
    found = step_away(ward)
    assert found.verdict == Verdict.DROPPED
    assert found.low < 0.65 < found.high
    assert found.deferred
    assert found.net.low < 1.0 < found.net.high


def test_slipways_leader_worked_on_so_nothing_can_be_told(slipway):
    found = step_away(slipway)
    assert found.verdict == Verdict.CANT_TELL
    assert "leader_worked_on" in {r.code for r in found.reasons}


def share_of_second_looks(team, queue):
    events = log.read(team)
    looks = events.filter(events.activity == "review.given", events.about.contains(f"queue:{queue}"))
    whose = Counter(looks.role.to_pyarrow().to_pylist())
    return whose["leader"] / whose.total()


def test_the_ward_depends_on_its_leader_in_one_place(ward):
    assert 0.8 < share_of_second_looks(ward, "discharge") < 0.93
    for queue in ("medicines", "admissions", "wounds"):
        assert share_of_second_looks(ward, queue) < 0.25
    assert readings.reading(ward, "dependence").estimate == pytest.approx(0.34, abs=0.04)


def test_the_ports_leading_spread(port):
    spread = readings.reading(port, "spread-of-leading").table
    assert spread[-1]["people"] > spread[0]["people"] + 2


HOVERING = {"said something", "offered help", "proposed a change", "proposed other terms"}


def test_slipways_leader_comes_unasked(slipway, port, ward):
    def unasked(team):
        found = [t for t in touches.of(team, team.leader_on(NOW.date()), now=NOW) if t.did in HOVERING]
        return sum(not t.invited for t in found), len(found)

    assert unasked(slipway) == (13, 14)
    assert unasked(port)[0] == unasked(ward)[0] == 1
    open_ones = Expectation.objects.filter(team=slipway, state=State.UNDER_WAY)
    assert {e.freedom for e in open_ones} == {6, 7}


def test_slipways_credit_goes_to_those_who_finish(slipway):
    given = Applause.objects.filter(team=slipway, private=False)
    assert set(given.values_list("contribution", flat=True)) <= {"", "finishing"}
    credited = set(given.values_list("to__name", flat=True))
    assert credited == {"Jakub", "Rosa", "Noor"}
    events = log.read(slipway)
    looks = events.filter(events.activity == "review.given", events.role == "front")
    reviewers = Counter(looks.actor.to_pyarrow().to_pylist())
    assert sum(n for _, n in reviewers.most_common(3)) > 0.8 * reviewers.total()


def test_lead_was_handed_over(slipway):
    assert [x.person.name for x in slipway.leaderships.all()] == ["Noor", "Elias"]
    assert slipway.leader_on(NOW.date() - timedelta(days=300)).name == "Noor"
    assert slipway.memberships.filter(person__name="Noor", ends_on=None).exists()


def test_somebody_above_has_what_was_passed_up(sample):
    town = Team.objects.get(name="Harbour Town")
    passed = Barrier.objects.filter(passed_to=town)
    assert {b.team.name for b in passed} == {"North Quay", "Ward Four", "Slipway"}
    assert {b.taker.name for b in passed if b.taker} == {"Helena"}


@pytest.mark.parametrize("name", ["North Quay", "Ward Four", "Slipway"])
def test_forecasts_differ(sample, name):
    under_way = Expectation.objects.filter(team__name=name, state__in=[State.AGREED, State.UNDER_WAY])
    chances = [outlook.of(e, today=NOW.date()).pace.chance for e in under_way]
    assert any(c is not None and c > 0.55 for c in chances)
    assert any(c is not None and c < 0.45 for c in chances)


@pytest.mark.slow
@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2027, 7, 14)])
def test_it_can_be_brought_on_any_day(sample, day):
    swept()
    now = datetime.combine(day, time(7, 30), UTC)
    assert len(list(living.bring(now=now))) == 4
    for team in Team.objects.all():
        assert all(e.at <= now for e in log.single(team, newest=10_000))
    verdicts = {}
    for team in Team.objects.exclude(name="Harbour Town"):
        announced = team.stepaway_set.filter(ends_on__lt=day).get()
        found = judged.flows(announced)["done"]
        verdicts[team.name] = (found.verdict, found.deferred)
    assert verdicts == {
        "North Quay": (Verdict.HELD, False),
        "Ward Four": (Verdict.DROPPED, True),
        "Slipway": (Verdict.CANT_TELL, False),
    }


def now(team, slug):
    clock = calendar.of(team)
    return answer(measures()[slug], log.read(team), asof=NOW, off=clock.off, week_off=clock.week_off)


def part(found, question):
    return next(p for p in found.parts if question in p.question)


def test_slipways_leader_is_seen_to_hover_and_the_ports_is_not(slipway, port):
    found = now(slipway, "hovering")
    much = next(r for r in found.table if r["freedom"].startswith("much"))
    assert much["unasked"] == 14
    assert next(p for p in found.parts if p.verdict == Verdict.ROSE).sentence.endswith("Going up.")
    there = next(r for r in now(port, "hovering").table if r["freedom"].startswith("much"))
    assert there["high"] < much["low"]


def test_slipways_second_looks_stay_in_the_dark_and_the_wards_do_not(slipway, ward):
    assert part(now(slipway, "credit-flow"), "dark").sentence.startswith("Reviewing:")
    assert part(now(ward, "credit-flow"), "dark").sentence.startswith("Nothing:")


def test_on_the_map_slipways_last_month_went_towards_the_front(slipway):
    path = now(slipway, "map").table
    assert path[-1]["across"] < path[-2]["across"] - 0.08


def test_every_measure_can_be_asked_of_every_team_and_is_plain_json(sample):
    for team in Team.objects.all():
        for slug in measures():
            if slug != "step-away":
                found = now(team, slug)
                assert json.loads(json.dumps(found.as_json())) == found.as_json()
