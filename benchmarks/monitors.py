"""How often do the signs of danger alarm for nothing, and how soon for something? `python -m benchmarks.monitors [--runs 300]`.

Writes docs/figures/monitors.md. Says at the end whether all alarms together stay below one false one a team and year.
"""

import argparse
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks import leaves
from benchmarks.simulator import CALM, PROFILE, ROUGH, TYPICAL, Noise, paths
from followspot.measures import monitors
from followspot.measures._methods import cusum
from followspot.measures._methods.cusum import THRESHOLD, watch
from followspot.measures._methods.days import DailyCounts, from_mappings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "figures" / "monitors.md"
FIRST = date(2020, 6, 1)  # a Monday
WEEKS, BEFORE = 260, 104  # on record; the pace drops in any week of the year after so many
DROPS = (0.6, 0.4)
MOST_A_YEAR = 1.0
TAILS = {
    "thin (exponential)": lambda random, n: random.exponential(8, n),
    "log-normal": lambda random, n: np.exp(random.normal(np.log(4), 1, n)),
    "heavy (Pareto, 2)": lambda random, n: 4 * random.pareto(2, n),
}


@dataclass(frozen=True)
class Team:
    """A pace, a noise, and how the level itself moves."""

    name: str
    rate: float
    noise: Noise
    walk: float = 0.0  # sd of a week's lasting step of the log level
    season: bool = False

    def days(self, random: np.random.Generator, ratio: float = 1.0, since: int = WEEKS) -> DailyCounts:
        """Five years of days; from a week on the work is so many times what it would have been."""
        size = 7 * WEEKS
        log_rate = paths(size, self.noise, random)
        log_rate += np.repeat(np.cumsum(random.normal(0, self.walk, size // 7)), 7)
        if self.season:
            log_rate += [_season(FIRST + timedelta(days=n)) for n in range(size)]
        mean = self.rate * PROFILE[np.arange(size) % 7] * np.exp(log_rate)
        mean[7 * since :] *= ratio
        spare = self.noise.phi - 1
        return DailyCounts(FIRST, random.poisson(random.gamma(mean / spare, spare)) * 1.0)


def _season(day: date) -> float:
    if (7, 10) <= (day.month, day.day) <= (8, 31):
        return float(np.log(0.75))
    return float(np.log(0.35)) if (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 3) else 0.0


NOISES = {"calm": CALM, "typical": TYPICAL, "rough": ROUGH}
TEAMS = (
    *(Team(f"{rate} a day, {name}", rate, noise) for rate in (2, 5, 20, 60) for name, noise in NOISES.items()),
    Team("20 a day, typical, the level wanders by 4 % a week", 20, TYPICAL, walk=0.04),
    Team("20 a day, typical, summer and year's end", 20, TYPICAL, season=True),
)  # fmt: skip


def new_alarms(statistic: np.ndarray) -> int:
    """How many alarms began, those that come back before the sum was at 0 again counted once."""
    alarms, standing = 0, False
    for value in statistic:
        if value >= THRESHOLD and not standing:
            alarms, standing = alarms + 1, True
        standing = standing and value > 0
    return alarms


def delay(team: Team, ratio: float, run: int) -> float:
    """Weeks from the drop to the day on which an alarm stands; endless if not within a year."""
    since = BEFORE + run % 52
    found = watch(team.days(np.random.default_rng([2, run]), ratio, since))
    begun = FIRST + timedelta(weeks=since)
    weeks = [
        (week - begun).days / 7 + 1
        for week, value in zip(found.weeks, found.statistic, strict=True)
        if value >= THRESHOLD and 0 <= (week - begun).days < 364
    ]
    return min(weeks, default=np.inf)


def team_row(team: Team, runs: int) -> tuple[float, str]:
    """False alarms a year, and the row of the table."""
    count = years = 0.0
    for run in range(runs):
        found = watch(team.days(np.random.default_rng([1, run])))
        count, years = count + new_alarms(found.statistic), years + len(found.weeks) / 52.18
    cells = []
    for ratio in DROPS:
        waits = np.array([delay(team, ratio, run) for run in range(runs)])
        low, middle, high = np.quantile(waits, (0.1, 0.5, 0.9), method="higher")
        quick = 100 * np.mean(waits <= 8)
        cells.append(f"{_weeks(low)} / {_weeks(middle)} / {_weeks(high)} | {quick:.0f}")
    return count / years, f"| {team.name} | {count / years:.2f} | {' | '.join(cells)} |"


def _weeks(value: float) -> str:
    return f"{value:.0f}" if np.isfinite(value) else "–"


def barrier_rate(due: int, tail: str, runs: int, years: int = 4) -> float:
    """False alarms a year where barriers are late as ever: so many promises a year, half of them kept."""
    count = 0
    for run in range(runs):
        random = np.random.default_rng([3, run])
        at = np.sort(random.uniform(0, 365 * years, random.poisson(due * years)))
        over = np.where(random.random(at.size) < 0.5, 0.0, TAILS[tail](random, at.size))
        for n, day in enumerate(at):
            others = over[:n][at[:n] >= day - monitors.LOOK_BACK]
            if others.size >= monitors.FEWEST_PROMISES:
                limit = max(monitors.FEWEST_DAYS_OVER, monitors.TIMES_OVER * others.max())
                count += over[n] >= limit
    return count / (runs * years)


def real_rows() -> list[str]:
    """Alarms in public histories in which nobody said what was danger: an upper bound of false ones."""
    rows, alarms, years = [], 0, 0.0
    for project in sorted({case.project for case in leaves.cases()}):
        found = watch(_history(project))
        if found is None:
            continue
        span, began = len(found.weeks) / 52.18, new_alarms(found.statistic)
        alarms, years = alarms + began, years + span
        rows.append(f"| {project} | {span:.1f} | {began} |")
    return [*rows, f"| all | {years:.0f} | {alarms} ({alarms / years:.2f} a year) |"]


def _history(project: str) -> DailyCounts:
    table = leaves.events(project)
    landed = [
        row
        for row in table.select(["at", "activity", "actor"]).to_pylist()
        if row["activity"] == "change.landed"
    ]
    count: dict[date, float] = {}
    for row in landed:
        if not (row["actor"] or "").startswith("leader") and not row["actor"].endswith("[bot]"):
            day = row["at"].date()
            count[day] = count.get(day, 0.0) + 1
    return from_mappings(count)


def page(runs: int) -> tuple[str, float]:
    """The page, and the most false alarms a year of both signs together."""
    rates, rows = zip(*(team_row(team, runs) for team in TEAMS), strict=True)
    barriers = {(due, tail): barrier_rate(due, tail, runs) for due in (5, 20, 60) for tail in TAILS}
    most = max(rates) + max(barriers.values())
    lines = [
        "# Signs of danger: how often for nothing, and how soon",
        "",
        f"Made by `python -m benchmarks.monitors --runs {runs}`. Teams are simulated for five years; the simulator is not the method's "
        "own model. *False* is how many alarms a year begin where nothing changed. Then the pace drops for good, in any week of the year, by 40 % and by 60 %: how many "
        "weeks until an alarm stands (10 % of teams, half, 90 %; – is more than a year), and in how many of 100 it stands within 8 weeks. "
        "Once the lower pace has gone on for long it is the usual one, and a drop that was not seen by then won't be. Summer and the year's end are passed over, so a drop shortly before is seen after them. An alarm that chanced to stand when the drop came counts as soon.",
        "",
        f"Both signs together: at the worst {max(rates):.2f} + {max(barriers.values()):.2f} = **{most:.2f} false alarms a team and year** "
        f"(at most {MOST_A_YEAR:g} is promised).",
        "",
        "## Pace",
        "",
        "| team | false a year | weeks to see -40 % | within 8 | weeks to see -60 % | within 8 |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        "## Barriers",
        "",
        "Promises that come due in a year, half of them kept, the others late by a tail as in the table; the first year included.",
        "",
        "| promises a year | " + " | ".join(TAILS) + " |",
        "|---|" + "---|" * len(TAILS),
        *(f"| {due} | " + " | ".join(f"{barriers[due, t]:.2f}" for t in TAILS) + " |" for due in (5, 20, 60)),
    ]
    if (leaves.DATA / "cases.csv").exists():
        lines += [
            "",
            "## Public histories",
            "",
            "Weeks in which others' changes were let in, the leader's absences not taken out. Nobody wrote down what was danger there, so "
            "the alarms are of both kinds, and the rate is above that of false ones: releases, freezes, quarrels and forks are among them.",
            "",
            "| project | years watched | alarms |",
            "|---|---|---|",
            *real_rows(),
        ]
    return "\n".join(lines) + "\n", most


def main() -> int:
    """Run all, write the page, and say whether the promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=300)
    text, most = page(parser.parse_args().runs)
    PAGE.write_text(text)
    sys.stdout.write(f"{most:.2f} false alarms a team and year; threshold {cusum.THRESHOLD}\n")
    return 0 if most <= MOST_A_YEAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
