"""Queries per page: asserted, and the same however many rows there are."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from followspot.objects import actions as comments
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.expectations import actions as expectations
from followspot.practices.lessons import actions as lessons
from followspot.roles import LEADER, MEMBER, OWNER, RAISER
from followspot.teams import actions as teams
from tests.conftest import _person

pytestmark = pytest.mark.django_db
LEADS, PERFORMS = frozenset({LEADER}), frozenset({MEMBER})


def practise(team, ada, ben, chi, times):
    """Let a team practise: some of everything in every state, all within the last days."""
    now = datetime.now(UTC) - timedelta(days=3)
    for n in range(times):
        at = now + timedelta(minutes=2 * n)
        b = [
            barriers.raise_barrier(team, f"Stuck {n} {i} {at}", by=ben, roles=PERFORMS, now=at)
            for i in range(4)
        ]
        for one in b[1:]:
            barriers.take(one, promised_on=at.date() + timedelta(days=1), by=ada, roles=LEADS, now=at)
        for one in b[2:]:
            barriers.clear(one, by=chi if n % 2 else ada, roles=LEADS, now=at)
        barriers.confirm(b[3], by=ben, roles=PERFORMS | {RAISER}, now=at)
        e = [
            expectations.propose(
                team, f"All good {n} {i} {at}", owners=[ben, chi], starts_on=at.date(), due_on=date(2027, 6, 1), by=ada, roles=LEADS, now=at
            )
            for i in range(3)
        ]  # fmt: skip
        for one in e[1:]:
            for who in (ben, chi):
                expectations.agree(one, by=who, roles=PERFORMS | {OWNER}, now=at)
            expectations.vote(one, 5, by=ben, roles=PERFORMS | {OWNER}, now=at)
            expectations.start(one, by=ben, roles=PERFORMS | {OWNER}, now=at)
            expectations.check_in(
                one, remaining=3, finished=f"A piece {n}", by=ben, roles=PERFORMS | {OWNER}, now=at
            )
        expectations.meet(e[2], note="Seen", by=ben, roles=PERFORMS | {OWNER}, now=at)
        a = applause.give(
            team,
            f"For {n}",
            to=[ben],
            cites_words="The list",
            by=chi,
            roles=PERFORMS,
            now=at - timedelta(days=n),
        )
        applause.join(a, by=ada, roles=LEADS, now=at)
        applause.bring_words(
            team,
            f"Lovely {n}",
            said_where="Desk",
            said_on=at.date(),
            about=[chi],
            by=ben,
            roles=PERFORMS,
            now=at,
        )
        lessons.tell(
            team, happened=f"Twice {n}", known="Alike", changes=("Colours",), by=ben, roles=PERFORMS, now=at
        )
        comments.comment(b[0], f"@Ada {n}", by=ben, now=at)
    return b[0], e[1]


PAGES = {
    "stage": 39, "sideline": 58, "barriers": 14, "expectations": 14, "lessons": 16, "applauses": 18, "search": 24, "who-sees-what": 12,
}  # fmt: skip


def queries(client, address):
    client.get(address)  # what is kept after a first look is kept
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert client.get(address).status_code == 200
    return [q["sql"][:160] for q in made]


def test_the_number_of_queries_does_not_grow_with_what_a_team_did(client_of, team, ada, ben, chi):
    practise(team, ada, ben, chi, 7)
    counted = {}
    for who in (ada, ben):
        client = client_of(who)
        for name in PAGES:
            if name != "sideline" or who == ada:
                address = reverse(name, args=[team.slug]) + ("?q=stuck" if name == "search" else "")
                counted[who.name, name] = queries(client, address)
    barrier, expectation = practise(team, ada, ben, chi, 25)
    for (who, name), before in counted.items():
        address = reverse(name, args=[team.slug]) + ("?q=stuck" if name == "search" else "")
        after = queries(client_of({"Ada": ada, "Ben": ben}[who]), address)
        assert len(after) <= len(before), (who, name, [q for q in after if q not in before])
        assert len(after) <= PAGES[name], (who, name, len(after))
    for thing in (barrier, expectation):
        before = queries(client_of(ada), thing.get_absolute_url())
        for n in range(12):
            comments.comment(thing, f"Look {n}", by=chi, now=datetime.now(UTC))
        assert len(queries(client_of(ada), thing.get_absolute_url())) <= len(before) <= 25


def test_the_number_of_queries_does_not_grow_with_the_organisation(client_of, team, ada, ben, chi):
    practise(team, ada, ben, chi, 2)
    address = reverse("stage", args=[team.slug])
    before = len(queries(client_of(ada), address))
    for n in range(30):
        other = teams.start_team(f"Team {n}", by=None)
        teams.join(other, _person(f"P{n}", f"p{n}@example.org"), on=None)
    assert len(queries(client_of(ada), address)) == before
