"""Signs of danger: planted ones are found, and what only looks like one is not."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot import disclosure
from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Verdict
from followspot.measures._methods.cusum import add_up, scores, watch
from followspot.measures._methods.days import Absence, DailyCounts
from followspot.measures.monitors import BARRIERS, ENERGY, PACE, alarms, compute, measure
from tests.events import ADA, BEN, CHI, START, event, table

DAYS = 420  # from Monday 1 January 2024 to 23 February 2025
ASOF = START + timedelta(days=DAYS, hours=4)
BY_WEEKDAY = (4, 5, 5, 5, 4, 0, 0)


def work(factor=lambda day: 1.0, days=DAYS, seed=1):
    """Changes by Ben and Chi, let in the same day; `factor` plants what happens to the pace."""
    random = np.random.default_rng(seed)
    rows = []
    for day in range(days):
        for n in range(random.poisson(BY_WEEKDAY[day % 7] * factor(day))):
            rows.append(
                event("change.landed", (BEN, CHI)[n % 2], day=day + n / 50, object=f"change:{day}-{n}")
            )
    return rows


def barrier(name, raised, promise, cleared=None):
    def say(verb, day, value=None):
        return event(f"barrier.{verb}", ADA, day=day, object=f"barrier:{name}", value=value)

    epoch = (START.date() - date(1970, 1, 1)).days
    rows = [say("raised", raised), say("taken", raised + 0.1, float(epoch + promise))]
    return rows if cleared is None else [*rows, say("cleared", cleared)]


def kept_promises(n=8):
    return [row for k in range(n) for row in barrier(f"old{k}", 100 + 20 * k, 105 + 20 * k, 107 + 20 * k)]


def read(rows, *, zone="UTC", asof=ASOF, **more):
    log = masked(table(connect(zone), rows), Who(leads=(Spell(ADA),)))
    return compute(log, asof=asof, **more)


def part(found, question):
    return next(p for p in found.parts if p.question == question)


class TestPace:
    def test_a_collapse_is_found_with_its_beginning_and_how_far(self):
        found = read(work(lambda day: 0.35 if day >= 378 else 1.0))
        (alarm,) = alarms(found)
        assert alarm.question == PACE
        assert alarm.estimate >= 1
        assert "The pace has collapsed since the week of " in alarm.sentence
        assert "January 2025" in alarm.sentence
        assert found.sentence == alarm.sentence
        assert alarm.table[-1]["sum"] >= alarm.table[-1]["threshold"]

    @pytest.mark.parametrize("seed", range(4))
    def test_the_usual_ups_and_downs_are_none(self, seed):
        found = read(work(seed=seed))
        assert found.verdict == Verdict.SEEN
        assert alarms(found) == ()
        assert found.sentence == "No sign of danger in what is watched."

    def test_twice_the_pace_is_none(self):
        assert alarms(read(work(lambda day: 2.0 if day >= 378 else 1.0))) == ()

    def test_an_import_that_stopped_is_said_and_never_an_alarm(self):
        for gone in (20, 60, 200):
            found = read(work(days=DAYS - gone))
            assert alarms(found) == ()
            said = part(found, PACE)
            assert said.verdict == Verdict.CANT_TELL
            assert "Either the work stopped or its import did." in said.sentence

    def test_one_source_that_stopped_while_another_goes_on_is_none(self):
        items = [event("review.given", BEN, day=day, key=f"r{day}") for day in range(DAYS)]
        assert alarms(read([*work(days=DAYS - 40), *items])) == ()

    def test_the_week_that_runs_is_not_looked_at(self):
        """On a Tuesday four days of the week are still to come."""
        tuesday = START + timedelta(days=DAYS - 5, hours=4)
        found = part(read(work(days=DAYS - 5), asof=tuesday), PACE)
        assert found.table[-1]["week"] == "2025-02-10"

    def test_days_off_are_no_collapse(self):
        off = {(START + timedelta(days=day)).date() for day in range(378, 420) if day % 7 in (0, 1, 2)}
        rows = work(lambda day: 0.0 if day >= 378 and day % 7 in (0, 1, 2) else 1.0)
        assert alarms(read(rows)) != ()
        assert alarms(read(rows, off=off)) == ()

    def test_quiet_periods_are_passed_over(self):
        summer = START + timedelta(days=245, hours=4)  # 2 September
        rows = work(lambda day: 0.3 if 191 <= day < 244 else 1.0, days=245)
        assert alarms(read(rows, asof=summer)) == ()

    def test_the_leaders_own_step_aways_are_passed_over(self):
        rows = work(lambda day: 0.35 if day >= 378 else 1.0)
        away = Absence((START + timedelta(days=378)).date())
        assert alarms(read(rows, away=[away])) == ()
        told = event("stepaway.began", ADA, day=378, object="stepaway:1")
        assert alarms(read([*rows, told])) == ()

    def test_too_short_a_history_says_what_would_be_enough(self):
        found = part(read(work(days=80), asof=START + timedelta(days=81)), PACE)
        assert found.verdict == Verdict.CANT_TELL
        assert "17 would be enough" in found.sentence

    def test_one_persons_pace_is_never_watched(self):
        rows = [event("change.landed", BEN, day=day, key=str(day)) for day in range(DAYS)]
        assert "about that person" in part(read(rows), PACE).sentence

    def test_order_and_duplicates_do_not_matter(self):
        rows = work(lambda day: 0.5 if day >= 378 else 1.0)
        assert part(read(rows), PACE) == part(read(rows[::-1]), PACE)

    def test_the_teams_zone_decides_where_a_week_ends(self):
        """Late on Sunday in London it is Monday in Auckland."""
        late = [
            event("change.landed", BEN, day=week * 7 + 6.4, key=f"s{week}-{n}")
            for week in range(59)
            for n in range(week)
        ]
        rows = [*work(), *late]
        london, auckland = (part(read(rows, zone=z), PACE) for z in ("Europe/London", "Pacific/Auckland"))
        north, south = ({row["week"]: row["finished"] for row in found.table} for found in (london, auckland))
        # A week in Auckland has the late work of the week before, which was one less; not so beside quiet periods.
        fewer = [north[week] - south[week] for week in north.keys() & south.keys()]
        assert np.median(fewer) == 1
        assert np.mean([n == 1 for n in fewer]) > 0.8


class TestSum:
    @given(st.lists(st.floats(-5, 5), max_size=60))
    @settings(max_examples=50, deadline=None)
    def test_is_never_below_zero_and_one_week_counts_for_three_sds_at_most(self, score):
        found = add_up(np.array(score))
        assert (found >= 0).all()
        assert (np.diff(found, prepend=0.0) <= 3 - 0.75 + 1e-9).all()

    @given(st.integers(1, 40))
    @settings(max_examples=20, deadline=None)
    def test_nothing_said_of_a_week_depends_on_weeks_after_it(self, cut):
        count = np.random.default_rng(cut).poisson(30, 120) * 1.0
        _, whole = scores(count, np.full(120, 7.0))
        _, part_of = scores(count[:-cut], np.full(120 - cut, 7.0))
        assert np.array_equal(whole[:-cut], part_of)

    def test_a_team_in_no_danger_hears_of_one_less_than_once_in_two_years(self):
        """A small part of `benchmarks.monitors`; the whole of it is in docs/figures/monitors.md."""
        begun = years = 0.0
        for seed in range(30):
            random = np.random.default_rng(seed)
            days = DailyCounts(date(2020, 6, 1), random.negative_binomial(8, 0.5, 7 * 208) * 1.0)
            found = watch(days)
            over = found.statistic >= 5.5
            begun += (over & ~np.concatenate([[False], over[:-1]])).sum()
            years += len(found.weeks) / 52
        assert begun / years <= 0.5

    def test_no_history_no_watch(self):
        assert watch(DailyCounts(date(2024, 1, 1), np.ones(60))) is None
        assert watch(DailyCounts(date(2024, 1, 1), np.zeros(400))) is None


class TestBarriers:
    def test_one_far_over_its_promise_is_found_with_its_day(self):
        rows = [*kept_promises(), *barrier("late", 340, 350)]
        (alarm,) = alarms(read(rows, week_off=(5, 6)))
        assert alarm.question == BARRIERS
        assert alarm.sentence.startswith("A barrier stands far over its promise: 49 working days over")
        assert "its promise of 16 December 2024" in alarm.sentence
        assert "the longest of the 8 others in two years was 1." in alarm.sentence

    def test_a_little_over_is_none(self):
        found = part(read([*kept_promises(), *barrier("late", 405, 411)], week_off=(5, 6)), BARRIERS)
        assert 0 < found.estimate < 1
        assert found.sentence.startswith("None stands far over its promise.")

    def test_late_as_ever_is_none(self):
        rows = [row for k in range(8) for row in barrier(f"old{k}", 20 * k, 20 * k + 5, 20 * k + 60)]
        found = part(read([*rows, *barrier("late", 340, 350)]), BARRIERS)
        assert found.estimate < 1

    def test_days_off_stop_the_clock(self):
        off = [(START + timedelta(days=day)).date() for day in range(351, 420)]
        assert alarms(read([*kept_promises(), *barrier("late", 340, 350)], off=off)) == ()

    def test_one_that_was_cleared_or_withdrawn_is_none(self):
        rows = [*kept_promises(), *barrier("late", 340, 350, cleared=415)]
        assert part(read(rows), BARRIERS).sentence == "No barrier stands over its promise."
        gone = event("barrier.withdrawn", BEN, day=400, object="barrier:late2")
        assert alarms(read([*kept_promises(), *barrier("late2", 340, 350), gone])) == ()

    def test_too_few_promises_say_what_would_be_enough(self):
        found = part(read([*kept_promises(2), *barrier("late", 340, 350)]), BARRIERS)
        assert found.verdict == Verdict.CANT_TELL
        assert "5 would be enough" in found.sentence


def test_two_signs_at_once_are_both_said():
    rows = [*work(lambda day: 0.3 if day >= 378 else 1.0), *kept_promises(), *barrier("late", 340, 350)]
    found = read(rows)
    assert found.estimate == 2
    assert "collapsed" in found.sentence
    assert "far over" in found.sentence


def test_an_empty_log_is_no_danger_and_no_peace_either():
    found = read([event("lesson.told", BEN, day=1)])
    assert found.verdict == Verdict.CANT_TELL
    assert found.sentence.startswith("Can't tell: no work is on record.")
    assert alarms(found) == ()


def test_what_will_happen_is_not_looked_at():
    rows = work(lambda day: 0.35 if day >= 378 else 1.0)
    early = datetime(2024, 12, 2, 9, tzinfo=UTC)
    assert alarms(read(rows, asof=early)) == ()
    assert measure.eyes == "team"


class TestEnergy:
    def waves(self, *steps, n=14):
        """Waves three weeks apart, the last one just before the moment of looking, in which all said the same."""
        rows = []
        for k, step in enumerate(reversed(steps)):
            told = disclosure.told(disclosure.release([step] * n, floor=5, chance=Random(k)))
            rows += [
                event("wave.tallied", None, day=DAYS - 1 - 21 * k, object=f"wave:{k}", about=("item:energy",), value=value, unit=unit)
                for value, unit in told
            ]  # fmt: skip
        return rows

    def test_a_fall_is_found_in_the_wave_that_shows_it(self):
        found = read(self.waves(4, 4, 4, 2))
        (alarm,) = alarms(found)
        assert alarm.question == ENERGY
        assert alarm.sentence.startswith(
            "Energy has fallen: in the wave that closed on 23 February 2025 by 0.8 to 2"
        )

    def test_a_rise_and_what_stays_are_no_alarm(self):
        for steps in ((3, 3, 3, 5), (3, 3, 3, 3)):
            assert alarms(read(self.waves(*steps))) == ()

    def test_three_waves_are_too_few(self):
        said = part(read(self.waves(4, 4, 1)), ENERGY)
        assert said.verdict is Verdict.CANT_TELL
        assert "3 waves of the pulse tell of energy" in said.sentence
