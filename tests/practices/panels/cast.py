"""A panel of the house cast: Ada convenes, Ada, Ben and Chi judge, each in words that nobody else uses."""

from datetime import UTC, datetime, timedelta

from followspot.practices.panels import actions
from followspot.practices.panels.rules import USUAL, Attitude, Place, Sheet
from followspot.roles import CONVENER, LEADER, MEMBER, PANELIST

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOW.date()
DUE, GONE = TODAY + timedelta(days=7), TODAY + timedelta(days=120)
LEADS, PERFORMS = frozenset({LEADER}), frozenset({MEMBER})
SITS, CONVENES = frozenset({MEMBER, PANELIST}), frozenset({LEADER, CONVENER})
PLACES = {"Ada": 18, "Ben": 58, "Chi": 84}
STEPS = {"Ada": 3, "Ben": 4, "Chi": 5}


def convened(team, ada, *people, now=NOW, **given):
    given = {
        "candidate": "Canary candidate", "purpose": "the canary gate", "notes": "Canary notes", "criteria": USUAL[:2],
        "panelists": list(people), "due_on": DUE, "delete_on": GONE,
    } | given  # fmt: skip
    return actions.convene(team, **given, by=ada, roles=LEADS, now=now)


def sheet(it, person):
    """What somebody writes: their name is in every word of it."""
    name = person.name
    marks = {c.pk: (STEPS[name], f"Canary reason of {name}") for c in it.criteria.all()}
    return Sheet(marks, {a: Place(PLACES[name], f"Canary {a} of {name}") for a in Attitude})


def handed_in(it, *people, now=NOW):
    for person in people:
        actions.hand_in(it, sheet(it, person), by=person, roles=SITS, now=now)
    it.refresh_from_db()
    return it


def agreed(it, by, now=NOW, **given):
    given = {
        "decision": "hire", "agreed": "canary: open alone", "reasons": "canary: calm", "differ": "canary: refunds",
        "look_again_on": TODAY + timedelta(days=91),
    } | given  # fmt: skip
    return actions.decide(it, **given, by=by, roles=SITS, now=now)
