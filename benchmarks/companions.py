"""How often do the companions of a step-away speak for nothing, and for something? `python -m benchmarks.companions [--runs 200]`.

Writes docs/figures/companions.md: waits and the leader's queue of simulated teams, one fortnight away.
"""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.simulator import PROFILE, TYPICAL, paths
from followspot.evidence import table
from followspot.evidence.event import SCHEMA
from followspot.measures import Verdict
from followspot.measures.stepaway import Absence, companions

PAGE = Path(__file__).resolve().parent.parent / "docs" / "figures" / "companions.md"
START = datetime(2023, 9, 4, tzinfo=UTC)
BEFORE, LENGTH, AFTER = 364, 14, 56
LEADER, TEAM = "Ada <ada@x.org>", ("Ben <ben@x.org>", "Chi <chi@x.org>")
ROWS = ("wait-review", "wait-in", "queue")
TIMES = (1.0, 1.5, 2.0, 3.0)
# How much the waits of one week differ from those of the next, as an sd of their log.
ROUGH = {"even": 0.0, "rough": 0.3, "very rough": 0.6}


def events(rate: float, rough: float, times: float, seed: int) -> pa.Table:
    """A year and two months of changes, their reviews and lettings in; waits in the fortnight so many times as long."""
    random = np.random.default_rng([seed, 11])
    size = BEFORE + LENGTH + AFTER
    mean = rate * PROFILE[np.arange(size) % 7] * np.exp(paths(size, TYPICAL, random))
    day = np.repeat(np.arange(size), random.poisson(mean)) * 1.0
    wave = np.exp(random.normal(0, rough, size // 7 + 1)) if rough else np.ones(size // 7 + 1)
    away = (day >= BEFORE) & (day < BEFORE + LENGTH)
    wait = random.exponential(2.0, day.size) * wave[(day // 7).astype(int)] * np.where(away, times, 1.0)
    rows = []
    for n, (begun, stood) in enumerate(zip(day + random.uniform(0.3, 0.7, day.size), wait, strict=True)):
        it, author = f"change:{n}", TEAM[n % 2]
        for activity, actor, at in (
            ("change.written", author, begun),
            ("review.given", TEAM[1 - n % 2], begun + stood / 2),
            ("change.integrated", LEADER, begun + stood),
        ):
            if at < size:
                rows.append({"at": START + timedelta(days=at), "activity": activity, "actor": actor, "object": it, "about": [], "to": [], "key": f"{n}{activity}"})  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def once(rate: float, rough: float, times: float, seed: int) -> dict[str, Verdict]:
    """What each row says of one simulated team."""
    log = table.from_batches(table.connect(), events(rate, rough, times, seed).to_batches())
    first = START.date() + timedelta(days=BEFORE)
    found = companions(
        table.masked(log, table.Who(leads=(table.Spell(LEADER),))),
        absences=[Absence(first, first + timedelta(days=LENGTH - 1))],
        asof=START + timedelta(days=BEFORE + LENGTH + AFTER),
    )
    return {row.slug: row.verdict for row in found}


def main() -> None:
    """Run all and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    runs = parser.parse_args().runs
    lines = [
        "# Beside the verdict: waits and the leader's queue",
        "",
        f"Made by `python -m benchmarks.companions --runs {runs}`. Simulated teams, one fortnight away, a year before and eight weeks "
        "after. Waits are exponential; *rough* is how much they differ from week to week anyway. While the leader is away they are so many "
        "times as long. How often each row says worse, in % (better, where nothing changed, in brackets): 5 is what is allowed at 1. Where few "
        "things wait and weeks differ much, *better* comes too often: a mean of long tails looks small more often than large.",
        "",
        "| items a day | waits | row | " + " | ".join(f"times {t:g}" for t in TIMES) + " |",
        "|---|---|---|" + "---|" * len(TIMES),
    ]
    for rate in (2.0, 10.0):
        for name, rough in ROUGH.items():
            said = {t: [once(rate, rough, t, seed) for seed in range(runs)] for t in TIMES}
            for slug in ROWS:
                cells = [f"{_share(said[t], slug, Verdict.DROPPED):.0f}" for t in TIMES]
                cells[0] += f" ({_share(said[1.0], slug, Verdict.ROSE):.0f})"
                lines.append(f"| {rate:g} | {name} | {slug} | {' | '.join(cells)} |")
    PAGE.write_text("\n".join(lines) + "\n")


def _share(said: list[dict[str, Verdict]], slug: str, wanted: Verdict) -> float:
    return 100 * float(np.mean([found.get(slug) == wanted for found in said]))


if __name__ == "__main__":
    main()
