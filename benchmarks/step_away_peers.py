"""What others would do with the same counts: CausalImpact's model, and a regression with HAC errors."""

import warnings
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from scipy.special import ndtr

from benchmarks.simulator import Case, away_days

DRAWS = 1000
Z = 1.6448536269514722


@dataclass(frozen=True)
class Answer:
    """Ratio, 90 % interval and the odds that the true ratio is at least a number."""

    ratio: float
    low: float
    high: float
    odds_held: float


def causal_impact(case: Case, margin: float) -> Answer:
    """Local level and weekly season on the days before; relative effect of the sum by simulation.

    A port of the model of Brodersen et al. (2015) without covariates to statsmodels, level
    variance estimated. As in the original the interval of a relative effect is additive.
    """
    first, last = case.spans[0][0], case.spans[-1][1]
    before = case.days.others[:first]
    away = away_days(case.days.others.size, case.spans)[first : last + 1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = sm.tsa.UnobservedComponents(before, level="llevel", seasonal=7)
        fitted = model.fit(disp=False, maxiter=60)
        paths = fitted.simulate(
            last + 1 - first, anchor="end", repetitions=DRAWS, rng=np.random.default_rng(0)
        )
    expected = np.asarray(paths).reshape(last + 1 - first, DRAWS)[away].sum(0)
    observed = np.nansum(case.days.others[first : last + 1][away])
    ratios = 1 + (observed - expected) / expected.mean()
    low, high = np.quantile(ratios, [0.05, 0.95])
    return Answer(float(ratios.mean()), float(low), float(high), float((ratios >= 1 - margin).mean()))


def regression(case: Case, margin: float) -> Answer:
    """Poisson regression on weekday, trend and absence, with HAC errors over 14 lags."""
    counts = case.days.others
    day = np.arange(counts.size)
    away = away_days(counts.size, case.spans)
    near = away_days(counts.size, [(max(0, a - 7), b + 7) for a, b in case.spans])
    use = ~np.isnan(counts) & (away | ~near)
    if len(case.spans) > 3:
        use = ~np.isnan(counts)
    weekdays = (day[:, None] % 7 == np.arange(7)).astype(float)
    design = np.column_stack([away, day / counts.size, weekdays])[use]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = sm.GLM(counts[use], design, family=sm.families.Poisson())
        fitted = model.fit(cov_type="HAC", cov_kwds={"maxlags": 14})
    effect, error = float(fitted.params[0]), float(fitted.bse[0])
    odds = float(ndtr((effect - np.log(1 - margin)) / error))
    return Answer(np.exp(effect), np.exp(effect - Z * error), np.exp(effect + Z * error), odds)


PEERS = {
    "CausalImpact's model (port to statsmodels)": causal_impact,
    "Poisson regression, HAC errors (14 lags)": regression,
}
