"""The weeks of a history beside what was to be expected of each, for the chart."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import gammaincinv

from followspot.measures._methods.blocks import ORDINARY, Blocks, Setting
from followspot.measures._methods.counterfactual import Fit
from followspot.measures._methods.days import Floats


@dataclass(frozen=True, slots=True)
class Week:
    """One calendar week. low to high is where its count was to be expected, count noise included."""

    start: date
    finished: float
    expected: float
    low: float
    high: float
    state: str  # "ordinary", "away" or "left out"


def _whole_weeks(setting: Setting) -> Blocks:
    """One block a week over all its days with a record; the quiet period is that of most days."""
    use = ~np.isnan(setting.days.others) & (setting.exposure > 0)
    if setting.days.holiday is not None:
        use &= ~setting.days.holiday
    weeks = np.unique(setting.when.week[use])
    weight = np.where(use, setting.exposure, 0.0)
    rows = []
    for week in weeks:
        inside = np.flatnonzero(use & (setting.when.week == week))
        share = weight[inside] / weight[inside].sum()
        middle = inside[inside.size // 2]
        away = (setting.state[inside] > ORDINARY).any()
        left_out = (setting.state[inside] != ORDINARY).mean() > 0.5
        rows.append(
            (
                setting.days.others[inside].sum(),
                weight[inside].sum(),
                share @ inside,
                share @ setting.when.yearday[inside],
                week,
                setting.when.quiet[middle],
                setting.when.quiet_year[middle],
                1 if away else -1 if left_out else 0,
            )
        )
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Blocks(*columns)


def _ordinary(fitted: Fit, weeks: Blocks) -> tuple[Floats, Floats]:
    """Log rate of each ordinary week, predicted without its own main block (leave one out)."""
    diagonal = np.diagonal(fitted.precision, axis1=1, axis2=2)
    lever = (fitted.precision @ fitted.residual[:, :, None])[:, :, 0]
    mean = fitted.seen.mean + fitted.residual - lever / diagonal
    spread = np.maximum(1 / diagonal - fitted.seen.variance, 0.0)
    main = []
    for week in weeks.week:
        inside = np.flatnonzero(fitted.blocks.week == week)
        main.append(inside[fitted.blocks.exposure[inside].argmax()])
    return mean[:, main], spread[:, main]


def weekly(setting: Setting, fitted: Fit, widening: float, level: float) -> tuple[Week, ...]:
    """Each week's count beside its expectation and the band that holds `level` of such weeks.

    Ordinary weeks are predicted from all the others, the rest from all ordinary ones.
    """
    weeks = _whole_weeks(setting)
    learned = (weeks.state == ORDINARY) & np.isin(weeks.week, fitted.blocks.week)
    mean = np.empty((fitted.points.week.size, len(weeks)))
    spread = np.empty_like(mean)
    mean[:, learned], spread[:, learned] = _ordinary(fitted, weeks.where(learned))
    if not learned.all():
        away_mean, away_spread = fitted.predict(weeks.where(~learned))
        mean[:, ~learned] = away_mean
        spread[:, ~learned] = np.diagonal(away_spread, axis1=1, axis2=2)
    weight = fitted.points.weights()
    middle = weight @ mean
    variance = weight @ (spread + (mean - middle) ** 2) * widening**2
    expected = weeks.exposure * np.exp(middle)
    # A gamma with the right mean and variance: never below zero, skewed as counts are.
    total = np.exp(variance / 2) * expected
    noise = total**2 * np.expm1(np.minimum(variance, 50.0)) + setting.phi * widening**2 * total
    shape, scale = total**2 / noise, noise / total
    low, high = (scale * gammaincinv(shape, tail) for tail in ((1 - level) / 2, (1 + level) / 2))
    names = {0: "ordinary", 1: "away", -1: "left out"}
    return tuple(
        Week(
            start=date.fromordinal(int(weeks.week[i]) * 7 + 1),
            finished=float(weeks.count[i]),
            expected=float(expected[i]),
            low=float(low[i]),
            high=float(high[i]),
            state=names[int(weeks.state[i])],
        )
        for i in range(len(weeks))
    )
