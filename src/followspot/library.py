"""The library: read a history, ask a measure. No server, no database, no Django."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from followspot.errors import BadInput
from followspot.evidence import segments, table
from followspot.evidence.connectors import Tell, git, silent, title_of
from followspot.evidence.identities import name_of
from followspot.evidence.leaders import find_person
from followspot.measures import Reading, answer, measures, stepaway
from followspot.measures._methods.plan import plan
from followspot.measures.stepaway import Absence, DailyCounts, StepAway, judge

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = [
    "Absence",
    "DailyCounts",
    "History",
    "judge",
    "plan",
    "read_events",
    "read_git",
    "reading",
    "step_away",
]


@dataclass(frozen=True, slots=True)
class History:
    """A team's work with its identities joined.

    events : Ibis table in `evidence.event.SCHEMA`, with names; measures get it `masked`.
    joined : identity as written -> person. aliases : what the source itself says of identities.
    """

    title: str
    events: ir.Table
    joined: dict[str, str]
    aliases: dict[str, str]
    notes: tuple[str, ...] = ()

    def masked(self, leader: str) -> ir.Table:
        """Return the masked log with this person as its leader, all along."""
        return table.masked(self.events, table.Who(leads=(table.Spell(leader),), aliases=self.aliases))

    def display(self, person: str) -> str:
        """Return the name that a person is written with; the source's own spelling where it has one."""
        return name_of(self.aliases.get(person, person))


def read_git(path: str | Path, *, zone: str = "UTC", tell: Tell = silent) -> History:
    """Read a whole git history into memory.

    path : a repository, bare or with its files. zone : decides where a day ends. tell : called now and
    then with (done, total). Raises BadInput where there is no history to read.
    """
    engine = table.connect(zone)
    harvest = git.connector.read(str(path), tell=tell)
    events = table.from_batches(engine, harvest.batches)
    finish = harvest.finish()
    joined = table.people(events, table.Who(aliases=finish.aliases))
    return History(title_of(Path(path)), events, joined, finish.aliases, finish.notes)


def read_events(folder: str | Path, *, zone: str = "UTC", spark: str = "") -> History:
    """Open an event log that `followspot import` wrote. Raises BadInput for a broken or missing one.

    zone : decides where a day ends. spark : a cluster that reads it instead of this machine, like spark://host:7077;
    its workers find the folder under the same path (needs the extra `spark`).
    """
    folder = Path(folder).resolve()
    try:
        state = json.loads((folder / "source.json").read_text())
        paths = [folder / name for name in state["segments"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{folder}: is not a folder that followspot import wrote ({error}).") from None
    for path in paths:
        segments.check(path)
    events = _on_spark(spark, zone, paths) if spark else table.open_segments(table.connect(zone), paths)
    aliases = state.get("aliases", {})
    return History(folder.name, events, table.people(events, table.Who(aliases=aliases)), aliases)


def _on_spark(master: str, zone: str, paths: Sequence[Path]) -> ir.Table:
    from followspot.evidence.spark import connect, open_segments

    return open_segments(connect(master, zone), "", [(str(p), pq.read_metadata(p).num_rows) for p in paths])


def step_away(
    history: History,
    *,
    leader: str,
    away: Sequence[tuple[date, date | None]],
    margin: float = 0.2,
    level: float = 0.9,
) -> dict[str, StepAway]:
    """Judge whether the work held while the leader was away, for each flow that the history has.

    away : first and last day, both included; None for good. See `judge` for the rest.
    """
    log = history.masked(find_person(leader, history.joined))
    return stepaway.compute(log, absences=[Absence(*days) for days in away], margin=margin, level=level)


def reading(history: History, slug: str, *, leader: str, asof: datetime | None = None) -> Reading:
    """Return what a measure ("dependence", "spread-of-leading") says at the end of a history, or at `asof`."""
    until = asof or history.events.at.max().to_pyarrow().as_py() + timedelta(seconds=1)
    return answer(measures()[slug], history.masked(find_person(leader, history.joined)), asof=until)
