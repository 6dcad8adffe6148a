"""`make bench`: what has a budget, measured beside its peer, and one HTML report of it: build/bench/report.html.

`make bench BENCH=--all` also asks whether the measures say what is true; `--report` makes the report alone, of what was measured before.
"""

from __future__ import annotations

import argparse
import base64
import re
import subprocess
import sys
import time
from pathlib import Path

from markdown_it import MarkdownIt

from benchmarks import rows
from benchmarks.git_import import BUILD, ROOT

# Each with the page it writes. They go one after the other, so that none disturbs another's figures.
# What has a budget of time, memory or bytes:
COSTS = (
    (["git_import", "--peers", "--million"], "git-import"),
    (["speed"], "speed"),
    (["readings"], "readings"),
    (["organisation"], "organisation"),
    (["pages"], "pages"),
    (["at_size"], "at-size"),
    (["lighthouse"], "lighthouse"),
    (["github"], "github"),
)
# Whether the measures say what is true, where the truth was planted:
TRUTHS = (
    (["step_away"], "step-away-planted-truth"),
    (["lot"], "lot"),
    (["plan"], "plan"),
    (["monitors"], "monitors"),
    (["companions"], "companions"),
    (["pace"], "pace"),
)
ON_A_SERVER = {"at_size"}  # of PostgreSQL, which is started for it
READ_A_REPOSITORY = {"git_import", "speed"}
STYLE = (Path(__file__).parent / "report.css").read_text()


def main() -> int:
    """Run what is asked for and write the report; return how many runs missed a gate."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--report", action="store_true", help="only the report, of what was measured before")
    asked.add_argument(
        "--all", action="store_true", help="also whether the measures say what is true, an hour more"
    )
    asked.add_argument(
        "--repository", help="a git repository to import; without, one of 50,000 commits is made"
    )
    given = asked.parse_args()
    runs = () if given.report else COSTS + TRUTHS if given.all else COSTS
    of = [given.repository] if given.repository else []
    missed = sum([_missed([*words, *of] if words[0] in READ_A_REPOSITORY else words) for words, _ in runs])
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "report.html").write_text(report())
    print(f"Written: {BUILD / 'report.html'}")
    return missed


def _missed(words: list[str]) -> bool:
    """Run one, say how long it took, and whether it missed a gate."""
    begun = time.monotonic()
    run = [sys.executable, "-m", f"benchmarks.{words[0]}", *words[1:]]
    done = subprocess.run([str(ROOT / "tests" / "postgres.sh"), *run] if words[0] in ON_A_SERVER else run)
    said = "all within" if done.returncode == 0 else "missed a gate, or stopped: see above"
    print(f"== {words[0]}: {(time.monotonic() - begun) / 60:.1f} minutes, {said}", flush=True)
    return done.returncode != 0


def report() -> str:
    """Return all that was measured as one page that asks for nothing else, no script either."""
    parts = [_part(words[0], ROOT / "docs" / "figures" / f"{name}.md") for words, name in COSTS + TRUTHS]
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Followspot, measured</title><style>{STYLE}</style></head><body><h1>Followspot, measured</h1>"
        "<p>Each figure beside what it is measured against in the same run, and the budget as a dashed line. Every drawing has a scale "
        f"of its own. Below each, the rows it is drawn from, and the page of its run.</p>{''.join(parts)}</body></html>"
    )


def _part(run: str, page: Path) -> str:
    """Return what a run measured, drawn and as a table; a run without budgets has its page alone."""
    heading, _, rest = page.read_text().partition("\n")
    told = re.sub(
        r'src="([^":]+\.svg)"',
        lambda found: _inside(page.parent / found[1]),
        MarkdownIt().enable("table").render(rest),
    )
    title = f"<h2>{heading.removeprefix('# ')}</h2>"
    if not (found := rows.kept(run)):
        return f'<section>{title}<div class="wide">{told}</div></section>'
    at, some = found
    drawn = "".join(map(rows.drawing, some))
    return (
        f'<section>{title}<p class="when">Measured on {at:%-d %B %Y at %H:%M} UTC.</p><div class="wide">{drawn}{rows.table(some)}</div>'
        f'<details><summary>The page of this run</summary><div class="wide">{told}</div></details></section>'
    )


def _inside(picture: Path) -> str:
    return f'src="data:image/svg+xml;base64,{base64.b64encode(picture.read_bytes()).decode()}"'


if __name__ == "__main__":
    raise SystemExit(main())
