"""Writes several people as one would say them."""

from collections.abc import Iterable

from followspot.language import all_of
from followspot.teams.models import Person


def together(people: Iterable[Person]) -> str:
    """Return “Ada”, “Ada and Ben”, “Ada, Ben and Chi”."""
    return all_of([p.name for p in people])
