"""When the leader may be in front, for how long, and who may make it longer."""

from datetime import datetime, timedelta

from followspot.errors import Refused
from followspot.language import say
from followspot.roles import LEADER, MEMBER, TEAM, Table

AT_MOST = timedelta(days=14)
BY_ITSELF = "It ended by itself."  # as it is stored
RENEWALS = 1

SEES: Table = {say("danger"): TEAM}

MAY: Table = {
    "declare": TEAM,
    "note": TEAM,
    "renew": frozenset({MEMBER}),  # only the team can make it longer
    "end": frozenset({LEADER, MEMBER}),
    "hand_back": frozenset({LEADER}),
}


def check_declared(why: str, takes: str, exit_condition: str) -> None:
    """Refuse danger without a reason, without what the leader takes, and without a way back."""
    if not why.strip():
        raise Refused(say("What is the danger? The team reads it."))
    if not takes.strip():
        raise Refused(say("What does the leader take? Everything else stays the team’s."))
    if not exit_condition.strip():
        raise Refused(say("How does this end? Danger can’t be declared without an exit."))


def check_end(ends_at: datetime, now: datetime) -> None:
    """Refuse an end that has gone, or that lies more than fourteen days ahead."""
    if ends_at <= now:
        raise Refused(say("The end has gone already. Choose a moment to come."))
    if ends_at > now + AT_MOST:
        raise Refused(
            say(
                "Danger ends within {days} days. If it lasts, the team makes it longer, once.",
                days=AT_MOST.days,
            )
        )


def check_renewal(renewals: int) -> None:
    """Refuse to make it longer twice."""
    if renewals >= RENEWALS:
        raise Refused(
            say("It was made longer once. What lasts longer than that is no danger; it is the work.")
        )


def share_gone(began_at: datetime, ends_at: datetime, now: datetime) -> float:
    """Return how much of it has gone, from 0 to 1."""
    whole = (ends_at - began_at).total_seconds()
    return min(1.0, max(0.0, (now - began_at).total_seconds() / whole)) if whole > 0 else 1.0
