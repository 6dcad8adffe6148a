"""Who may applaud whom, for what, and how often."""

from collections.abc import Collection

from followspot.errors import Refused
from followspot.language import say
from followspot.roles import AUTHOR, GIVER, LEADER, MEMBER, RECEIVER, TEAM, Table

LONGEST = 500
RECEIVERS_AT_MOST = 10
A_DAY = 6  # by one giver; thanking everybody for everything thanks nobody

# What is often not seen stands first.
KINDS = {
    "reviewing": say("Looking over somebody’s work"),
    "answering": say("Answering questions"),
    "mentoring": say("Helping somebody learn"),
    "testing": say("Testing, checking"),
    "fixing": say("Mending what was broken"),
    "writing": say("Writing it down"),
    "organising": say("Organising"),
    "translating": say("Translating, explaining"),
    "caring": say("Caring for a client"),
    "clearing": say("Clearing the way for others"),
    "finishing": say("Finishing a piece of work"),
    "beginning": say("Trying something first"),
}

SEES: Table = {
    say("applause and clients’ words"): TEAM,
    say("applause for the leader"): frozenset({GIVER, RECEIVER}),
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
        raise Refused(say("Whom is it for? Choose one person or more."))
    if len(receivers) > RECEIVERS_AT_MOST:
        raise Refused(
            say("More than {receivers_at_most} people. Say who did it.", receivers_at_most=RECEIVERS_AT_MOST)
        )
    if giver in receivers:
        raise Refused(say("Nobody can applaud themselves. Somebody else will see it."))
    if leader is not None and leader in receivers:
        if len(receivers) > 1:
            raise Refused(
                say(
                    "Applause for the leader stays between the two of you and never takes the Stage. Send it by itself."
                )
            )
        return True
    return False


def check_words(words: str) -> str:
    """Return what it is for, trimmed; refuse nothing and too much."""
    text = " ".join(words.split())
    if not text:
        raise Refused(say("What is it for? Say it in your own words."))
    if len(text) > LONGEST:
        raise Refused(say("Say it in {longest} characters; this has {n}.", longest=LONGEST, n=len(text)))
    return text


def check_evidence(cites: str, cites_words: str) -> None:
    """Refuse applause that cites nothing."""
    if not cites and not cites_words.strip():
        raise Refused(say("Applause needs evidence. Pick one thing people can look at."))


def check_pace(given_today: int, *, again: bool) -> None:
    """Refuse more than a day takes, and the same words to the same people twice."""
    if again:
        raise Refused(say("You have said exactly this to exactly them before."))
    if given_today >= A_DAY:
        raise Refused(
            say("That’s {a_day} today. Keep this one for tomorrow; it will still be true.", a_day=A_DAY)
        )
