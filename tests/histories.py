"""A small git history made in a moment: Ben and Chi work, Ada lets it in, and once she is away."""

import subprocess
from pathlib import Path

BEGIN = 1_704_099_600  # 1 January 2024, 9 o'clock in UTC


def quay(
    folder: Path,
    *,
    changes: int,
    a_day: float,
    away: range,
    authors: tuple[str, ...] = ("Ben Oki", "Chi Ito", "Ben Oki"),
) -> Path:
    """Write a bare repository of `changes` changes; on the days `away` Chi lets them in, and Ada writes nothing."""
    stream = []
    for n in range(changes):
        day = int(n / a_day)
        gone = day in away
        who = "Ben Oki" if gone else authors[n % len(authors)]
        by = "Chi Ito" if gone else "Ada Byron"
        at = f"{BEGIN + day * 86400} +0000"
        stream.append(
            f"commit refs/heads/main\nauthor {who} <{_mail(who)}> {at}\ncommitter {by} <{_mail(by)}> {at}\n"
            f"data 4\nDone\nM 644 inline area{n % 4}/file\ndata {len(str(n))}\n{n}\n"
        )
    subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=folder, input="\n".join(stream), text=True, check=True
    )
    subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/main"], cwd=folder, check=True)
    return folder


def _mail(name: str) -> str:
    return f"{name.split()[0].lower()}@quay.example"
