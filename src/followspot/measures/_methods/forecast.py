"""When will it be done, at the pace so far? A Monte Carlo forecast from days of work already seen."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

import numpy as np
import numpy.typing as npt

from followspot.errors import BadInput
from followspot.language import count, say

type Floats = npt.NDArray[np.float64]
type Works = Callable[[date], bool]

PERCENTS = (5, 10, 25, 50, 75, 80, 90, 95)
FEWEST_DAYS, FEWEST_DONE = 5, 3  # below these a range would be a guess
DAILY, WEEK, FARTHEST = 25, 5, 260  # working days: simulated one by one; in steps; no farther
# Picked on planted work and public histories, then tried on others: docs/figures/pace.md.
HALF_LIFE = 20.0  # working days after which a day counts half
PRIOR_ROUGHNESS, PRIOR_DAYS = 1.5, 4.0  # variance over mean of a day's work, and what that guess weighs
PRIOR_ITEMS = 0.5  # Jeffreys' prior on the pace
LEVEL_SD, DRIFT_SD = 0.1, 0.1  # of the log pace: at once, and by each ten working days
_NUMBERS = {2: say("two"), 3: say("three"), 4: say("four"), 5: say("five")}


@dataclass(frozen=True, slots=True)
class Forecast:
    """chance : that it lands by the due day. dates : the day by which it has landed with that per cent of
    chance, None where that lies beyond a year of working days. n : working days of history."""

    chance: float
    dates: Mapping[int, date | None]
    n: int


@dataclass(frozen=True, slots=True)
class TooEarly:
    """No forecast yet: why not, and what would be enough, in one sentence; n : working days of history."""

    sentence: str
    n: int


@dataclass(frozen=True, slots=True)
class _Pace:
    """What the days so far say of one more day: its mean, what that rests on, how rough days are."""

    rate: float
    days: float  # effective number of days behind the rate
    squares: float
    freedom: float


def land(
    progress: Sequence[tuple[date, float]],
    remaining: float,
    *,
    today: date,
    due: date,
    works: Works,
    seed: int | None = None,
    draws: int = 4000,
    block: int = 2,
) -> Forecast | TooEarly:
    """Return the chance that what remains is done by the due day, and the dates by which it may be.

    Parameters
    ----------
    progress
        (day, items done that day) of past working days, those with nothing included. Less than 0
        says that more was added than done. Work goes on from the day after the last one.
    remaining
        Items not done yet.
    today
        Nothing can land before today any more.
    due
        The last day that is in time.
    works
        Whether the team works on a day.
    seed
        Of the draws; made from the progress if not given, so that the same question has the same
        answer every time, and a later due day never a smaller chance.
    draws
        Number of simulated futures.
    block
        Days added up before their roughness is estimated; take the gap between check-ins where a
        day's work is only known as its share of the gap.

    Returns
    -------
    Forecast or TooEarly
        TooEarly with fewer than 5 working days, or fewer than 3 items done, on record.

    Raises
    ------
    BadInput
        When an amount is not a number, or the team never works.

    Notes
    -----
    A day's work is gamma-Poisson (negative binomial; Greenwood & Yule 1920, JRSS 83:255-279) with
    variance phi times its mean. The rate has the conjugate posterior under Jeffreys' prior (Gelman et
    al. 2013, Bayesian Data Analysis, 2.6) with older days discounted (Smith & Miller 1986, JRSS B
    48:79-88; West & Harrison 1997); phi a scaled inverse chi-squared one, from a prior that four
    blocks outweigh. The future pace may wander (log-normal). Work that is added goes the same way.
    """
    ordered = sorted(progress)
    amounts = np.array([amount for _, amount in ordered], dtype=np.float64)
    if not np.isfinite(amounts).all() or not np.isfinite(remaining):
        raise BadInput(say("An amount of work is not a number."))
    n = amounts.size
    if remaining <= 0:
        return Forecast(1.0, dict.fromkeys(PERCENTS, today), n)
    if early := too_early(amounts):
        return early
    days = _ahead(ordered[-1][0], works)
    in_time = int(np.searchsorted(np.array(days, dtype="M8[D]"), np.datetime64(due), side="right"))
    if seed is None:
        seed = _seed(amounts, draws, block)
    streams = _streams(amounts, block, draws, np.random.default_rng(seed))
    landed = _landings(streams, remaining, in_time)
    chance = float((np.count_nonzero(landed <= in_time) + 0.5) / (draws + 1)) if due >= today else 0.0
    places = np.quantile(landed, np.array(PERCENTS) / 100, method="inverted_cdf")
    dates = {
        percent: max(today, days[ceil(place) - 1]) if place <= FARTHEST else None
        for percent, place in zip(PERCENTS, places.tolist(), strict=True)
    }
    return Forecast(chance, dates, n)


def too_early(amounts: Floats) -> TooEarly | None:
    """Return why there cannot be a forecast yet, or None where there can; amounts : shape (days,)."""
    missing = FEWEST_DONE - float(np.maximum(amounts, 0).sum())
    if missing > 0:
        pieces = count(
            ceil(missing),
            "Too early to say. One more finished piece and there will be a range.",
            "Too early to say. {number:capital} more finished pieces and there will be a range.",
            number=_NUMBERS.get(ceil(missing)),
        )
        return TooEarly(pieces, amounts.size)
    if amounts.size < FEWEST_DAYS:
        days = count(
            FEWEST_DAYS - amounts.size,
            "Too early to say. One more working day and there will be a range.",
            "Too early to say. {number:capital} more working days and there will be a range.",
            number=_NUMBERS.get(FEWEST_DAYS - amounts.size),
        )
        return TooEarly(days, amounts.size)
    return None


def from_checkins(checkins: Sequence[tuple[date, float]], *, works: Works) -> list[tuple[date, float]]:
    """Return the work of each working day between check-ins, spread evenly over the days of a gap.

    checkins : (day, items that remain after it), in any order; of two on one day the later in the
    sequence counts. Where more remains than before, the days carry less than 0. A change without a
    working day in between goes with the next gap.
    """
    last_of_day = sorted(dict(checkins).items())
    spread: list[tuple[date, float]] = []
    carried = 0.0
    for (since, before), (until, after) in pairwise(last_of_day):
        gap = [d for k in range((until - since).days) if works(d := since + timedelta(days=k + 1))]
        carried += before - after
        if gap:
            spread += [(day, carried / len(gap)) for day in gap]
            carried = 0.0
    if carried and spread:
        spread[-1] = (spread[-1][0], spread[-1][1] + carried)
    return spread


def _ahead(last: date, works: Works) -> list[date]:
    """The next working days, as far as anything is forecast."""
    found: list[date] = []
    for k in range(1, 4 * 366):
        if works(last + timedelta(days=k)):
            found.append(last + timedelta(days=k))
            if len(found) == FARTHEST:
                return found
    if len(found) < 2 * WEEK:
        raise BadInput(say("The team never works by its calendar, so nothing can be forecast."))
    return found + [found[-1]] * (FARTHEST - len(found))


def _seed(amounts: Floats, draws: int, block: int) -> int:
    told = f"{amounts.tolist()} {draws} {block}"
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8])


def _learned(amounts: Floats, block: int, prior_items: float) -> _Pace:
    """The pace of one stream of work; amounts : shape (days,), 0 or more, in order of time."""
    weight = 0.5 ** (np.arange(amounts.size)[::-1] / HALF_LIFE)
    weight /= weight.sum()
    days = 1 / float(weight @ weight)
    size = max(1, min(block, amounts.size // 2))
    whole = amounts.size // size
    sums = amounts[amounts.size - whole * size :].reshape(whole, size).sum(axis=1)
    usual = max(float(amounts.mean()) * size, 1e-9)
    squares = float(((sums - sums.mean()) ** 2).sum()) / usual
    return _Pace(float(weight @ amounts) + prior_items / days, days, squares, whole - 1)


class _Stream:
    """Draws of one stream of work, step after step, each draw with its own pace and roughness."""

    def __init__(self, pace: _Pace, seen: int, draws: int, random: np.random.Generator) -> None:
        self.random = random
        self.phi: Floats = np.maximum(
            (PRIOR_ROUGHNESS * PRIOR_DAYS + pace.squares)
            / random.chisquare(PRIOR_DAYS + pace.freedom, draws),
            1.0001,
        )
        sure = pace.rate * pace.days / self.phi
        self.rate: Floats = random.standard_gamma(sure) * pace.rate / sure
        spread = np.sqrt(LEVEL_SD**2 + DRIFT_SD**2 * min(seen, HALF_LIFE) / 10)
        self.log_level: Floats = spread * random.standard_normal(draws)

    def keep(self, chosen: npt.NDArray[np.bool_]) -> None:
        """Go on with some of the draws only."""
        self.phi, self.rate = self.phi[chosen], self.rate[chosen]
        self.log_level = self.log_level[chosen]

    def steps(self, many: int, days: int) -> Floats:
        """Work done in each of some steps of so many days, shape (draws, many)."""
        # The mean of a random walk has a third of its last variance, hence the 3.
        pushes = self.random.standard_normal((self.rate.size, many)) * DRIFT_SD * np.sqrt(0.3 * days)
        path = self.log_level[:, None] + np.cumsum(pushes, axis=1)
        self.log_level = path[:, -1]
        mean = days * self.rate[:, None] * np.exp(np.clip(path, -3, 3))
        spare = (self.phi - 1)[:, None]
        work: Floats = self.random.poisson(self.random.standard_gamma(mean / spare) * spare).astype(float)
        return work


def _streams(amounts: Floats, block: int, draws: int, random: np.random.Generator) -> list[_Stream]:
    """What is done, and, where more was ever added than done, what is added."""
    done, added = np.maximum(amounts, 0), np.maximum(-amounts, 0)
    streams = [_Stream(_learned(done, block, PRIOR_ITEMS), amounts.size, draws, random)]
    if added.any():
        streams.append(_Stream(_learned(added, block, 0.0), amounts.size, draws, random))
    return streams


def _landings(streams: list[_Stream], remaining: float, in_time: int) -> Floats:
    """Working day on which each simulated future lands, from 1; infinite beyond the farthest. Shape (draws,)."""
    draws = streams[0].rate.size
    landed = np.full(draws, np.inf)
    still, left = np.arange(draws), np.full(draws, float(remaining))
    day = 0
    # The last few of a hundred futures are beyond every date that is told.
    while day < FARTHEST and still.size > (0.02 * draws if day >= in_time else 0):
        many, days = (DAILY, 1) if day == 0 else (10, WEEK)
        many = min(many, (FARTHEST - day) // days)
        net = streams[0].steps(many, days)
        for stream in streams[1:]:
            net = net - stream.steps(many, days)
        total = np.cumsum(net, axis=1)
        there = total >= left[:, None] - 1e-9
        hit, first = there.any(axis=1), there.argmax(axis=1)
        landed[still[hit]] = day + first[hit] * days + _within(total, net, left, hit, first, days)
        left = (left - total[:, -1])[~hit]
        still = still[~hit]
        for stream in streams:
            stream.keep(~hit)
        day += many * days
    return landed


def _within(
    total: Floats,
    net: Floats,
    left: Floats,
    hit: npt.NDArray[np.bool_],
    first: npt.NDArray[np.intp],
    days: int,
) -> Floats:
    """Day of the step on which it landed, from 1, as if the step's work came evenly."""
    if days == 1:
        return np.ones(int(hit.sum()))
    rows = np.flatnonzero(hit)
    work = net[rows, first[rows]]
    before = left[rows] - (total[rows, first[rows]] - work)
    return np.clip(np.ceil(days * before / work), 1, days)
