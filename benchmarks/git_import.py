"""What does it cost to read a git history into the event log?

`python -m benchmarks.git_import [REPOSITORY] [--repeats 3] [--peers] [--million]` measures, side by side in
one run: our import into Parquet, plain `git log --raw` with the same fields, a second import with nothing
new, and with --peers PyDriller, Perceval and pygit2 in a Python of their own. Without a repository it generates one
of 50,000 commits below build/bench; --million adds the memory of an import of a generated million. Writes
build/bench/git_import.json and docs/figures/git-import.md.
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import rows
from benchmarks.apart import programs_of

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
FIELDS = "--format=%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00"
GENERATED, MILLION, SAMPLED = 50_000, 1_000_000, 400
PEERS = ("pydriller==2.12", "perceval==1.6.1", "pygit2==1.21.0")
# As a page calls them: one does more than is asked for.
DOES = {"pydriller": "PyDriller", "perceval": "Perceval", "pygit2": "pygit2, which counts lines besides"}
AT_MOST, LESS, AGAIN_AT_MOST, MEMORY_AT_MOST = 1.15, {"pydriller": 20, "perceval": 8, "pygit2": 2}, 1.0, 400
Result = dict[str, Any]


def ours(path: str, cursor: str) -> Result:
    """One import into Parquet; runs in a process of its own, so that its memory is its own."""
    start = _cpu()
    from followspot.evidence import segments
    from followspot.evidence.connectors import git

    loaded, began = _cpu(), time.perf_counter()
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        harvest = git.connector.read(path, cursor=json.loads(cursor))
        written = segments.write(harvest.batches, Path(folder), "events")
        size = written.path.stat().st_size if written.rows else 0
        finish = harvest.finish()
        wall, done = time.perf_counter() - began, _cpu()
    return {
        "own": done[0] - loaded[0],
        "git": done[1] - loaded[1],
        "cpu": sum(done) - sum(loaded),
        "with_start": sum(done),
        "imports": sum(loaded) - sum(start),
        "wall": wall,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "events": written.rows,
        "bytes": size,
        "cursor": finish.cursor,
    }


def _cpu() -> tuple[float, float]:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime, children.ru_utime + children.ru_stime


def once(path: str, cursor: Any = None) -> Result:
    """Run one import in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.git_import", path, "--once", json.dumps(cursor)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def plain(path: str) -> Result:
    """Run `git log --raw` with the same fields, as anybody would, into nothing."""
    before, began = _cpu(), time.perf_counter()
    subprocess.run(["git", "-C", path, "log", "--raw", FIELDS, "HEAD"], stdout=subprocess.DEVNULL, check=True)
    return {"cpu": _cpu()[1] - before[1], "wall": time.perf_counter() - began}


def generated(count: int) -> Path:
    """Return a bare repository with so many commits, written once by `git fast-import`."""
    path = BUILD / f"generated-{count}.git"
    if not path.exists():
        part = path.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(part)], check=True)
        stream = subprocess.Popen(["git", "-C", str(part), "fast-import", "--quiet"], stdin=subprocess.PIPE)
        assert stream.stdin is not None
        for block in _commits(count):
            stream.stdin.write(block)
        stream.stdin.close()
        if stream.wait():
            raise SystemExit("git fast-import failed.")
        part.rename(path)
    return path


def _commits(count: int) -> Iterator[bytes]:
    """Yield the fast-import stream of a history: 200 people, 120 folders of 20 files, a merge in ten."""
    chance = random.Random(20240607)
    for n in range(count):
        at = 1_200_000_000 + n * 300
        author, committer = (
            b"Person %d <p%d@x.org>" % (k, k) for k in (chance.randrange(200), chance.randrange(9))
        )
        message = (
            b"Change %d\n\nWhy it was done, in a sentence or two.\n\nSigned-off-by: %b\nReviewed-by: %b\n"
            % (
                n,
                author,
                committer,
            )
        )
        branch = b"main" if n % 10 else b"topic"
        lines = [
            b"commit refs/heads/%b\nauthor %b %d +0000" % (branch, author, at - chance.randrange(90_000))
        ]
        lines.append(b"committer %b %d +0000\ndata %d\n%b" % (committer, at, len(message), message))
        if not n % 10 and n:
            lines.append(b"from refs/heads/main")
        elif n % 10 == 5:
            lines.append(b"merge refs/heads/topic")
        for _ in range(1 + (n % 3)):
            where = (chance.randrange(12), chance.randrange(10), chance.randrange(20))
            lines.append(b"M 100644 inline part%d/room%d/file%d\ndata 8\n%08d" % (*where, n))
        yield b"\n".join(lines) + b"\n"


def peers(path: str) -> dict[str, Result]:
    """Run the peers over a clone, in a Python of their own, which is made when it isn't there."""
    python = programs_of(BUILD / "peers", *PEERS) / "python"
    clone = BUILD / "peers.git"
    shutil.rmtree(clone, ignore_errors=True)
    shutil.rmtree(f"{clone}.perceval", ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", "--bare", "--no-tags", path, str(clone)], check=True)
    results = {}
    for name in LESS:
        command = [
            str(python),
            str(ROOT / "benchmarks" / "git_import_peers.py"),
            name,
            str(clone),
            str(SAMPLED),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        results[name] = json.loads(done.stdout.splitlines()[-1])
    return results


def measured(path: str, repeats: int) -> Result:
    """Take turns, so that a busy minute of the machine falls on all alike."""
    runs: dict[str, list[Result]] = {"plain": [], "ours": [], "nothing new": []}
    for _ in range(repeats):
        runs["plain"].append(plain(path))
        runs["ours"].append(once(path))
        runs["nothing new"].append(once(path, runs["ours"][-1]["cursor"]))
    counts = [
        int(
            subprocess.run(
                ["git", "-C", path, "rev-list", "--count", *more, "HEAD"], capture_output=True, check=True
            ).stdout
        )
        for more in ((), ("--no-merges",))
    ]
    return {"commits": counts[0], "changes": counts[1], "runs": runs, "load": os.getloadavg()[0]}


def spread(runs: list[Result], key: str) -> tuple[float, float]:
    values = [run[key] for run in runs]
    return min(values), statistics.median(values)


def whole(found: Result, name: str) -> float:
    """Return the CPU seconds that a peer would take for the whole history."""
    peer = found["peers"][name]
    if name != "perceval":  # spread over the history; that one read the newest, which cost more each
        return float(peer["cpu"] * found["changes"] / peer["commits"])
    return float(peer["cpu"] * spread(found["runs"]["plain"], "cpu")[0] / peer["plain"])


def figures(found: Result) -> list[rows.Row]:
    """Return what has a budget, or a peer."""
    runs = found["runs"]
    plain, mine = runs["plain"], runs["ours"]
    (base, ours), (usual, wall) = (
        [spread(some, key)[0] for some in (plain, mine)] for key in ("cpu", "wall")
    )
    every = f"{found['commits']:,} commits into the event log"
    told = [
        rows.Row(f"{every}, CPU", "s", ours, AT_MOST * base, "git log --raw", base),
        rows.Row(f"{every}, by the clock", "s", wall, usual, "git log --raw", usual),
    ]
    for name in found.get("peers", {}):
        cost = whole(found, name)
        told.append(rows.Row(f"{every}, CPU, beside {DOES[name]}", "s", ours, cost / LESS[name], name, cost))
    told.append(
        rows.Row("The same again, nothing new", "s", spread(runs["nothing new"], "wall")[0], AGAIN_AT_MOST)
    )
    most = max(run["rss"] for run in mine) / 2**20
    told.append(rows.Row(f"Memory for {found['commits']:,} commits", "MB", most, MEMORY_AT_MOST))
    if "million" in found:
        most = found["million"]["rss"] / 2**20
        told.append(rows.Row(f"Memory for {MILLION:,} commits", "MB", most, MEMORY_AT_MOST))
    return told


def page(found: Result) -> str:
    """Return the figures as a page."""
    runs, lines = found["runs"], []
    lines += ["# Reading a git history", ""]
    lines += [
        f"Made by `python -m benchmarks.git_import {found['arguments']}`: {found['repository']}, {found['commits']:,} commits, "
    ]
    lines += [
        f"{found['changes']:,} of them no merges, {runs['ours'][0]['events']:,} events, {runs['ours'][0]['bytes'] / 1e6:.1f} MB as Parquet. "
    ]
    lines += [
        f"{len(runs['ours'])} runs in turn on {os.cpu_count()} cores; the least, and in brackets the median. CPU is user and system"
    ]
    lines += [
        "seconds of all processes of the work; loading the interpreter and its libraries is told apart.",
    ]
    lines += [
        f"The load of the machine was {found['load']:.1f} at the end of the runs, ours among it; a wall time means"
    ]
    lines += ["something only where the second core was free.", ""]
    lines += ["| | CPU s | wall s | CPU against plain |", "|---|---|---|---|"]
    base = spread(runs["plain"], "cpu")
    for name, title in (
        ("plain", "`git log --raw`, same fields, to nowhere"),
        ("ours", "import into Parquet, folders touched"),
        ("nothing new", "the same again, nothing new"),
    ):
        (low, mid), (fast, usual) = spread(runs[name], "cpu"), spread(runs[name], "wall")
        lines += [
            f"| {title} | {low:.2f} ({mid:.2f}) | {fast:.2f} ({usual:.2f}) | {low / base[0]:.2f} ({mid / base[1]:.2f}) |"
        ]
    ours_cpu = spread(runs["ours"], "cpu")[0]
    for name, peer in found.get("peers", {}).items():
        cost = whole(found, name)
        how = (
            "the newest, scaled by plain git's time"
            if name == "perceval"
            else "spread over the history, scaled by count"
        )
        lines += [
            f"| {DOES[name]}, {peer['commits']:,} commits {how} | {cost:,.0f} | | "
            f"{cost / base[0]:,.0f}; {cost / ours_cpu:,.1f} times ours |"
        ]
    own, git = spread(runs["ours"], "own")[0], spread(runs["ours"], "git")[0]
    lines += [
        "",
        f"Of ours, git itself takes {git:.2f} s and we {own:.2f} s; loading takes {spread(runs['ours'], 'imports')[0]:.2f} s more. ",
    ]
    lines += [f"Our own process held {max(run['rss'] for run in runs['ours']) / 2**20:.0f} MB at most."]
    if "million" in found:
        million = found["million"]
        lines += [
            "",
            f"A generated history of {MILLION:,} commits: {million['events']:,} events in {million['wall']:.0f} s, ",
        ]
        lines += [
            f"{million['rss'] / 2**20:.0f} MB at most in our own process, {million['bytes'] / 1e6:.0f} MB as Parquet; again with nothing new in {million['again']:.2f} s."
        ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("repository", nargs="?")
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--peers", action="store_true")
    asked.add_argument("--million", action="store_true")
    asked.add_argument("--once", help=argparse.SUPPRESS)
    given = asked.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    if given.once:
        print(json.dumps(ours(given.repository, given.once)))
        return 0
    path = str(Path(given.repository).resolve()) if given.repository else str(generated(GENERATED))
    found = measured(path, given.repeats)
    found["repository"] = (
        Path(path).parent.name.replace("+", "/") if Path(path).name == "repo" else Path(path).stem
    )
    flags = [f"--{name}" for name in ("peers", "million") if getattr(given, name)]
    found["arguments"] = " ".join(
        [*(["REPOSITORY"] if given.repository else []), f"--repeats {given.repeats}", *flags]
    )
    if given.peers:
        found["peers"] = peers(path)
    if given.million:
        large = str(generated(MILLION))
        found["million"] = once(large)
        found["million"]["again"] = once(large, found["million"]["cursor"])["wall"]
    (BUILD / "git_import.json").write_text(json.dumps(found, indent=1) + "\n")
    (ROOT / "docs" / "figures" / "git-import.md").write_text(page(found))
    print(page(found))
    return rows.keep("git_import", figures(found))


if __name__ == "__main__":
    raise SystemExit(main())
