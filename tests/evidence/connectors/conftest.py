"""Real repositories, written commit by commit with fixed people and dates."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ADA, BEN, CHI = "Ada <ada@x.org>", "Ben <ben@x.org>", "Chi <chi@x.org>"
START = 1_700_000_000  # 2023-11-14
_CLEAN = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C",
}


@dataclass
class Repo:
    """A bare repository that is filled through `git fast-import`."""

    path: Path
    marks: int = 0
    tips: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            input=stdin,
            capture_output=True,
            env=_CLEAN,
            check=True,
        )
        return done.stdout.decode("utf-8", "replace")

    def commit(
        self,
        message: str | bytes = "Change",
        *,
        author: str | bytes = ADA,
        committer: str | bytes = "",
        at: int | str = START,
        landed: int | str | None = None,
        files: dict[str, str] | None = None,
        branch: str = "main",
        merge: str = "",
        start: str = "",
        encoding: str = "",
    ) -> str:
        """Add one commit to a branch and return its id. `start` is where a new branch begins."""
        self.marks += 1
        said = message if isinstance(message, bytes) else message.encode()
        lines = [b"commit refs/heads/" + branch.encode(), b"mark :%d" % self.marks]
        lines.append(b"author %b %b +0000" % (_bytes(author), _bytes(at)))
        lines.append(
            b"committer %b %b +0000" % (_bytes(committer or author), _bytes(at if landed is None else landed))
        )
        if encoding:
            lines.append(b"encoding " + encoding.encode())
        lines.append(b"data %d\n%b" % (len(said), said))
        if start or branch in self.tips:
            lines.append(b"from %b" % (start.encode() if start else b"refs/heads/%b^0" % branch.encode()))
        if merge:
            lines.append(b"merge refs/heads/%b^0" % merge.encode())
        for path, text in ({f"file{self.marks}": "x"} if files is None else files).items():
            lines.append(
                b'M 100644 inline "%b"\ndata %d\n%b' % (_quoted(path), len(text.encode()), text.encode())
            )
        self.tips[branch] = self.marks
        marks = self.path / "marks"
        self.git(
            "fast-import", "--quiet", "--force", "--date-format=raw-permissive", f"--export-marks={marks}",
            stdin=b"\n".join(lines) + b"\n",
        )  # fmt: skip
        made = marks.read_text().split()[1]
        self.ids.append(made)
        return made


def _bytes(value: str | bytes | int) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _quoted(path: str) -> bytes:
    return path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").encode()


@pytest.fixture
def repo(tmp_path) -> Repo:
    made = Repo(tmp_path / "repo.git")
    made.path.mkdir()
    made.git("init", "--quiet", "--bare", "--initial-branch=main")
    return made
