"""One fit of the counterfactual and its test on the absences, before any rule about what may be said."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from statistics import median

import numpy as np

from followspot.measures._methods import equivalence
from followspot.measures._methods.blocks import LONG, ORDINARY, Setting
from followspot.measures._methods.counterfactual import Expected, Fit, fit, total
from followspot.measures._methods.days import Bools, Floats
from followspot.measures._methods.equivalence import Odds, Ratio
from followspot.measures._methods.placebo import Check, check


@dataclass(frozen=True, slots=True)
class Stretch:
    """One of the absences by itself: listed, never tested one by one."""

    start: date
    end: date
    ratio: Ratio


@dataclass(frozen=True, eq=False)
class Trial:
    """The fitted ordinary weeks, their placebo check, and what follows for the absent blocks."""

    setting: Setting
    fitted: Fit
    check: Check
    level: float

    @cached_property
    def _predicted(self) -> tuple[Floats, Floats]:
        return self.fitted.predict(self.setting.absent)

    @cached_property
    def _everything(self) -> Bools:
        return np.ones(len(self.setting.absent), dtype=np.bool_)

    @property
    def each_expected(self) -> Floats:
        """Items expected in each absent block."""
        middle = self.fitted.points.weights() @ self._predicted[0]
        result: Floats = self.setting.absent.exposure * np.exp(middle)
        return result

    @cached_property
    def expected(self) -> Expected:
        """What was to be expected of all absences together."""
        return self._expect(self._everything)

    @cached_property
    def ratio(self) -> Ratio:
        """The ratio of totals over all absences: the headline."""
        return self._ratio_of(self._everything)

    def odds(self, margin: float) -> Odds:
        """Chances that all absences together held, dropped or rose."""
        return equivalence.odds(
            self.ratio.observed, self.expected, self.setting.phi, self.check.widening, margin
        )

    def stretches(self) -> tuple[Stretch, ...]:
        """Each absence by itself."""
        found = []
        for number in range(1, len(self.setting.absences) + 1):
            chosen = self.setting.absent.state == number
            if chosen.any():
                ratio = self.ratio if chosen.all() else self._ratio_of(chosen)
                found.append(self._stretch(number, ratio))
        return tuple(found)

    def _stretch(self, number: int, ratio: Ratio) -> Stretch:
        absence = self.setting.absences[number - 1]
        judged = np.flatnonzero(self.setting.state == number)
        end = absence.end or self.setting.days.start + timedelta(days=int(judged[-1]))
        return Stretch(absence.start, end, ratio)

    def _expect(self, chosen: Bools) -> Expected:
        mean, spread = self._predicted
        return total(
            self.fitted, self.setting.absent.where(chosen), mean[:, chosen], spread[:, chosen][:, :, chosen]
        )

    def _ratio_of(self, chosen: Bools) -> Ratio:
        observed = float(self.setting.absent.count[chosen].sum())
        return equivalence.ratio(
            observed, self._expect(chosen), self.setting.phi, self.check.widening, self.level
        )


def tried(setting: Setting, level: float) -> Trial:
    """Fit the ordinary weeks and check the fit on placebo stretches of the absences' length."""
    ordinary_days = int((setting.state == ORDINARY).sum())
    fitted = fit(setting.ordinary, setting.phi, ordinary_days, setting.periods)
    length = median(setting.lengths)
    checked = check(fitted, max(1, round(length / 7)), long=length >= LONG, level=level)
    return Trial(setting, fitted, checked, level)
