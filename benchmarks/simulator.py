"""Teams that never were: daily counts with a known effect of the leader's absence.

The noise is not the method's own: a slow and a fast Ornstein-Uhlenbeck process run through the
days (the method thinks in week-long blocks), and counts are negative binomial with a variance of
phi times the mean. "Typical" was fitted once, by least squares, to the fourteen theoretical
limits published with the method's definition (one week to 26 single days at 5 and at 20 items
a working day, none off by more than 0.01); "calm" and "rough" to the limit of one fortnight.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.signal import lfilter

from followspot.measures.stepaway import Absence, DailyCounts

PROFILE = np.array([19, 21, 22, 21, 17, 2, 1]) / 20  # Monday first; rates are per working day
START = date(2021, 6, 7)  # a Monday; the absences of most cells fall into June


@dataclass(frozen=True)
class Noise:
    """Sds of the log rate and their time scales in days; phi is a day's variance over its mean."""

    fast: float
    slow: float
    phi: float
    fast_days: float = 3.5
    slow_days: float = 21.0


CALM = Noise(0.08, 0.13, 1.3)
TYPICAL = Noise(0.14, 0.22, 1.8)
ROUGH = Noise(0.24, 0.37, 2.5)


@dataclass(frozen=True)
class Team:
    """What is drawn for one run before the counts: more of the mean, and what is known of each day."""

    log_mean: np.ndarray
    known: dict[str, np.ndarray] = field(default_factory=dict)
    missing: np.ndarray | None = None


type Shape = Callable[["Cell", np.random.Generator], Team]


def plain(cell: "Cell", random: np.random.Generator) -> Team:
    """Nothing but noise."""
    return Team(np.zeros(cell.size))


@dataclass(frozen=True)
class Cell:
    """One kind of team and step-away."""

    name: str
    rate: float = 20.0
    noise: Noise = TYPICAL
    before: int = 365
    after: int = 28
    lengths: tuple[int, ...] = (14,)
    every: int = 0  # days from one start to the next
    shape: Shape = plain
    start: date = START
    core: bool = False

    @property
    def size(self) -> int:
        return self.before + self.every * (len(self.lengths) - 1) + self.lengths[-1] + self.after

    def spans(self, random: np.random.Generator | None = None) -> list[tuple[int, int]]:
        """First and last day of each absence; single days fall on a weekday drawn by lot."""
        found = []
        for number, length in enumerate(self.lengths):
            shift = int(random.integers(0, 5)) if random is not None and length == 1 else 0
            first = self.before + number * self.every + shift
            found.append((first, first + length - 1))
        return found


@dataclass(frozen=True)
class Case:
    """One simulated step-away and its truth."""

    days: DailyCounts
    absences: list[Absence]
    spans: list[tuple[int, int]]
    ratio: float


def drawn(cell: Cell, ratio: float, random: np.random.Generator) -> Case:
    """One run of a cell with that true ratio; the same seed gives the same noise for every ratio."""
    spans = cell.spans(random)
    team = cell.shape(cell, random)
    log_rate = paths(cell.size, cell.noise, random)
    away = away_days(cell.size, spans)
    # Log-normal noise has its mean above its median; the truth is a ratio of means either way.
    mean = cell.rate * PROFILE[np.arange(cell.size) % 7] * np.exp(log_rate + team.log_mean)
    mean = mean * np.where(away, ratio, 1.0)
    spare = cell.noise.phi - 1
    counts = random.poisson(random.gamma(mean / spare, spare)).astype(float)
    if team.missing is not None:
        counts[team.missing] = np.nan
    absences = [Absence(cell.start + timedelta(days=a), cell.start + timedelta(days=b)) for a, b in spans]
    return Case(DailyCounts(cell.start, counts, **team.known), absences, spans, ratio)


def away_days(size: int, spans: list[tuple[int, int]]) -> np.ndarray:
    """True on the days of the absences."""
    away = np.zeros(size, dtype=bool)
    for first, last in spans:
        away[first : last + 1] = True
    return away


def paths(size: int, noise: Noise, random: np.random.Generator) -> np.ndarray:
    """The wandering log rate of a team, one value a day."""
    fast = _ou(size, noise.fast, noise.fast_days, random)
    return fast + _ou(size, noise.slow, noise.slow_days, random)


def _ou(size: int, sd: float, days: float, random: np.random.Generator) -> np.ndarray:
    """A stationary Ornstein-Uhlenbeck path, one value a day."""
    keep = np.exp(-1 / days)
    pushes = random.normal(0, sd * np.sqrt(1 - keep**2), size)
    pushes[0] = random.normal(0, sd)
    return lfilter([1], [1, -keep], pushes)


def limit(cell: Cell, ratio: float, *, buffers: bool = False) -> float:
    """Least sd of the log ratio: generalised least squares when every variance is told.

    Only the level is unknown. No unbiased linear estimate does better (Gauss-Markov, Aitken).
    With `buffers` the oracle too must do without the run-up and return days.
    """
    random = np.random.default_rng(0)
    spans = cell.spans(random)
    team = cell.shape(cell, random)
    away = away_days(cell.size, spans)
    day = np.arange(cell.size)
    mean = cell.rate * PROFILE[day % 7] * np.exp(team.log_mean) * np.where(away, ratio, 1.0)
    seen = np.ones(cell.size, dtype=bool) if team.missing is None else ~team.missing
    if buffers:
        side = 7 if cell.lengths[0] >= 5 else 1
        seen &= away | ~away_days(cell.size, [(max(0, a - side), b + side) for a, b in spans])
    day, mean, away = (v[seen] for v in (day, mean, away))
    lag = np.abs(day[:, None] - day)
    noise = cell.noise
    spread = np.diag(noise.phi / mean)
    spread += noise.fast**2 * np.exp(-lag / noise.fast_days)
    spread += noise.slow**2 * np.exp(-lag / noise.slow_days)
    design = np.column_stack([away, np.ones(day.size)]).astype(float)
    information = design.T @ cho_solve(cho_factor(spread), design)
    return float(np.sqrt(np.linalg.inv(information)[0, 0]))


def trending(cell: Cell, random: np.random.Generator) -> Team:
    """Grows by 60 % a year."""
    return Team(np.arange(cell.size) * np.log(1.6) / 365)


def seasonal(cell: Cell, random: np.random.Generator) -> Team:
    """Slows down by a quarter in summer and to a third at the year's end, a little different each year."""
    days = [cell.start + timedelta(days=i) for i in range(cell.size)]
    years = {year: random.normal(0, (0.08, 0.2)) for year in range(days[0].year - 1, days[-1].year + 1)}
    shape = np.zeros(cell.size)
    for i, day in enumerate(days):
        if (7, 10) <= (day.month, day.day) <= (8, 31):
            shape[i] = np.log(0.75) + years[day.year][0]
        elif (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 3):
            shape[i] = np.log(0.35) + years[day.year - (day.month == 1)][1]
    return Team(shape)


def gap(cell: Cell, random: np.random.Generator) -> Team:
    """Two outages of ten days in the ordinary weeks."""
    missing = np.zeros(cell.size, dtype=bool)
    for first in random.choice((cell.before - 20) // 15, 2, replace=False) * 15:
        missing[first : first + 10] = True
    return Team(np.zeros(cell.size), missing=missing)


def level_shifts(cell: Cell, random: np.random.Generator) -> Team:
    """Two lasting changes of a third up or down in the year before."""
    shape = np.zeros(cell.size)
    for first in random.integers(20, cell.before - 20, 2):
        shape[first:] += random.choice([-0.3, 0.3])
    return Team(shape)


def rush(cell: Cell, random: np.random.Generator) -> Team:
    """A handover rush of 30 % in the 4 days before, a catch-up of 35 % in the 6 days after."""
    shape = np.zeros(cell.size)
    for first, last in cell.spans():
        shape[first - 4 : first] = np.log(1.3)
        shape[last + 1 : last + 7] = np.log(1.35)
    return Team(shape)


def half_away(cell: Cell, random: np.random.Generator) -> Team:
    """Half the team on holiday in the weeks around the absence; that is known, a summer dip isn't."""
    people = np.full(cell.size, 10.0)
    people[cell.before - 7 : cell.before + 21] = 5
    return Team(np.log(people / 10) + seasonal(cell, random).log_mean / 2, {"at_work": people})


def most_away(cell: Cell, random: np.random.Generator) -> Team:
    """Four in five on holiday in the absence."""
    people = np.full(cell.size, 10.0)
    people[cell.before : cell.before + 14] = 2
    return Team(np.log(people / 10), {"at_work": people})


def never_left(cell: Cell, random: np.random.Generator) -> Team:
    """The leader is as active in the absence as ever."""
    return Team(np.zeros(cell.size), {"leader_acts": random.poisson(4.0, cell.size).astype(float)})


def let_go_before(cell: Cell, random: np.random.Generator) -> Team:
    """The leader had hardly touched the work for a year."""
    return Team(np.zeros(cell.size), {"leader_acts": (np.arange(cell.size) % 60 == 0).astype(float)})


def outage(cell: Cell, random: np.random.Generator) -> Team:
    """No record of five of the days away."""
    missing = np.zeros(cell.size, dtype=bool)
    missing[cell.before + 2 : cell.before + 7] = True
    return Team(np.zeros(cell.size), missing=missing)


CELLS = (
    Cell("5 a day, calm", rate=5, noise=CALM, core=True),
    Cell("5 a day, typical", rate=5, core=True),
    Cell("5 a day, rough", rate=5, noise=ROUGH, core=True),
    Cell("20 a day, calm", noise=CALM, core=True),
    Cell("20 a day, typical", core=True),
    Cell("20 a day, rough", noise=ROUGH, core=True),
    Cell("trend of +60 % a year", shape=trending),
    Cell("seasonal, third August on record", before=790, shape=seasonal, start=date(2022, 6, 6)),
    Cell("two outages in the record", shape=gap),
    Cell("two level shifts", shape=level_shifts),
    Cell("3 absences of 14 days", lengths=(14,) * 3, every=63, before=240),
    Cell("26 single days", lengths=(1,) * 26, every=7, before=182),
    Cell("rush before, catch-up after", shape=rush),
    Cell("first August, half the team away", before=344, shape=half_away, start=date(2023, 9, 4)),
)

# What must end in "can't tell", and the reason that must be among those given.
BROKEN = (
    (Cell("leader never left", shape=never_left), "leader_worked_on"),
    (Cell("leader had no part before", shape=let_go_before), "no_part_before"),
    (Cell("first Christmas", before=340, shape=seasonal, start=date(2023, 1, 9)), "first_year_end"),
    (Cell("four in five away too", shape=most_away), "team_away"),
    (Cell("five days without a record", shape=outage), "no_data"),
    (Cell("seven weeks of history", before=49, after=0), "too_little_history"),
    (Cell("less than one item a week", rate=0.15), "too_little_expected"),
)
