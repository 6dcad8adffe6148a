"""One peer over a git history, in its own interpreter: `python git_import_peers.py NAME PATH COMMITS`.

Prints {"cpu": seconds, "wall": seconds, "commits": count} for the work alone, without the imports, and
under "plain" what `git log --raw` takes for the newest COMMITS.
Runs with whatever Python the peers are installed for, so it uses nothing of ours.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime


def pydriller(path: str, count: int) -> Callable[[], int]:
    """Modified files of commits that are spread evenly over the history."""
    from pydriller import Git

    chosen, repository = _spread(path, count), Git(path)

    def run() -> int:
        for id_ in chosen:
            for changed in repository.get_commit(id_).modified_files:
                assert changed.filename
        return len(chosen)

    return run


def pygit2(path: str, count: int) -> Callable[[], int]:
    """Paths and diff stats of commits that are spread evenly over the history."""
    import pygit2

    chosen, repository = _spread(path, count), pygit2.Repository(path)

    def run() -> int:
        for id_ in chosen:
            commit = repository[id_]
            before = commit.parents[0].tree if commit.parents else None
            # Against nothing the sides are swapped, so that what is new counts as new.
            diff = before.diff_to_tree(commit.tree) if before else commit.tree.diff_to_tree(swap=True)
            assert all(delta.new_file.path for delta in diff.deltas)
            assert diff.stats.insertions >= 0
        return len(chosen)

    return run


def _spread(path: str, count: int) -> list[str]:
    """Return about so many commits, no merges, spread evenly over the history."""
    listed = ["git", "-C", path, "rev-list", "--no-merges", "HEAD"]
    ids = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    return ids[:: max(1, len(ids) // count)]


def perceval(path: str, count: int) -> Callable[[], int]:
    """Commits of the main line since so many commits ago; a whole history takes it most of an hour."""
    from perceval.backends.core.git import Git

    named = ["git", "-C", path, "symbolic-ref", "--short", "HEAD"]
    branch = subprocess.run(named, capture_output=True, text=True, check=True).stdout.strip()
    repository = Git(path, f"{path}.perceval")
    list(
        repository.fetch(branches=[branch], from_date=datetime(2200, 1, 1, tzinfo=UTC))
    )  # clones, unmeasured
    when = datetime.fromtimestamp(_since(path, count), UTC)
    return lambda: sum(1 for _ in repository.fetch(branches=[branch], from_date=when))


def _since(path: str, count: int) -> int:
    asked = ["git", "-C", path, "log", f"--skip={count}", "--max-count=1", "--format=%ct", "HEAD"]
    return int(subprocess.run(asked, capture_output=True, check=True).stdout)


def plain(path: str, count: int) -> float:
    """Return the CPU seconds of `git log --raw` over the commits that Perceval read, to scale by."""
    fields = "--format=%H%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00"
    before = cpu()
    asked = ["git", "-C", path, "log", "--raw", fields, f"--since={_since(path, count)}", "HEAD"]
    subprocess.run(asked, stdout=subprocess.DEVNULL, check=True)
    return cpu() - before


def cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    work = {"pydriller": pydriller, "perceval": perceval, "pygit2": pygit2}[sys.argv[1]](
        sys.argv[2], int(sys.argv[3])
    )
    before, began = cpu(), time.perf_counter()
    commits = work()
    done = {"cpu": cpu() - before, "wall": time.perf_counter() - began, "commits": commits}
    print(json.dumps(done | {"plain": plain(sys.argv[2], int(sys.argv[3]))}))
