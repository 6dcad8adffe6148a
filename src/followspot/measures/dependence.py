"""How much of the team's work has to pass through the leader?

Three ways in which work passes through somebody are read where the evidence has them: being put
into the shared history, being merged, being reviewed. Beside them: the areas in which only the
leader lets work in, how long work waits for the leader, and whether the leader is among the few
without whom most areas would have nobody who knows them. Of everybody else nothing is said.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil, floor
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from followspot.language import count, in_a_row, say, together
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import charts
from followspot.measures._methods.concentration import degree_of_authorship, truck_factor
from followspot.measures._methods.proportion import Share, clustered_share, median_interval, wilson

QUESTION = say("How much of the team's work has to pass through the leader?")
YEAR = timedelta(days=365)
ONLY_THE_LEADER = say("Where is the leader the only one who lets work in?")
FEWEST = 20  # below this a share would swing by its neighbours
FEWEST_IN_AREA = 5  # changes by others in a year before "only the leader" says anything

# What is done, and whether the leader did it.
_WAYS = {
    "change.integrated": (
        say("Put into the shared history"),
        say("Put into the shared history by the leader?"),
    ),
    "pull.accepted": (say("Let pull requests in"), say("Let pull requests in by the leader?")),
    "branch.merged": (say("Merged"), say("Merged by the leader?")),
    "review.given": (say("Reviewed"), say("Reviewed by the leader?")),
}


def compute(events: ir.Table, *, asof: datetime, level: float = 0.9) -> Reading:
    """Read dependence over the year before `asof`.

    events : the masked table (`evidence.table.masked`). Returns the share of others' changes that
    the leader put in, with one part for each narrower question.
    """
    whole = events.select("at", "activity", "role", "actor", "object", "about", "value", "tabular")
    # Asked a dozen times, so it is laid down once.
    year = whole.filter(whole.at < asof, whole.at >= asof - YEAR).cache()
    told = {a: w for a in _WAYS if (w := _way(year, a, level))}
    ways = list(told.values())
    parts = (
        *ways,
        _only_the_leader(year, level),
        _waits(year, level),
        _truck(events.filter(events.at < asof), asof),
    )
    if not ways:
        return cant_tell(
            QUESTION,
            say(
                "Can't tell: too little was put in, merged or reviewed in the last year. Connect what the team works with."
            ),
        )
    main = ways[0]
    return Reading(
        QUESTION,
        main.verdict,
        main.sentence,
        main.estimate,
        main.low,
        main.high,
        level,
        say("share{of_all}", of_all=""),
        main.n,
        main.sample,
        _CAVEATS,
        _chart(told),
        tuple(_row(w) for w in ways),
        parts,
    )


_CAVEATS = (
    say("A part can need the leader for good reasons: a duty, a signature, a safety rule."),
    say("Only what leaves a trace counts; a word in the corridor does not."),
)


def _way(year: ir.Table, activity: str, level: float) -> Reading | None:
    """Return the share of one way that the leader was, or None where there is too little of it."""
    acts = year.filter(year.activity == activity, year.role != "bot")
    if activity == "change.integrated":
        acts, whose = _of_others(year, acts)
    elif activity == "pull.accepted":
        acts, whose = _by_others(year, acts, own="pull.merged"), say("pull requests by others")
    else:
        whose = {"branch.merged": say("merges"), "review.given": say("reviews")}[activity]
    weeks = (
        acts.group_by(week=acts.at.truncate("W"))
        .agg(hits=acts.value.sum(where=acts.role == "leader").fill_null(0), total=acts.value.sum())
        .to_pyarrow()
    )
    hits, totals = weeks["hits"].to_numpy(), weeks["total"].to_numpy()
    if totals.sum() < FEWEST:
        return None
    share = clustered_share(hits, totals, level=level)
    way, question = _WAYS[activity]
    sentence = say(
        "{way}: {hits:,} of {n:,} {whose} in the last year went through the leader ({range}).",
        way=way,
        hits=share.hits,
        n=share.n,
        whose=whose,
        range=_range(share),
    )
    return Reading(
        question,
        Verdict.SEEN,
        sentence,
        share.estimate,
        share.low,
        share.high,
        level,
        say("share{of_all}", of_all=""),
        share.n,
        say("{n:,} {whose} in {weeks} weeks", n=share.n, whose=whose, weeks=len(weeks)),
    )


def _of_others(year: ir.Table, acts: ir.Table) -> tuple[ir.Table, str]:
    """Leave out what the leader wrote, where single changes are known; day figures can't say."""
    if bool(acts.tabular.any().to_pyarrow().as_py()):
        return acts, say("changes (the leader's own among them)")
    return _by_others(year, acts), say("changes by others")


def _by_others(year: ir.Table, acts: ir.Table, *, own: str = "change.landed") -> ir.Table:
    landed = year.filter(year.activity == own)
    by_leader = landed.filter(landed.role == "leader").select("object").distinct()
    return acts.anti_join(by_leader, "object")


def _only_the_leader(year: ir.Table, level: float) -> Reading:
    """Which areas does nobody but the leader let work into?"""
    question = ONLY_THE_LEADER
    acts = year.filter(year.activity == "change.integrated", ~year.tabular, year.role != "bot")
    others = _by_others(year, acts)
    written = year.filter(year.activity == "change.landed").select("object", area=year.about.unnest())
    areas = (
        others.join(written, "object")
        .group_by("area")
        .agg(n=ibis._.count(), leader=(ibis._.role == "leader").sum())
        .filter(ibis._.n >= FEWEST_IN_AREA)
        .order_by(ibis.desc("n"), "area")
        .to_pyarrow()
        .to_pylist()
    )
    if not areas:
        return cant_tell(
            question,
            say("Can't tell: the evidence has no areas with enough work by others in the last year."),
        )
    alone = [a for a in areas if a["leader"] == a["n"]]
    low, high = wilson(len(alone) / len(areas), len(areas), level=level)
    sentence = say(
        "In {alone} of {n} areas, everything by others came in through the leader alone.",
        alone=len(alone),
        n=len(areas),
    )
    rows = tuple({"area": a["area"].removeprefix("folder:"), "changes by others": a["n"]} for a in alone[:30])
    return Reading(
        question,
        Verdict.SEEN,
        sentence,
        len(alone) / len(areas),
        low,
        high,
        level,
        say("share{of_all}", of_all=""),
        len(areas),
        say("areas with {n} or more changes by others", n=FEWEST_IN_AREA),
        table=rows,
    )


def _waits(year: ir.Table, level: float) -> Reading:
    """How long does others' work wait before the leader lets it in?"""
    question = say("How long does work wait for the leader?")
    # The same work asks to be let in as a pull request and is let in as changes: it waited once.
    waits = _waited(year, "pull.opened", "pull.accepted", own="pull.merged")
    asked = waits.size >= FEWEST
    if not asked:
        waits = _waited(year, "change.written", "change.integrated", own="change.landed")
    if waits.size < FEWEST:
        return cant_tell(
            question,
            say("Can't tell: too few changes by others were let in by the leader in the last year."),
            n=int(waits.size),
        )
    middle, low, high = median_interval(np.maximum(waits, 0), level=level)
    days = {"middle": _days(middle), "low": _days(low), "high": _days(high)}
    if asked:
        sentence = say(
            "Half of what the leader let in had waited {middle} or more since it asked to be let in ({low} to {high}).",
            **days,
        )
        caveat = say("The wait runs from asking to letting in: polishing and talking are in it too.")
    else:
        sentence = say(
            "Half of what the leader let in had waited {middle} or more since it was written ({low} to {high}).",
            **days,
        )
        caveat = say("The wait runs from writing to letting in: polishing and talking are in it too.")
    return Reading(
        question,
        Verdict.SEEN,
        sentence,
        middle,
        low,
        high,
        level,
        say("days"),
        int(waits.size),
        say("{n:,} changes by others", n=int(waits.size)),
        (caveat,),
    )


def _waited(year: ir.Table, begun: str, ended: str, *, own: str) -> npt.NDArray[np.float64]:
    """Return for how many days each piece of others' work waited that the leader let in."""
    acts = _by_others(year, year.filter(year.activity == ended, ~year.tabular), own=own)
    first = year.filter(year.activity == begun, ~year.tabular).select("object", begun=year.at)
    found: npt.NDArray[np.float64] = (
        acts.filter(acts.role == "leader")
        .join(first, "object")
        .select(days=(ibis._.at.epoch_seconds() - ibis._.begun.epoch_seconds()) / 86400)
        .to_pyarrow()["days"]
        .to_numpy()
    )
    return found


def _truck(events: ir.Table, asof: datetime) -> Reading:
    """Is the leader among the few without whom most areas would have nobody who knows them?"""
    question = say("Is the leader among the few whom most areas need?")
    written = _written(events, asof)
    now, size = _in_truck_set(written, "own")
    if now is None:
        return cant_tell(question, say("Can't tell: the evidence has no areas, or too little work in them."))
    before, _ = _in_truck_set(written, "own_before")
    trend = {
        None: "",
        True: say("A year ago too.") if now else say("A year ago, yes."),
        False: say("A year ago, no.") if now else say("Nor a year ago."),
    }
    caveat = say(
        "After Avelino and others (2016), with folders in place of files: who wrote an area, not who could learn it."
    )
    return Reading(
        question,
        Verdict.SEEN,
        together([_without(now, size), trend[before]]),
        float(now),
        unit=say("yes or no"),
        n=size,
        caveats=(caveat,),
    )


def _without(led: bool, size: int) -> str:
    if not led:
        return count(
            size,
            "No: without {n} other, over half of the areas would have no author.",
            "No: without {n} others, over half of the areas would have no author.",
        )
    if size == 1:
        return say("Yes: without the leader alone, over half of the areas would have no author.")
    return count(
        size - 1,
        "Yes: without the leader and {n} other, over half of the areas would have no author.",
        "Yes: without the leader and {n} others, over half of the areas would have no author.",
    )


def _written(events: ir.Table, asof: datetime) -> pa.Table:
    """Return how much each wrote in each area, now and as it stood a year ago, and whether they began it."""
    written = events.filter(events.activity == "change.written", ~events.tabular, events.role != "bot")
    pairs = (
        written.select("at", "actor", "role", area=written.about.unnest())
        .mutate(old=ibis._.at < asof - YEAR)
        .group_by("area", "actor")
        .agg(
            own=ibis._.count(),
            own_before=ibis._.old.sum(),
            first=ibis._.at.min(),
            leads=(ibis._.role == "leader").any(),
            led_before=(ibis._.role == "leader").any(where=ibis._.old).fill_null(False),
        )
        .mutate(opened=ibis._.first.min().over(group_by="area"))
        .mutate(began=(ibis._.first == ibis._.opened).cast("int8"))
    )
    found: pa.Table = pairs.drop("first", "opened").to_pyarrow()
    return found


def _in_truck_set(written: pa.Table, own_column: str) -> tuple[bool | None, int]:
    written = written.filter(pc.greater(written[own_column], 0))
    if written.num_rows < FEWEST:
        return None, 0
    area = written["area"].combine_chunks().dictionary_encode().indices.to_numpy()
    actors = written["actor"].combine_chunks().dictionary_encode()
    own = written[own_column].to_numpy()
    others = np.bincount(area, weights=own)[area] - own
    doa = degree_of_authorship(written["began"].to_numpy(), own, others)
    gone = truck_factor(area, actors.indices.to_numpy(), doa)
    led = written["leads" if own_column == "own" else "led_before"].to_numpy(zero_copy_only=False)
    return bool(set(actors.indices.to_numpy()[led].tolist()) & set(gone)), len(gone)


def _range(share: Share) -> str:
    return say(
        "{share:.0%}, between {low}% and {high}%",
        share=share.estimate,
        low=floor(share.low * 100),
        high=ceil(share.high * 100),
    )


def _days(days: float) -> str:
    if days < 1:
        return count(max(1, round(days * 24)), "{n} hour", "{n} hours")
    return count(round(days), "{n} day", "{n} days")


def _row(way: Reading) -> dict[str, Any]:
    return {"way": way.question, "share": way.estimate, "low": way.low, "high": way.high, "n": way.n}


def _chart(ways: dict[str, Reading]) -> dict[str, Any]:
    """Draw each way as its range on a line from none to all."""
    rows = [
        {"way": _WAYS[activity][0], "share": w.estimate, "low": w.low, "high": w.high}
        for activity, w in ways.items()
    ]
    return charts.ranges(
        rows,
        name="way",
        dot="share",
        description=in_a_row(w.sentence for w in ways.values()),
        along=charts.SHARES,
    )


measure = Measure(
    slug="dependence",
    title=say("What needs you"),
    question=QUESTION,
    needs=frozenset(_WAYS),
    compute=compute,
)
