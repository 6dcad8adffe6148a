"""Do more people lead than the leader?

Leading, as far as work history shows it, is letting others' work in, merging and reviewing. The
effective number of people who did so in a quarter is the exponential of the entropy of their
shares: three people who lead equally give three; one who does nearly everything gives little
more than one. It says how many, never who.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import ibis.expr.types as ir

from followspot.language import say
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import charts
from followspot.measures._methods.concentration import effective_number

QUESTION = say("Do more people lead than the leader?")
LETTING_IN = ("change.integrated", "branch.merged", "review.given")
IN_THE_APP = ("expectation.started", "barrier.cleared", "lesson.told", "stepaway.standin_accepted")
LEADING = (*LETTING_IN, *IN_THE_APP)
FEWEST_ACTS = 20  # in a quarter
FEWEST_PEOPLE = 3  # in a smaller team "the team" is a person


def compute(events: ir.Table, *, asof: datetime, level: float = 0.9) -> Reading:
    """Read the spread of leading by quarter before `asof`, from the masked table.

    Leading is letting others' work in, merging, reviewing; and in the app beginning an expectation, clearing
    what somebody else raised, telling a lesson, standing in. Part: how many led in a way that was new to them.
    """
    led = _led(events.filter(events.at < asof))
    ways = (
        led.group_by(quarter=led.at.cast("timestamp").truncate("Q"), actor=led.actor, activity=led.activity)
        .agg(n=led.count())
        .order_by("quarter", "actor", "activity")
        .to_pyarrow()
        .to_pylist()
    )
    rows = [
        {"quarter": quarter, "actor": actor, "n": sum(w["n"] for w in some)}
        for (quarter, actor), some in groupby(ways, key=lambda w: (w["quarter"], w["actor"]))
    ]
    if not rows:
        return cant_tell(
            QUESTION,
            say(
                "Can't tell: nothing here says who let in, merged or reviewed single pieces of work, or led in the app."
            ),
        )
    if len({r["actor"] for r in rows}) < FEWEST_PEOPLE:
        return cant_tell(
            QUESTION,
            say(
                "Can't tell: fewer than three people led anything. In so small a group a number would point at someone."
            ),
        )
    quarters = [
        q
        for q in sorted({r["quarter"] for r in rows})
        if sum(r["n"] for r in rows if r["quarter"] == q) >= FEWEST_ACTS
    ]
    if not quarters:
        return cant_tell(QUESTION, say("Can't tell: no quarter has {n} or more of such acts.", n=FEWEST_ACTS))
    table = tuple(_quarter(q, [r["n"] for r in rows if r["quarter"] == q], level) for q in quarters)
    last = table[-1]
    sentence = say(
        "In the last quarter with enough to see, leading was spread as if {people:.1f} people shared it equally ({low:.1f} to {high:.1f}).",
        people=last["people"],
        low=last["low"],
        high=last["high"],
    )
    caveat = say(
        "Wide is not always better: a small team with one experienced reviewer can be in good hands."
    )
    return Reading(
        QUESTION,
        Verdict.SEEN,
        sentence,
        last["people"],
        last["low"],
        last["high"],
        level,
        say("people"),
        last["acts"],
        say("{n:,} acts in the quarter from {quarter}", n=last["acts"], quarter=last["quarter"]),
        (caveat,),
        _chart(table[-12:], sentence),
        table[-12:],
        (_firsts(ways, last["quarter"]),),
    )


def _led(events: ir.Table) -> ir.Table:
    """Return the acts of leading of known people: what is done for one's own work leads nobody."""
    acts = events.filter(
        events.activity.isin(LEADING),
        events.role.isin(["leader", "front"]),
        events.actor.notnull(),
        ~events.tabular,
    )
    begun = events.filter(events.activity.isin(["change.landed", "barrier.raised"]), ~events.tabular)
    return acts.anti_join(begun.select("object", "actor"), ["object", "actor"])


def _firsts(ways: Sequence[dict[str, Any]], last: str) -> Reading:
    """How many led in a way that was new to them, by quarter? Everybody is new in the log's first one."""
    question = say("How often did somebody lead in a way that was new to them?")
    seen: set[tuple[str, str]] = set()
    firsts: dict[str, int] = {}
    for way in ways:  # in order of time
        quarter = way["quarter"].strftime("%Y-%m")
        firsts[quarter] = firsts.get(quarter, 0) + ((way["actor"], way["activity"]) not in seen)
        seen.add((way["actor"], way["activity"]))
    told = [(quarter, n) for quarter, n in list(firsts.items())[1:] if quarter <= last][-12:]
    if not told:
        return cant_tell(question, say("Can't tell: in its first quarter everybody is new to the log."))
    now = dict(told).get(last, 0)
    times = {0: say("Not once"), 1: say("Once")}.get(now, say("{n} times", n=now))
    return Reading(
        question,
        Verdict.SEEN,
        say("{times} in the quarter from {quarter}.", times=times, quarter=last),
        float(now),
        unit=say("firsts"),
        n=sum(n for _, n in told),
        caveats=(
            say("A way of leading is one of those in the log; who did it on paper before is new here."),
        ),
        table=tuple({"quarter": quarter, "firsts": n} for quarter, n in told),
    )


def _quarter(quarter: datetime, counts: list[int], level: float) -> dict[str, Any]:
    people, low, high = effective_number(counts, level=level)
    return {
        "quarter": quarter.strftime("%Y-%m"),
        "people": people,
        "low": low,
        "high": high,
        "acts": sum(counts),
    }


def _chart(table: tuple[dict[str, Any], ...], sentence: str) -> dict[str, Any]:
    x = {"field": "quarter", "type": "temporal", "title": None, "axis": {"tickCount": 4}}
    return charts.over_time(table, x=x, dot="people", description=sentence)


measure = Measure(
    slug="spread-of-leading",
    title=say("How leading is spread"),
    question=QUESTION,
    needs=frozenset(
        {*LETTING_IN, "expectation.started", "barrier.cleared", "lesson.told", "stepaway.standin_accepted"}
    ),
    compute=compute,
)
