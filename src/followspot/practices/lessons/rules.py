"""Who may tell, answer and follow up a lesson, and how blame is noticed in words."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from followspot.errors import Refused
from followspot.language import say
from followspot.roles import LEADER, NOBODY, TEAM, TELLER, Table

LONGEST = 2000
FOLLOW_UP_LONGEST = 200

SEES: Table = {
    say("a lesson of the team"): TEAM,
    say("who told a lesson without their name"): NOBODY,
}

MAY: Table = {
    "tell": TEAM,
    "change": frozenset({TELLER}),
    "withdraw": frozenset({TELLER}),
    "find_useful": TEAM,
    "thank": frozenset({LEADER}),
    "own": frozenset({LEADER}),
    "follow_up": TEAM,
}


class Following(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


ALREADY: Mapping[Following, str] = {
    Following.OPEN: say("It is open already."),
    Following.DONE: say("It is done already."),
    Following.DROPPED: say("It is dropped already."),
}


def check_told(happened: str, known: str) -> None:
    """Refuse a lesson that says not what happened, or not what is known now."""
    if not happened.strip():
        raise Refused(say("What happened? Say it as a stranger would have seen it."))
    if not known.strip():
        raise Refused(say("What do we know now? Without it, it is only a mistake."))
    if max(len(happened), len(known)) > LONGEST:
        raise Refused(say("Each part has room for {longest:,} characters.", longest=LONGEST))


def names_in(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return the names of people that stand in the texts, whole or by their first word."""
    whole = " ".join(texts)
    found = []
    for name in names:
        words = {name, name.split()[0]} if name.split() else set()
        if any(
            len(w) > 1 and re.search(rf"(?<!\w){re.escape(w)}(?!\w)", whole, re.IGNORECASE) for w in words
        ):
            found.append(name)
    return found


# Words that look for who was wrong, with what asks for how it came about.
_BLAME = {
    r"should(n[’']t)? have": say(
        "“should have” tells what nobody knew then. What did it look like at the time?"
    ),
    r"careless\w*|negligen\w*|sloppy": say("“careless” explains nothing. What made it easy to get wrong?"),
    r"(my|his|her|their|whose) fault|to blame": say(
        "A fault belongs to somebody, a cause to how things are. What was the cause?"
    ),
    r"forgot(ten)?": say("Forgetting is normal. What would have reminded anybody?"),
    r"human error": say("“Human error” is where the question begins. What made the error likely?"),
    r"obvious(ly)?|common sense": say("It is obvious now. What was seen then?"),
    r"failed to|neglected to": say("What was done instead, and why did it make sense?"),
}


def blame_in(texts: Iterable[str]) -> list[str]:
    """Return questions to ask instead, one for each turn of phrase in the texts that looks for a culprit."""
    whole = " ".join(texts)
    return [ask for pattern, ask in _BLAME.items() if re.search(rf"\b({pattern})\b", whole, re.IGNORECASE)]
