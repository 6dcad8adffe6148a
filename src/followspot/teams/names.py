"""Writes several people as one would say them, and puts names in order."""

import unicodedata
from collections.abc import Iterable

from followspot.language import all_of
from followspot.teams.models import Person


def together(people: Iterable[Person]) -> str:
    """Return “Ada”, “Ada and Ben”, “Ada, Ben and Chi”."""
    return all_of([p.name for p in people])


def spelled(name: str) -> str:
    """Return what a name is ordered by: Österreich and Özil are looked for at O, whatever the database."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
