"""Is the test of days drawn by lot exact, and what can it show? `python -m benchmarks.lot [--runs 400]`.

Writes docs/figures/lot.md. The work is the simulator's: rough and autocorrelated where nothing changed, typical
where a drop was planted.
"""

import argparse
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.simulator import CALM, PROFILE, ROUGH, START, TYPICAL, Noise, paths
from followspot.measures._methods.lot import Draw, Lot, by_lot
from followspot.measures.stepaway import DailyCounts

PAGE = Path(__file__).resolve().parent.parent / "docs" / "figures" / "lot.md"
RATES, NOISES = (5.0, 20.0), {"calm": CALM, "typical": TYPICAL, "rough": ROUGH}
EFFECTS = (1.0, 0.8, 0.65)


@dataclass(frozen=True)
class Design:
    """Stretches of so many days: so many sets, the first day of each set's stretches, how far apart."""

    name: str
    days: int
    sets: int
    every: int
    starts: tuple[int, ...]

    def drawn(self, random: np.random.Generator, before: int = 182) -> tuple[Draw, list[int], int]:
        """Draw one of each set; return the draw, its first days as numbers, and how long the history is."""
        sets = [[before + self.every * n + s for s in self.starts] for n in range(self.sets)]
        chosen = [int(random.choice(one)) for one in sets]
        draw = Draw(tuple(tuple(map(_day, one)) for one in sets), tuple(map(_day, chosen)), self.days)
        return draw, chosen, before + self.every * self.sets + self.days + 28


DESIGNS = (
    Design("26 single days, one a week", 1, 26, 7, (0, 1, 2, 3, 4)),
    Design("14 single days, one a week", 1, 14, 7, (0, 1, 2, 3, 4)),
    Design("6 weeks, each one of 4", 7, 6, 42, (0, 7, 14, 21)),
    Design("3 fortnights, each one of 5", 14, 3, 84, (0, 14, 28, 42, 56)),
)


def _day(number: int) -> date:
    return START + timedelta(days=number)


def once(design: Design, rate: float, noise: Noise, ratio: float, seed: int) -> Lot | None:
    """One simulated team, its draw, and what the test says."""
    random = np.random.default_rng([seed, 7])
    draw, chosen, size = design.drawn(random)
    mean = rate * PROFILE[np.arange(size) % 7] * np.exp(paths(size, noise, random))
    for first in chosen:
        mean[first : first + design.days] *= ratio
    spare = noise.phi - 1
    return by_lot(DailyCounts(START, random.poisson(random.gamma(mean / spare, spare)) * 1.0), draw)


def row(design: Design, rate: float, name: str, runs: int) -> str:
    """One row of the table: size, power, coverage."""
    found = {r: [once(design, rate, NOISES[name], r, seed) for seed in range(runs)] for r in EFFECTS}
    said = {r: 100 * np.mean([one.p_drop <= 0.05 for one in lots]) for r, lots in found.items()}
    rose = 100 * np.mean([one.p_rise <= 0.05 for one in found[1.0]])
    held = [100 * np.mean([one.low <= r <= one.high for one in lots]) for r, lots in found.items()]
    wide = np.median([one.high / one.low for one in found[0.65]])
    covered = " / ".join(f"{h:.0f}" for h in held)
    return (
        f"| {design.name} | {rate:g} | {name} | {said[1.0]:.1f} / {rose:.1f} | {said[0.8]:.0f} | {said[0.65]:.0f} "
        f"| {covered} | {wide:.2f} |"
    )


def main() -> None:
    """Run all, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=400)
    runs = parser.parse_args().runs
    began = time.process_time()
    rows = [row(d, rate, name, runs) for d in DESIGNS for rate in RATES for name in NOISES]
    cpu = 1000 * (time.process_time() - began) / (runs * len(rows) * len(EFFECTS))
    slack = 200 * np.sqrt(0.05 * 0.95 / runs)
    PAGE.write_text(
        "\n".join(
            [
                "# Days drawn by lot",
                "",
                f"Made by `python -m benchmarks.lot --runs {runs}`. Teams are simulated with autocorrelated, overdispersed work; the "
                "days are drawn from sets as a leader would name them. *False* is how often the exact test says dropped, or rose, at "
                f"5 % where nothing changed, in %: {5 + slack:.1f} is the most that chance would make of 5 in a row (two standard "
                "errors). *Power* is how often it says dropped. *Covered* is how often the 90 % interval, the test inverted, holds the true "
                "ratio, at no effect, -20 % and -35 %. *Width* is its upper end over its lower at -35 %.",
                "",
                "| drawn | items a day | noise | false dropped / rose | power at -20 % | at -35 % | covered | width |",
                "|---|---|---|---|---|---|---|---|",
                *rows,
                "",
                f"{cpu:.0f} ms of CPU a test. The test needs no model to be right: only that the days were drawn.",
                "",
            ]
        )
    )


if __name__ == "__main__":
    main()
