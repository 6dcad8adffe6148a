"""Who may applaud whom, for what, and how often."""

from collections.abc import Collection

from followspot.errors import Refused
from followspot.roles import AUTHOR, GIVER, LEADER, MEMBER, RECEIVER, TEAM, Table

LONGEST = 500
RECEIVERS_AT_MOST = 10
A_DAY = 6  # by one giver; thanking everybody for everything thanks nobody

# What is often not seen stands first.
KINDS = {
    "reviewing": "Looking over somebody’s work",
    "answering": "Answering questions",
    "mentoring": "Helping somebody learn",
    "testing": "Testing, checking",
    "fixing": "Mending what was broken",
    "writing": "Writing it down",
    "organising": "Organising",
    "translating": "Translating, explaining",
    "caring": "Caring for a client",
    "clearing": "Clearing the way for others",
    "finishing": "Finishing a piece of work",
    "beginning": "Trying something first",
}

SEES: Table = {
    "applause and clients’ words": TEAM,
    "applause for the leader": frozenset({GIVER, RECEIVER}),
}

MAY: Table = {
    "give": TEAM,
    "join": frozenset({LEADER, MEMBER}),
    "change": frozenset({GIVER}),
    "withdraw": frozenset({GIVER}),
    "bring": TEAM,
    "withdraw_words": frozenset({AUTHOR}),
}


def check_receivers(giver: int, receivers: Collection[int], leader: int | None) -> bool:
    """Return whether this applause is private, because it is for the leader; refuse what can't be.

    Nobody applauds themselves, and what is for the leader never mixes with what takes the Stage.
    """
    if not receivers:
        raise Refused("Whom is it for? Choose one person or more.")
    if len(receivers) > RECEIVERS_AT_MOST:
        raise Refused(f"More than {RECEIVERS_AT_MOST} people. Say who did it.")
    if giver in receivers:
        raise Refused("Nobody can applaud themselves. Somebody else will see it.")
    if leader is not None and leader in receivers:
        if len(receivers) > 1:
            raise Refused(
                "Applause for the leader stays between the two of you and never takes the Stage. Send it by itself."
            )
        return True
    return False


def check_words(words: str) -> str:
    """Return what it is for, trimmed; refuse nothing and too much."""
    text = " ".join(words.split())
    if not text:
        raise Refused("What is it for? Say it in your own words.")
    if len(text) > LONGEST:
        raise Refused(f"Say it in {LONGEST} characters; this has {len(text)}.")
    return text


def check_evidence(cites: str, cites_words: str) -> None:
    """Refuse applause that cites nothing."""
    if not cites and not cites_words.strip():
        raise Refused("Applause needs evidence. Pick one thing people can look at.")


def check_pace(given_today: int, *, again: bool) -> None:
    """Refuse more than a day takes, and the same words to the same people twice."""
    if again:
        raise Refused("You have said exactly this to exactly them before.")
    if given_today >= A_DAY:
        raise Refused(f"That’s {A_DAY} today. Keep this one for tomorrow; it will still be true.")
