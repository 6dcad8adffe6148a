"""What an expectation is at a time, who may do what with it, and how freedom is agreed."""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from enum import IntEnum, StrEnum

from followspot.errors import Refused
from followspot.language import say
from followspot.lives import Life
from followspot.roles import AUTHOR, LEADER, NOBODY, OWNER, TEAM, Role, Table

LONGEST = 200
OWNERS_AT_MOST = 8
UNDO_DAYS = 7  # in which an ending can be taken back


class State(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    UNDER_WAY = "under way"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"


STATES: Mapping[State, str] = {
    State.PROPOSED: say("proposed"),
    State.AGREED: say("agreed"),
    State.UNDER_WAY: say("under way"),
    State.MET: say("met"),
    State.MISSED: say("missed"),
    State.DROPPED: say("dropped"),
}
OPEN = (State.PROPOSED, State.AGREED, State.UNDER_WAY)
HELD = (State.AGREED, State.UNDER_WAY)
ENDED = (State.MET, State.MISSED, State.DROPPED)


class Freedom(IntEnum):
    """The seven delegation levels of Jurgen Appelo (Management 3.0), from the leader's side to the team's."""

    TELL = 1
    SELL = 2
    CONSULT = 3
    AGREE = 4
    ADVISE = 5
    INQUIRE = 6
    DELEGATE = 7

    @property
    def word(self) -> str:
        return _WORD[self]

    @property
    def means(self) -> str:
        return _MEANS[self]


_WORD = {
    Freedom.TELL: say("Tell"),
    Freedom.SELL: say("Sell"),
    Freedom.CONSULT: say("Consult"),
    Freedom.AGREE: say("Agree"),
    Freedom.ADVISE: say("Advise"),
    Freedom.INQUIRE: say("Inquire"),
    Freedom.DELEGATE: say("Delegate"),
}
_MEANS = {
    Freedom.TELL: say("The leader decides, and says so."),
    Freedom.SELL: say("The leader decides, and says why."),
    Freedom.CONSULT: say("The leader asks first, then decides."),
    Freedom.AGREE: say("You decide together."),
    Freedom.ADVISE: say("Tell me first: you decide, after hearing the leader."),
    Freedom.INQUIRE: say("Tell me after: you decide, and the leader hears of it."),
    Freedom.DELEGATE: say("All yours: you decide, and nobody needs to hear."),
}

SEES: Table = {
    say("an expectation of the team"): TEAM,
    say("a choice of freedom before all have chosen"): NOBODY,
}

MAY: Table = {
    "propose": TEAM,
    "agree": frozenset({OWNER, LEADER}),
    "counter": frozenset({OWNER, LEADER}),
    "change": frozenset({OWNER, LEADER}),
    "vote": frozenset({OWNER, LEADER}),
    "start": frozenset({OWNER}),
    "check_in": frozenset({OWNER}),
    "offer_help": frozenset({LEADER}),
    "meet": frozenset({OWNER}),
    "miss": frozenset({OWNER, LEADER}),
    "drop": frozenset({OWNER, LEADER, AUTHOR}),
    "reopen": frozenset({OWNER}),
}

_MOVES: dict[tuple[State, str], State] = {
    (State.PROPOSED, "agree"): State.PROPOSED,  # agreed once the last of them has
    (State.PROPOSED, "counter"): State.PROPOSED,
    (State.PROPOSED, "drop"): State.DROPPED,
    (State.PROPOSED, "vote"): State.PROPOSED,
    (State.AGREED, "vote"): State.AGREED,
    (State.UNDER_WAY, "vote"): State.UNDER_WAY,
    (State.AGREED, "change"): State.AGREED,
    (State.UNDER_WAY, "change"): State.UNDER_WAY,
    (State.AGREED, "start"): State.UNDER_WAY,
    (State.UNDER_WAY, "check_in"): State.UNDER_WAY,
    (State.AGREED, "offer_help"): State.AGREED,
    (State.UNDER_WAY, "offer_help"): State.UNDER_WAY,
    (State.UNDER_WAY, "meet"): State.MET,
    (State.AGREED, "miss"): State.MISSED,
    (State.UNDER_WAY, "miss"): State.MISSED,
    (State.MET, "reopen"): State.UNDER_WAY,
    (State.MISSED, "reopen"): State.UNDER_WAY,
}

_WORDS = {
    "agree": say("agree to this"),
    "counter": say("propose other terms"),
    "change": say("propose a change"),
    "vote": say("choose a freedom for this"),
    "start": say("start this"),
    "check_in": say("check in on this"),
    "offer_help": say("offer help with this"),
    "meet": say("say that this is met"),
    "miss": say("say that this was missed"),
    "drop": say("drop this; once agreed, propose to drop it instead"),
    "reopen": say("take the ending back"),
}


_LIFE = Life(_MOVES, MAY, _WORDS, STATES)
after, moves = _LIFE.after, _LIFE.open_to


def check_terms(outcome: str, starts_on: date, due_on: date) -> str:
    """Return the outcome trimmed; refuse none, and a time allotted that ends before it begins."""
    line = " ".join(outcome.split())
    if not line:
        raise Refused(say("What should be true at the end? One sentence is enough."))
    if len(line) > LONGEST:
        raise Refused(say("Say it in {longest} characters; this has {n}.", longest=LONGEST, n=len(line)))
    if not 2000 <= starts_on.year <= 2200:
        raise Refused(say("That day is too far away to agree on."))
    if due_on <= starts_on:
        raise Refused(say("It is due on or before the day it begins. Allot it some time."))
    if (due_on - starts_on).days > 3 * 366:
        raise Refused(say("That is more than three years. Agree on a first part of it."))
    return line


def check_owners(owners: Sequence[object]) -> None:
    """Refuse an expectation in nobody's hands, or in everybody's."""
    if not owners:
        raise Refused(say("In whose hands is it? Choose one person or more."))
    if len(owners) > OWNERS_AT_MOST:
        raise Refused(
            say(
                "With more than {owners_at_most} it is in nobody’s hands. Choose who answers for it.",
                owners_at_most=OWNERS_AT_MOST,
            )
        )


def all_agreed(owners: Set[int], leader: int | None, yes: Set[int]) -> bool:
    """Say whether everybody whose yes it takes has said it: all owners, and the leader where there is one."""
    return owners | ({leader} if leader is not None else set()) <= yes


def voters(owners: Set[int], leader: int | None) -> frozenset[int]:
    """Return who chooses a freedom: the owners what they want, the leader what they give.

    Nobody does where the leader alone owns it, or nobody leads: there is nobody to be given it by.
    """
    if leader is None or owners <= {leader}:
        return frozenset()
    return frozenset(owners | {leader})


def revealed(voting: Set[int], votes: Mapping[int, int]) -> bool:
    """Say whether the choices may be shown: only all together."""
    return bool(voting) and voting <= votes.keys()


def settled(voting: Set[int], votes: Mapping[int, int]) -> Freedom | None:
    """Return the freedom that all chose, or None while some are missing or they differ."""
    chosen = {votes[v] for v in voting if v in votes}
    return Freedom(chosen.pop()) if revealed(voting, votes) and len(chosen) == 1 else None


def needs_yes_of(by_leader: bool, *, owners_left: bool = True) -> frozenset[Role]:
    """Return whose yes a proposed change takes: the other side's, or the leader's where no owner is left."""
    return frozenset({OWNER}) if by_leader and owners_left else frozenset({LEADER})
