"""What all readings of one team with a million events cost: `python -m benchmarks.readings`.

A million events of work by a team of twelve and forty others, in at the log's own door as one segment, and three
years of practice through the verbs. Cold is a fresh process that has read nothing yet, warm the same readings once more.
CPU of all threads; each reading also on its own, in a process of its own. Writes docs/figures/readings.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from benchmarks import pages
from benchmarks.rows import Row, keep

PAGE = pages.ROOT / "docs" / "figures" / "readings.md"
COLD_AT_MOST, WARM_AT_MOST = 3.0, 0.050  # CPU seconds
CHANGES_OF_A_BATCH, YEARS, FOLDERS, OTHERS = 25_000, 8, 240, 40
EVENTS_OF_A_CHANGE = 3.6  # written, landed, let in; some reviewed, some merged


def _filled(events: int) -> str:
    """Make a team with its practice and its work; return its slug."""
    pages._settle()
    team, _ = pages.practised(a_week=3)
    from followspot.evidence import log
    from followspot.evidence.connectors import Finish, Harvest
    from followspot.evidence.models import Source
    from followspot.teams import actions
    from followspot.teams.models import Person

    for person in Person.objects.filter(name__in=pages.NAMES):
        actions.claim(team, _identity(person.name), person=person)
    source = Source.objects.create(team=team, connector="git", title="The work")
    harvest = Harvest(_work(round(events / EVENTS_OF_A_CHANGE)), lambda: Finish(cursor={}))
    print(f"{log.store(source, harvest, now=datetime.now(UTC)):,} events", file=sys.stderr)
    slug: str = team.slug  # type: ignore[attr-defined]
    return slug


def _identity(name: str) -> str:
    return f"{name} <{name.lower()}@example.org>"


def _work(changes: int) -> Iterator[pa.RecordBatch]:
    """Yield changes in order of time: who wrote them where, who let them in, reviewed and merged them."""
    random = np.random.default_rng(20261123)
    people = np.array([_identity(n) for n in pages.NAMES] + [_identity(f"Guest{n}") for n in range(OTHERS)])
    weight = np.array([6.0] * pages.PEOPLE + [0.5] * OTHERS)
    weight /= weight.sum()
    folders = np.array([f"folder:src/part{n}" for n in range(FOLDERS)])
    end = np.datetime64(datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=6), "us")
    days = 365.0 * YEARS
    for first in range(0, changes, CHANGES_OF_A_BATCH):
        n = min(CHANGES_OF_A_BATCH, changes - first)
        ago = np.floor(days * (1 - (first + np.sort(random.uniform(0, n, n))) / changes))
        at = end.astype("datetime64[D]") - ago.astype("timedelta64[D]") + _hours(random, n)
        at = np.minimum(at.astype("datetime64[us]"), end)
        author, keeper, reviewer = (people[random.choice(people.size, n, p=weight)] for _ in range(3))
        keeper = np.where(random.random(n) < 0.5, people[0], keeper)  # half of it through who leads
        where = folders[np.minimum(random.geometric(0.02, n), FOLDERS) - 1]
        numbers = [f"change:{first + k:010x}" for k in range(n)]
        wait = (random.exponential(30.0, n) * 3600).astype("timedelta64[s]")
        late = np.minimum(at + wait, end)
        seen, merged = random.random(n) < 0.45, random.random(n) < 0.15
        everything = np.ones(n, bool)
        rows = (
            ("change.written", at, author, everything, None),
            ("change.landed", late, author, everything, None),
            ("change.integrated", late, keeper, everything, author),
            ("review.given", late, reviewer, seen, author),
            ("branch.merged", late, keeper, merged, None),
        )
        for activity, when, actor, which, to in rows:
            yield _batch(activity, when, actor, numbers, where, which, to)


def _hours(random: np.random.Generator, n: int) -> np.ndarray:
    return (np.clip(random.normal(13.0, 2.5, n), 0, 23.9) * 3600).astype("timedelta64[s]")


def _batch(activity, when, actor, numbers, where, which, to) -> pa.RecordBatch:  # type: ignore[no-untyped-def]
    from followspot.evidence.event import SCHEMA

    n = int(which.sum())
    objects = np.array(numbers, object)[which]
    columns = {
        "at": pa.array(when[which].astype("datetime64[us]"), pa.timestamp("us")).cast(
            SCHEMA.field("at").type
        ),
        "activity": pa.array([activity] * n),
        "actor": pa.array(actor[which], pa.string()),
        "object": pa.array(objects, pa.string()),
        "about": pa.array([[f] for f in where[which]], SCHEMA.field("about").type),
        "to": pa.array([[t] for t in to[which]] if to is not None else [[]] * n, SCHEMA.field("to").type),
        "value": pa.nulls(n, pa.float64()),
        "unit": pa.nulls(n, pa.string()),
        "invited_by": pa.nulls(n, pa.string()),
        "key": pa.array([f"{activity}:{o}" for o in objects]),
    }
    return pa.RecordBatch.from_pydict(columns, schema=SCHEMA)


def _child(slug: str, alone: str) -> None:
    """In a fresh process with nothing kept: read, cold and then warm; print the CPU seconds of each."""
    import django

    django.setup()
    import ibis.backends.duckdb  # noqa: F401 - what a server has loaded long before
    import pandas as pd  # noqa: F401 - Arrow asks for it
    import pyarrow.parquet  # noqa: F401
    import scipy.special  # noqa: F401
    from django.core.cache import cache

    from followspot.brief import readings
    from followspot.measures import measures
    from followspot.teams.models import Team

    cache.clear()
    team = Team.objects.get(slug=slug)
    asked = [alone] if alone else [s for s in measures() if s != "step-away"]
    spent = {}
    for turn in ("cold", "warm"):
        started = time.process_time()
        for name in asked:
            before = time.process_time()
            readings.reading(team, name)
            if turn == "cold":
                spent[name] = time.process_time() - before
        spent[turn] = time.process_time() - started
    print(json.dumps(spent))


def _run(slug: str, alone: str, rounds: int) -> dict[str, float]:
    """Ask in fresh processes, one after the other; return the medians."""
    command = [sys.executable, "-m", "benchmarks.readings", "--child", slug, "--alone", alone]
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    told = [
        json.loads(
            subprocess.run(
                command, check=True, stdout=subprocess.PIPE, text=True, cwd=pages.ROOT, env=env
            ).stdout
        )
        for _ in range(rounds)
    ]
    return {name: statistics.median(one[name] for one in told) for name in told[0]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    parser.add_argument("--alone", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        _child(asked.child, asked.alone)
        return 0
    slug = _filled(asked.events)
    together = _run(slug, "", asked.rounds)
    cold, warm = together.pop("cold"), together.pop("warm")
    alone = {name: _run(slug, name, 1)["cold"] for name in together}
    rows = [f"| {name} | {1000 * cost:.0f} | {1000 * alone[name]:.0f} |" for name, cost in together.items()]
    rows.append(f"| **all** | **{1000 * cold:.0f}** | {1000 * sum(alone.values()):.0f} |")
    PAGE.write_text(_page(rows, warm, asked))
    print("\n".join(rows), f"warm: {1000 * warm:.0f} ms", sep="\n")
    what = f"All readings of a team with {asked.events:,} events, CPU"
    return keep(
        "readings",
        [
            Row(what, "s", cold, COLD_AT_MOST),
            Row(f"{what}, asked again", "ms", 1000 * warm, 1000 * WARM_AT_MOST),
        ],
    )


def _page(rows: list[str], warm: float, asked: argparse.Namespace) -> str:
    table = "\n".join(rows)
    return f"""# What all readings cost

`python -m benchmarks.readings --events {asked.events} --rounds {asked.rounds}` ({datetime.now(UTC):%-d %B %Y}, Python {sys.version.split()[0]}, SQLite; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores).

A team of {pages.PEOPLE} with {asked.events:,} events of work over {YEARS} years, {OTHERS} others among them, in at the log's own door as one
segment, and {pages.YEARS} years of practice through the verbs. CPU milliseconds of all threads, `OPENBLAS_NUM_THREADS=1`, through
`brief.readings` on the real database and file cache. "In turn": a fresh process reads all of them one after the other, as the panels
of one Sideline ask for them, and they share one look at the log; the median of {asked.rounds} such processes. "Alone": each in a fresh process of
its own. Libraries are loaded before the clock starts, as a server's are.

| reading | in turn, ms | alone, ms |
|---|---|---|
{table}

Asked again, all of them together: {1000 * warm:.0f} ms. Budget: {1000 * COLD_AT_MOST:.0f} ms cold, {1000 * WARM_AT_MOST:.0f} ms warm.
"""


if __name__ == "__main__":
    raise SystemExit(main())
