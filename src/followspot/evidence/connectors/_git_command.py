"""The `git` executable, called so that neither the repository nor the surroundings can make it do more than read."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from followspot.errors import BadInput
from followspot.language import say

# What a hostile repository's own configuration could turn on, turned off.
_CONFIG = {
    "safe.directory": "*",  # we run nothing out of the repository, so it may belong to anybody
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "core.commitGraph": "true",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showRoot": "true",
    "log.showSignature": "false",
    "trailer.separators": ":",
    "mailmap.blob": "HEAD:.mailmap",
}
_ENVIRONMENT = {
    "LC_ALL": "C",
    # Trees are unpacked into large blocks by the million: don't hand each back to the system (glibc only).
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone must not fetch behind our back
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_FLUSH": "0",  # write into the pipe by the block, not by the commit
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_PIPE = 1 << 20  # bytes that git may be ahead of us, where the system allows it
_MISSING = (
    b"unable to read",
    b"missing",
    b"bad object",
    b"could not fetch",
    b"promisor",
    b"corrupt",
    b"bad tree",
)


class Repository:
    """A repository on this machine, bare or with its files.

    path : the folder that holds `.git`, or the bare repository itself; never one of the folders above.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._folder = os.path.realpath(Path(path).expanduser())
        if not os.path.isdir(self._folder):
            raise BadInput(
                say("{path}: there is no such folder. Give the folder of a git repository.", path=path)
            )
        self.ask("rev-parse", "--git-dir")

    def ask(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Return what one git command prints. Raises BadInput, saying what to do, when it fails."""
        with self._started(arguments, stdin) as (process, output, errors):
            said = output.read()
            self._ended(process, errors)
        return said

    def find(self, name: str) -> str:
        """Return the id of a commit or file that may be named so, or "" where there is none."""
        try:
            return self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", name).decode().strip()
        except BadInput:
            return ""

    @contextmanager
    def stream(self, *arguments: str, stdin: bytes = b"") -> Iterator[IO[bytes]]:
        """Open the output of a git command; however the block is left, the command is gone after it.

        Raises BadInput at the end of the block if git failed.
        """
        with self._started(arguments, stdin) as (process, output, errors):
            yield output
            self._ended(process, errors)

    @contextmanager
    def _started(
        self, arguments: Iterable[str], stdin: bytes
    ) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes], IO[bytes]]]:
        with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            try:
                process = subprocess.Popen(
                    ["git", "--no-pager", "-C", self._folder, *arguments],  # noqa: S607 (git is where the PATH says)
                    stdin=given,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=_environment(self._folder),
                    bufsize=0,
                    pipesize=_PIPE,
                )
            except FileNotFoundError:
                raise BadInput(
                    say("git is not installed, or not on the PATH. Install it and read again.")
                ) from None
            try:
                yield process, cast(IO[bytes], process.stdout), errors
            finally:
                process.kill()
                process.communicate()

    def _ended(self, process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
        if process.wait() == 0:
            return
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - 4000))
        said = errors.read()
        reason = said.decode("utf-8", "replace").strip().splitlines()[-1:] or [say("no reason given")]
        if b"not a git repository" in said:
            raise BadInput(
                say(
                    "{path}: is not a git repository. Give the folder that holds .git, or a bare clone.",
                    path=self.path,
                )
            )
        if any(word in said for word in _MISSING):
            raise BadInput(
                say(
                    "{path}: some of its history is missing or broken (git says: {reason}). Make a full clone, "
                    "without --filter, or look with `git fsck`. Nothing was kept.",
                    path=self.path,
                    reason=reason[0],
                )
            )
        raise BadInput(
            say(
                "{path}: git could not read it ({reason}). Nothing was kept.",
                path=self.path,
                reason=reason[0],
            )
        )

    def tips(self, branches: Iterable[str]) -> list[str]:
        """Return the commits at which the lines of work that count end: HEAD's, or those of the named branches."""
        tips = []
        for name in branches or ("HEAD",):
            tip = self.find(f"{name}^{{commit}}")
            if not tip and branches:
                raise BadInput(
                    say(
                        "{path}: has no branch “{name}”. `git branch --all` lists what there is.",
                        path=self.path,
                        name=name,
                    )
                )
            if not tip:
                raise BadInput(
                    say(
                        "{path}: has no commits yet on its main line (HEAD). Commit or fetch something first, "
                        "or name the branch to read.",
                        path=self.path,
                    )
                )
            tips.append(tip)
        return sorted(set(tips))

    def has_all(self, old: list[str], *, tips: list[str]) -> bool:
        """Say whether old tips are still part of the history that ends at tips."""
        try:
            return not self.ask("rev-list", "--max-count=1", *old, "--not", *tips).strip()
        except BadInput:  # an old tip is gone altogether
            return False

    def shallow(self) -> frozenset[bytes]:
        """Return the commits at which a shallow clone was cut off; none for a whole one."""
        where = self.ask("rev-parse", "--path-format=absolute", "--git-path", "shallow")
        file = Path(os.fsdecode(where.rstrip(b"\n")))
        return frozenset(file.read_bytes().split()) if file.exists() else frozenset()

    @contextmanager
    def counting(self, revisions: list[str], *, wanted: bool) -> Iterator[Callable[[], int]]:
        """Count commits beside other work; what is given tells the count, and 0 as long as it isn't known."""
        if not wanted:
            yield lambda: 0
            return
        known: list[int] = []
        with self._started(["rev-list", "--count", *revisions], b"") as (process, output, _):

            def total() -> int:
                if not known and process.poll() == 0:
                    known.append(int(output.read()))
                return known[0] if known else 0

            yield total

    def known_as(self, written: Iterable[bytes]) -> list[bytes]:
        """Return each "Name <mail>" as `.mailmap` would have it, in the same order."""
        return self.ask("check-mailmap", "--stdin", stdin=b"\n".join(written)).splitlines()


def digest(ids: Iterable[bytes]) -> str:
    """Return a short mark by which to see that a set of commits changed; "" for none."""
    joined = b"\n".join(sorted(ids))
    return hashlib.sha256(joined).hexdigest()[:16] if joined else ""


def _environment(folder: str) -> dict[str, str]:
    """Return our own environment without a word of git's in it, then with ours."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    pairs = {"GIT_CONFIG_COUNT": str(len(_CONFIG))}
    for number, (key, value) in enumerate(_CONFIG.items()):
        pairs |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return kept | _ENVIRONMENT | pairs | {"GIT_CEILING_DIRECTORIES": os.path.dirname(folder)}
