"""Do the questions of one scale hang together? Cronbach's alpha with Feldt's interval, from very little.

Alpha needs the variance of the sums and the sum of the items' variances, and nothing of anybody's answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import fdtri

FEWEST = 30  # who answered every question; with fewer the interval says nothing


@dataclass(frozen=True, slots=True)
class Consistency:
    """What is kept of one wave. n : who answered every item; of_items : sum of their variances; of_sums : variance of sums."""

    n: int
    of_items: float
    of_sums: float


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha with its interval; n people answered k items."""

    estimate: float
    low: float
    high: float
    n: int
    k: int


def alpha(waves: Sequence[Consistency], k: int, *, level: float = 0.9) -> Alpha | None:
    """Return the alpha of k items over waves; None with fewer than two items, or than 30 answers in all.

    Cronbach 1951, Psychometrika 16:297-334, on variances pooled within waves; interval of Feldt 1965, Psychometrika 30:357-370:
    (1 - alpha) / (1 - estimate) follows F(N - W, (N - W)(k - 1)), N answers in W waves. Who answered in several waves
    counts several times, so the interval is somewhat too narrow.
    """
    n, within = sum(w.n for w in waves), sum(w.n - 1 for w in waves)
    of_sums = sum((w.n - 1) * w.of_sums for w in waves)
    if k < 2 or n < FEWEST or of_sums <= 0:
        return None
    estimate = k / (k - 1) * (1 - sum((w.n - 1) * w.of_items for w in waves) / of_sums)
    tail = (1 - level) / 2
    low, high = (1 - (1 - estimate) * float(fdtri(within, within * (k - 1), q)) for q in (1 - tail, tail))
    return Alpha(estimate, low, high, n, k)
