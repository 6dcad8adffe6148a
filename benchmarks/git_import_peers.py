"""One peer over a git history, in its own interpreter: `python git_import_peers.py NAME PATH COMMITS`.

Prints {"cpu": seconds, "wall": seconds, "commits": count} for the work alone, without the imports.
Runs with whatever Python the peers are installed for, so it uses nothing of ours.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable


def pydriller(path: str, count: int) -> Callable[[], int]:
    """Modified files of commits that are spread evenly over the history."""
    from pydriller import Git

    listed = ["git", "-C", path, "rev-list", "--no-merges", "HEAD"]
    ids = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    chosen = ids[:: max(1, len(ids) // count)]
    repository = Git(path)

    def run() -> int:
        for id_ in chosen:
            for changed in repository.get_commit(id_).modified_files:
                assert changed.filename
        return len(chosen)

    return run


def perceval(path: str, count: int) -> Callable[[], int]:
    """All commits of the main line; `count` is not asked for, since git itself walks the history here."""
    from perceval.backends.core.git import Git

    named = ["git", "-C", path, "symbolic-ref", "--short", "HEAD"]
    branch = subprocess.run(named, capture_output=True, text=True, check=True).stdout.strip()
    repository = Git(path, f"{path}.perceval")
    list(repository.fetch(branches=[branch], from_date=_far_ahead()))  # so that cloning is not measured

    def run() -> int:
        return sum(1 for _ in repository.fetch(branches=[branch]))

    return run


def _far_ahead() -> object:
    from datetime import UTC, datetime

    return datetime(2200, 1, 1, tzinfo=UTC)


def cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    work = {"pydriller": pydriller, "perceval": perceval}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
    before, began = cpu(), time.perf_counter()
    commits = work()
    print(json.dumps({"cpu": cpu() - before, "wall": time.perf_counter() - began, "commits": commits}))
