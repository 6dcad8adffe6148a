"""Step-aways and due dates in one's own calendar, and in nobody else's."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from followspot.practices.barriers import actions as barriers
from followspot.practices.expectations import actions as expectations
from followspot.practices.stepaways import actions as stepaways
from followspot.practices.stepaways.rules import Design
from followspot.roles import LEADER, MEMBER, OWNER
from followspot.teams import tokens

pytestmark = pytest.mark.django_db
LEADS, PERFORMS = frozenset({LEADER}), frozenset({MEMBER})
TODAY = datetime.now(UTC).date()
DUE, AWAY = TODAY + timedelta(days=40), TODAY + timedelta(days=10)


@pytest.fixture
def dated(team, ada, ben):
    """Something agreed, something only proposed, a step-away, a promise, and days that the lot has not drawn."""
    now = datetime.now(UTC)
    it = expectations.propose(
        team, "Refunds in two days", owners=[ben], starts_on=TODAY, due_on=DUE, by=ada, roles=LEADS, now=now
    )
    expectations.agree(it, by=ben, roles=PERFORMS | {OWNER}, now=now)
    expectations.propose(
        team, "Only proposed", owners=[ben], starts_on=TODAY, due_on=DUE, by=ada, roles=LEADS, now=now
    )
    stepaways.plan(
        team,
        ada,
        stretches=[(AWAY, AWAY + timedelta(days=6))],
        margin=0.2,
        flow="landed",
        by=ada,
        roles=LEADS,
        now=now,
    )
    barrier = barriers.raise_barrier(team, "No keys; for the gate, that is", by=ben, roles=PERFORMS, now=now)
    barriers.take(barrier, promised_on=DUE, by=ada, roles=LEADS, now=now)
    days = [AWAY + timedelta(days=n) for n in range(40, 60)]
    sets = [days[n : n + 2] for n in range(0, 20, 2)]
    stepaways.plan(
        team,
        ada,
        stretches=[(days[0], days[-1])],
        margin=0.2,
        flow="landed",
        by=ada,
        roles=LEADS,
        now=now,
        design=Design.DAYS_BY_LOT,
        sets=sets,
    )
    return it


def address_of(client, person):
    made = client.post("/account/calendar/")
    assert made.status_code == 200
    assert "no-store" in made["Cache-Control"]
    return made.text.partition('value="http://testserver')[2].partition('"')[0]


def read(client, address, **headers):
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer, icalendar.Calendar.from_ical(answer.content)


def titles(found):
    return {str(event["summary"]) for event in found.walk("VEVENT")}


def test_a_calendar_has_the_dates_of_ones_teams(dated, client_of, client, ada, ben):
    answer, found = read(client, address_of(client_of(ben), ben))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert titles(found) == {"Due: Refunds in two days (Quay)", "Ada steps away (Quay)"}
    away = next(e for e in found.walk("VEVENT") if "steps away" in e["summary"])
    assert (away["dtstart"].dt, away["dtend"].dt) == (AWAY, AWAY + timedelta(days=7))
    assert away["url"].endswith("/step-aways/1/") or "/step-aways/" in away["url"]
    _, leaders = read(client, address_of(client_of(ada), ada))
    assert "You promised to clear: No keys; for the gate, that is (Quay)" in titles(leaders)


def test_the_same_dates_are_the_same_bytes_and_are_not_sent_again(dated, client_of, client, ben, team, ada):
    address = address_of(client_of(ben), ben)
    first, _ = read(client, address)
    second, _ = read(client, address)
    assert first.content == second.content
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    it = team.stepaway_set.get(design=Design.STRETCH)
    stepaways.withdraw(it, by=ada, roles=LEADS, now=datetime.now(UTC))
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_stranger_has_nothing_of_it(dated, client_of, client, dee):
    _, found = read(client, address_of(client_of(dee), dee))
    assert titles(found) == set()


def test_the_address_opens_nothing_else_and_ends_when_it_is_revoked(dated, client_of, client, ben):
    address = address_of(client_of(ben), ben)
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    asked = client.get("/api/v1/teams/quay/barriers", headers={"Authorization": f"Bearer {secret}"})
    assert asked.status_code == 403
    [token] = ben.account.tokens.all()
    tokens.revoke(token, by=ben.account, now=datetime.now(UTC))
    assert client.get(address).status_code == 404
    reads = tokens.make(ben.account, name="Reads", scopes=["read"], by=ben.account, now=datetime.now(UTC))[1]
    assert client.get(f"/calendar/{reads}.ics").status_code == 404


def test_whoever_keeps_a_team_without_being_of_it_has_no_dates(dated, client_of, client, team, dee):
    team.keeper = dee.account
    team.save()
    _, found = read(client, address_of(client_of(dee), dee))
    assert titles(found) == set()


def test_few_questions_for_many_dates(
    dated, client_of, client, team, ada, ben, django_assert_max_num_queries
):
    address = address_of(client_of(ben), ben)
    for n in range(20):
        it = expectations.propose(
            team,
            f"Outcome {n}",
            owners=[ben],
            starts_on=TODAY,
            due_on=DUE,
            by=ada,
            roles=LEADS,
            now=datetime.now(UTC),
        )
        expectations.agree(it, by=ben, roles=PERFORMS | {OWNER}, now=datetime.now(UTC))
    with django_assert_max_num_queries(20):
        _, found = read(client, address)
    assert len(titles(found)) == 22
