"""What a command costs: start-up, one step-away test, a whole study. `python -m benchmarks.speed [REPOSITORY]`.

CPU is user and system seconds of the command and its children; the least of some runs, the median in brackets.
Beside the step-away test, in the same run, a port of CausalImpact as it was released, in a Python of its own (it
runs on older pandas alone), and its model by itself. Writes docs/figures/speed.md.
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

from benchmarks import git_import, rows
from benchmarks.apart import programs_of

PAGE = git_import.ROOT / "docs" / "figures" / "speed.md"
START_AT_MOST, LESS = 0.3, 10  # seconds; times less CPU than the port
PORT = ("pycausalimpact==0.1.1", "pandas==2.2.3", "statsmodels==0.14.6")  # the newest of both that it runs on
PORTED = """
import warnings
warnings.simplefilter("ignore")
import numpy as np, pandas as pd
from causalimpact import CausalImpact
frame = pd.DataFrame({{"team": np.loadtxt({path!r})}})
def test():
    CausalImpact(frame, [0, {begins} - 1], [{begins}, {begins} + {days} - 1], nseasons=[{{"period": 7}}])
"""
MODEL = """
import numpy as np
from statsmodels.tsa.statespace.structural import UnobservedComponents
counts = np.loadtxt({path!r})
def test():
    model = UnobservedComponents(counts[:{begins}], "llevel", seasonal=7)
    model.fit(disp=False).simulate({days}, anchor="end", repetitions=1000)
"""
OURS = """
from pathlib import Path
from followspot.cli.tables import judge, read_absences, read_counts
days, away = read_counts(Path({path!r})), read_absences(Path({away!r}))
def test():
    judge(days, away)
"""
TIMED = """
import time
test()
begun = time.process_time()
for _ in range(10):
    test()
print((time.process_time() - begun) / 10)
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


def table_of(folder: Path, days: int) -> tuple[list[str], str, str, str]:
    """Write a table of days with a fortnight away near its end; return our command, our test, the port's and the model's."""
    random, first = np.random.default_rng(days), date(2026, 11, 22) - timedelta(days=days - 1)
    counts = random.poisson(np.where(np.arange(days) % 7 < 5, 12, 2))
    table, absences, plain = (folder / f"{days}{end}" for end in (".csv", "-away.csv", ".txt"))
    table.write_text(
        "\n".join(["date,team", *(f"{first + timedelta(days=n)},{c}" for n, c in enumerate(counts))])
    )
    away = first + timedelta(days=days - 43)
    absences.write_text(f"start,end\n{away},{away + timedelta(days=13)}\n")
    np.savetxt(plain, counts)
    command = ["step-away", "--counts", str(table), "--absences", str(absences), "--json"]
    ours = OURS.format(path=str(table), away=str(absences))
    port, model = (code.format(path=str(plain), begins=days - 43, days=14) for code in (PORTED, MODEL))
    return [sys.executable, "-m", "followspot", *command], ours, port, model


def inside(python: str | Path, code: str) -> float:
    """Return the mean CPU milliseconds of one test in a process that is already running."""
    said = subprocess.run(
        [python, "-c", code + TIMED],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    return float(said.stdout) * 1000


def measured(repository: str, repeats: int) -> tuple[list[tuple[str, str, str, str]], list[rows.Row]]:
    """Measure every command once the files are warm; return the lines of the page, and what has a budget."""
    kept: list[rows.Row] = []
    python = [sys.executable, "-m", "followspot"]

    def whole(what: str, command: list[str], budget: str, times: int = repeats) -> tuple[str, str, str, str]:
        least, middle, wall = cost(command, times)
        if what in ("`followspot --version`", "`followspot --help`"):
            kept.append(rows.Row(what.strip("`"), "s", wall, START_AT_MOST))
        return what, f"{least:.2f} s ({middle:.2f})", f"{wall:.2f} s", budget

    apart = programs_of(git_import.BUILD / "causalimpact", *PORT) / "python"
    with tempfile.TemporaryDirectory() as name:
        found = [
            whole("`followspot --version`", [*python, "--version"], "wall < 0.3 s"),
            whole("`followspot --help`", [*python, "--help"], "wall < 0.3 s"),
        ]
        for days, said, most in ((365, "a year", 500), (3652, "ten years", 2000)):
            command, *tests = table_of(Path(name), days)
            ours, ported, modelled = map(inside, (sys.executable, apart, sys.executable), tests)
            test = f"one step-away test, {said} of days"
            kept.append(rows.Row(f"{test.capitalize()}, CPU", "ms", ours, most))
            kept.append(rows.Row(f"{test.capitalize()}, CPU, a tenth of the port's", "ms", ours, ported / LESS, PORT[0], ported))  # fmt: skip
            found += [
                (f"{test}, in a running process", f"{ours:.0f} ms", "", f"CPU < {most / 1000:g} s"),
                (
                    f"CausalImpact ({PORT[0]}, a weekly season), the same days",
                    f"{ported:.0f} ms, {ported / ours:.0f} times ours",
                    "",
                    f"{LESS} times ours or more",
                ),
                (
                    "its model alone (statsmodels, 1,000 simulations)",
                    f"{modelled:.0f} ms, {modelled / ours:.1f} times ours",
                    "",
                    "",
                ),
                whole(f"the same as a command, {said} of days", command, ""),
            ]
        nothing = [sys.executable, "-c", "import typer, numpy, scipy.special, typer._adapters"]
        found.append(whole("loading Typer, numpy and scipy.special alone", nothing, ""))
        study = [*python, "study", repository, "--json"]
        found.append(whole("`followspot study` of the repository", study, "CPU < 20 s at 50,000 commits", 1))
    return found, kept


def main() -> int:
    """Measure, write the page, print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("repository", nargs="?")
    asked.add_argument("--repeats", type=int, default=5)
    given = asked.parse_args()
    git_import.BUILD.mkdir(parents=True, exist_ok=True)
    repository = given.repository or str(git_import.generated(git_import.GENERATED))
    commits = subprocess.run(
        ["git", "-C", repository, "rev-list", "--count", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    lines = [
        "# What a command costs", "",
        f"Made by `python -m benchmarks.speed REPOSITORY --repeats {given.repeats}` on a repository of {int(commits):,} commits. A "
        "command is a whole process, interpreter and imports included: the least, and the median in brackets.", "",
        "| | CPU | wall | budget |", "|---|---|---|---|",
    ]  # fmt: skip
    found, kept = measured(repository, given.repeats)
    lines += [f"| {' | '.join(row)} |" for row in found]
    PAGE.write_text("\n".join(lines) + "\n")
    print(PAGE.read_text())
    return rows.keep("speed", kept)


if __name__ == "__main__":
    raise SystemExit(main())
