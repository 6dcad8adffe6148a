"""From the masked log to what a team does in the app: acts, the lives of expectations, the leader's touches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

import ibis

from followspot.evidence.activities import ACTIVITIES
from followspot.measures._methods.lives import local_days

if TYPE_CHECKING:
    import ibis.expr.types as ir

WEEK = 7.0
NEW_FOR = 42.0  # days in which somebody is a newcomer
_ENDS = ("expectation.met", "expectation.missed", "expectation.dropped")
_OWNERS = ("expectation.started", "expectation.progressed", "expectation.met")
_BAR = {"danger.declared": 0, "danger.renewed": 1, "danger.ended": 2}


@dataclass(frozen=True, slots=True)
class Act:
    """One event of the app. at : local days since 1970-01-01."""

    at: float
    activity: str
    role: str | None
    actor: str | None
    object: int
    links: tuple[int, ...]
    about: tuple[str, ...]
    value: float
    told: bool
    invited: bool
    to_leader: bool

    @property
    def touch(self) -> bool:
        """Whether the leader put a hand on what the front line has in hand."""
        return self.role == "leader" and "front:owned" in self.about

    @property
    def unasked(self) -> bool:
        """Whether that was a touch that nobody had asked for."""
        return self.touch and not self.invited


@dataclass(frozen=True, slots=True)
class Work:
    """One expectation. Days are local, since 1970-01-01; None: not (yet), or not in the log.

    levels : (day, freedom agreed then, 1 to 7). differed : when choices of freedom were shown and differed.
    acts : when anything happened on it. owners : keys of those who began it or said how far it is.
    """

    key: int
    proposed: float | None
    agreed: float | None
    ended: float | None
    ending: str
    levels: tuple[tuple[float, float], ...]
    differed: tuple[float, ...]
    acts: tuple[float, ...]
    owners: frozenset[str]
    led: bool  # the leader's own

    def level(self, at: float) -> float | None:
        """Return the freedom in force at a moment, or None where none was agreed yet."""
        return next((level for day, level in reversed(self.levels) if day <= at), None)

    def open_days(self, since: float, until: float) -> float:
        """Return for how many days between two moments it was agreed and not ended."""
        if self.agreed is None:
            return 0.0
        return max(0.0, min(until, until if self.ended is None else self.ended) - max(since, self.agreed))


def acts(events: ir.Table, *, asof: datetime) -> tuple[list[Act], float]:
    """Return what happened in the app before `asof`, in order of time, and `asof` on the team's clock.

    events : the masked table; its engine's time zone is the team's clock. The same twice is once.
    """
    seen = events.filter(events.activity.notin(list(ACTIVITIES)), events.at < asof)
    names = [f.name for f in fields(Act) if f.name != "at"]
    columns = (
        seen.select(*names, local=seen.at.cast("timestamp"), until=ibis.literal(asof).cast("timestamp"))
        .to_pyarrow()
        .to_pydict()
    )
    if not columns["local"]:
        return [], 0.0
    for listed in ("links", "about"):
        columns[listed] = [tuple(some or ()) for some in columns[listed]]
    told = set(map(Act, map(local_days, columns["local"]), *(columns[n] for n in names)))
    return sorted(told, key=lambda a: (a.at, a.activity, a.value)), local_days(columns["until"][0])


def on_pulls(events: ir.Table, *, asof: datetime) -> list[Act]:
    """Return where the leader reviewed or spoke on the front line's pull requests without having been asked, as touches."""
    before = events.filter(events.at < asof)
    theirs = before.filter(before.activity == "pull.opened", before.role == "front").select("object")
    mine = before.filter(
        before.role == "leader", before.activity.isin(["review.given", "comment.written"]), ~before.invited
    ).semi_join(theirs, "object")
    rows = mine.select("activity", "actor", "object", local=mine.at.cast("timestamp")).distinct()
    return [
        Act(local_days(r["local"]), r["activity"], "leader", r["actor"], r["object"], (), ("front:owned",), 1.0, False, False, False)
        for r in rows.to_pyarrow().to_pylist()
    ]  # fmt: skip


def works(known: Iterable[Act]) -> list[Work]:
    """Return the lives of all expectations that the acts tell of, in order of time."""
    known = list(known)
    keys = {a.object for a in known if a.activity.startswith("expectation.")}
    mine = sorted((a for a in known if a.object in keys), key=lambda a: a.object)
    told = (_work(key, list(some)) for key, some in groupby(mine, key=lambda a: a.object))
    return sorted(told, key=lambda w: (w.acts, w.levels))


def _work(key: int, some: Sequence[Act]) -> Work:
    some = sorted(some, key=lambda a: (a.at, a.activity, a.value))
    own = [a for a in some if a.activity.startswith("expectation.")]

    def first(*activities: str) -> float | None:
        return next((a.at for a in own if a.activity in activities), None)

    last = next((a for a in reversed(own) if a.activity in (*_ENDS, "expectation.reopened")), None)
    ended = last if last and last.activity in _ENDS else None
    owners = [a for a in own if a.activity in _OWNERS]
    return Work(
        key=key,
        proposed=first("expectation.proposed"),
        agreed=first("expectation.agreed", "expectation.started", "expectation.progressed"),
        ended=ended.at if ended else None,
        ending=ended.activity.partition(".")[2] if ended else "",
        levels=tuple((a.at, a.value) for a in own if a.activity == "expectation.freedom_agreed" and a.told),
        differed=tuple(a.at for a in own if a.activity == "expectation.freedom_revealed"),
        acts=tuple(a.at for a in some),
        owners=frozenset(a.actor for a in owners if a.actor),
        led=bool(owners) and all(a.role == "leader" for a in owners),
    )


def dangers(known: Iterable[Act]) -> list[tuple[float, float]]:
    """Return the stretches (begin, end) in which the leader was at the front; one without an end in the log is open."""
    mine = sorted((a for a in known if a.activity in _BAR), key=lambda a: (a.object, a.at, _BAR[a.activity]))
    found = []
    for _, some in groupby(mine, key=lambda a: a.object):
        told = list(some)
        end = next((a.at for a in told if a.activity == "danger.ended"), float("inf"))
        found.append((told[0].at, end))
    return sorted(found)


def newcomers(events: ir.Table, *, asof: datetime) -> dict[str, float]:
    """Return the key of everybody of the front line who came after the log began, and until when they were new.

    Who is there in the log's first six weeks was there before it.
    """
    seen = events.filter(events.role == "front", events.actor.notnull(), events.at < asof)
    rows = seen.group_by("actor").agg(first=seen.at.min().cast("timestamp")).to_pyarrow().to_pylist()
    came = {r["actor"]: local_days(r["first"]) for r in rows}
    begun = min(came.values(), default=0.0)
    return {who: day + NEW_FOR for who, day in came.items() if day > begun + NEW_FOR}
