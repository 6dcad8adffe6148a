"""What a command costs: start-up, one step-away test, a whole study. `python -m benchmarks.speed [REPOSITORY]`.

CPU is user and system seconds of the command and its children; the least of some runs, the median in brackets.
Beside the step-away test, in the same run, a port of CausalImpact's model. Writes docs/figures/speed.md.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks import git_import

PAGE = git_import.ROOT / "docs" / "figures" / "speed.md"
PEER = """
import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents
counts = np.loadtxt({path!r})
model = UnobservedComponents(counts[:{begins}], "llevel", seasonal=7)
fitted = model.fit(disp=False)
fitted.simulate({days}, anchor="end", repetitions=1000)
"""


def cost(command: list[str], repeats: int) -> tuple[float, float, float]:
    """Return the least and the median CPU seconds of a command, and its least wall time."""
    cpu, wall = [], []
    for _ in range(repeats):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"TERM": "dumb"},
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall.append(time.perf_counter() - began)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(cpu), statistics.median(cpu), min(wall)


def table_of(folder: Path, days: int) -> tuple[list[str], list[str]]:
    """Write a table of days with a fortnight away near its end; return our command and the peer's."""
    random, first = np.random.default_rng(days), date(2026, 11, 22) - timedelta(days=days - 1)
    counts = random.poisson(np.where(np.arange(days) % 7 < 5, 12, 2))
    lines = [f"{first + timedelta(days=n)},{c}" for n, c in enumerate(counts)]
    (folder / f"{days}.csv").write_text("\n".join(["date,team", *lines]))
    away = first + timedelta(days=days - 43)
    (folder / f"{days}-away.csv").write_text(f"start,end\n{away},{away + timedelta(days=13)}\n")
    np.savetxt(folder / f"{days}.txt", counts)
    ours = [
        "-m",
        "followspot",
        "step-away",
        "--counts",
        str(folder / f"{days}.csv"),
        "--absences",
        str(folder / f"{days}-away.csv"),
        "--json",
    ]
    peer = ["-c", PEER.format(path=str(folder / f"{days}.txt"), begins=days - 43, days=14)]
    return [sys.executable, *ours], [sys.executable, *peer]


def rows(repository: str, repeats: int) -> list[tuple[str, tuple[float, float, float], str]]:
    """Measure every command once the files are warm."""
    with tempfile.TemporaryDirectory() as name:
        year, peer_year = table_of(Path(name), 365)
        decade, peer_decade = table_of(Path(name), 3652)
        python = [sys.executable, "-m", "followspot"]
        return [
            ("`followspot --version`", cost([*python, "--version"], repeats), "wall < 0.3 s"),
            ("`followspot --help`", cost([*python, "--help"], repeats), "wall < 0.3 s"),
            ("one step-away test, a year of days", cost(year, repeats), "CPU < 0.5 s"),
            ("CausalImpact's model (statsmodels), the same days", cost(peer_year, repeats), ""),
            ("one step-away test, ten years of days", cost(decade, repeats), "CPU < 2 s"),
            ("CausalImpact's model (statsmodels), the same days", cost(peer_decade, repeats), ""),
            (
                "`followspot study` of the repository",
                cost([*python, "study", repository, "--json"], 1),
                "CPU < 20 s at 50,000 commits",
            ),
        ]


def main() -> None:
    """Measure, write the page, print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("repository", nargs="?")
    asked.add_argument("--repeats", type=int, default=5)
    given = asked.parse_args()
    git_import.BUILD.mkdir(parents=True, exist_ok=True)
    repository = given.repository or str(git_import.generated(git_import.GENERATED))
    commits = subprocess.run(
        ["git", "-C", repository, "rev-list", "--count", "--all"], check=True, capture_output=True, text=True
    ).stdout.strip()
    lines = [
        "# What a command costs", "",
        f"Made by `python -m benchmarks.speed REPOSITORY --repeats {given.repeats}` on a repository of {int(commits):,} commits. Each "
        "line is a whole process, interpreter and imports included.", "",
        "| | CPU s | wall s | budget |", "|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {what} | {least:.2f} ({middle:.2f}) | {wall:.2f} | {budget} |"
        for what, (least, middle, wall), budget in rows(repository, given.repeats)
    ]
    PAGE.write_text("\n".join(lines) + "\n")
    print(PAGE.read_text())


if __name__ == "__main__":
    main()
