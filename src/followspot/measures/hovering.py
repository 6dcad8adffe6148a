"""Does the leader come unasked, and is the leader there when asked?

Two sides, and never one number. How often the leader puts a hand on what the front line has in hand
without being asked, against the freedom agreed for it; and what waits for the leader: questions,
barriers without a promise, expectations without a yes, days without a word. Closeness is right with
newcomers and in danger, so both stand apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, floor
from typing import Any

import ibis.expr.types as ir

from followspot.language import count, say, together
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import charts
from followspot.measures._methods.counts import Trend, change, rate, trend
from followspot.measures._methods.hours import NOT_ONES_OWN_TIME
from followspot.measures._methods.lives import local_days
from followspot.measures._methods.work import WEEK, Act, Work, acts, dangers, newcomers, on_pulls, works
from followspot.measures._methods.workdays import as_date, working_time

QUESTION = say("Does the leader come unasked, and is the leader there when asked?")
WINDOW, MONTH, MONTHS = 91.0, 30.0, 6  # days read, days of a month of the trend, months of it
IN_A_MONTH, WAITING = (
    say("times in 30 days"),
    say("things that wait"),
)  # units by which parts can be told apart
FEWEST_WEEKS = 8.0  # weeks of work in hand, before a rate says anything
_BANDS = (
    (say("little freedom (Tell, Sell, Consult)"), 1, 3),
    (say("some (Agree, Advise)"), 4, 5),
    (say("much (Inquire, Delegate)"), 6, 7),
)
MUCH_FREEDOM = _BANDS[2][0]
QUESTIONS = say("Which questions to the leader have no answer?")
UNAGREED_YET = say("Which expectations have no yes?")
_UNAGREED = say("no freedom agreed yet")
_NEW, _DANGER = say("newcomers’ first six weeks"), say("in danger")
_SIGNS = {
    say("Came with a word nobody had asked for"): ("comment.made",),
    say("Reviewed or spoke unasked on others’ pull requests"): ("review.given", "comment.written"),
    say("Offered help unasked"): ("expectation.help_offered",),
    say("Proposed other terms for what was agreed"): ("expectation.change_proposed", "expectation.countered"),
    say("Ended or dropped what others had in hand"): ("expectation.missed", "expectation.dropped"),
    say("Took part in clearing what was in others’ hands"): ("barrier.promised", "barrier.cleared", "barrier.reopened"),
}  # fmt: skip
_ASKS = ("comment.made", "expectation.change_proposed", "expectation.countered")
_CAVEATS = (
    say("Only what leaves a trace here counts. A word in the corridor does not, asked for or not."),
    say("An act is not an excess: set it against the freedom agreed, and against what the team says."),
    say("Whoever wants fewer touches can’t get there by silence: the other side shows it."),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything that is read of a team. since to until : the window, local days."""

    known: Sequence[Act]
    works: Sequence[Work]
    until: float
    new: dict[str, float]
    owners: dict[int, frozenset[str]]
    front: Sequence[tuple[float, float]]

    @property
    def since(self) -> float:
        return self.until - WINDOW

    def calm(self, since: float, until: float) -> float:
        """Return the share of a stretch that lay outside danger."""
        front = sum(max(0.0, min(until, end) - max(since, begin)) for begin, end in self.front)
        return max(0.0, 1 - front / (until - since))

    def apart(self, act: Act) -> str:
        """Return why a touch stands apart, or ""."""
        if any(begin <= act.at < end for begin, end in self.front):
            return _DANGER
        owners = self.owners.get(act.object, ())
        return _NEW if any(act.at < self.new.get(who, 0.0) for who in owners) else ""


def compute(
    events: ir.Table,
    *,
    asof: datetime,
    level: float = 0.9,
    off: Collection[date] = (),
    week_off: Collection[int] = (),
) -> Reading:
    """Read both sides over the 13 weeks before `asof`.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    asof
        The moment of looking.
    level
        Of the intervals of the rates (Garwood 1936, widened where touches come in bursts).
    off, week_off
        The team's days off, and its weekdays off (Monday is 0): waits stand still.

    Returns
    -------
    Reading
        No estimate of its own. Parts: unasked touches a week and expectation by the freedom agreed;
        signs, each with a table by month; questions, barriers, expectations that wait; days since
        anybody heard from the leader.
    """
    known, until = acts(events, asof=asof)
    if not known:
        return cant_tell(QUESTION, say("Can't tell: nothing has happened in the app yet."))
    held = works(known)
    owners = {w.key: w.owners for w in held}
    seen = _Seen(known, held, until, newcomers(events, asof=asof), owners, dangers(known))

    def clock(since: float) -> float:
        return float(working_time([since], [until], off=off, week_off=week_off)[0])

    touched = _touched(seen, level)
    there = (
        *_waits(seen, clock),
        _heard(events, asof, clock),
    )
    signed = signs([*known, *on_pulls(events, asof=asof)], until)
    waiting = sum(int(p.estimate or 0) for p in there[:3])
    return Reading(
        QUESTION,
        Verdict.SEEN,
        together([touched.sentence, _waiting(waiting)]),
        level=level,
        n=touched.n,
        sample=say("13 weeks, {sample}", sample=touched.sample) if touched.sample else say("13 weeks"),
        caveats=_CAVEATS,
        chart=_chart(touched, level),
        table=touched.table,
        parts=(touched, *signed, *there),
    )


def _waiting(n: int) -> str:
    if not n:
        return say("Nothing waits for the leader.")
    return count(n, "{n} thing waits for the leader.", "{n} things wait for the leader.")


def _touched(seen: _Seen, level: float) -> Reading:
    """How often does the leader come unasked to what others have in hand?"""
    question = say("How often does the leader come unasked?")
    held = [w for w in seen.works if not w.led and w.open_days(seen.since, seen.until)]
    keys = {w.key: w for w in held}
    mine = [a for a in seen.known if a.unasked and a.at >= seen.since and a.object in keys]
    rows = [row for name, low, high in (*_BANDS, (_UNAGREED, 0, 0)) if (row := _band(seen, keys, mine, name, low, high, level))]  # fmt: skip
    weeks = sum(w.open_days(seen.since, seen.until) for w in held) / WEEK
    counted = [a for a in mine if not seen.apart(a)]
    if weeks < FEWEST_WEEKS:
        sentence = say(
            "Can't tell how often the leader comes unasked: {weeks:.0f} weeks of agreed work in hand. {fewest:.0f} would be enough.",
            weeks=weeks,
            fewest=FEWEST_WEEKS,
        )
        return cant_tell(question, sentence, n=len(mine))
    set_apart = [(why, sum(seen.apart(a) == why for a in mine)) for why in (_NEW, _DANGER)]
    rows += [{"freedom": why, "unasked": n, "weeks in hand": None, "a week": None, "low": None, "high": None} for why, n in set_apart if n]  # fmt: skip
    return Reading(
        question,
        Verdict.SEEN,
        _said(rows, counted, len(held)),
        level=level,
        n=len(counted),
        sample=count(
            len(held),
            "{weeks:.0f} weeks of work in the front line’s hands, {n} expectation",
            "{weeks:.0f} weeks of work in the front line’s hands, {n} expectations",
            weeks=weeks,
        ),
        table=tuple(rows),
    )


def _band(
    seen: _Seen, keys: dict[int, Work], mine: Sequence[Act], name: str, low: int, high: int, level: float
) -> dict[str, Any] | None:
    """Return one freedom's unasked touches a week of work in hand, with the interval over the weeks."""

    def inside(work: Work, at: float) -> bool:
        return low <= (work.level(at) or 0) <= high

    weeks = [(seen.until - WEEK * (k + 1), seen.until - WEEK * k) for k in range(int(WINDOW / WEEK))]
    time = [
        seen.calm(a, b) * sum(w.open_days(a, b) for w in keys.values() if inside(w, (a + b) / 2)) / WEEK
        for a, b in weeks
    ]
    if not sum(time):
        return None
    ours = [x for x in mine if not seen.apart(x) and inside(keys[x.object], x.at)]
    counts = [sum(a <= x.at < b for x in ours) if t else 0 for (a, b), t in zip(weeks, time, strict=True)]
    found = rate(counts, time, level=level)
    return {
        "freedom": name,
        "unasked": found.count,
        "weeks in hand": round(found.exposure, 1),
        "a week": found.estimate,
        "low": found.low,
        "high": found.high,
    }


def _said(rows: Sequence[dict[str, Any]], counted: Sequence[Act], held: int) -> str:
    if not counted:
        return say("In 13 weeks the leader came to none of the {n} unasked.", n=held)
    much = next((r for r in rows if r["freedom"] == MUCH_FREEDOM), None)
    opening = count(
        len(counted),
        "In 13 weeks the leader came once unasked to {some} of {all}.",
        "In 13 weeks the leader came {n} times unasked to {some} of {all}.",
        some=len({a.object for a in counted}),
        all=held,
    )
    if much is None:
        return opening
    where_much = say(
        "Where much freedom was agreed: {n} in {weeks:.0f} weeks of work, so {low} to {high} in ten weeks of one.",
        n=much["unasked"],
        weeks=much["weeks in hand"],
        low=_a_month(much["low"], floor),
        high=_a_month(much["high"], ceil),
    )
    return together([opening, where_much])


def _a_month(weekly: float, rounded: Any) -> int:
    return int(rounded(weekly * 10))


def signs(known: Iterable[Act], until: float) -> tuple[Reading, ...]:
    """Return up to three signs of hovering, the most frequent first, each with its months as a table.

    known, until : what `acts` returns. A month is 30 days counted back from `until`. The trend compares the last
    with the five before it and gets a word only where the exact interval at 90 % carries one.
    """
    since = until - MONTH * MONTHS
    mine = [a for a in known if a.unasked and a.at >= since]
    found = [(name, [a for a in mine if a.activity in kinds]) for name, kinds in _SIGNS.items()]
    found = [(name, some) for name, some in found if some]
    found.sort(key=lambda pair: (-len(pair[1]), list(_SIGNS).index(pair[0])))
    return tuple(_sign(name, some, until) for name, some in found[:3])


def _sign(name: str, some: Sequence[Act], until: float) -> Reading:
    ends = [until - MONTH * k for k in reversed(range(MONTHS))]
    counts = [sum(end - MONTH <= a.at < end for a in some) for end in ends]
    now, before = counts[-1], sum(counts[:-1])
    word = trend(change(now, before, time_before=MONTHS - 1))
    times = {0: say("Not once"), 1: say("Once")}.get(now, say("{n} times", n=now))
    then = {0: say("never"), 1: say("once")}.get(before, say("{n} times", n=before))
    said = say("{times} in the last 30 days, {then} in the five months before.", times=times, then=then)
    sentence = together([said, word.value])
    rows = tuple(
        {"month": f"{as_date(end - 1):%Y-%m-%d}", "times": n} for end, n in zip(ends, counts, strict=True)
    )
    verdict = {Trend.UP: Verdict.ROSE, Trend.DOWN: Verdict.DROPPED}.get(word, Verdict.SEEN)
    return Reading(
        name, verdict, sentence, float(now), unit=IN_A_MONTH, n=now + before, sample=say("six months"),
        chart=_spark(rows, sentence), table=rows,
    )  # fmt: skip


def _waits(seen: _Seen, clock: Any) -> tuple[Reading, ...]:
    """What waits for the leader: questions, barriers without a promise, expectations without a yes."""
    led: dict[int, float] = {}
    for act in seen.known:
        if act.role == "leader":
            led[act.object] = max(led.get(act.object, act.at), act.at)
    asked: dict[int, float] = {}
    for act in seen.known:
        if (
            act.activity in _ASKS
            and act.to_leader
            and act.role != "leader"
            and act.at >= seen.until - 2 * WINDOW
            and act.at > led.get(act.object, 0.0)
        ):
            asked.setdefault(act.object, act.at)
    barriers = _unpromised(seen.known)
    unagreed = [
        w.proposed for w in seen.works if w.proposed and w.agreed is None and w.ended is None and not w.led
    ]
    return (
        _open(QUESTIONS, list(asked.values()), clock, say("No question waits."), _questions),
        _open(say("Which barriers have no promise?"), barriers, clock, say("No barrier waits."), _of_barriers),
        _open(UNAGREED_YET, unagreed, clock, say("No expectation waits."), _of_expectations),
    )  # fmt: skip


def _questions(n: int, days: str) -> str:
    return count(
        n,
        "{n} question waits, the oldest for {days}.",
        "{n} questions wait, the oldest for {days}.",
        days=days,
    )


def _of_barriers(n: int, days: str) -> str:
    return count(
        n, "{n} barrier waits, the oldest for {days}.", "{n} barriers wait, the oldest for {days}.", days=days
    )


def _of_expectations(n: int, days: str) -> str:
    return count(
        n,
        "{n} expectation waits, the oldest for {days}.",
        "{n} expectations wait, the oldest for {days}.",
        days=days,
    )


def _unpromised(known: Sequence[Act]) -> list[float]:
    raised: dict[int, float] = {}
    for act in known:
        match act.activity:
            case "barrier.raised":
                raised.setdefault(act.object, act.at)
            case (
                "barrier.taken"
                | "barrier.promised"
                | "barrier.cleared"
                | "barrier.confirmed"
                | "barrier.withdrawn"
            ):
                raised.pop(act.object, None)
    return list(raised.values())


def _open(
    question: str, since: Sequence[float], clock: Any, none: str, some: Callable[[int, str], str]
) -> Reading:
    waits = sorted(clock(begun) for begun in since)
    sentence = none
    if waits:
        oldest = floor(waits[-1])
        days = count(oldest, "{n} working day", "{n} working days") if oldest else say("less than a day")
        sentence = some(len(waits), days)
    return Reading(question, Verdict.SEEN, sentence, float(len(waits)), unit=WAITING, n=len(waits))


def _heard(events: ir.Table, asof: datetime, clock: Any) -> Reading:
    """When did anybody last hear from the leader?"""
    question = say("When did the team last hear from the leader?")
    own = events.filter(events.role == "leader", events.activity.notin(NOT_ONES_OWN_TIME), events.at < asof)
    last = own.aggregate(last=own.at.cast("timestamp").max()).to_pyarrow()["last"][0].as_py()
    if last is None:
        return cant_tell(question, say("Can't tell: the leader has left no sign here yet."))
    days = floor(clock(local_days(last)))
    if days:
        sentence = count(days, "{n} working day ago.", "{n} working days ago.")
    else:
        sentence = say("Within the last working day.")
    return Reading(question, Verdict.SEEN, sentence, float(days), unit=say("working days"), n=1)


def _spark(rows: Sequence[dict[str, Any]], sentence: str) -> dict[str, Any]:
    """Draw a small line with a dot at its end."""
    x = {"field": "month", "type": "ordinal", "axis": None}
    y = {"field": "times", "type": "quantitative", "axis": None, "scale": {"domainMin": 0}}
    cool = {"color": "var(--chart-cool)"}
    return {
        "description": sentence,
        "height": 34,
        "data": {"values": list(rows)},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "line", "interpolate": "monotone", **cool}},
            {
                "mark": {"type": "point", "filled": True, "size": 60, **cool},
                "transform": [{"filter": {"field": "month", "equal": rows[-1]["month"]}}],
            },
        ],
    }


def _chart(touched: Reading, level: float) -> dict[str, Any] | None:
    """Draw each freedom's rate as its range; no line where nothing could be told."""
    rows = [r for r in touched.table if r["a week"] is not None]
    if not rows:
        return None
    return charts.ranges(
        rows,
        name="freedom",
        dot="a week",
        description=together([touched.sentence, say("Ranges hold {n:g} times in 10.", n=level * 10)]),
        along=charts.FROM_NOUGHT,
        title=say("unasked, a week of work in hand"),
    )


measure = Measure(
    slug="hovering",
    title=say("Hovering and absence"),
    question=QUESTION,
    needs=frozenset({"expectation.agreed", "barrier.raised"}),
    compute=compute,
    upto="now",
    on_workdays=True,
)
