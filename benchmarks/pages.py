"""What a page costs the server: `python -m benchmarks.pages`.

The Stage, Barriers and Sideline of a team of 12 with three years of practice, against a bare Django page that makes
the same number of queries in the same run; and the same pages with 10 and with 10,000 people in the instance.
CPU is that of this process, the pages asked for in turn; the median of the rounds. Writes docs/figures/pages.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.rows import Row, keep

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "figures" / "pages.md"
PAGES = ("stage", "barriers", "sideline")
BARE_AT_MOST, FLAT_AT_MOST = 3.0, 1.3
YEARS, PEOPLE = 3, 12
NAMES = ("Ada", "Ben", "Chi", "Dee", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Lou")


def _settle() -> None:
    """Set Django up on a data folder of this run alone."""
    os.environ["FOLLOWSPOT_DATA"] = tempfile.mkdtemp(prefix="followspot-bench-")
    os.environ.pop("FOLLOWSPOT_DATABASE", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "followspot.web.settings"
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    settings.ROOT_URLCONF = "benchmarks.pages_urls"
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)


def practised(*, a_week: int) -> tuple[object, object]:
    """Return a team of twelve with three years of practice, all of it through the verbs, and its leader.

    a_week : how many barriers, and claps, there are in a week.
    """
    from django.db import transaction

    from followspot.teams import actions as teams
    from followspot.teams.models import Account, Person

    people = []
    for name in NAMES[:PEOPLE]:
        account = Account.objects.create(email=f"{name}@example.org".lower(), name=name)
        people.append(Person.objects.create(name=name, account=account))
    ada, front = people[0], people[1:]
    team = teams.start_team("Quay", by=ada.account)
    teams.hand_lead(team, to=ada, on=None)
    for person in front:
        teams.join(team, person, on=date(2020, 1, 1))
    with transaction.atomic():
        for week in range(52 * YEARS, -1, -1):
            now = datetime.now(UTC) - timedelta(weeks=week, hours=2)
            _week(team, ada, [front[(week + n) % len(front)] for n in range(a_week)], week, now)
    return team, ada


def _week(team, ada, who, week: int, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """Live one week: barriers and claps, every third an expectation, every fourth a lesson."""
    from followspot import practices
    from followspot.practices.applause import actions as applause
    from followspot.practices.barriers import actions as barriers
    from followspot.practices.lessons import actions as lessons
    from followspot.roles import LEADER, MEMBER, RAISER

    led, did = {"by": ada, "roles": frozenset({LEADER})}, {"roles": frozenset({MEMBER}), "now": now}
    for n, by in enumerate(who):
        it = barriers.raise_barrier(team, f"In the way {week} {n}", by=by, **did)
        if week > n:
            it = barriers.take(it, promised_on=now.date() + timedelta(days=3), now=now, **led)
            it = barriers.clear(it, now=now + timedelta(hours=1), **led)
            raiser = frozenset({MEMBER, RAISER})
            barriers.confirm(it, by=by, roles=raiser, now=now + timedelta(hours=1))
        applause.give(team, f"For {week} {n}", to=[who[n - 1]], cites_words="A list", by=by, **did)
    if week % 3 == 0:
        _expectation(team, ada, who, week, now)
    practices.by_itself(now=now)
    if week % 4 == 0:
        changes = ("Colours",)
        lessons.tell(team, happened=f"Twice {week}", known="Alike", changes=changes, by=who[0], **did)


def _expectation(team, ada, who, week: int, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """Agree on something, choose the freedom, check in, and mostly meet it."""
    from followspot.practices.expectations import actions
    from followspot.roles import LEADER, MEMBER, OWNER

    led = {"by": ada, "roles": frozenset({LEADER}), "now": now}
    owns = {"roles": frozenset({MEMBER, OWNER}), "now": now}
    due, hands = now.date() + timedelta(days=40), who[:2]
    it = actions.propose(team, f"True {week}", owners=hands, starts_on=now.date(), due_on=due, size=12, **led)
    for person in hands:
        it = actions.agree(it, by=person, **owns)
        it = actions.vote(it, 6, by=person, **owns)
    it = actions.vote(it, 6, **led)
    it = actions.start(it, by=who[0], **owns)
    for left in (9, 6, 3):
        it = actions.check_in(it, remaining=left, finished=f"A piece {week} {left}", by=who[0], **owns)
    if week > 6:
        actions.meet(it, note="Seen", by=who[0], **owns | {"now": now + timedelta(hours=1)})


def _crowd(people: int) -> None:
    """Fill the instance with other teams of twelve. In bulk: they are only there to be in the way."""
    from followspot.teams.models import Account, Leadership, Membership, Person, Team

    Account.objects.bulk_create([Account(email=f"p{n}@crowd.example", name=f"P{n}") for n in range(people)])
    accounts = list(Account.objects.filter(email__endswith="@crowd.example"))
    Person.objects.bulk_create([Person(name=a.name, account=a) for a in accounts])
    them = list(Person.objects.filter(account__in=accounts))
    Team.objects.bulk_create([Team(name=f"T{n}", slug=f"t{n}") for n in range(people // PEOPLE)])
    for n, team in enumerate(Team.objects.filter(slug__regex=r"^t\d+$")):
        mine = them[n * PEOPLE : (n + 1) * PEOPLE]
        Leadership.objects.create(team=team, person=mine[0])
        Membership.objects.bulk_create([Membership(team=team, person=p) for p in mine[1:]])


def cost(client: object, addresses: dict[str, str], rounds: int) -> dict[str, float]:
    """Return the CPU milliseconds of each page, asked for in turn: the median of the rounds."""
    spent: dict[str, list[float]] = {name: [] for name in addresses}
    for turn in range(rounds + 3):
        for name, address in addresses.items():
            begun = time.process_time()
            answer = client.get(address)  # type: ignore[attr-defined]
            cost = 1000 * (time.process_time() - begun)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
            if turn >= 3:
                spent[name].append(cost)
    return {name: statistics.median(costs) for name, costs in spent.items()}


def queries_of(client: object, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as made:
        client.get(address)  # type: ignore[attr-defined]
    return len(made)


def figures(
    name: str, few: tuple[float, float], many: tuple[float, float], *, of: str, before: str
) -> list[Row]:
    """Return how a page grew from a small size to a large one, and stands there beside the bare one, with the budgets.

    few, many : milliseconds of the page and of the bare one, in the same rounds.
    """
    base = few[0] * many[1] / few[1]  # what it would cost at the large size if nothing grew
    return [
        Row(f"{name.title()} at {of}", "ms", many[0], FLAT_AT_MOST * base, before, base),
        Row(f"{name.title()} at {of}, CPU", "ms", many[0], BARE_AT_MOST * many[1], "a bare page", many[1]),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--people", type=int, default=10_000)
    asked = parser.parse_args()
    _settle()
    from django.test import Client
    from django.urls import reverse

    team, ada = practised(a_week=3)
    client = Client()
    client.force_login(ada.account)  # type: ignore[attr-defined]
    addresses = {name: reverse(name, args=[team.slug]) for name in PAGES}  # type: ignore[attr-defined]
    queries = {name: queries_of(client, address) for name, address in addresses.items()}
    bare = {f"bare {name}": reverse("bare", args=[max(0, queries[name] - 2)]) for name in PAGES}
    few = cost(client, addresses | bare, asked.rounds)
    _crowd(asked.people)
    many = cost(client, addresses | bare, asked.rounds)
    rows: list[str] = []
    kept: list[Row] = []
    for name in PAGES:
        against = few[name] / few[f"bare {name}"]
        flat = (many[name] / many[f"bare {name}"]) / against
        mine, bare_page = few[name], few[f"bare {name}"]
        kept.append(
            Row(f"{name.title()}, CPU", "ms", mine, BARE_AT_MOST * bare_page, "a bare page", bare_page)
        )
        kept += figures(
            name,
            (few[name], few[f"bare {name}"]),
            (many[name], many[f"bare {name}"]),
            of=f"{asked.people:,} people",
            before=f"with {PEOPLE}",
        )
        rows.append(
            f"| {name} | {queries[name]} | {few[name]:.1f} | {few[f'bare {name}']:.1f} | {against:.2f} | {many[name]:.1f} | {flat:.2f} |"
        )
    PAGE.write_text(_page(rows, asked.rounds, asked.people))
    print("\n".join(rows))
    return keep("pages", kept)


def _page(rows: list[str], rounds: int, people: int) -> str:
    table = "\n".join(rows)
    return f"""# What a page costs

`python -m benchmarks.pages --rounds {rounds} --people {people}` ({datetime.now(UTC):%-d %B %Y}, Python {sys.version.split()[0]}, SQLite).

A team of {PEOPLE} with {YEARS} years of practice, its leader looking. CPU milliseconds of the server, the median of {rounds} rounds in
which the pages were asked for in turn; reading is through Django's test client, so the network is not in it. Beside each page,
in the same rounds, a bare Django page (session, sign-in, one short template) that makes the same number of one-row queries.
Budget: at most {BARE_AT_MOST:.0f} times the bare page, and at most {FLAT_AT_MOST} times as much with {people:,} people in the instance as with
{PEOPLE} (each against the bare page of its own rounds, so that a busy machine doesn't count).

| page | queries | ms | bare page, ms | ratio | ms at {people:,} | grown by |
|---|---|---|---|---|---|---|
{table}
"""


if __name__ == "__main__":
    raise SystemExit(main())
