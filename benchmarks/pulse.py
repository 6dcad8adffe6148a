"""What the pulse says and what it gives away: `python -m benchmarks.pulse`.

Planted answers go through the same release as anybody's. How often does the band hold the truth? How often is a trend called where
there is none, and seen where there is one? And how often is a newcomer's answer read from the waves before and after, by somebody
who knows everything else? Writes docs/figures/pulse.md.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from random import Random

import numpy as np

from followspot.disclosure import FLOOR, Released, possible, release
from followspot.measures import monitors
from followspot.measures._methods import ordinal

PAGE = Path(__file__).parent.parent / "docs" / "figures" / "pulse.md"
STEPS = np.arange(1, 6)
TRUTHS = {
    "in the middle": (0.05, 0.15, 0.3, 0.35, 0.15),
    "towards the upper end": (0.02, 0.08, 0.2, 0.4, 0.3),
}
SIZES = (5, 6, 8, 9, 10, 14, 20, 30)
WAVES = 8


def _let_out(chance: np.random.Generator, rounding: Random, n: int, truth: np.ndarray) -> Released:
    told = release([int(a) for a in chance.choice(STEPS, n, p=truth)], floor=FLOOR, chance=rounding)
    assert told is not None
    return told


def coverage(n: int, truth: tuple[float, ...], runs: int) -> tuple[float, float]:
    """Return how often the 90 % band holds the planted mean, and how wide it is at the median."""
    chance, rounding, shares = np.random.default_rng(n), Random(n), np.array(truth)
    held, widths = 0, []
    for _ in range(runs):
        low, high = np.quantile(ordinal.draws(_let_out(chance, rounding, n, shares)), [0.05, 0.95])
        held += low <= shares @ STEPS <= high
        widths.append(high - low)
    return held / runs, float(np.median(widths))


def trends(n: int, rise: float, runs: int) -> float:
    """Return how often eight waves are called up, where the mean rises by so many steps from the first to the last."""
    called = 0
    for run in range(runs):
        chance, rounding = np.random.default_rng([n, run]), Random(run)
        waves = []
        for wave in range(WAVES):
            centre = 3.2 + rise * wave / (WAVES - 1)
            answers = np.clip(np.round(chance.normal(centre, 1, n)), 1, 5).astype(int)
            told = release([int(a) for a in answers], floor=FLOOR, chance=rounding)
            assert told is not None
            waves.append(ordinal.draws(told, seed=wave))
        called += ordinal.rises(waves, list(range(WAVES))) >= 0.95
    return called / runs


def alarms(n: int, drop: float, years: int) -> tuple[float, float]:
    """Return false alarms of fallen energy a year, and how often a drop is seen in the first wave after it.

    Energy is asked in every third of weekly waves; what a wave is about moves by itself by 0.2 steps.
    """
    false, seen = 0, 0
    for year in range(years):
        chance, rounding = np.random.default_rng([n, year]), Random(year)

        def wave(
            centre: float, chance: np.random.Generator = chance, rounding: Random = rounding
        ) -> np.ndarray:
            answers = np.clip(np.round(chance.normal(centre + chance.normal(0, 0.2), 0.9, n)), 1, 5)
            told = release([int(a) for a in answers], floor=FLOOR, chance=rounding)
            assert told is not None
            return ordinal.draws(told)

        waves = [wave(3.6) for _ in range(17 + monitors.WAVES_BEFORE)]
        told = [
            _stands(waves[k - monitors.WAVES_BEFORE : k], waves[k])
            for k in range(monitors.WAVES_BEFORE, len(waves))
        ]
        false += sum(now and not before for before, now in zip([False, *told], told, strict=False))
        seen += _stands(waves[-monitors.WAVES_BEFORE :], wave(3.6 - drop))
    return false / years, seen / years


def _stands(before: list[np.ndarray], last: np.ndarray) -> bool:
    return bool((ordinal.fell(before, last) > monitors.FALLEN).mean() >= monitors.SURE)


def newcomers(n: int, runs: int) -> tuple[float, float]:
    """Return how often the likeliest answer of a newcomer is right, and how often only one remains possible.

    Whoever guesses knows that nobody else changed their answer, and both releases; nothing of the others' answers.
    """
    chance, right, certain = Random(n), 0, 0
    for _ in range(runs):
        others = [chance.randint(1, 5) for _ in range(n)]
        hers = chance.randint(1, 5)
        before = release(others, floor=FLOOR, chance=chance)
        after = release([*others, hers], floor=FLOOR, chance=chance)
        assert before is not None
        assert after is not None
        ways = _ways(before, after)
        best = [step for step, weight in ways.items() if weight == max(ways.values())]
        right += chance.choice(best) == hers
        certain += sum(weight > 0 for weight in ways.values()) == 1
    return right / runs, certain / runs


def _ways(before: Released, after: Released) -> dict[int, int]:
    """Count for each answer of a newcomer the ways in which both releases could have come about."""
    then = set(possible(after))
    return {
        step: sum((*c[: step - 1], c[step - 1] + 1, *c[step:]) in then for c in possible(before))
        for step in range(1, 6)
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=500)
    runs, began = asked.parse_args().runs, time.process_time()
    lines = [
        "# Pulse: what it says, and what it gives away",
        "",
        "`python -m benchmarks.pulse` writes this page. Everything goes through the release that waves go through.",
        "",
        "## Does the 90 % band hold the truth?",
        "",
        f"{runs} simulated waves a cell; standard error at most {100 * (0.25 / runs) ** 0.5:.1f} points. Width in steps, at the median.",
        "",
        "| answers | " + " | ".join(f"{name}: held | width" for name in TRUTHS) + " |",
        "|---" * (1 + 2 * len(TRUTHS)) + "|",
    ]
    for n in SIZES:
        cells = [coverage(n, truth, runs) for truth in TRUTHS.values()]
        lines.append(f"| {n} | " + " | ".join(f"{held:.0%} | {width:.1f}" for held, width in cells) + " |")
    fewer = max(60, runs // 4)
    lines += [
        "",
        f"## How often are {WAVES} waves called “up”?",
        "",
        f"{fewer} simulated teams a cell. In the first column nothing moves: 5 % would be called up by chance.",
        "",
        "| answers a wave | nothing moves | +0.5 steps | +1 step | +1.5 steps |",
        "|---|---|---|---|---|",
    ]
    for n in (6, 9, 14, 30):
        lines.append(
            f"| {n} | " + " | ".join(f"{trends(n, rise, fewer):.0%}" for rise in (0, 0.5, 1, 1.5)) + " |"
        )
    lines += [
        "",
        "## Is fallen energy an alarm when it should be, and only then?",
        "",
        f"{fewer} simulated years a cell, of 17 waves that ask for energy.",
        "",
        "| answers a wave | false alarms a year | a drop by one step is seen in the next wave | by 1.5 steps | by 2 |",
        "|---|---|---|---|---|",
    ]
    for n in (6, 9, 14, 30):
        cells = [alarms(n, drop, fewer) for drop in (1, 1.5, 2)]
        lines.append(f"| {n} | {cells[0][0]:.2f} | " + " | ".join(f"{seen:.0%}" for _, seen in cells) + " |")
    lines += [
        "",
        "## Is a newcomer's answer read from the waves before and after?",
        "",
        "Nobody else ever changes their answer, and whoever guesses knows it. A guess is right in 20 %; without rounding it would be in 100 %.",
        "",
        "| answers before | likeliest answer is right | only one answer remains possible |",
        "|---|---|---|",
    ]
    for n in SIZES[:6]:
        right, certain = newcomers(n, runs * 2)
        lines.append(f"| {n} | {right:.0%} | {certain:.1%} |")
    PAGE.write_text("\n".join([*lines, ""]))
    print(f"{PAGE} in {time.process_time() - began:.0f} s of CPU")


if __name__ == "__main__":
    main()
