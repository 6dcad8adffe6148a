"""The step-away test against its worked cases, its promised properties and planted truth."""

import json
import sys
from datetime import date, timedelta
from subprocess import run

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.measures import Verdict
from followspot.measures.stepaway import Absence, DailyCounts, Note, as_json, judge

FIRST = date(2024, 1, 1)
ONE, THREE = [(280, 293)], [(105, 118), (189, 202), (273, 286)]
BY_WEEKDAY = (19, 21, 22, 21, 17, 2, 1)


def day(number):
    return FIRST + timedelta(days=number)


def worked_series():
    i = np.arange(400)
    smooth = np.round(np.array(BY_WEEKDAY)[i % 7] * (1 + 0.15 * np.sin(i / 9)))
    return np.maximum(0.0, smooth + np.where(i % 7 < 5, (7919 * i) % 5 - 2, 0))


def scaled(counts, spans, factor):
    counts = counts.copy()
    for first, last in spans:
        counts[first : last + 1] = np.floor(counts[first : last + 1] * factor)
    return counts


def half_the_team_away():
    """Five people on weekdays, two or three of them in the absence; weekends are not planned."""
    people = np.where(np.arange(400) % 7 < 5, 10.0, np.nan)
    people[280:294] /= 2
    return people


def judged(counts, spans, *, start=0, margin=0.2, level=0.9, asof=None, notes=(), **columns):
    days = DailyCounts(day(start), counts, **columns)
    absences = [Absence(day(first), None if last is None else day(last)) for first, last in spans]
    return judge(days, absences, margin=margin, level=level, asof=asof, notes=notes)


def codes(result):
    return [reason.code for reason in result.reasons]


SERIES = worked_series()
WORKED = {
    "A": (SERIES, ONE, {}, 1.050, 0.854, 1.287, Verdict.HELD),
    "B": (scaled(SERIES, ONE, 0.5), ONE, {}, 0.503, 0.387, 0.649, Verdict.DROPPED),
    "C": (scaled(SERIES, ONE, 0), ONE, {}, 0, 0, 0.017, Verdict.DROPPED),
    "D": (SERIES, THREE, {}, 0.973, 0.862, 1.096, Verdict.HELD),
    "E": (SERIES, [(350, 363)], {}, 1.192, 0.694, 2.050, Verdict.CANT_TELL),
    "F": (np.floor(SERIES / 10), ONE, {}, 1.169, 0.735, 1.807, Verdict.CANT_TELL),
    "G": (scaled(SERIES, THREE, 0.65), THREE, {}, 0.603, 0.524, 0.692, Verdict.DROPPED),
    "H": (SERIES, [(300, None)], {}, 0.974, 0.767, 1.235, Verdict.CANT_TELL),
    "half": (SERIES, ONE, {"at_work": half_the_team_away()}, 2.034, 1.655, 2.494, Verdict.ROSE),
    "short": (SERIES[189:330], ONE, {"start": 189}, 1.062, 0.823, 1.368, Verdict.HELD),
}


@pytest.mark.parametrize("case", WORKED)
def test_agrees_with_the_worked_cases(case):
    counts, spans, columns, ratio, low, high, verdict = WORKED[case]
    result = judged(counts, spans, **columns)
    assert result.ratio == pytest.approx(ratio, rel=0.02)
    assert result.low == pytest.approx(low, rel=0.05)
    assert result.high == pytest.approx(high, rel=0.05)
    assert result.verdict == verdict


def test_first_year_end_is_the_reason_in_case_e():
    assert codes(judged(SERIES, [(350, 363)])) == ["first_year_end"]


def test_no_output_while_away_asks_for_a_look_at_the_connector():
    result = judged(scaled(SERIES, ONE, 0), ONE)
    assert [caveat.code for caveat in result.caveats] == ["no_output_away"]
    assert "Nothing at all was finished." in result.sentence


class TestProperties:
    @given(st.integers(100, 330), st.integers(5, 21))
    @settings(max_examples=15, deadline=None)
    def test_half_the_counts_are_half_the_ratio(self, first, length):
        even = SERIES * 2
        span = [(first, first + length - 1)]
        whole, half = judged(even, span), judged(scaled(even, span, 0.5), span)
        assert half.ratio == pytest.approx(whole.ratio / 2, rel=0.03)

    @given(st.integers(0, 2**32 - 1))
    @settings(max_examples=10, deadline=None)
    def test_leader_and_bots_never_change_ratio_or_limits(self, seed):
        random = np.random.default_rng(seed)
        columns = {name: random.poisson(9.0, 400) * 1.0 for name in ("leader", "bots", "leader_acts")}
        plain, full = judged(SERIES, ONE), judged(SERIES, ONE, **columns)
        assert (full.ratio, full.low, full.high, full.net) == (plain.ratio, plain.low, plain.high, plain.net)

    @given(st.lists(st.integers(0, 270), min_size=10, max_size=10, unique=True))
    @settings(max_examples=15, deadline=None)
    def test_missing_days_are_not_zeros(self, gone):
        counts = SERIES.copy()
        counts[gone] = np.nan
        assert judged(counts, ONE).ratio == pytest.approx(judged(SERIES, ONE).ratio, rel=0.05)

    def test_a_holiday_in_the_absence_lowers_what_was_expected(self):
        holiday = np.zeros(400, dtype=bool)
        holiday[282] = True
        assert (
            judged(SERIES, ONE, holiday=holiday).finished.expected
            < judged(SERIES, ONE).finished.expected - 15
        )

    def test_half_the_team_is_half_of_what_was_expected(self):
        people = np.full(400, 10.0)
        people[280:294] = 5
        half, whole = judged(SERIES, ONE, at_work=people), judged(SERIES, ONE)
        assert half.finished.expected == pytest.approx(whole.finished.expected / 2, rel=0.01)

    def test_thirteen_weeks_of_history_say_less(self):
        short = judged(SERIES[189:330], ONE, start=189)
        long = judged(SERIES, ONE)
        assert short.high / short.low > long.high / long.low

    def test_more_absences_say_more(self):
        one, three = judged(SERIES, THREE[:1]), judged(SERIES, THREE)
        assert three.high / three.low < one.high / one.low

    def test_same_input_same_output(self):
        assert as_json(judged(SERIES, ONE)) == as_json(judged(SERIES.copy(), ONE))

    def test_order_of_absences_does_not_matter(self):
        assert as_json(judged(SERIES, THREE)) == as_json(judged(SERIES, THREE[::-1]))

    @given(
        st.integers(0, 2**32 - 1),
        st.sampled_from([0.01, 0.3, 3.0, 40.0]),
        st.integers(2, 500),
        st.floats(0, 1),
        st.integers(1, 60),
        st.floats(0, 0.6),
        st.booleans(),
    )
    @settings(max_examples=60, deadline=None)
    def test_verdict_follows_from_limits_and_reasons(
        self, seed, rate, size, place, length, missing, for_good
    ):
        random = np.random.default_rng(seed)
        counts = random.poisson(rate, size) * 1.0
        counts[random.random(size) < missing] = np.nan
        first = int(place * (size - 1))
        last = None if for_good else first + length - 1
        result = judged(counts, [(first, last)])
        json.dumps(as_json(result), allow_nan=False)
        if result.reasons:
            assert result.verdict == Verdict.CANT_TELL
            return
        assert result.low <= result.ratio <= result.high
        expected = (
            Verdict.ROSE
            if result.low > 1
            else Verdict.HELD
            if result.low >= 0.8
            else Verdict.DROPPED
            if result.high < 1
            else Verdict.CANT_TELL
        )
        assert result.verdict == expected

    @pytest.mark.parametrize("span", [(0, 0), (0, 13), (399, 399), (386, 399), (390, None), (386, 450)])
    def test_absence_at_the_first_or_last_day(self, span):
        result = judged(SERIES, [span])
        assert result.ratio is not None
        assert result.low < result.high

    @pytest.mark.parametrize("size", [1, 5, 20, 60])
    def test_no_output_at_all(self, size):
        result = judged(np.zeros(size), [(size // 2, size // 2)])
        assert result.verdict == Verdict.CANT_TELL
        assert codes(result) == ["no_output"]
        assert as_json(result)["ratio"] is None

    def test_odds_agree_with_the_verdict(self):
        held, dropped = judged(SERIES, ONE), judged(scaled(SERIES, ONE, 0.5), ONE)
        assert held.odds.held > 0.95
        assert dropped.odds.dropped > 0.95
        assert held.odds.held + held.odds.dropped == pytest.approx(1)
        assert dropped.odds.rose < 0.05

    @given(st.sampled_from(sorted(WORKED)), st.sampled_from([0.8, 0.9, 0.95]))
    @settings(max_examples=12, deadline=None)
    def test_a_higher_level_asks_for_more(self, case, level):
        counts, spans, columns, *_ = WORKED[case]
        lower, higher = (
            judged(counts, spans, level=level, **columns),
            judged(counts, spans, level=0.97, **columns),
        )
        assert higher.low <= lower.low
        assert higher.high >= lower.high


class TestReasons:
    def test_too_little_history(self):
        assert "too_little_history" in codes(judged(SERIES[250:310], ONE, start=250))

    def test_too_little_expected(self):
        assert codes(judged(np.floor(SERIES / 20), [(280, 284)])) == ["too_little_expected"]

    def test_no_data(self):
        counts = SERIES.copy()
        counts[281:285] = np.nan
        result = judged(counts, ONE)
        assert codes(result) == ["no_data"]
        assert result.ratio is not None

    def test_no_data_on_any_day_away(self):
        counts = SERIES.copy()
        counts[280:294] = np.nan
        result = judged(counts, ONE)
        assert "no_data" in codes(result)
        assert result.ratio is None

    def test_two_other_year_ends_are_enough(self):
        days = DailyCounts(date(2021, 12, 1), np.tile(SERIES, 4)[:1170])
        result = judge(days, [Absence(date(2024, 12, 16), date(2024, 12, 29))])
        assert "first_year_end" not in codes(result)

    def test_most_of_the_team_away(self):
        people = np.full(400, 10.0)
        people[280:294] = 2
        assert codes(judged(SERIES, ONE, at_work=people)) == ["team_away"]

    def test_leader_worked_on(self):
        acts = np.full(400, 4.0)
        acts[280:294] = 2
        assert codes(judged(SERIES, ONE, leader_acts=acts)) == ["leader_worked_on"]
        acts[280:294] = 1
        assert codes(judged(SERIES, ONE, leader_acts=acts)) == []

    def test_items_stand_in_for_acts_that_are_not_known(self):
        assert codes(judged(SERIES, ONE, leader=np.full(400, 2.0))) == ["leader_worked_on"]

    def test_leader_had_no_part(self):
        acts = np.zeros(400)
        acts[::50] = 1
        result = judged(SERIES, ONE, leader_acts=acts)
        assert codes(result) == ["no_part_before"]
        assert "let go of" in result.sentence

    def test_method_fails_its_own_check(self):
        stop_and_go = np.where((np.arange(400) // 28) % 2, 1.0, 0.02)
        result = judged(np.round(SERIES * stop_and_go), ONE)
        assert result.kappa > 1.6
        assert "fails_own_check" in codes(result)

    @pytest.mark.parametrize(
        ("on", "said"), [(265, False), (266, True), (285, True), (307, True), (308, False)]
    )
    def test_something_else_happened(self, on, said):
        result = judged(SERIES, ONE, notes=[Note(day(on), "new ticket tool")])
        assert ("something_else" in codes(result)) == said

    def test_leader_name_on_most_items_forbids_held_but_not_dropped(self):
        leader = SERIES * 2
        leader[280:294] = 0
        assert codes(judged(SERIES, ONE, leader=leader)) == ["leader_name_on_most"]
        dropped = judged(scaled(SERIES, ONE, 0.5), ONE, leader=leader)
        assert dropped.verdict == Verdict.DROPPED
        assert [caveat.code for caveat in dropped.caveats] == ["leader_name_on_most"]

    @pytest.mark.parametrize(("asof", "provisional"), [(285, True), (299, True), (300, False), (None, False)])
    def test_provisional_until_a_week_after_the_return(self, asof, provisional):
        result = judged(SERIES, ONE, asof=None if asof is None else day(asof))
        assert result.provisional == provisional


class TestFindings:
    def test_deferred_not_lost(self):
        counts = scaled(SERIES, ONE, 0.5)
        counts[294:308] += SERIES[280:294] - counts[280:294]
        result = judged(counts, ONE)
        assert result.verdict == Verdict.DROPPED
        assert result.deferred
        assert "deferred, not lost" in result.sentence

    def test_net_needs_the_whole_return_period(self):
        assert judged(SERIES, ONE, asof=day(306)).net is None
        assert judged(SERIES, ONE, asof=day(307)).net is not None

    def test_single_absences_are_listed(self):
        result = judged(scaled(SERIES, THREE[:1], 0.3), THREE)
        assert [stretch.start for stretch in result.absences] == [day(first) for first, _ in THREE]
        assert result.differ

    def test_for_good_is_judged_on_91_days(self):
        result = judged(SERIES, [(150, None)])
        assert result.days == 91
        assert result.absences[0].end == day(240)
        assert result.net is None

    def test_what_would_be_enough(self):
        result = judged(SERIES, ONE)
        assert result.smallest_drop > 0.2
        assert result.enough.stretches > 1
        assert "stretches of 14 days" in as_json(result)["enough"]["sentence"]

    def test_weeks_for_the_chart(self):
        result = judged(SERIES, ONE)
        assert [w.state for w in result.weeks if w.state != "ordinary"] == [
            "left out",
            "away",
            "away",
            "left out",
        ]
        ordinary = [w for w in result.weeks if w.state == "ordinary"]
        inside = np.mean([w.low <= w.finished <= w.high for w in ordinary])
        assert inside >= 0.85
        assert sum(w.finished for w in result.weeks) == SERIES.sum()

    def test_json_has_no_names_for_nothing(self):
        plain = as_json(judged(SERIES, ONE))
        wanted = (
            "ratio low high verdict reasons expected observed smallest_drop odds margin level net absences"
        )
        assert {*wanted.split(), "enough"} <= set(plain)
        assert set(plain["odds"]) == {"held", "dropped", "rose"}
        json.dumps(plain, allow_nan=False)

    def test_cant_tell_says_what_could_have_been_seen(self):
        said = judged(np.floor(SERIES / 10), ONE).sentence
        assert said.startswith("Can't tell. ")
        assert "14 days could show a drop of 57% or more." in said

    def test_ten_years_are_cut_to_those_that_count(self):
        counts = np.tile(SERIES, 9)
        whole = judge(DailyCounts(FIRST, counts), [Absence(day(3000), day(3013))])
        assert len(whole.weeks) < 165


class TestBadInput:
    @pytest.mark.parametrize(
        ("spans", "options", "words"),
        [
            ([], {}, "no absence"),
            (ONE, {"margin": 0}, "margin"),
            (ONE, {"margin": 1.5}, "margin"),
            (ONE, {"level": 1}, "level"),
            (ONE, {"level": 0.1}, "level"),
            ([(280, 270)], {}, "before it starts"),
            ([(280, 293), (290, 299)], {}, "overlap"),
            ([(280, None), (330, 340)], {}, "overlap"),
            ([(500, 510)], {}, "outside the counts"),
            ([(-20, 5)], {}, "outside the counts"),
            (ONE, {"asof": day(270)}, "outside the counts"),
            (ONE, {"asof": day(500)}, "lies outside"),
        ],
    )
    def test_is_refused_with_a_sentence(self, spans, options, words):
        with pytest.raises(BadInput, match=words):
            judged(SERIES, spans, **options)


def test_no_effect_is_covered_as_often_as_claimed():
    """A hundred simulated fortnights in which nothing changed."""
    random = np.random.default_rng(20240101)
    covered, dropped = 0, 0
    for _ in range(100):
        drift = np.repeat(np.cumsum(random.normal(0, 0.05, 58)) + random.normal(0, 0.15, 58), 7)[:400]
        mean = np.array(BY_WEEKDAY)[np.arange(400) % 7] * np.exp(drift)
        result = judged(random.poisson(random.gamma(4, mean / 4)) * 1.0, ONE)
        covered += result.low <= 1 <= result.high
        dropped += result.verdict == Verdict.DROPPED
    assert covered >= 82
    assert dropped <= 12


def test_needs_neither_django_nor_the_slow_libraries():
    banned = "django pandas statsmodels ibis pyarrow duckdb scipy.stats scipy.optimize scipy.sparse"
    code = f"import sys, followspot.measures.stepaway as s; print(set('{banned}'.split()) & set(sys.modules))"
    shown = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"
