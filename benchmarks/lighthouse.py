"""What Lighthouse says of the main pages on its slow phone: `python -m benchmarks.lighthouse`.

Gets Lighthouse by npm into build/, starts the app with its samples, signs in, and asks about each page in the phone's window. Writes
docs/figures/lighthouse.md; every score is to be 95 or more, the first load at most 150 kB, and nothing comes from elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.apart import Served, served
from benchmarks.rows import Row, keep

ROOT = Path(__file__).parent.parent
BUILD, PAGE = ROOT / "build" / "lighthouse", ROOT / "docs" / "figures" / "lighthouse.md"
TEAM = "/teams/north-quay/"
PAGES = ("/sign-in/", "/", TEAM, *(f"{TEAM}{room}/" for room in ("expectations", "barriers", "applause", "lessons", "pulse", "sideline", "step-aways", "hiring", "evidence", "people")))  # fmt: skip
AT_LEAST, AT_MOST = 95, 150
COLUMNS = ("performance", "accessibility", "best practices", "SEO")


def installed() -> None:
    """Get Lighthouse, once."""
    if (BUILD / "node_modules" / "lighthouse").exists():
        return
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "package.json").write_text('{"type": "module", "private": true}')
    subprocess.run(["npm", "install", "--silent", "lighthouse@12"], cwd=BUILD, check=True)


def signed_in(app: Served, chromium: str) -> list[dict[str, str]]:
    """Return the cookies of somebody who has signed in, and looked at each page once, as people do."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(base_url=app.url)
        page = context.new_page()
        page.goto("/sign-in/")
        page.get_by_label("Email").fill("me@localhost")
        page.get_by_label("Password").fill(app.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        for path in PAGES[1:]:
            page.goto(path)
            page.wait_for_load_state("networkidle")
        found = [{"name": c["name"], "value": c["value"]} for c in context.cookies()]
        browser.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--repeats", type=int, default=3, help="the median counts: a busy machine is a slower phone"
    )
    asked = parser.parse_args()
    chromium = next(p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n)))
    installed()
    shutil.copy(ROOT / "benchmarks" / "lighthouse.mjs", BUILD / "lighthouse.mjs")
    with tempfile.TemporaryDirectory(prefix="followspot-lighthouse-") as data:
        app = served(data)
        try:
            cookies = json.dumps(signed_in(app, chromium))
            runs = []
            for _ in range(asked.repeats):
                command = ["node", "lighthouse.mjs", app.url.rstrip("/"), chromium]
                for given, pages in (("[]", PAGES[:1]), (cookies, PAGES[1:])):
                    said = subprocess.run([*command, given, *pages], cwd=BUILD, check=True, capture_output=True, text=True)  # fmt: skip
                    runs += [json.loads(line) for line in said.stdout.splitlines() if line.startswith("{")]
        finally:
            app.stop()
    rows, kept, missed = [], [], 0
    for path in PAGES:
        mine = [r for r in runs if r["path"] == path]
        scores = [round(statistics.median(r["scores"][n] for r in mine)) for n in range(4)]
        first, weight = (round(statistics.median(r[k] for r in mine) / 1000) for k in ("first", "weight"))
        wrong = sorted({w for r in mine for w in r["wrong"]})
        strayed = any(r["at"] != path or r["elsewhere"] for r in mine)
        kept.append(Row(f"First load of {path}", "kB", first, AT_MOST))
        missed += min(scores) < AT_LEAST or strayed
        rows.append(
            f"| {path} | {' | '.join(map(str, scores))} | {first} | {weight} | {', '.join(wrong)}{' strayed' if strayed else ''} |"
        )
        print(rows[-1], flush=True)
    PAGE.write_text(_page(rows, asked.repeats))
    return missed + keep("lighthouse", kept)


def _page(rows: list[str], repeats: int) -> str:
    lines = "\n".join(rows)
    return f"""# What Lighthouse says

`python -m benchmarks.lighthouse --repeats {repeats}` ({datetime.now(UTC):%-d %B %Y}, Lighthouse 12, its slow phone: a quarter of this processor's speed, 1.6 Mbit/s, 150 ms; load of the
machine at the end {os.getloadavg()[0]:.1f} on 2 cores).

The main pages of a living sample, signed in as its leader, each the median of {repeats}. *First* is what comes before anything is asked for by the page itself, in kB over the wire
with nothing kept from before; *all* has the panels that arrive after it. Budget: {AT_LEAST} in every column, {AT_MOST} kB, nothing from elsewhere.

| page | {" | ".join(COLUMNS)} | first | all | failed |
|---|---|---|---|---|---|---|---|
{lines}
"""


if __name__ == "__main__":
    raise SystemExit(main())
