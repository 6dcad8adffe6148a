"""What single people did lately, for those who want to credit them: one event at a time, never a count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir

_MOST = 300  # recent events looked at; more would only be older ones


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that one person did. person : as identities are joined; first : never before in the evidence."""

    at: datetime
    activity: str
    person: str
    object: str
    first: bool


def lately(
    events: ir.Table, joined: dict[str, str], activities: frozenset[str], *, since: datetime
) -> list[Deed]:
    """Return the newest deed of each person and activity since a moment, of people who are known by name here."""
    known = {identity: person for identity, person in joined.items() if person.startswith("person:")}
    if not known:
        return []
    acts = events.filter(
        events.activity.isin(sorted(activities)), events.actor.isin(sorted(known)), events.unit.isnull()
    )
    begun: dict[tuple[str, str], datetime] = {}
    for row in acts.group_by("actor", "activity").agg(first=acts.at.min()).to_pyarrow().to_pylist():
        key = (known[row["actor"]], row["activity"])
        begun[key] = min(row["first"], begun.get(key, row["first"]))
    recent = acts.filter(acts.at >= since).order_by(ibis.desc("at")).limit(_MOST)
    found: dict[tuple[str, str], Deed] = {}
    for row in recent.select("at", "activity", "actor", "object").to_pyarrow().to_pylist():
        person = known[row["actor"]]
        deed = Deed(
            row["at"], row["activity"], person, row["object"], begun[person, row["activity"]] >= since
        )
        found.setdefault((person, row["activity"]), deed)
    return list(found.values())
