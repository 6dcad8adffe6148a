"""Days drawn by lot: what would any other draw have shown? An exact randomisation test.

Fisher (1935), The Design of Experiments, chapter 2; Edgington & Onghena (2007), Randomization Tests. The leader
named days that were acceptable, and one of each set was drawn. If it made no difference which, the draw that came
is like any other that could have come, however rough the work is and whatever it depends on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import prod

import numpy as np

from followspot.errors import BadInput
from followspot.language import say
from followspot.measures._methods.blocks import LONG, QUIET_PERIODS, calendar, profile, share_at_work, states
from followspot.measures._methods.days import Absence, Bools, DailyCounts, Floats, Ints

MOST_DRAWS = 2000  # up to so many all are tried; above, so many, the real one among them
SEED = 20240607
LOWEST, HIGHEST = -4.0, 4.0  # of the log ratio
STEPS = 24  # halvings of that span for a limit: finer than a thousandth
NEAREST_DAYS = 14.0  # how fast the weight of other days falls, for single days


@dataclass(frozen=True, slots=True)
class Draw:
    """Which days could have come, and which came.

    sets : each the first days that were acceptable, of which one was drawn, all with the same
    chance. chosen : the one drawn, a set each. days : length of each stretch.
    """

    sets: tuple[tuple[date, ...], ...]
    chosen: tuple[date, ...]
    days: int = 1

    def __post_init__(self) -> None:
        if len(self.sets) != len(self.chosen) or not self.sets:
            raise BadInput(
                f"There are {len(self.sets)} sets of days and {len(self.chosen)} drawn; one of each set is drawn."
            )
        for dates, drawn in zip(self.sets, self.chosen, strict=True):
            if drawn not in dates:
                raise BadInput(f"{drawn} was drawn, but isn't among the days that could be drawn.")
            if len(set(dates)) != len(dates):
                raise BadInput(f"A day stands twice among those that could be drawn with {drawn}.")
        if self.days < 1:
            raise BadInput(f"A stretch has a day or more; got {self.days}.")

    @property
    def absences(self) -> tuple[Absence, ...]:
        """The days drawn, as absences in order of time."""
        return tuple(Absence(first, first + timedelta(days=self.days - 1)) for first in sorted(self.chosen))


@dataclass(frozen=True, slots=True)
class Lot:
    """What the draw shows. p_drop, p_rise : share of draws that came out as low, or as high, or more so.

    low, high : every ratio that the test does not refuse; None where even the most extreme draw
    could not refuse one at this level. rank : place of the drawn stretch among the `of` that
    could have come, 1 the lowest, where there was one set; else None.
    """

    p_drop: float
    p_rise: float
    draws: int
    every: bool  # whether these are all draws that could have come
    smallest_p: float
    ratio: float
    low: float | None
    high: float | None
    level: float
    sets: int
    rank: int | None
    of: int | None

    @property
    def sentence(self) -> str:
        """What the draw shows, in plain words."""
        tried = say("all {n:,}", n=self.draws) if self.every else say("{n:,}", n=self.draws)
        tail = (1 - self.level) / 2
        if self.rank is not None:
            place = (
                say("the lowest") if self.rank == 1 else say("number {rank} from the lowest", rank=self.rank)
            )
            found = say(
                "Of the {of} stretches that could have been drawn, the one that was came out {place}.",
                of=self.of,
                place=place,
            )
        else:
            found = say(
                "Of {tried} draws that could have come, {p_drop:.1%} show as little as this one or less, "
                "{p_rise:.1%} as much or more.",
                tried=tried,
                p_drop=self.p_drop,
                p_rise=self.p_rise,
            )
        if self.smallest_p > tail:
            return say(
                "{found} With so few to draw from, even the lowest would come by chance {smallest_p:.0%} of the time: no proof by itself.",
                found=found,
                smallest_p=self.smallest_p,
            )
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Windows:
    """Every stretch that could have been drawn, by set, and the days that tell what was to be expected of it."""

    inside: Bools  # shape (windows, days): its days with a record
    around: Floats  # shape (windows, days): weight of every other day
    first: Ints  # number of the first window of each set
    size: Ints  # how many windows each set has
    chosen: Ints  # number of the window drawn, a set each


def by_lot(
    days: DailyCounts, draw: Draw, *, others: Sequence[Absence] = (), level: float = 0.9
) -> Lot | None:
    """Set what the draw showed against every draw that could have come; None where nothing can be compared.

    Parameters
    ----------
    days
        Daily counts. A set with a stretch outside of them, or without a record, is left out as a whole.
    draw
        What could be drawn, and what was.
    others
        Absences that were not drawn: their days, run-up and return tell nothing of ordinary ones.
    level
        Of the interval: all ratios R for which counts divided by R on the days drawn would not be
        refused by either one-sided test.

    Returns
    -------
    Lot
        The statistic is finished over expected on the days of a draw; each stretch is expected
        from weekday, share at work and the days around it, its own and its neighbours left out. It is
        worked out in the same way for each stretch, drawn or not: that makes the test exact.
    """
    plain = states(days, others) if others else np.where(np.isnan(days.others), -1, 0).astype(np.int64)
    if days.holiday is not None:
        plain = np.where(days.holiday, -1, plain)
    windows = _windows(days, draw, plain == 0)
    if windows is None:
        return None
    test = _Test(days, windows, plain, _draws(windows))
    p_drop, p_rise = test.chances(1.0)
    every = prod(windows.size.tolist()) <= MOST_DRAWS
    tail = (1 - level) / 2
    smallest = 1 / len(test.draws)
    can = smallest <= tail
    single = len(windows.size) == 1
    return Lot(
        p_drop=p_drop,
        p_rise=p_rise,
        draws=len(test.draws),
        every=every,
        smallest_p=smallest,
        ratio=float(test.statistics(1.0)[0]),
        low=test.limit(tail, rise=True) if can else None,
        high=test.limit(tail, rise=False) if can else None,
        level=level,
        sets=len(windows.size),
        rank=round(p_drop * len(test.draws)) if single else None,
        of=int(windows.size[0]) if single else None,
    )


def _windows(days: DailyCounts, draw: Draw, usable: Bools) -> _Windows | None:
    """The stretches of all sets that can be compared as a whole."""
    size = usable.size
    buffer = 7 if draw.days >= LONG else 1
    place = np.arange(size)
    inside: list[Bools] = []
    around: list[Floats] = []
    first, count, chosen = [], [], []
    for dates, drawn in zip(draw.sets, draw.chosen, strict=True):
        begins = [days.index(day) for day in dates]
        if min(begins) < 0 or max(begins) + draw.days > size:
            continue
        held = [usable & (place >= b) & (place < b + draw.days) for b in begins]
        if not all(window.any() for window in held):
            continue
        first.append(len(inside))
        count.append(len(begins))
        chosen.append(len(inside) + dates.index(drawn))
        inside += held
        for b in begins:
            lag = np.maximum(np.maximum(b - place, place - (b + draw.days - 1)), 0)
            weight = np.exp(-lag / (NEAREST_DAYS + draw.days - 1))
            around.append(np.where(usable & (lag > buffer), weight, 0.0))
    if not inside or not all(weight.any() for weight in around):
        return None
    return _Windows(np.array(inside), np.array(around), np.array(first), np.array(count), np.array(chosen))


def _draws(windows: _Windows) -> Ints:
    """Window numbers of each draw, shape (draws, sets), the real one first."""
    possible = prod(windows.size.tolist())
    if possible <= MOST_DRAWS:
        grid = np.indices(tuple(windows.size)).reshape(windows.size.size, -1).T + windows.first
        real = (grid == windows.chosen).all(1)
        return np.concatenate([grid[real], grid[~real]])
    random = np.random.default_rng(SEED)
    again = random.integers(0, windows.size, (MOST_DRAWS - 1, windows.size.size)) + windows.first
    return np.concatenate([windows.chosen[None, :], again])


class _Test:
    """Finished over expected of every draw, under any ratio that is supposed of the days drawn."""

    def __init__(self, days: DailyCounts, windows: _Windows, plain: Ints, draws: Ints) -> None:
        self.days, self.windows, self.plain, self.draws = days, windows, plain, draws
        self.when = calendar(days, QUIET_PERIODS)
        self.share = share_at_work(days, self.when)
        self.drawn = windows.inside[windows.chosen].any(0)

    def statistics(self, ratio: float) -> Floats:
        """Finished over expected of each draw, the effect of that ratio taken out of the days drawn."""
        counts = np.where(self.drawn, np.nan_to_num(self.days.others) / ratio, self.days.others)
        cleared = DailyCounts(self.days.start, counts)
        exposed = profile(cleared, self.when, self.plain, self.share) * self.share
        known = np.nan_to_num(counts)
        finished = self.windows.inside @ known
        usual = (self.windows.around @ known) / (self.windows.around @ exposed)
        expected = (self.windows.inside @ exposed) * usual
        result: Floats = finished[self.draws].sum(1) / np.maximum(expected[self.draws].sum(1), 1e-9)
        return result

    def chances(self, ratio: float) -> tuple[float, float]:
        """Share of draws as low as the real one, and as high, if that were the true ratio."""
        found = self.statistics(ratio)
        # A hair's breadth for sums in another order: equal draws must count as equal.
        slack = 1e-9 * max(abs(float(found[0])), 1.0)
        return float((found <= found[0] + slack).mean()), float((found >= found[0] - slack).mean())

    def limit(self, tail: float, *, rise: bool) -> float:
        """The ratio at which one of the two tests just refuses, by halving on the log scale."""
        low, high = LOWEST, HIGHEST
        for _ in range(STEPS):
            middle = (low + high) / 2
            drop, up = self.chances(float(np.exp(middle)))
            # A small supposed ratio makes the days drawn look high, so "rise" is refused below the limit.
            below = up <= tail if rise else drop > tail
            low, high = (middle, high) if below else (low, middle)
        return float(np.exp((low + high) / 2))
