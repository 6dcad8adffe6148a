"""Where a leader stands between front and behind."""

import numpy as np
import pytest
from scipy import stats

from followspot.measures._methods.position import Seen, ellipse, inside, place


def test_one_share_is_its_posterior_under_jeffreys_prior():
    theirs = stats.beta(3.5, 7.5)
    assert Seen(3, 10).mean == pytest.approx(theirs.mean())
    assert Seen(3, 10).variance == pytest.approx(theirs.var())


def test_shares_weigh_the_same_however_much_is_behind_them():
    assert place({"a": Seen(0, 1000), "b": Seen(4, 4)}).at == pytest.approx(0.45, abs=0.01)


def test_a_kind_without_evidence_does_not_pull_to_the_middle():
    assert place({"a": Seen(9, 10), "b": Seen(0, 0)}) == place({"a": Seen(9, 10)})
    assert place({"a": Seen(0, 0)}) is None


def test_it_never_leaves_the_map():
    found = place({"a": Seen(1, 1), "b": Seen(2, 2)})
    assert 0 <= found.low <= found.at <= found.high <= 1


@pytest.mark.parametrize("shape", [(0.5, 0.5), (2, 2), (5, 2), (8, 1)])
def test_interval_and_outline_hold_the_truth_about_as_often_as_they_say(shape):
    rng = np.random.default_rng(9)
    truth = rng.beta(*shape, (1500, 6))
    n = rng.integers(3, 12, (1500, 6))
    hits = rng.binomial(n, truth)
    on_axis = on_map = 0
    for k in range(1500):
        seen = [Seen(*pair) for pair in zip(hits[k], n[k], strict=True)]
        across, up = (place({str(j): s for j, s in enumerate(half)}) for half in (seen[:3], seen[3:]))
        at = float(truth[k, :3].mean()), float(truth[k, 3:].mean())
        on_axis += across.low <= at[0] <= across.high
        on_map += inside(at, across, up)
    assert 0.85 <= on_axis / 1500 <= 0.93
    assert 0.83 <= on_map / 1500 <= 0.94


def test_the_outline_is_where_inside_ends():
    across, up = place({"a": Seen(5, 9)}), place({"b": Seen(2, 20)})
    for x, y in ellipse(across, up):
        nearer = (across.at + 0.99 * (x - across.at), up.at + 0.99 * (y - up.at))
        farther = (across.at + 1.01 * (x - across.at), up.at + 1.01 * (y - up.at))
        assert inside(nearer, across, up)
        assert not inside(farther, across, up)
