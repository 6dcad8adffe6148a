"""What readings over all of an organisation cost on one machine, and on Spark: `python -m benchmarks.organisation`.

Many teams' histories in one log, a million events each, as segments at the shelf's own door. Every reading in a process of its own,
which begins with nothing: seconds by the clock, and the most memory that it held at once. Spark: a standalone master with two
workers on the same machine, which is no fair race and isn't meant as one: `tests/spark.sh .venv/bin/python -m benchmarks.organisation`.
That writes docs/figures/organisation.md; what was generated is deleted.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import readings
from benchmarks.rows import Row, keep
from followspot.evidence import segments

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "figures" / "organisation.md"
A_TEAM = 1_000_000  # events
MEMORY_AT_MOST = 2 * 2**30
LEADER = "Ada <ada@team0.example.org>"
MEASURES = ("dependence", "spread-of-leading", "sustainability")  # what lives of evidence alone


def _block(events: int) -> pa.Table:
    """Return one team's work."""
    return pa.Table.from_batches(
        list(readings._work(round(events / readings.EVENTS_OF_A_CHANGE)))
    ).combine_chunks()


def _of_team(block: pa.Table, team: int) -> Iterator[pa.RecordBatch]:
    """Yield the same work as another team's: other people, other objects, other places."""

    def told(strings: pa.Array, what: str, becomes: str) -> pa.Array:
        return pc.replace_substring(strings, what, becomes)

    def within(lists: pa.ListArray, what: str, becomes: str) -> pa.Array:
        return pa.ListArray.from_arrays(lists.offsets, told(lists.values, what, becomes), type=lists.type)

    for batch in block.to_batches(max_chunksize=100_000):
        columns = {name: batch[name] for name in batch.schema.names}
        columns["actor"] = told(batch["actor"], "@", f"@team{team}.")
        columns["object"] = told(batch["object"], ":", f":{team}-")
        columns["about"] = within(pc.list_slice(batch["about"], 0), "src/", f"team{team}/")
        columns["to"] = within(pc.list_slice(batch["to"], 0), "@", f"@team{team}.")
        yield pa.RecordBatch.from_arrays([columns[n] for n in batch.schema.names], schema=batch.schema)


def _generate(folder: Path, events: int) -> list[segments.Segment]:
    block = _block(min(events, A_TEAM))
    return [segments.write(_of_team(block, n), folder, f"team{n}") for n in range(max(1, events // A_TEAM))]


def _child(listed: list[tuple[str, int]], slug: str, asof: datetime, master: str) -> None:
    """In a fresh process: read once, on this machine or on a cluster; print seconds, memory and the reading."""
    from followspot.evidence import table
    from followspot.measures import answer, measures

    started = time.monotonic()
    if master:
        from followspot.evidence import spark

        events = spark.open_segments(spark.connect(master), "", listed)
    else:
        events = table.open_segments(table.connect(), [Path(p) for p, _ in listed])
    begun = time.monotonic()
    masked = table.masked(events, table.Who(leads=(table.Spell(LEADER),)))
    found = answer(measures()[slug], masked, asof=asof)
    told = {"starting": begun - started, "reading": time.monotonic() - begun, "memory": _peak()}
    print(json.dumps(told | {"said": found.as_json()}))


def _peak() -> int:
    """Return the most memory that this process has held at once, in bytes."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024


def _read(listed: list[tuple[str, int]], slug: str, asof: datetime, master: str = "") -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.organisation", "--child", slug]
    command += ["--asof", asof.isoformat(), "--spark", master]
    done = subprocess.run(
        command,
        input=json.dumps(listed),
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _alike(one: Any, other: Any) -> bool:
    """Say whether two readings are the same: in every word, and in figures to nine digits."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_alike(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def _size(events: int, folder: Path, master: str) -> tuple[list[str], list[Row], int]:
    """Measure one size; return rows of the page, those of the report, and how many readings differ on Spark."""
    written = _generate(folder, events)
    asof, listed = datetime.now(UTC), [(str(s.path), s.rows) for s in written]
    rows, kept, differ, n = [], [], 0, sum(s.rows for s in written)
    for slug in MEASURES:
        here = _read(listed, slug, asof)
        held = here["memory"] / 2**20
        kept.append(Row(f"Memory of {slug} over {n:,} events", "MiB", held, MEMORY_AT_MOST / 2**20))
        row = f"| {n:,} | {slug} | {here['reading']:.1f} | {held:,.0f} |"
        if master:
            there = _read(listed, slug, asof, master)
            differ += not (same := _alike(here["said"], there["said"]))
            row += f" {there['starting']:.0f} + {there['reading']:.0f} | {'yes' if same else 'NO'} |"
        rows.append(row if master else f"{row} not asked | |")
        print(rows[-1], f"load {os.getloadavg()[0]:.1f}", flush=True)
    return rows, kept, differ


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 10_000_000, 100_000_000])
    parser.add_argument("--spark", default=os.environ.get("FOLLOWSPOT_TEST_SPARK", ""))
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    parser.add_argument("--asof", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        _child(json.load(sys.stdin), asked.child, datetime.fromisoformat(asked.asof), asked.spark)
        return 0
    rows: list[str] = []
    kept: list[Row] = []
    differ, load = 0, os.getloadavg()[0]
    for events in asked.events:
        with tempfile.TemporaryDirectory(prefix="followspot-bench-") as folder:
            some, figures, wrong = _size(events, Path(folder), asked.spark)
        rows, kept, differ = rows + some, kept + figures, differ + wrong
    if asked.spark:
        PAGE.write_text(_page(rows, asked, load))
    return differ + keep("organisation", kept)


def _page(rows: list[str], asked: argparse.Namespace, load: float) -> str:
    sizes = " ".join(map(str, asked.events))
    command = f"tests/spark.sh .venv/bin/python -m benchmarks.organisation --events {sizes}"
    table = "\n".join(rows)
    return f"""# What readings over an organisation cost

`{command}` ({datetime.now(UTC):%-d %B %Y}, Python {sys.version.split()[0]};
{os.cpu_count()} cores, load {load:.1f} at the beginning, before any of this, and {os.getloadavg()[0]:.1f} at the end).

Many teams' work in one log, a million events each over {readings.YEARS} years by {len(readings.pages.NAMES) + readings.OTHERS} people of its own, as one segment a team,
read as one by a leader of one of them. Each reading in a process of its own that has read nothing yet, the mask included. Seconds are by the
clock, on a machine with other work on it; memory is the most that the process held at once. Budget: {MEMORY_AT_MOST // 2**20:,} MiB. Spark is a
standalone master with two workers of one core and 1 GiB on the same machine, so it can't be quicker here: shown are the seconds until it is
there, those of the reading, and whether the reading was the same in every word, and in figures to nine digits. It reads the files by
itself; from an object store its workers read through Python, of which nothing is measured here.

| events | reading | seconds | MiB | on Spark, seconds | the same |
|---|---|---|---|---|---|
{table}
"""


if __name__ == "__main__":
    raise SystemExit(main())
