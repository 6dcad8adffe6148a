"""An expectation as far as a test wants it: proposed, agreed or under way."""

from datetime import timedelta

from followspot.practices.expectations import actions as expectations
from followspot.roles import LEADER, MEMBER, OWNER

LED, DID = frozenset({LEADER}), frozenset({MEMBER})


def exp(team, owners, by, roles, now, state="agreed"):
    it = expectations.propose(
        team,
        "Refunds in two days",
        owners=owners,
        starts_on=now.date() - timedelta(days=3),
        due_on=now.date() + timedelta(days=30),
        by=by,
        roles=roles,
        now=now,
    )
    if state == "proposed":
        return it
    for o in owners:
        it = expectations.agree(it, by=o, roles=DID | {OWNER}, now=now)
    if state == "under way":
        it = expectations.start(it, by=owners[0], roles=DID | {OWNER}, now=now)
    return it
