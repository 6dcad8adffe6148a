"""The small things that wait for one person: of all practices, and whoever asked them to look."""

from datetime import datetime

from followspot import practices
from followspot.language import say
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
            say("It was said to be cleared: {thing}. Only you can say that it is gone.", thing=quoted(b)),
            b.get_absolute_url(),
            say("Is it?"),
        )
        for b in own
    ]
    asked = [
        Waiting(
            say(
                "{name} asks you to look at {thing}.",
                name=c.author.name,
                thing=quoted(thing.in_passing),
            ),
            f"{thing.get_absolute_url()}#said",
            say("Look"),
        )
        for c, thing in mentions.unanswered(team, person, now=now)
    ]
    return [*practices.waiting(team, person, now=now), *unnamed, *asked]
