"""How long things stand when some still stand: the published example, the published code, and what must hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from followspot.errors import BadInput
from followspot.measures._methods.survival import at, kaplan_meier, median

# Weeks in remission under 6-MP (Freireich et al. 1963, Blood 21:699-716); + was still in remission.
SIX_MP = [
    "6",
    "6",
    "6",
    "6+",
    "7",
    "9+",
    "10",
    "10+",
    "11+",
    "13",
    "16",
    "17+",
    "19+",
    "20+",
    "22",
    "23",
    "25+",
    "32+",
    "32+",
    "34+",
    "35+",
]
WEEKS = np.array([float(w.rstrip("+")) for w in SIX_MP])
ENDED = np.array([not w.endswith("+") for w in SIX_MP])

lives = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60)


def split(pairs):
    return [float(t) for t, _ in pairs], [e for _, e in pairs]


def test_freireichs_patients_as_printed():
    """Kaplan-Meier estimates as in Kleinbaum & Klein (2012), Survival Analysis, chapter 2."""
    curve = kaplan_meier(WEEKS, ENDED, level=0.95)
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.share == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=1e-4)
    assert median(curve).estimate == 23
    assert (curve.n, curve.ends, curve.last) == (21, 9, 35)


def test_greenwoods_variance_by_hand():
    """At 6 weeks 18 of 21: S = 6/7, Greenwood's sum 3/(21*18), and the band on log(-log S)."""
    curve = kaplan_meier(WEEKS, ENDED, level=0.95)
    se = np.sqrt(3 / (21 * 18)) / -np.log(6 / 7)
    assert curve.low[0] == pytest.approx((6 / 7) ** np.exp(1.959964 * se), abs=1e-6)
    assert curve.high[0] == pytest.approx((6 / 7) ** np.exp(-1.959964 * se), abs=1e-6)


def test_the_controls_all_relapsed_and_the_curve_comes_down_to_nothing():
    weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    curve = kaplan_meier(weeks, [True] * 21)
    assert median(curve).estimate == 8
    assert curve.share[-1] == curve.low[-1] == 0
    assert 0 < curve.high[-1] <= curve.high[-2]
    share, *_, followed = at(curve, [100])
    assert (share[0], followed[0]) == (0, 0)


@given(lives.filter(lambda p: any(e for _, e in p)))
def test_it_agrees_with_the_published_implementation(pairs):
    t, ended = split(pairs)
    theirs, ours = SurvfuncRight(t, np.array(ended, int)), kaplan_meier(t, ended)
    assert ours.times.tolist() == list(theirs.surv_times)
    assert ours.share == pytest.approx(theirs.surv_prob, abs=1e-9)
    assert ours.at_risk.tolist() == list(theirs.n_risk)
    open_ = ours.share > 0
    se = np.asarray(theirs.surv_prob_se)[open_]
    s = ours.share[open_]
    half = 1.6448536 * se / s / -np.log(s)
    assert ours.low[open_] == pytest.approx(s ** np.exp(half), abs=1e-6)
    assert ours.high[open_] == pytest.approx(s ** np.exp(-half), abs=1e-6)


def test_the_median_and_its_interval_agree_with_the_published_implementation():
    rng = np.random.default_rng(5)
    for _ in range(40):
        t, c = rng.exponential(4, 40), rng.exponential(9, 40)
        t[0], c[0] = 99, 98  # theirs stumbles where nobody is left
        theirs = SurvfuncRight(np.minimum(t, c), (t <= c).astype(int))
        ours = median(kaplan_meier(np.minimum(t, c), t <= c))
        assert ours.estimate == theirs.quantile(0.5)
        low, high = theirs.quantile_ci(0.5, alpha=0.1, method="cloglog")
        assert ours.low == low
        assert ours.high is None or ours.high >= high


@given(lives, st.randoms())
def test_order_says_nothing(pairs, random):
    mixed = list(pairs)
    random.shuffle(mixed)
    a, b = kaplan_meier(*split(pairs)), kaplan_meier(*split(mixed))
    assert a.share.tolist() == b.share.tolist()
    assert a.high.tolist() == b.high.tolist()


@given(lives)
def test_it_falls_stays_within_bounds_and_lies_in_its_band(pairs):
    curve = kaplan_meier(*split(pairs))
    assert (np.diff(curve.share) <= 0).all()
    for column in (curve.share, curve.low, curve.high):
        assert ((column >= 0) & (column <= 1)).all()
    assert (curve.low <= curve.share + 1e-12).all()
    assert (curve.share <= curve.high + 1e-12).all()
    found = median(curve)
    if found.estimate is not None:
        assert found.low <= found.estimate
        assert found.high is None or found.high >= found.estimate


@given(st.lists(st.integers(0, 30), min_size=1))
def test_where_all_still_stand_the_share_is_one(durations):
    curve = kaplan_meier(durations, [False] * len(durations))
    share, low, high, followed = at(curve, [0, max(durations), max(durations) + 1])
    assert share[:2].tolist() == low[:2].tolist() == high[:2].tolist() == [1, 1]
    assert np.isnan(share[2])
    assert followed[0] == len(durations)
    assert median(curve).estimate is None


def test_shares_and_numbers_at_given_times():
    share, low, high, followed = at(kaplan_meier(WEEKS, ENDED), [5, 6, 10, 35])
    assert share == pytest.approx([1, 0.857, 0.753, 0.448], abs=1e-3)
    assert followed.tolist() == [21, 21, 15, 1]
    assert (low <= share).all()
    assert (share <= high).all()


def test_the_bands_cover_as_often_as_they_say():
    rng, covered, runs = np.random.default_rng(3), np.zeros(2), 500
    for _ in range(runs):
        t, c = rng.exponential(5, 30), rng.uniform(0, 25, 30)
        curve = kaplan_meier(np.minimum(t, c), t <= c)
        _, low, high, _ = at(curve, [4.0])
        middle = median(curve)
        true = 5 * np.log(2)
        covered += (
            low[0] <= np.exp(-4 / 5) <= high[0],
            (middle.low or np.inf) <= true <= (middle.high or np.inf),
        )
    assert (covered / runs >= 0.87).all()
    assert (covered / runs <= 0.95).all()


@pytest.mark.parametrize(("t", "ended"), [([], []), ([1, -1], [1, 1]), ([1, np.nan], [1, 1]), ([1, 2], [1])])
def test_nonsense_is_refused(t, ended):
    with pytest.raises(BadInput):
        kaplan_meier(t, ended)
