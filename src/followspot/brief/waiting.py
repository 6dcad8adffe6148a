"""The small things that wait for one person: of all practices, and whoever asked them to look."""

from datetime import datetime

from followspot import practices
from followspot.objects import mentions
from followspot.practices import Waiting, quoted
from followspot.practices.barriers.rules import State
from followspot.teams.models import Person, Team


def compose(
    team: Team, person: Person, *, now: datetime, hashes: frozenset[str] = frozenset()
) -> list[Waiting]:
    """Return what waits for a person, seen by nobody else.

    hashes : of the words that their browser keeps for what they told without their name.
    """
    own = team.barrier_set.filter(state=State.CLEARED, word_hash__in=hashes) if hashes else []
    unnamed = [
        Waiting(
            f"It was said to be cleared: {quoted(b)}. Only you can say that it is gone.",
            b.get_absolute_url(),
            "Is it?",
        )
        for b in own
    ]
    asked = [
        Waiting(
            f"{c.author.name} asks you to look at {quoted(thing.in_passing)}.",
            f"{thing.get_absolute_url()}#said",
            "Look",
        )
        for c, thing in mentions.unanswered(team, person, now=now)
    ]
    return [*practices.waiting(team, person, now=now), *unnamed, *asked]
