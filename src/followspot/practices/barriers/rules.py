"""A barrier's states, who may move it from one to the next, and its clocks."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from followspot.errors import Refused
from followspot.language import say
from followspot.lives import Life
from followspot.roles import LEADER, LINE, MEMBER, NOBODY, RAISER, TAKER, TEAM, Table

ANSWER_WITHIN = 1  # working days after it was raised
STEPPED_BACK_AFTER = 14  # days in which the leader touched nothing of it uninvited
PROMISE_AT_MOST = 366  # days ahead; further is no promise
LONGEST = 280


class State(StrEnum):
    RAISED = "raised"
    TAKEN = "taken"
    CLEARED = "cleared"
    CONFIRMED = "confirmed"
    STEPPED_BACK = "stepped back"
    WITHDRAWN = "withdrawn"


STATES: Mapping[State, str] = {
    State.RAISED: say("raised"),
    State.TAKEN: say("taken"),
    State.CLEARED: say("cleared"),
    State.CONFIRMED: say("confirmed"),
    State.STEPPED_BACK: say("stepped back"),
    State.WITHDRAWN: say("withdrawn"),
}
OPEN = (State.RAISED, State.TAKEN)
STANDS = (*OPEN, State.CLEARED)
GONE = (State.CONFIRMED, State.STEPPED_BACK)

SEES: Table = {
    say("a barrier of the team"): TEAM,
    say("a barrier that was passed up"): frozenset({*TEAM, LINE}),
    say("who raised a barrier without their name"): NOBODY,
}

MAY: Table = {
    "raise": TEAM,
    "take": frozenset({LEADER, MEMBER, LINE}),
    "promise": frozenset({TAKER}),
    "pass_up": frozenset({LEADER, LINE}),
    "clear": frozenset({TAKER, LEADER, LINE}),
    "confirm": frozenset({RAISER}),
    "reopen": frozenset({RAISER}),
    "take_it_back": frozenset({TAKER}),
    "withdraw": frozenset({RAISER}),
    "change": frozenset({RAISER}),
}

_MOVES: dict[tuple[State, str], State] = {
    (State.RAISED, "take"): State.TAKEN,
    (State.RAISED, "pass_up"): State.RAISED,
    (State.TAKEN, "pass_up"): State.RAISED,
    (State.TAKEN, "promise"): State.TAKEN,
    (State.RAISED, "clear"): State.CLEARED,
    (State.TAKEN, "clear"): State.CLEARED,
    (State.CLEARED, "confirm"): State.CONFIRMED,
    (State.CLEARED, "reopen"): State.TAKEN,
    (State.CLEARED, "take_it_back"): State.TAKEN,
    (State.CONFIRMED, "reopen"): State.TAKEN,
    (State.STEPPED_BACK, "reopen"): State.TAKEN,
    (State.CONFIRMED, "step_back"): State.STEPPED_BACK,
    (State.RAISED, "withdraw"): State.WITHDRAWN,
    (State.TAKEN, "withdraw"): State.WITHDRAWN,
    (State.CLEARED, "withdraw"): State.WITHDRAWN,
    (State.RAISED, "change"): State.RAISED,
    (State.TAKEN, "change"): State.TAKEN,
}

_WORDS = {
    "take": say("take this"),
    "promise": say("promise another day"),
    "pass_up": say("pass this up"),
    "clear": say("say that this is cleared"),
    "confirm": say("say that this is gone"),
    "reopen": say("say that this is still there"),
    "take_it_back": say("take back that this is cleared"),
    "withdraw": say("take this back"),
    "change": say("word this anew"),
}


_LIFE = Life(_MOVES, MAY, _WORDS, STATES)
after, moves = _LIFE.after, _LIFE.open_to


def stepped_back(quiet_since: date, today: date) -> bool:
    """Say whether the leader has stepped back. quiet_since : the confirmation, or the last uninvited touch after it."""
    return (today - quiet_since).days >= STEPPED_BACK_AFTER


def check_what(what: str) -> str:
    """Return what is in the way, trimmed to one line; refuse nothing and too much."""
    line = " ".join(what.split())
    if not line:
        raise Refused(say("What is in the way? One line is enough."))
    if len(line) > LONGEST:
        raise Refused(
            say(
                "Say it in {longest} characters; this has {n}. The rest can go into a comment.",
                longest=LONGEST,
                n=len(line),
            )
        )
    return line


def check_promise(promised_on: date, today: date) -> date:
    """Refuse a promise for a day that has gone, or that is too far off to be one."""
    if promised_on < today:
        raise Refused(
            say("{promised_on:%-d %B %Y} has gone. Promise today or a later day.", promised_on=promised_on)
        )
    if (promised_on - today).days > PROMISE_AT_MOST:
        raise Refused(say("A promise lies within a year. Promise a first step instead."))
    return promised_on


def bar(age: int, promise: int | None) -> dict[str, float]:
    """Return the marks of age against promise as percent of a bar's width; both in working days."""
    full = max(8.0, 1.25 * max(age, promise or 0))
    run = min(age, promise) if promise is not None else age
    over = max(0, age - promise) if promise is not None else 0
    return {
        "run": 100 * run / full,
        "over": 100 * over / full,
        "promise": 100 * promise / full if promise is not None else 0.0,
    }
