"""Does good work reach the light?

The share of what was finished that drew any applause within thirty days, which kinds of work stay in
the dark, and what share of the applause the leader gave, got and kept. Of the team as a whole: nobody's
applause is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil, floor, inf
from typing import Any

import ibis
import ibis.expr.types as ir

from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import charts
from followspot.measures._methods.proportion import Share, clustered_share
from followspot.measures._methods.work import Act, acts, works

QUESTION = __doc__.splitlines()[0]
IN_THE_DARK = "What stays in the dark?"
YEAR, PATIENCE = 365.0, 30.0  # days read; days in which applause can still come
FEWEST = 10  # things whose thirty days are over
FEWEST_OF_A_KIND = 5  # acts of a kind before its darkness says anything
QUARTER = 91
# The kinds of contribution that the evidence shows; what has no trace can't be seen in the dark.
_KINDS = {
    "reviewing": ("review.given",),
    "testing": ("change.tested",),
    "answering": ("help.given",),
    "fixing": ("problem.reported",),
    "clearing": ("barrier.cleared",),
    "finishing": ("item.done", "change.landed", "expectation.met"),
}
_CAVEATS = (
    "Applause that is only spoken leaves no trace here.",
    "More isn’t better without end: thanking everybody for everything thanks nobody.",
)


def compute(events: ir.Table, *, asof: datetime, level: float = 0.9) -> Reading:
    """Read the flow of credit over the year before `asof`.

    Parameters
    ----------
    events
        The masked table.
    asof
        The moment of looking. What was finished in the thirty days before it can still draw applause
        and is left out.
    level
        Of Wilson's intervals, weeks as clusters.

    Returns
    -------
    Reading
        The share of finished things (expectations met, barriers cleared by the front line, lessons told) that
        drew applause within thirty days. Parts: by what was finished; kinds that stay in the dark; the
        leader's share of what was given and of what was got.
    """
    known, until = acts(events, asof=asof)
    claps = _claps(known, until)
    things = {
        "Expectations met": [(w.key, w.ended) for w in works(known) if w.ending == "met" and not w.led and w.ended],
        "Barriers cleared by the front line": _last(known, "barrier.cleared", "barrier.reopened"),
        "Lessons told": _last(known, "lesson.told", "lesson.withdrawn"),
    }  # fmt: skip
    over = {
        name: [(key, at) for key, at in some if until - YEAR <= at < until - PATIENCE]
        for name, some in things.items()
    }
    parts = (
        *(_of(name, some, claps, level) for name, some in over.items()),
        _dark(events, asof, claps),
        *_leaders(claps, level),
    )
    every = [pair for some in over.values() for pair in some]
    if len(every) < FEWEST:
        sentence = f"Can't tell: {len(every) or 'nothing'} finished more than thirty days ago. {FEWEST} things would be enough."
        return Reading(QUESTION, Verdict.CANT_TELL, sentence, n=len(every), parts=parts)
    share = _share(every, claps, level)
    sentence = (
        f"{share.hits} of {share.n} finished things drew applause within thirty days ({_range(share)})."
    )
    rows = tuple(
        {"what": p.question.removesuffix("?"), "share": p.estimate, "low": p.low, "high": p.high, "n": p.n}
        for p in parts[: len(over)]
        if p.estimate is not None
    )
    return Reading(
        QUESTION,
        Verdict.SEEN,
        sentence,
        share.estimate,
        share.low,
        share.high,
        level,
        "share",
        share.n,
        f"{share.n} things finished in the last year, more than thirty days ago",
        _CAVEATS,
        _chart(rows, sentence) if rows else None,
        rows,
        parts,
    )


def _claps(known: Sequence[Act], until: float) -> list[Act]:
    """Return the applause of a year that was not taken back."""
    back = {a.object for a in known if a.activity == "applause.withdrawn"}
    return [
        a for a in known if a.activity == "applause.given" and a.object not in back and a.at >= until - YEAR
    ]


def _last(known: Sequence[Act], done: str, undone: str) -> list[tuple[int, float]]:
    """Return what the front line, or nobody by name, did and nobody undid, with its last time."""
    ends: dict[int, float] = {}
    for act in known:
        if act.activity == done and act.role != "leader":
            ends[act.object] = act.at
        elif act.activity in (done, undone):
            ends.pop(act.object, None)
    return list(ends.items())


def _share(things: Sequence[tuple[int, float]], claps: Sequence[Act], level: float) -> Share:
    first: dict[int, float] = {}
    for clap in claps:  # in order of time
        for link in clap.links:
            first.setdefault(link, clap.at)
    weeks: dict[int, list[bool]] = {}
    for key, at in things:
        weeks.setdefault(int(at // 7), []).append(first.get(key, inf) <= at + PATIENCE)
    return clustered_share([sum(w) for w in weeks.values()], [len(w) for w in weeks.values()], level=level)


def _of(name: str, things: Sequence[tuple[int, float]], claps: Sequence[Act], level: float) -> Reading:
    question = f"{name}?"
    if len(things) < FEWEST // 2:
        return cant_tell(question, f"Can't tell: {len(things) or 'none'} in the last year.", n=len(things))
    share = _share(things, claps, level)
    return Reading(
        question,
        Verdict.SEEN,
        f"{share.hits} of {share.n} drew applause ({_range(share)}).",
        share.estimate,
        share.low,
        share.high,
        level,
        "share",
        share.n,
    )


def _dark(events: ir.Table, asof: datetime, claps: Sequence[Act]) -> Reading:
    """What was done all the time, and never applauded? Three months, those of the last thirty days aside."""
    question = IN_THE_DARK
    ends = asof - timedelta(days=PATIENCE)
    activities = [a for some in _KINDS.values() for a in some]
    year = events.filter(events.at < asof, events.at >= asof - timedelta(days=YEAR))
    own = year.filter(year.role == "front", year.activity.isin(activities), ~year.tabular)
    recent = own.filter(own.at >= ends - timedelta(days=QUARTER), own.at < ends)
    once = recent.select("at", "activity", "actor", "object").distinct()
    counted = once.group_by("activity").agg(n=ibis._.count()).to_pyarrow().to_pylist()
    done = {r["activity"]: r["n"] for r in counted}
    cited = sorted({link for clap in claps for link in clap.links})
    seen = own.filter(own.object.isin(cited)).select("activity").distinct().to_pyarrow() if cited else None
    applauded = set(seen["activity"].to_pylist()) if seen else set()
    rows = []
    for kind, some in _KINDS.items():
        n = sum(done.get(a, 0) for a in some)
        if n >= FEWEST_OF_A_KIND:
            light = bool(applauded & set(some)) or any(f"kind:{kind}" in clap.about for clap in claps)
            rows.append({"kind": kind, "done": n, "applauded in a year": "yes" if light else "no"})
    if not rows:
        return cant_tell(
            question, "Can't tell: no kind of work left five traces in the three months that are over."
        )
    dark = [r for r in rows if r["applauded in a year"] == "no"]
    if not dark:
        sentence = (
            f"Nothing: all {len(rows)} kinds of work that leave a trace were applauded within the year."
        )
    else:
        sentence = f"{', '.join(str(r['kind']).capitalize() for r in dark)}: done {sum(int(str(r['done'])) for r in dark):,} times in three months, never applauded in a year."
    return Reading(
        question,
        Verdict.SEEN,
        sentence,
        1 - len(dark) / len(rows),
        unit="share",
        n=len(rows),
        sample="kinds of work",
        caveats=("Only work that leaves a trace can be seen in the dark. Caring and mentoring hardly do.",),
        table=tuple(rows),
    )


def _leaders(claps: Sequence[Act], level: float) -> tuple[Reading, Reading]:
    """What share of the applause did the leader give, and what share did the leader get?"""
    gave = ("How much of the applause did the leader give?", [a.role == "leader" for a in claps])
    kept = ("How much of the applause went to the leader?", [a.to_leader for a in claps])
    first, second = (_part(question, hits, claps, level) for question, hits in (gave, kept))
    return first, second


def _part(question: str, hits: Sequence[bool], claps: Sequence[Act], level: float) -> Reading:
    if len(claps) < FEWEST:
        sentence = f"Can't tell: {len(claps) or 'no'} applause in a year. {FEWEST} would be enough."
        return cant_tell(question, sentence, n=len(claps))
    weeks: dict[int, list[bool]] = {}
    for clap, hit in zip(claps, hits, strict=True):
        weeks.setdefault(int(clap.at // 7), []).append(hit)
    share = clustered_share([sum(w) for w in weeks.values()], [len(w) for w in weeks.values()], level=level)
    return Reading(
        question,
        Verdict.SEEN,
        f"{share.hits} of {share.n} ({_range(share)}).",
        share.estimate,
        share.low,
        share.high,
        level,
        "share",
        share.n,
    )


def _range(share: Share) -> str:
    return f"{share.estimate:.0%}, between {floor(share.low * 100)}% and {ceil(share.high * 100)}%"


def _chart(rows: Sequence[dict[str, Any]], sentence: str) -> dict[str, Any]:
    return charts.ranges(
        rows, name="what", dot="share", description=sentence, along=charts.SHARES, whose=charts.FRONT
    )


measure = Measure(
    slug="credit-flow",
    title="Where the credit goes",
    question=QUESTION,
    needs=frozenset({"applause.given", "expectation.met", "barrier.cleared", "lesson.told"}),
    compute=compute,
    upto="now",
)
