"""What may be said of answers without giving one away: the floor, rounding, and groups shown together.

Nothing exact is ever let out, and nothing exact is kept. From ten answers on, each step's count is rounded at random to a
multiple of three, as Statistics New Zealand does with its tables (Willenborg and de Waal 2001, Elements of Statistical Disclosure
Control, 9.2). Below that, only the step next to the mean is told, and where one step passes into the next is drawn by lot each time.
So neither two waves between which somebody came or went, nor two people who tell each other theirs, lead to an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

FLOOR = 5  # answers, below which nothing is said
STEP_BY_STEP = 10  # answers, from which on the steps are told one by one
BASE = 3  # to multiples of which their counts are rounded
STEPS = 5
# How far beyond a half a mean may lie from the step that is told for it. With five answers or more no newcomer can move
# the mean across two such edges, which would say what they answered.
JITTER = 0.22

_DOUBT = 15  # counts of the five steps that stay possible at least; of twelve who all say the same there are just as many
_DRAWN_AGAIN = 50  # times; then only the step next to the mean is told


@dataclass(frozen=True, slots=True)
class Released:
    """What is told of the answers to one item, and all that is kept of them.

    n : how many answered. counts : of each step, rounded. place : where there are no counts, the step next to the mean.
    """

    n: int
    counts: tuple[int, ...] = ()
    place: int = 0


def release(answers: Sequence[int], *, floor: int, chance: Random) -> Released | None:
    """Return what may be told of answers from 1 to 5; None where there are fewer than the floor."""
    n = len(answers)
    if n < max(floor, FLOOR):
        return None
    counts = [answers.count(step) for step in range(1, STEPS + 1)]
    for _ in range(_DRAWN_AGAIN if n >= STEP_BY_STEP else 0):
        told = Released(n, tuple(rounded(count, chance) for count in counts))
        if not _gives_away(told):
            return told
    return Released(n, place=int(sum(answers) / n + chance.uniform(0.5 - JITTER, 0.5 + JITTER)))


def rounded(count: int, chance: Random) -> int:
    """Return a count rounded to a multiple of the base at random, so that on average it is what it was."""
    below, over = divmod(count, BASE)
    return BASE * (below + (chance.randrange(BASE) < over))


def likelihood(counts: Sequence[int], told: Released) -> float:
    """Return how likely a release writes these counts as it did, or in proportion to it."""
    found = 1.0
    if not told.counts:
        mean = sum(step * count for step, count in enumerate(counts, 1)) / told.n
        return min(1.0, max(0.0, (0.5 + JITTER - abs(mean - told.place)) / (2 * JITTER)))
    for count, written in zip(counts, told.counts, strict=True):
        below, over = divmod(count, BASE)
        up = written - BASE * below
        found *= {0: 1 - over / BASE, BASE: over / BASE}.get(up, 0.0)
    return found


def possible(told: Released) -> list[tuple[int, ...]]:
    """Return every count of the five steps that a release allows."""
    if told.counts:
        near = [range(max(0, c - BASE + 1), c + BASE) for c in told.counts]
    else:
        near = [range(told.n + 1)] * STEPS
    heads = (c for c in product(*near[:-1]) if told.n - sum(c) in near[-1])
    return [(*c, told.n - sum(c)) for c in heads if likelihood((*c, told.n - sum(c)), told) > 0]


def _gives_away(told: Released) -> bool:
    """Say whether a release leaves too little doubt, or none about the count of a step: then it is drawn again."""
    left = possible(told)
    return len(left) < _DOUBT or any(len(set(column)) == 1 for column in zip(*left, strict=True))


def together(sizes: Mapping[str, int], *, floor: int) -> list[tuple[str, ...]]:
    """Return the groups, the smallest of them joined, until each shown has the floor or more.

    sizes : answers by group; without a name, of those in none. No two parts, and no part and the whole,
    differ by less than the floor. An empty list where no two parts could be shown.
    """
    parts: list[tuple[int, tuple[str, ...]]] = [(n, (name,)) for name, n in sizes.items()]
    parts.sort(key=lambda part: (-part[0], part[1]))
    while len(parts) > 1 and parts[-1][0] < max(floor, FLOOR):
        (n, names), (more, others) = parts.pop(), parts.pop()
        parts.append((n + more, tuple(sorted((*others, *names)))))
        parts.sort(key=lambda part: (-part[0], part[1]))
    return [names for _, names in parts] if len(parts) > 1 else []


def told(released: Released) -> list[tuple[float, str]]:
    """Write a release as values with units, one event each."""
    if released.counts:
        return [(float(c), f"step {k} of {released.n}") for k, c in enumerate(released.counts, 1)]
    return [(float(released.place), f"place of {released.n}")]


def heard(events: Sequence[tuple[float, str]]) -> Released:
    """Read a release from the values and units of its events."""
    n = int(events[0][1].rpartition(" ")[2])
    if events[0][1].startswith("place"):
        return Released(n, place=int(events[0][0]))
    by_step = {int(unit.split()[1]): int(value) for value, unit in events}
    return Released(n, tuple(by_step.get(k, 0) for k in range(1, STEPS + 1)))
