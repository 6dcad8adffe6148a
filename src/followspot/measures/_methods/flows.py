"""From the masked log to the daily counts that a step-away test watches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from followspot.evidence.activities import ACTIVITIES
from followspot.measures._methods.days import DailyCounts, from_mappings

if TYPE_CHECKING:
    import ibis.expr.types as ir

type Rows = list[dict[str, Any]]

# What may count as output: title, activity, roles whose work it is. The first that the evidence has
# is the usual primary one. "total" shows what the leader's own share hides; it is never primary.
FLOWS: dict[str, tuple[str, str, frozenset[str]]] = {
    "done": ("Items finished", "item.done", frozenset({"front"})),
    "landed": ("Changes let in", "change.landed", frozenset({"front"})),
    "written": ("Changes written", "change.written", frozenset({"front"})),
    "people": ("People at work on it", "people.active", frozenset({"front"})),
    "reviewed": ("Reviews given", "review.given", frozenset({"front"})),
    "total": ("Everything let in, the leader's own too", "change.landed", frozenset({"front", "leader"})),
}
PRIMARY = ("done", "landed", "written", "people")
_NOT_ACTS = ("leave.taken", "people.at_work", "people.active")


def daily(events: ir.Table, holidays: Collection[date] = ()) -> dict[str, DailyCounts]:
    """Return the daily counts of every flow that the evidence has, by its slug.

    events : the masked table; its engine's time zone decides where a day ends. Days without an
    event count as 0, but in a table of day figures they are missing. `leader_acts` holds anything
    that the leader did with the team's work. holidays : days on which the team as a whole is off.
    """
    rows = _by_day(events)
    if not rows:
        return {}
    # What happens in the app itself says nothing of how far the evidence reaches.
    until = max((r["day"] for r in rows if r["activity"] in ACTIVITIES), default=rows[0]["day"])
    shared = {
        "leader_acts": _sum(rows, lambda r: r["role"] == "leader" and r["activity"] not in _NOT_ACTS),
        "at_work": _sum(rows, lambda r: r["activity"] == "people.at_work") or None,
        "holidays": tuple(holidays),
    }
    flows = {}
    for slug, (_, activity, roles) in FLOWS.items():
        mine = [r for r in rows if r["activity"] == activity]
        if activity == "people.active" and not mine:
            mine = [_as_people(r) for r in rows if r["activity"] == "change.written"]
        if any(r["role"] in roles for r in mine):
            flows[slug] = _counts(mine, roles, until, shared)
    return flows


def people_behind(events: ir.Table) -> int:
    """Return how many people of the front line are known to have made changes; 0 where names are not known."""
    known = events.filter(
        events.role == "front", ~events.tabular, events.activity.isin(["change.written", "change.landed"])
    )
    return int(known.actor.nunique().to_pyarrow().as_py())


def _by_day(events: ir.Table) -> Rows:
    # In a practice's event the value is a promised day, a level, a size: not how much was done.
    events = events.mutate(value=events.activity.isin(list(ACTIVITIES)).ifelse(events.value, 1.0))
    grouped = events.group_by(
        day=events.at.date(), activity=events.activity, role=events.role, tabular=events.tabular
    )
    found: Rows = (
        grouped.agg(total=events.value.sum(), people=events.actor.nunique()).to_pyarrow().to_pylist()
    )
    return found


def _as_people(row: dict[str, Any]) -> dict[str, Any]:
    """Count the people behind a day's changes in place of the changes: far less bursty."""
    return {**row, "total": row["people"]}


def _sum(rows: Rows, wanted: Callable[[dict[str, Any]], bool]) -> dict[date, float]:
    sums: dict[date, float] = defaultdict(float)
    for row in rows:
        if wanted(row):
            sums[row["day"]] += float(row["total"] or 0)
    return dict(sums)


def _counts(mine: Rows, roles: frozenset[str], until: date, shared: dict[str, Any]) -> DailyCounts:
    """Return one flow's days: to the end of the evidence, or, of day figures, to the last one."""
    tabular = all(r["tabular"] for r in mine)
    days = {r["day"] for r in mine}
    first, last = min(days), max(days) if tabular else until
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return from_mappings(
        _sum(mine, lambda r: r["role"] in roles),
        first=first,
        last=last,
        leader=_sum(mine, lambda r: r["role"] == "leader"),
        missing=[day for day in every if day not in days] if tabular else (),
        **shared,
    )
