"""Do questions hang together? Held against an analysis of variance by statsmodels, and against planted truth."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.anova import AnovaRM

from followspot.measures._methods.reliability import Consistency, alpha


def of(answers) -> Consistency:
    return Consistency(len(answers), answers.var(axis=0, ddof=1).sum(), answers.sum(axis=1).var(ddof=1))


def answered(n, k, *, common, seed):
    chance = np.random.default_rng(seed)
    return np.round(3 + common * chance.normal(size=(n, 1)) + chance.normal(size=(n, k)))


def test_alpha_is_hoyt_s_ratio_from_an_analysis_of_variance():
    answers = answered(40, 5, common=0.8, seed=1)
    long = pd.DataFrame(answers).melt(ignore_index=False, var_name="item").reset_index(names="person")
    found = AnovaRM(long, "value", "person", within=["item"]).fit().anova_table
    f_items, df_rest = float(found["F Value"].iloc[0]), float(found["Den DF"].iloc[0])
    between = 5 * answers.mean(axis=1).var(ddof=1)  # mean square of persons
    items = 40 * answers.mean(axis=0).var(ddof=1)  # mean square of items
    rest = items / f_items
    assert df_rest == 39 * 4
    assert alpha([of(answers)], 5).estimate == pytest.approx(1 - rest / between)


def test_two_waves_are_pooled_by_their_degrees_of_freedom():
    one, other = answered(25, 4, common=1, seed=2), answered(35, 4, common=1, seed=3)
    pooled = alpha([of(one), of(other)], 4)
    single = [alpha([of(x)] * 2, 4).estimate for x in (one, other)]
    assert min(single) <= pooled.estimate <= max(single)
    assert pooled.n == 60


def test_below_thirty_answers_or_with_one_question_there_is_no_figure():
    assert alpha([of(answered(29, 4, common=1, seed=4))], 4) is None
    assert alpha([of(answered(60, 1, common=1, seed=4))], 1) is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    truth = (
        4 * 0.64 / (1 + 4 * 0.64)
    )  # four parallel questions, a common part of variance 0.64 beside one of 1
    held = 0
    for seed in range(400):
        chance = np.random.default_rng(seed)
        answers = 0.8 * chance.normal(size=(40, 1)) + chance.normal(size=(40, 4))
        found = alpha([of(answers)], 4)
        held += found.low <= truth <= found.high
    assert 0.86 <= held / 400 <= 0.94
