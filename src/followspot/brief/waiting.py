"""The small things that wait for one person: of all practices, and whoever asked them to look."""

from datetime import datetime

from followspot import practices
from followspot.objects import mentions
from followspot.practices import Waiting, quoted
from followspot.teams.models import Person, Team


def compose(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """Return what waits for a person, seen by nobody else."""
    asked = [
        Waiting(
            f"{c.author.name} asks you to look at {quoted(thing)}.",
            f"{thing.get_absolute_url()}#said",
            "Look",
        )
        for c, thing in mentions.unanswered(team, person, now=now)
    ]
    return [*practices.waiting(team, person, now=now), *asked]
