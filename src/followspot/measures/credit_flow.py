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

from followspot.language import listed, say
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import charts
from followspot.measures._methods.proportion import Share, clustered_share
from followspot.measures._methods.work import Act, acts, works

QUESTION = say("Does good work reach the light?")
IN_THE_DARK = say("What stays in the dark?")
YEAR, PATIENCE = 365.0, 30.0  # days read; days in which applause can still come
FEWEST = 10  # things whose thirty days are over
FEWEST_OF_A_KIND = 5  # acts of a kind before its darkness says anything
QUARTER = 91
# The kinds of contribution that the evidence shows; what has no trace can't be seen in the dark.
KINDS = {
    "reviewing": ("review.given",),
    "testing": ("change.tested",),
    "answering": ("help.given",),
    "fixing": ("problem.reported",),
    "clearing": ("barrier.cleared",),
    "finishing": ("item.done", "change.landed", "expectation.met"),
}
_WORDS = {
    "reviewing": say("reviewing"),
    "testing": say("testing"),
    "answering": say("answering"),
    "fixing": say("fixing"),
    "clearing": say("clearing"),
    "finishing": say("finishing"),
}
_MET, _CLEARED, _TOLD = (
    say("Expectations met"),
    say("Barriers cleared by the front line"),
    say("Lessons told"),
)
_QUESTIONS = {
    _MET: say("Expectations met?"),
    _CLEARED: say("Barriers cleared by the front line?"),
    _TOLD: say("Lessons told?"),
}
_CAVEATS = (
    say("Applause that is only spoken leaves no trace here."),
    say("More isn’t better without end: thanking everybody for everything thanks nobody."),
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
        _MET: [(w.key, w.ended) for w in works(known) if w.ending == "met" and not w.led and w.ended],
        _CLEARED: _last(known, "barrier.cleared", "barrier.reopened"),
        _TOLD: _last(known, "lesson.told", "lesson.withdrawn"),
    }  # fmt: skip
    over = {
        name: [(key, at) for key, at in some if until - YEAR <= at < until - PATIENCE]
        for name, some in things.items()
    }
    parts = (
        *(_of(_QUESTIONS[name], some, claps, level) for name, some in over.items()),
        _dark(events, asof, claps),
        *_leaders(claps, level),
    )
    every = [pair for some in over.values() for pair in some]
    if len(every) < FEWEST:
        sentence = say(
            "Can't tell: {n} finished more than thirty days ago. {fewest} things would be enough.",
            n=len(every) or say("nothing"),
            fewest=FEWEST,
        )
        return Reading(QUESTION, Verdict.CANT_TELL, sentence, n=len(every), parts=parts)
    share = _share(every, claps, level)
    sentence = say(
        "{hits} of {n} finished things drew applause within thirty days ({range}).",
        hits=share.hits,
        n=share.n,
        range=_range(share),
    )
    rows = tuple(
        {"what": name, "share": p.estimate, "low": p.low, "high": p.high, "n": p.n}
        for name, p in zip(over, parts, strict=False)
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
        say("share{of_all}", of_all=""),
        share.n,
        say("{n} things finished in the last year, more than thirty days ago", n=share.n),
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


def _of(question: str, things: Sequence[tuple[int, float]], claps: Sequence[Act], level: float) -> Reading:
    if len(things) < FEWEST // 2:
        sentence = say("Can't tell: {n} in the last year.", n=len(things) or say("none"))
        return cant_tell(question, sentence, n=len(things))
    share = _share(things, claps, level)
    return Reading(
        question,
        Verdict.SEEN,
        say("{hits} of {n} drew applause ({range}).", hits=share.hits, n=share.n, range=_range(share)),
        share.estimate,
        share.low,
        share.high,
        level,
        say("share{of_all}", of_all=""),
        share.n,
    )


def _dark(events: ir.Table, asof: datetime, claps: Sequence[Act]) -> Reading:
    """What was done all the time, and never applauded? Three months, those of the last thirty days aside."""
    question = IN_THE_DARK
    ends = asof - timedelta(days=PATIENCE)
    activities = [a for some in KINDS.values() for a in some]
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
    for kind, some in KINDS.items():
        n = sum(done.get(a, 0) for a in some)
        if n >= FEWEST_OF_A_KIND:
            light = bool(applauded & set(some)) or any(f"kind:{kind}" in clap.about for clap in claps)
            rows.append(
                {
                    "kind": _WORDS[kind],
                    "done": n,
                    "applauded in a year": say("yes") if light else say("no"),
                }
            )
    if not rows:
        return cant_tell(
            question, say("Can't tell: no kind of work left five traces in the three months that are over.")
        )
    dark = [r for r in rows if r["applauded in a year"] == "no"]
    if not dark:
        sentence = say(
            "Nothing: all {n} kinds of work that leave a trace were applauded within the year.", n=len(rows)
        )
    else:
        kinds = [say("{kind:capital}", kind=r["kind"]) for r in dark]
        sentence = say(
            "{kinds}: done {n:,} times in three months, never applauded in a year.",
            kinds=listed(kinds),
            n=sum(int(str(r["done"])) for r in dark),
        )
    return Reading(
        question,
        Verdict.SEEN,
        sentence,
        1 - len(dark) / len(rows),
        unit=say("share{of_all}", of_all=""),
        n=len(rows),
        sample=say("kinds of work"),
        caveats=(
            say("Only work that leaves a trace can be seen in the dark. Caring and mentoring hardly do."),
        ),
        table=tuple(rows),
    )


def _leaders(claps: Sequence[Act], level: float) -> tuple[Reading, Reading]:
    """What share of the applause did the leader give, and what share did the leader get?"""
    gave = (say("How much of the applause did the leader give?"), [a.role == "leader" for a in claps])
    kept = (say("How much of the applause went to the leader?"), [a.to_leader for a in claps])
    first, second = (_part(question, hits, claps, level) for question, hits in (gave, kept))
    return first, second


def _part(question: str, hits: Sequence[bool], claps: Sequence[Act], level: float) -> Reading:
    if len(claps) < FEWEST:
        if claps:
            sentence = say(
                "Can't tell: {n} applause in a year. {fewest} would be enough.", n=len(claps), fewest=FEWEST
            )
        else:
            sentence = say("Can't tell: no applause in a year. {fewest} would be enough.", fewest=FEWEST)
        return cant_tell(question, sentence, n=len(claps))
    weeks: dict[int, list[bool]] = {}
    for clap, hit in zip(claps, hits, strict=True):
        weeks.setdefault(int(clap.at // 7), []).append(hit)
    share = clustered_share([sum(w) for w in weeks.values()], [len(w) for w in weeks.values()], level=level)
    return Reading(
        question,
        Verdict.SEEN,
        say("{hits} of {n} ({range}).", hits=share.hits, n=share.n, range=_range(share)),
        share.estimate,
        share.low,
        share.high,
        level,
        say("share{of_all}", of_all=""),
        share.n,
    )


def _range(share: Share) -> str:
    return say(
        "{share:.0%}, between {low}% and {high}%",
        share=share.estimate,
        low=floor(share.low * 100),
        high=ceil(share.high * 100),
    )


def _chart(rows: Sequence[dict[str, Any]], sentence: str) -> dict[str, Any]:
    return charts.ranges(
        rows, name="what", dot="share", description=sentence, along=charts.SHARES, whose=charts.FRONT
    )


measure = Measure(
    slug="credit-flow",
    title=say("Where the credit goes"),
    question=QUESTION,
    needs=frozenset({"applause.given", "expectation.met", "barrier.cleared", "lesson.told"}),
    compute=compute,
    upto="now",
)
