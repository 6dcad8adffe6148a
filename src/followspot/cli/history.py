"""A git history opened for the command line: read into memory, masked for measures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from followspot.evidence import table
from followspot.evidence.connectors import git
from followspot.evidence.identities import name_of

if TYPE_CHECKING:
    from datetime import datetime

    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class History:
    """Events of one repository with its identities joined. `events` has names; measures get `masked`."""

    title: str
    events: ir.Table
    joined: dict[str, str]
    aliases: dict[str, str]
    notes: tuple[str, ...]

    def masked(self, leader: str) -> ir.Table:
        """Return the masked log with this person as its leader, all along."""
        return table.masked(self.events, table.Who(leads=(table.Lead(leader),), aliases=self.aliases))

    def display(self, person: str) -> str:
        """Return the name that a person is written with; the source's own spelling where it has one."""
        return name_of(self.aliases.get(person, person))

    def last(self) -> datetime:
        """Return when the history ends."""
        last: datetime = self.events.at.max().to_pyarrow().as_py()
        return last


def opened(path: Path, *, zone: str = "UTC") -> History:
    """Read a whole git history; shows how far it is when that takes a while."""
    from followspot.cli.screen import telling

    engine = table.connect(zone)
    with telling("Reading the history") as tell:
        harvest = git.connector.read(str(path), tell=tell)
        events = table.from_batches(engine, harvest.batches)
        finish = harvest.finish()
    joined = table.people(events, table.Who(aliases=finish.aliases))
    resolved = path.expanduser().resolve()
    title = resolved.parent.name if resolved.name in {".git", "repo"} else resolved.name.removesuffix(".git")
    return History(title, events, joined, finish.aliases, finish.notes)
