"""An organisation of 100,000 people in 8,000 teams, three years of it, on PostgreSQL: `tests/postgres.sh .venv/bin/python -m benchmarks.at_size`.

One team of twelve lives through three years by the verbs of the practices; it is then copied in bulk (`benchmarks.crowd`). The same pages of the
same team are asked for before and after, each beside a bare Django page with as many queries in the same rounds; and every part of the
round that goes every few minutes is gone twice, first with all that is due and then with what is left. Writes docs/figures/at-size.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime

from benchmarks import crowd
from benchmarks.pages import (
    BARE_AT_MOST,
    FLAT_AT_MOST,
    PEOPLE,
    ROOT,
    YEARS,
    cost,
    figures,
    practised,
    queries_of,
)
from benchmarks.rows import Row, keep

PAGE = ROOT / "docs" / "figures" / "at-size.md"
PAGES = ("stage", "barriers", "expectations", "applauses", "lessons", "sideline", "people")
# What asks other hosts or has its own benchmark is left out.
ROUND = ("practices", "judged", "collected", "read", "briefs", "erased", "told", "alarms", "boards", "heard")
BOUNDED = "read"  # takes some minutes of what is due and leaves the others to the next round
ROUND_AT_MOST = 60.0  # seconds for a part that goes every five minutes, once it has caught up


def settle() -> None:
    """Set Django up on the given PostgreSQL and a data folder of this run alone."""
    if not os.environ.get("FOLLOWSPOT_DATABASE", "").startswith("postgres"):
        raise SystemExit("Run it as tests/postgres.sh .venv/bin/python -m benchmarks.at_size")
    os.environ["FOLLOWSPOT_DATA"] = tempfile.mkdtemp(prefix="followspot-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "followspot.web.settings"
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    settings.ROOT_URLCONF = "benchmarks.pages_urls"
    django.setup()
    from django.core.management import call_command

    from followspot.upkeep import upgrade

    upgrade.to_this_version()
    call_command("collectstatic", verbosity=0, interactive=False)


def slowest(client: object, address: str) -> tuple[float, str]:
    """Return how long the slowest query of a page takes, in milliseconds, and of which table it is."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as made:
        client.get(address)  # type: ignore[attr-defined]
    worst = max(made.captured_queries, key=lambda q: float(q["time"]))
    return 1000 * float(worst["time"]), worst["sql"].partition('FROM "')[2].partition('"')[0]


def round_of(part: str) -> float:
    """Go one part of the round and return how many seconds it took."""
    from django.utils import timezone

    from followspot.web import rounds

    begun = time.monotonic()
    rounds.PARTS[part](now=timezone.now())
    return time.monotonic() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--teams", type=int, default=8_334, help="of twelve people each")
    asked = parser.parse_args()
    settle()
    from django.test import Client
    from django.urls import reverse

    team, ada = practised(a_week=2)
    client = Client()
    client.force_login(ada.account)  # type: ignore[attr-defined]
    addresses = {name: reverse(name, args=[team.slug]) for name in PAGES}  # type: ignore[attr-defined]
    queries = {name: queries_of(client, address) for name, address in addresses.items()}
    bare = {f"bare {name}": reverse("bare", args=[max(0, queries[name] - 2)]) for name in PAGES}
    few = cost(client, addresses | bare, asked.rounds)
    begun = time.monotonic()
    rows = crowd.multiply(asked.teams - 1)
    built = time.monotonic() - begun
    many = cost(client, addresses | bare, asked.rounds)
    pages: list[str] = []
    kept: list[Row] = []
    for name in PAGES:
        against, flat = (
            many[name] / many[f"bare {name}"],
            (many[name] / many[f"bare {name}"]) / (few[name] / few[f"bare {name}"]),
        )
        took, table = slowest(client, addresses[name])
        kept += figures(
            name,
            (few[name], few[f"bare {name}"]),
            (many[name], many[f"bare {name}"]),
            of=f"{asked.teams * PEOPLE:,} people",
            before="with one team",
        )
        pages.append(f"| {name} | {queries[name]} | {few[name]:.1f} | {many[name]:.1f} | {many[f'bare {name}']:.1f} | {against:.2f} | {flat:.2f} | {took:.0f} ({table}) |")  # fmt: skip
        print(pages[-1], flush=True)
    parts = []
    for part in ROUND:
        first, again = round_of(part), round_of(part)
        kept.append(Row(f"Round: {part}, again", "s", again, None if part == BOUNDED else ROUND_AT_MOST))
        parts.append(f"| {part} | {first:.1f} | {again:.1f} |")
        print(parts[-1], flush=True)
    PAGE.write_text(_page(pages, parts, rows=rows, built=built, teams=asked.teams, rounds=asked.rounds))
    return keep("at_size", kept)


def _page(pages: list[str], parts: list[str], *, rows: int, built: float, teams: int, rounds: int) -> str:
    lines, going = "\n".join(pages), "\n".join(parts)
    return f"""# At size

`tests/postgres.sh .venv/bin/python -m benchmarks.at_size --teams {teams} --rounds {rounds}` ({datetime.now(UTC):%-d %B %Y}, Python {sys.version.split()[0]}, PostgreSQL on the
same two cores, without waiting for the disk; load at the end {os.getloadavg()[0]:.1f}).

{teams * PEOPLE:,} people with accounts in {teams:,} teams of {PEOPLE}, {YEARS} years of practice in each: {rows:,} rows, copied in {built:.0f} s from one team that was lived
through by the verbs.

CPU milliseconds of the web process, the median of {rounds} rounds in which the pages were asked for in turn, its leader looking; beside each a bare page (session,
sign-in, one short template) with as many one-row queries in the same rounds. Budget: at most {BARE_AT_MOST:.0f} times the bare page, and at most {FLAT_AT_MOST} times
what it was with one team. The slowest single query is in milliseconds of wall time, with its table.

| page | queries | one team | {teams:,} teams | bare | ratio | grown by | slowest query |
|---|---|---|---|---|---|---|---|
{lines}

What goes by itself every few minutes, in seconds for the whole organisation: the first time, with all that is due, and again.

| part of the round | first | again |
|---|---|---|
{going}

`read` computes what briefs draw on, once a day for each team; it takes at most about four minutes of them, leaves the others to the next round, and several workers share them.
"""


if __name__ == "__main__":
    raise SystemExit(main())
