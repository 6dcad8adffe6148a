"""From the masked log to the daily counts that a step-away test watches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from followspot.evidence.activities import ACTIVITIES
from followspot.language import say
from followspot.measures._methods.days import DailyCounts, from_mappings

if TYPE_CHECKING:
    import ibis.expr.types as ir

type Rows = list[dict[str, Any]]

# What may count as output: title, activity, roles whose work it is. The first that the evidence has
# is the usual primary one. "total" shows what the leader's own share hides; it is never primary.
FLOWS: dict[str, tuple[str, str, frozenset[str]]] = {
    "done": (say("Items finished"), "item.done", frozenset({"front"})),
    "landed": (say("Changes let in"), "change.landed", frozenset({"front"})),
    "merged": (say("Pull requests let in"), "pull.merged", frozenset({"front"})),
    "written": (say("Changes written"), "change.written", frozenset({"front"})),
    "people": (say("People at work on it"), "people.active", frozenset({"front"})),
    "reviewed": (say("Reviews given"), "review.given", frozenset({"front"})),
    "total": (
        say("Everything let in, the leader's own too"),
        "change.landed",
        frozenset({"front", "leader"}),
    ),
}
PRIMARY = ("done", "landed", "merged", "written", "people")
_NOT_ACTS = ("leave.taken", "people.at_work", "people.active", "pull.merged")


def daily(events: ir.Table, holidays: Collection[date] = ()) -> dict[str, DailyCounts]:
    """Return the daily counts of every flow that the evidence has, by its slug.

    events : the masked table; its engine's time zone decides where a day ends. Days without an
    event count as 0, but in a table of day figures they are missing. `leader_acts` holds anything
    that the leader did with the team's work. holidays : days on which the team as a whole is off.
    """
    return dict(_flows(events, holidays, FLOWS))


def primary(events: ir.Table, holidays: Collection[date] = ()) -> tuple[str, DailyCounts] | None:
    """Return the slug and the daily counts of the usual primary flow alone, or None where there is none."""
    return next(_flows(events, holidays, PRIMARY), None)


def _flows(
    events: ir.Table, holidays: Collection[date], slugs: Collection[str]
) -> Iterator[tuple[str, DailyCounts]]:
    rows = _by_day(events, {FLOWS[slug][1] for slug in slugs} | {"people.at_work"})
    if not rows:
        return
    # What happens in the app itself says nothing of how far the evidence reaches.
    evidence = events.filter(events.activity.isin(list(ACTIVITIES)))
    until = evidence.at.max().date().to_pyarrow().as_py() or rows[0]["day"]
    shared = {
        "leader_acts": _sum(rows, lambda r: r["role"] == "leader" and r["activity"] not in _NOT_ACTS),
        "at_work": _sum(rows, lambda r: r["activity"] == "people.at_work") or None,
        "holidays": tuple(holidays),
    }
    for slug in slugs:
        _, activity, roles = FLOWS[slug]
        mine = [r for r in rows if r["activity"] == activity]
        if activity == "people.active" and not mine:
            mine = _people_by_day(events)
        if any(r["role"] in roles for r in mine):
            yield slug, _counts(mine, roles, until, shared)


def people_behind(events: ir.Table) -> int:
    """Return how many people of the front line are known to have made changes; 0 where names are not known."""
    made = ["change.written", "change.landed", "pull.opened", "pull.merged"]
    known = events.filter(events.role == "front", ~events.tabular, events.activity.isin(made))
    return int(known.actor.nunique().to_pyarrow().as_py())


def _by_day(events: ir.Table, wanted: Collection[str]) -> Rows:
    """Return what was done by day, activity and role: of the wanted activities, and all that the leader did."""
    mine = events.filter(events.activity.isin(sorted(wanted)) | (events.role == "leader"))
    # In a practice's event the value is a promised day, a level, a size: not how much was done.
    mine = mine.mutate(value=mine.activity.isin(list(ACTIVITIES)).ifelse(mine.value, 1.0))
    grouped = mine.group_by(day=mine.at.date(), activity=mine.activity, role=mine.role, tabular=mine.tabular)
    return _rows(grouped.agg(total=mine.value.sum()))


def _people_by_day(events: ir.Table) -> Rows:
    """Return how many people were behind a day's changes, in place of the changes: far less bursty."""
    written = events.filter(events.activity == "change.written")
    grouped = written.group_by(day=written.at.date(), role=written.role, tabular=written.tabular)
    return _rows(grouped.agg(total=written.actor.nunique()))


def _rows(table: ir.Table) -> Rows:
    columns = table.to_pyarrow().to_pydict()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


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
