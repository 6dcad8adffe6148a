"""Does the chance to land in time come true as often as it says?

`python -m benchmarks.pace [--planted 1400] [--real 250]` asks many "the next N items, due in W working
days" of work that was made up and of public histories (daily figures of real projects at
FOLLOWSPOT_DAILY), and scores our forecast beside four plain ones. It writes docs/figures/pace.md with its
reliability plot, and says at the end which gates were missed.
"""

import argparse
import csv
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from scipy.signal import lfilter
from scipy.stats import poisson

from followspot.measures._methods.forecast import Forecast, from_checkins, land

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("FOLLOWSPOT_DAILY", ROOT.parent / "shared" / "data" / "daily"))
CLOCKS = ("written_by_others", "landed_by_others")
HISTORIES, DUES = (10, 15, 20, 30, 40, 60), (3, 5, 8, 10, 15, 20)  # working days
FOLLOWED = 120  # working days after the question; what has not landed by then lands later
SHARE_OF_WORK = 0.1  # thinned histories: each change with this chance, as one expectation among ten
SPREAD = 0.35  # sd of the log of N over what the history's mean would do by the due day
SEED, DRAWS = 20261123, 1000
MONDAY = date(2024, 1, 1)
DRAWN_FROM = {"steady": (0.6, 8), "small counts": (0.15, 0.6)}


@dataclass(frozen=True)
class Question:
    """Will `remaining` be done within `due` working days? landed: the working day on which it was, or infinity."""

    kind: str
    past: np.ndarray
    remaining: float
    due: int
    landed: float
    block: int = 2

    @property
    def in_time(self) -> bool:
        return self.landed <= self.due


@cache
def weekdays(count: int) -> list[date]:
    """Return the first weekdays from a Monday on."""
    return [MONDAY + timedelta(days=7 * (k // 5) + k % 5) for k in range(count)]


def works(day: date) -> bool:
    return day.weekday() < 5


def _wander(size: int, sd: float, days: float, random: np.random.Generator) -> np.ndarray:
    """A stationary Ornstein-Uhlenbeck path of the log rate."""
    keep = np.exp(-1 / days)
    pushes = random.normal(0, sd * np.sqrt(1 - keep**2), size)
    pushes[0] = random.normal(0, sd)
    return lfilter([1], [1, -keep], pushes)


def _counts(mean: np.ndarray, phi: float, random: np.random.Generator) -> np.ndarray:
    return random.poisson(random.gamma(mean / (phi - 1), phi - 1)).astype(float)


def made_up(kind: str, size: int, random: np.random.Generator) -> np.ndarray:
    """Return days of one kind of work; paces are even on the log scale between the limits of the kind."""
    low, high = DRAWN_FROM.get(kind, DRAWN_FROM["steady"])
    rate, day = np.exp(random.uniform(np.log(low), np.log(high))), np.arange(size)
    if kind == "bursty":
        return _counts(rate * np.exp(_wander(size, 0.3, 3, random)), 4.0, random)
    if kind == "trending":  # doubles or halves in fourteen weeks
        return _counts(rate * np.exp((day - size / 2) * random.choice([-0.01, 0.01])), 1.5, random)
    if kind == "weekdays":
        shape = np.array([0.6, 1.0, 1.4, 1.4, 0.6])[(day + random.integers(5)) % 5]
        return _counts(rate * shape * np.exp(_wander(size, 0.1, 15, random)), 1.5, random)
    if kind == "wandering":
        return _counts(rate * np.exp(_wander(size, 0.35, 15, random)), 1.8, random)
    if kind == "small counts":
        return _counts(rate * np.exp(_wander(size, 0.2, 15, random)), 1.2, random)
    if kind == "scope grows":  # once in fifteen days a day and a half to six days of work are added
        added = (random.random(size) < 1 / 15) * np.round(rate * random.uniform(1.5, 6, size))
        return _counts(np.full(size, rate), 1.3, random) - added
    return _counts(np.full(size, rate), 1.2, random)


KINDS = ("steady", "bursty", "trending", "wandering", "small counts", "weekdays", "scope grows", "check-ins")


def planted(each: int, seed: int = SEED) -> Iterator[Question]:
    """Yield that many questions of every kind of made-up work."""
    random = np.random.default_rng(seed)
    for kind in KINDS:
        found = 0
        while found < each:
            history, due = int(random.choice(HISTORIES)), int(random.choice(DUES))
            days = made_up(kind, history + FOLLOWED, random)
            past, block = days[:history], 2
            if kind == "check-ins":
                block = int(random.integers(2, 6))
                past = _as_checkins(past, block)
            question = asked(kind, past, days[history:], due, random, block)
            if question is not None:
                found += 1
                yield question


def _as_checkins(past: np.ndarray, gap: int) -> np.ndarray:
    """What is known of each day where only every few days somebody says what remains."""
    days = weekdays(past.size)
    last = past.size - 1
    told = [(days[k], -past[: k + 1].sum()) for k in range(last % gap, last + 1, gap)]
    return np.array([amount for _, amount in from_checkins(told, works=works)])


def histories() -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield (project, clock, others' changes on each weekday)."""
    for project, rows in _tables():
        for clock in CLOCKS:
            yield project, clock, np.array([float(r[clock] or 0) for r in rows])


def leaders() -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield the changes that the leaders wrote themselves: kept apart while the method was made."""
    for project, rows in _tables():
        own = [c for c in rows[0] if c.startswith("written_by_leader")]
        yield project, "leader", np.array([sum(float(r[c] or 0) for c in own) for r in rows])


def _tables() -> Iterator[tuple[str, list[dict[str, str]]]]:
    for path in sorted(DATA.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            yield path.stem, [r for r in csv.DictReader(file) if works(date.fromisoformat(r["date"]))]


def real(each: int, kept: float = 1.0, own: bool = False, seed: int = SEED) -> Iterator[Question]:
    """Yield about that many questions of every history, from any time of it; kept : the chance of each change."""
    random = np.random.default_rng(seed + (kept < 1))
    for project, _, days in leaders() if own else histories():
        counts = random.binomial(days.astype(int), kept).astype(float) if kept < 1 else days
        for _ in range(each):
            history, due = int(random.choice(HISTORIES)), int(random.choice(DUES))
            start = int(random.integers(0, counts.size - history - FOLLOWED))
            future = counts[start + history : start + history + FOLLOWED]
            question = asked(project, counts[start : start + history], future, due, random)
            if question is not None:
                yield question


def asked(
    kind: str, past: np.ndarray, future: np.ndarray, due: int, random: np.random.Generator, block: int = 2
) -> Question | None:
    """Return the question after a history, or None where that is too early; N never looks ahead."""
    if np.maximum(past, 0).sum() < 3 or past.size < 5 or past.sum() <= 0:
        return None
    remaining = max(1.0, float(np.round(past.mean() * due * np.exp(random.normal(0, SPREAD)))))
    there = np.cumsum(future) >= remaining
    landed = float(there.argmax() + 1) if there.any() else np.inf
    return Question(kind, past, remaining, due, landed, block)


def ours(question: Question, draws: int = DRAWS) -> Forecast:
    """Our forecast of a question."""
    size = question.past.size
    days = weekdays(size + question.due)
    found = land(
        list(zip(days[:size], question.past.tolist(), strict=True)),
        question.remaining,
        today=days[size - 1],
        due=days[-1],
        works=works,
        draws=draws,
        block=question.block,
    )
    assert isinstance(found, Forecast)
    return found


def half(question: Question) -> float:
    return 0.5


def mean_rate(question: Question) -> float:
    return float(question.past.mean() * question.due >= question.remaining)


def mean_rate_poisson(question: Question) -> float:
    return float(poisson.sf(question.remaining - 1, max(question.past.mean() * question.due, 1e-9)))


def resampled(question: Question) -> float:
    """Whole weeks of the past drawn with Bayesian bootstrap weights: what most tools of this kind do, and more."""
    past, random = question.past, np.random.default_rng(SEED)
    size = min(5, max(1, past.size // 4))
    starts = past.size - size + 1
    cell = (np.arange(starts) + random.integers(0, size, (DRAWS, 1))) // size
    weight = np.take_along_axis(random.standard_gamma(1.0, (DRAWS, past.size // size + 2)), cell, axis=1)
    upto = np.cumsum(weight, axis=1)
    u = random.random((DRAWS, -(-question.due // size))) * upto[:, -1:]
    first = (u[:, :, None] > upto[:, None, :]).sum(axis=2)
    days = (first[:, :, None] + np.arange(size)).reshape(DRAWS, -1)[:, : question.due]
    there = (np.cumsum(past[days], axis=1) >= question.remaining - 1e-9).any(axis=1)
    return float((there.sum() + 0.5) / (DRAWS + 1))


PEERS: dict[str, Callable[[Question], float]] = {
    "always 1 in 2": half,
    "mean pace, yes or no": mean_rate,
    "mean pace, Poisson": mean_rate_poisson,
    "past weeks drawn again": resampled,
}


@dataclass(frozen=True)
class Scored:
    """All answers to one set of questions."""

    name: str
    questions: list[Question]
    forecasts: list[Forecast]
    chances: dict[str, np.ndarray]

    @property
    def came(self) -> np.ndarray:
        return np.array([q.in_time for q in self.questions], float)


def scored(name: str, questions: Iterator[Question]) -> Scored:
    """Ask everybody."""
    asked_all = list(questions)
    forecasts = [ours(q) for q in asked_all]
    chances = {"Followspot": np.array([f.chance for f in forecasts])}
    chances |= {peer: np.array([answer(q) for q in asked_all]) for peer, answer in PEERS.items()}
    return Scored(name, asked_all, forecasts, chances)


def main() -> int:
    """Score everything, write the page, and return 1 if a gate was missed."""
    from benchmarks.pace_table import gates, write

    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--planted", type=int, default=1400)
    words.add_argument("--real", type=int, default=250)
    given = words.parse_args()
    began = time.process_time()
    sets = [scored("Made-up work", planted(given.planted))]
    if DATA.is_dir() and given.real:
        sets.append(scored("Public histories", real(given.real)))
        sets.append(scored("Public histories, one change in ten", real(given.real, SHARE_OF_WORK)))
        sets.append(scored("Leaders' own changes", real(2 * given.real, own=True)))
    else:
        print(f"No daily figures at {DATA}; set FOLLOWSPOT_DAILY to have the real ones too.", file=sys.stderr)
    command = f"python -m benchmarks.pace --planted {given.planted} --real {given.real}"
    write(sets, command, time.process_time() - began)
    missed = [name for name, met in gates(sets) if not met]
    print("\n".join(f"missed: {name}" for name in missed) or "All gates met.")
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
