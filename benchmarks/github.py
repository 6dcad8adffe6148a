"""What does it cost to read a repository's whole life at GitHub into the log?

`python -m benchmarks.github [--small 100000] [--large 1000000] [--repeats 3]` measures, side by side in one run, against a stub
of GitHub on this machine (`tests/stubs/github.py`, in a process of its own, its pages rendered before): our import into the log
through the database and Parquet, and a bare httpx2 loop that fetches the same pages, reads their JSON for where the next one is,
and throws it away: once with a stub that answers at once, which no service does, and once with one that takes 10 ms a page, which is
still many times faster than GitHub. Writes build/bench/github.json and docs/figures/github.md.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from typing import Any

from benchmarks import rows
from benchmarks.git_import import BUILD, ROOT

PER_PULL = 6.9  # events, with the issues beside them
BUDGET, MEMORY = 2.0, 1.3
AT_ONCE, QUICK = 0.0, 0.01  # seconds that the stub takes for a page
Result = dict[str, Any]
Found = list[tuple[float, dict[str, list[Result]]]]


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ours(address: str) -> Result:
    """One whole import, piece by piece, as the background work does it."""
    import django

    import followspot.cli  # noqa: F401 - how the command sets its process up

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from followspot import seals
    from followspot.evidence import collect
    from followspot.evidence.models import Segment, Source
    from followspot.teams.models import Team

    call_command("migrate", verbosity=0)
    team = Team.objects.create(name="Quay", slug="quay")
    source = Source.objects.create(
        team=team,
        connector="github",
        title="Tower",
        path=address,
        token=seals.seal("right"),
        due_at=timezone.now(),
    )
    before, began = cpu(), time.perf_counter()
    run = collect.read(collect.begin(source, now=timezone.now()))
    wall, used = time.perf_counter() - began, cpu() - before
    if run.state != "done":
        raise SystemExit(run.message)
    again = time.perf_counter()
    Source.objects.update(due_at=timezone.now())
    collect.read(collect.begin(Source.objects.get(), now=timezone.now()))
    return {
        "wall": wall,
        "cpu": used,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "events": sum(Segment.objects.values_list("rows", flat=True)),
        "segments": Segment.objects.count(),
        "again": time.perf_counter() - again,
    }


def bare(address: str) -> Result:
    """Fetch the same pages one after the other, with the same questions."""
    import httpx2

    from followspot.evidence.connectors._github_api import PAGE, PARTS, _who

    before, began, pages, size = cpu(), time.perf_counter(), 0, 0
    url = httpx2.URL(address).copy_with(path="/api/graphql")
    with httpx2.Client(headers={"Authorization": "Bearer right"}) as client:
        for part in PARTS:
            after = None
            while True:
                asked = {"owner": "quay", "name": "tower", "first": 50, "after": after}
                answer = client.post(url, json={"query": PAGE[part] + _who(False), "variables": asked})
                info = answer.json()["data"]["repository"][part]["pageInfo"]
                pages, size = pages + 1, size + len(answer.content)
                if not info["hasNextPage"]:
                    break
                after = info["endCursor"]
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "wall": time.perf_counter() - began,
        "cpu": cpu() - before,
        "rss": rss,
        "pages": pages,
        "bytes": size,
    }


def once(what: str, address: str) -> Result:
    """Run one of the two in a fresh process, with a data folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.github", "--once", what, "--address", address],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "FOLLOWSPOT_DATA": folder,
                "FOLLOWSPOT_INTERNAL_HOSTS": "127.0.0.1",
                "DJANGO_SETTINGS_MODULE": "followspot.web.settings",
            },
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


@contextmanager
def served(events: int, takes: float) -> Any:
    """Serve a history of about so many events."""
    pulls = round(events / PER_PULL)
    given = ["--pulls", str(pulls), "--issues", str(pulls // 3), "--people", "300", "--takes", str(takes)]
    stub = subprocess.Popen(
        [sys.executable, "-m", "tests.stubs.github", *given], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert stub.stdout is not None
        yield stub.stdout.readline().strip()
    finally:
        stub.kill()
        stub.wait()


def measured(events: int, takes: float, repeats: int) -> dict[str, list[Result]]:
    """Take turns, so that a busy minute of the machine falls on both alike."""
    runs: dict[str, list[Result]] = {"bare": [], "ours": []}
    with served(events, takes) as address:
        for _ in range(repeats):
            for what, some in runs.items():
                some.append(once(what, address))
    return runs


def spread(runs: list[Result], key: str) -> tuple[float, float]:
    values = [run[key] for run in runs]
    return min(values), statistics.median(values)


def page(found: Found, arguments: str, load: float) -> str:
    """Return the figures as a page."""
    lines = ["# Reading a repository at GitHub", ""]
    lines += [
        f"Made by `python -m benchmarks.github {arguments}` on {os.cpu_count()} cores, the stub of GitHub on one of them; the load of the",
        f"machine was {load:.1f} at the end, ours and the stub's among it. The least of the runs, and in brackets the median. *Bare* fetches the same",
        "pages with httpx2 and reads their JSON for where the next one is. *Ours* is the whole import: tried again, turned into events, compared by",
        "key, kept in pieces of 100,000 events with their row in the database.",
        "",
        "| events | pages | stub takes | | wall s | against bare | CPU s | most memory MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for takes, runs in found:
        events, pages = runs["ours"][0]["events"], runs["bare"][0]["pages"]
        base = spread(runs["bare"], "wall")
        for what in ("bare", "ours"):
            (low, mid), used = spread(runs[what], "wall"), spread(runs[what], "cpu")
            memory = max(run["rss"] for run in runs[what]) / 2**20
            lines += [
                f"| {events:,} | {pages:,} | {takes * 1000:.0f} ms | {what} | {low:.1f} ({mid:.1f}) | {low / base[0]:.2f} ({mid / base[1]:.2f}) | {used[0]:.1f} ({used[1]:.1f}) | {memory:.0f} |"
            ]
    again = spread(found[-1][1]["ours"], "again")[0]
    bare = found[-2][1]["bare"]
    at_once = bare[0]["pages"] / spread(bare, "wall")[0]
    lines += [
        "",
        f"Ten times as many events take {grown(found):.2f} times the memory (budget {MEMORY}). With nothing new the larger one takes {again:.1f} s",
        f"again, its last pages compared by key. The budget is {BUDGET:g} times the bare loop. It is kept where a page takes 10 ms; GitHub's take hundreds.",
        f"Where pages come at once, {at_once:,.0f} a second, it isn't: there our own work shows. The bare loop reads all of the JSON, as we do; making",
        "an event of what is in it and laying it out as columns costs as much again, and so do two threads that take turns in one interpreter,",
        "which is the price of fetching ahead where a service does take its time.",
    ]
    return "\n".join(lines) + "\n"


def figures(found: Found) -> list[rows.Row]:
    """Return what has a budget: the import beside the bare loop where a page takes as long as at a service, and its memory at both sizes."""
    takes, runs = found[-1]
    bare, ours = (spread(runs[what], "wall")[0] for what in ("bare", "ours"))
    events = runs["ours"][0]["events"]
    small, large = (max(run["rss"] for run in some["ours"]) / 2**20 for _, some in (found[0], found[-1]))
    return [
        rows.Row(
            f"{events:,} events, a page in {takes * 1000:.0f} ms, by the clock",
            "s",
            ours,
            BUDGET * bare,
            "a bare loop",
            bare,
        ),
        rows.Row(
            f"Memory for {events:,} events",
            "MB",
            large,
            MEMORY * small,
            f"for {found[0][1]['ours'][0]['events']:,}",
            small,
        ),
    ]


def grown(found: Found) -> float:
    """Return how much more memory the largest import took than the smallest."""
    small, *_, large = (max(run["rss"] for run in runs["ours"]) for _, runs in found)
    return float(large / small)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--small", type=int, default=100_000)
    asked.add_argument("--large", type=int, default=1_000_000)
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--once", choices=["ours", "bare"], help=argparse.SUPPRESS)
    asked.add_argument("--address", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.once:
        print(json.dumps({"ours": ours, "bare": bare}[given.once](given.address)))
        return
    BUILD.mkdir(parents=True, exist_ok=True)
    plan = ((given.small, AT_ONCE), (given.large, AT_ONCE), (given.large, QUICK))
    found = [(takes, measured(n, takes, given.repeats)) for n, takes in plan]
    (BUILD / "github.json").write_text(json.dumps(found, indent=1) + "\n")
    arguments = f"--small {given.small} --large {given.large} --repeats {given.repeats}"
    written = page(found, arguments, os.getloadavg()[0])
    (ROOT / "docs" / "figures" / "github.md").write_text(written)
    print(written)
    raise SystemExit(rows.keep("github", figures(found)))


if __name__ == "__main__":
    main()
