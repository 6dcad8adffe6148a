"""Does a mistake cost people their freedom?

The thirty days after a lesson was told or a change taken back, against the thirty before: whether the freedom
agreed was lowered, and whether the leader came unasked more often. In the leader's own behaviour's
terms, and pooled: no single mistake, and nobody who made one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, floor
from typing import Any

import ibis.expr.types as ir

from followspot.language import count, say
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods.counts import change, exact_share
from followspot.measures._methods.lives import local_days
from followspot.measures._methods.proportion import design_effect
from followspot.measures._methods.work import Act, Work, acts, dangers, works

QUESTION = say("Does a mistake cost people their freedom?")
SPAN, YEARS = 30.0, 730.0  # days on either side; days looked back
FEWEST = 3  # mistakes
FEWEST_TOUCHES = 5
_CAVEATS = (
    say("What came after a mistake didn’t all come because of it."),
    say("A closer look together can be wanted: what somebody asked for doesn’t count."),
)


@dataclass(frozen=True, slots=True)
class _Mistake:
    """One mistake, and the work that it is about: its own expectation, or all that the front line has."""

    at: float
    about: tuple[Work, ...]
    own: Work | None


@dataclass(frozen=True, slots=True)
class _Sides:
    """Unasked touches before and after one mistake, and the days of work in hand on either side."""

    before: int
    after: int
    days_before: float
    days_after: float


def compute(events: ir.Table, *, asof: datetime, level: float = 0.9) -> Reading:
    """Read the two years before `asof`.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    asof
        The moment of looking. Mistakes of the thirty days before it aren't over yet and are left out.
    level
        Of the intervals.

    Returns
    -------
    Reading
        How many times as often as before the leader came unasked, by the exact conditional binomial with the design
        effect of the mistakes. Part: how many of the freedoms were lowered (Clopper & Pearson 1934).
    """
    known, until = acts(events, asof=asof)
    if not known:
        return cant_tell(QUESTION, say("Can't tell: nothing has happened in the app yet."))
    held = [w for w in works(known) if not w.led and w.agreed is not None]
    mistakes = _mistakes(known, held, _reverts(events, asof), until)
    freedom = _freedom(mistakes, level)
    front = dangers(known)
    touched = [a for a in known if a.unasked and not any(begin <= a.at < end for begin, end in front)]
    sides = [s for m in mistakes if (s := _sides(m, touched)).days_before and s.days_after]
    before, after = sum(s.before for s in sides), sum(s.after for s in sides)
    if len(sides) < FEWEST or before + after < FEWEST_TOUCHES:
        return _too_few(len(sides), before + after, freedom)
    expected = [(s.before + s.after, s.after) for s in sides]
    found = change(
        after,
        before,
        time_now=sum(s.days_after for s in sides),
        time_before=sum(s.days_before for s in sides),
        bursts=design_effect([hit for _, hit in expected], [n for n, _ in expected]),
        level=level,
    )
    if found is None:
        return _too_few(len(sides), 0, freedom)
    verdict = Verdict.ROSE if found.low > 1 else Verdict.DROPPED if found.high < 1 else Verdict.SEEN
    closer = {Verdict.ROSE: say("Closer"), Verdict.DROPPED: say("Less close")}
    sentence = say(
        "{word}: the leader came unasked {after} in the thirty days after a mistake, {before} in the thirty before ({low:.1f} to {high} times as often).",
        word=closer.get(verdict, say("It can’t be told apart")),
        after=_times(after),
        before=_times(before),
        low=found.low,
        high=say("{n:.1f}", n=found.high) if found.high < 100 else say("any number of"),
    )
    return Reading(
        QUESTION,
        verdict,
        sentence,
        found.estimate,
        found.low,
        found.high,
        level,
        say("ratio"),
        after + before,
        say("{n} mistakes in two years", n=len(sides)),
        _CAVEATS,
        _chart(before, after, sentence),
        (
            {"when": say("thirty days before"), "unasked": before},
            {"when": say("thirty days after"), "unasked": after},
        ),
        (freedom,),
    )


def _too_few(mistakes: int, touches: int, freedom: Reading) -> Reading:
    if not mistakes:
        sentence = say(
            "Can't tell: no mistakes whose thirty days are over, with work in hand on both sides. Three would be enough."
        )
    elif mistakes < FEWEST:
        sentence = count(
            mistakes,
            "Can't tell: {n} mistake whose thirty days are over, with work in hand on both sides. Three would be enough.",
            "Can't tell: {n} mistakes whose thirty days are over, with work in hand on both sides. Three would be enough.",
        )
    else:
        sentence = say(
            "Can't tell: the leader came unasked {times} around {n} mistakes. That is too few to compare, and hardly bad news.",
            times=_times(touches) if touches else say("not once"),
            n=mistakes,
        )
    return Reading(QUESTION, Verdict.CANT_TELL, sentence, n=mistakes, parts=(freedom,))


def _times(n: int) -> str:
    return {1: say("once"), 2: say("twice")}.get(n, say("{n} times", n=n))


def _reverts(events: ir.Table, asof: datetime) -> list[float]:
    taken = events.filter(events.activity == "change.reverted", events.role != "bot", events.at < asof)
    days = taken.select(day=taken.at.cast("timestamp").truncate("D")).distinct().to_pyarrow()["day"]
    return [local_days(day) for day in days.to_pylist()]


def _mistakes(
    known: Sequence[Act], held: Sequence[Work], reverts: Sequence[float], until: float
) -> list[_Mistake]:
    """Return the mistakes that are over, in order. One close upon another would be before and after at once: the first counts.

    A lesson is about the expectation it was told of; other lessons and reverts are about all work in hand.
    """
    back = {a.object for a in known if a.activity == "lesson.withdrawn"}
    told = [a for a in known if a.activity == "lesson.told" and a.object not in back]
    own = [(a.at, next((w for w in held if w.key in a.links), None)) for a in told]
    found: list[_Mistake] = []
    last: dict[int | None, float] = {}
    for at, work in sorted([*own, *((day, None) for day in reverts)], key=lambda pair: pair[0]):
        key = work.key if work else None
        close = at - last.get(key, -SPAN) < SPAN
        last[key] = at
        if not close and until - YEARS <= at < until - SPAN:
            found.append(_Mistake(at, (work,) if work else tuple(held), work))
    return found


def _sides(mistake: _Mistake, touched: Sequence[Act]) -> _Sides:
    keys = {w.key for w in mistake.about}
    near = [a for a in touched if -SPAN <= a.at - mistake.at < SPAN]
    mine = [a.at - mistake.at for a in near if a.object in keys]
    return _Sides(
        sum(t < 0 for t in mine),
        sum(t >= 0 for t in mine),
        sum(w.open_days(mistake.at - SPAN, mistake.at) for w in mistake.about),
        sum(w.open_days(mistake.at, mistake.at + SPAN) for w in mistake.about),
    )


def _freedom(mistakes: Sequence[_Mistake], level: float) -> Reading:
    """Was the freedom agreed lowered within thirty days?"""
    question = say("Was the freedom lowered after a mistake?")
    pairs = [(m.own.level(m.at), m.own.level(m.at + SPAN)) for m in mistakes if m.own]
    told = [(a, b) for a, b in pairs if a is not None and b is not None]
    if len(told) < FEWEST:
        sentence = count(
            len(told),
            "Can't tell: {n} lesson told of an expectation whose freedom was agreed. Three would be enough.",
            "Can't tell: {n} lessons told of an expectation whose freedom was agreed. Three would be enough.",
        )
        if not told:
            sentence = say(
                "Can't tell: no lessons told of an expectation whose freedom was agreed. Three would be enough."
            )
        return cant_tell(question, sentence, n=len(told))
    lowered, raised = sum(b < a for a, b in told), sum(b > a for a, b in told)
    low, high = exact_share(lowered, len(told), level=level)
    sentence = count(
        lowered,
        "{lowered} of {all} was lowered within thirty days (between {low}% and {high}%), {raised} raised.",
        "{lowered} of {all} were lowered within thirty days (between {low}% and {high}%), {raised} raised.",
        lowered=lowered or say("None"),
        all=len(told),
        low=floor(low * 100),
        high=ceil(high * 100),
        raised=raised or say("none"),
    )
    return Reading(
        question,
        Verdict.SEEN,
        sentence,
        lowered / len(told),
        low,
        high,
        level,
        say("share{of_all}", of_all=""),
        len(told),
        say("{n} lessons told of an expectation", n=len(told)),
    )


def _chart(before: int, after: int, sentence: str) -> dict[str, Any]:
    rows = [{"when": say("before"), "unasked": before}, {"when": say("after"), "unasked": after}]
    y = {"field": "when", "type": "nominal", "title": None, "sort": None}
    x = {
        "field": "unasked",
        "type": "quantitative",
        "title": None,
        "scale": {"domainMin": 0},
        "axis": {"tickCount": 4, "format": "d"},
    }
    return {
        "description": sentence,
        "height": {"step": 34},
        "data": {"values": rows},
        "mark": {"type": "bar", "color": "var(--chart-cool)"},
        "encoding": {"x": x, "y": y},
    }


measure = Measure(
    slug="freedom-after-mistakes",
    title=say("Freedom after mistakes"),
    question=QUESTION,
    needs=frozenset({"lesson.told"}),
    compute=compute,
    upto="now",
)
