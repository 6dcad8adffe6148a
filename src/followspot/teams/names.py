"""Writes several people as one would say them."""

from collections.abc import Iterable

from followspot.teams.models import Person


def together(people: Iterable[Person]) -> str:
    """Return “Ada”, “Ada and Ben”, “Ada, Ben and Chi”."""
    names = [p.name for p in people]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
