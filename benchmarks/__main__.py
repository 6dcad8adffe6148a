"""`make bench`: every benchmark, and one HTML report of what they found: build/bench/report.html."""

import subprocess
import sys

from markdown_it import MarkdownIt

from benchmarks.git_import import BUILD, ROOT

RUNS = (
    ["speed"],
    ["git_import", "--peers", "--million"],
    ["step_away"],
    ["lot"],
    ["plan"],
    ["monitors"],
    ["companions"],
    ["pace"],
    ["readings"],
    ["organisation"],
    ["github"],
)
STYLE = "body{font:16px/1.5 system-ui;max-width:72rem;margin:2rem auto;padding:0 1rem}td,th{padding:.3rem .8rem;border-bottom:1px solid #ccd;text-align:start}"


def main() -> int:
    """Run all, one after the other, so that none disturbs another's figures; return how many missed a gate."""
    missed = sum(
        subprocess.run([sys.executable, "-m", f"benchmarks.{words[0]}", *words[1:]]).returncode != 0
        for words in RUNS
    )
    pages = (
        ROOT / "docs" / "figures" / f"{name}.md"
        for name in (
            "speed",
            "git-import",
            "step-away-planted-truth",
            "lot",
            "plan",
            "monitors",
            "companions",
            "pace",
            "readings",
            "github",
        )
    )
    body = "<hr>".join(MarkdownIt().enable("table").render(page.read_text()) for page in pages)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "report.html").write_text(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Followspot, measured</title><style>{STYLE}</style>{body}</html>'
    )
    print(f"Written: {BUILD / 'report.html'}")
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
