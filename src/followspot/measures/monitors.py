"""Is there a sign of danger?

Three alarms that run on in time: a pace that has collapsed, a barrier that stands far over its promise, energy that has
fallen. They are tuned so that a team in no danger hears of one less than once a year, and say what they rest on. Whether there is
danger is for people to say.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from followspot.language import count, say, together
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods import cusum, ordinal
from followspot.measures._methods.days import Absence, DailyCounts
from followspot.measures._methods.flows import FLOWS, people_behind, primary
from followspot.measures._methods.lives import Life, lives
from followspot.measures._methods.waves import waves
from followspot.measures._methods.workdays import as_date, working_time

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["alarms", "compute", "measure"]

QUESTION = say("Is there a sign of danger?")
PACE, BARRIERS = say("Has the pace collapsed?"), say("Does a barrier stand far over its promise?")
ENERGY = say("Has the team’s energy fallen?")
UNIT = say("of the alarm's threshold")
SILENT_DAYS = 14
LOOK_BACK = 730  # days; a promise that came due earlier says nothing of what is usual now
FEWEST_PROMISES = 4
FEWEST_DAYS_OVER = 10  # working days; nobody should be called to the front for less
TIMES_OVER = 2.0
SHOWN_WEEKS = 52
WAVES_BEFORE, FEWEST_WAVES = 6, 3  # that the newest wave is held against
FALLEN = 1 / 3  # of a step, by which energy has to have fallen for good reason to speak of it
SURE = 0.95  # that it has
_CAVEATS = (
    say(
        "All signs together are tuned to fewer than one false alarm a year. An alarm says that something changed, never why."
    ),
)


def compute(
    events: ir.Table,
    *,
    asof: datetime,
    level: float = 0.9,
    off: Collection[date] = (),
    week_off: Collection[int] = (),
    away: Sequence[Absence] = (),
) -> Reading:
    """Look for signs of danger in a team's log before `asof`.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    asof
        The moment of looking.
    level
        Not used by alarms, whose false ones are counted by the year; kept for the reading.
    off, week_off
        The team's days off, and its weekdays off (Monday is 0).
    away
        Stretches in which the leader was away, besides those that the log tells of: a low pace then is
        the step-away's question, not an alarm.

    Returns
    -------
    Reading
        One part a sign; its estimate is in thresholds of its alarm, which stands from 1 on.
    """
    parts = (
        _pace(events, asof, level, off, (*away, *_stepped_away(events, asof))),
        _barriers(events, asof, level, off, week_off),
        _energy(events, asof, level),
    )
    watched = [part for part in parts if part.verdict is Verdict.SEEN]
    if not watched:
        sentence = parts[0].sentence
        return Reading(QUESTION, Verdict.CANT_TELL, sentence, level=level, caveats=_CAVEATS, parts=parts)
    on = [part for part in watched if _stands(part)]
    sentence = together(part.sentence for part in on) or say("No sign of danger in what is watched.")
    return Reading(
        QUESTION,
        Verdict.SEEN,
        sentence,
        estimate=float(len(on)),
        level=level,
        unit=say("alarms"),
        n=len(watched),
        sample=say("{n} of {all} signs can be watched", n=len(watched), all=len(parts)),
        caveats=_CAVEATS,
        chart=parts[0].chart,
        table=tuple({"sign": p.question, "of threshold": p.estimate, "says": p.sentence} for p in parts),
        parts=parts,
    )


def alarms(reading: Reading) -> tuple[Reading, ...]:
    """Return the parts of a reading whose alarm stands, each with its sentence and what it rests on."""
    return tuple(part for part in reading.parts if _stands(part))


def _stands(part: Reading) -> bool:
    return part.verdict is Verdict.SEEN and part.estimate is not None and part.estimate >= 1


def _stepped_away(events: ir.Table, asof: datetime) -> list[Absence]:
    """The step-aways that the log tells of; one that has not ended has no end."""
    told = events.filter(events.activity.isin(["stepaway.began", "stepaway.ended"]), events.at < asof)
    rows = told.select("object", "activity", day=told.at.date()).to_pyarrow().to_pylist()
    began: dict[int, date] = {}
    ended: dict[int, date] = {}
    for row in rows:
        book = began if row["activity"] == "stepaway.began" else ended
        book[row["object"]] = min(row["day"], book.get(row["object"], row["day"]))
    spans = sorted((first, ended.get(key)) for key, first in began.items())
    return [Absence(first, last) for first, last in spans if last is None or last >= first]


def _pace(
    events: ir.Table, asof: datetime, level: float, off: Collection[date], away: Sequence[Absence]
) -> Reading:
    """Has the pace collapsed?"""
    seen = events.filter(events.at < asof)
    if people_behind(seen) == 1:
        return cant_tell(
            PACE, say("Can't tell: one person does this work. A figure would be about that person.")
        )
    flow = primary(seen, off)
    if flow is None:
        return cant_tell(PACE, say("Can't tell: no work is on record. Connect a source."))
    slug, days = flow
    title, activity, _ = FLOWS[slug]
    last = seen.filter(seen.activity == activity).at.max().date().to_pyarrow().as_py() or days.last
    if (asof.date() - last).days > SILENT_DAYS:
        return cant_tell(
            PACE,
            say(
                "Can't tell: nothing has come in since {day:%-d %B %Y}. Either the work stopped or its import did.",
                day=last,
            ),
        )
    watched = _watched(days, last, away)
    if watched is None or not watched.weeks:
        weeks = cusum.LEAST_WEEKS + cusum.LAG_WEEKS + 1
        return cant_tell(
            PACE,
            say("Can't tell: fewer than {n} ordinary weeks are on record. {n} would be enough.", n=weeks),
        )
    return _pace_reading(watched, title, level)


def _watched(days: DailyCounts, last: date, away: Sequence[Absence]) -> cusum.Watch | None:
    """Watch the weeks that are surely over: something was seen after them, so it isn't the record that ends."""
    sunday = last - timedelta(days=last.weekday() + 1)
    if sunday < days.start:
        return None
    near = days.between(days.start, sunday)
    inside = [
        Absence(max(a.start, days.start), a.end)
        for a in away
        if a.start <= sunday and (a.end is None or a.end >= days.start)
    ]
    return cusum.watch(near, away=inside)


def _pace_reading(watched: cusum.Watch, title: str, level: float) -> Reading:
    begun = watched.begun
    stretch = slice(begun, None) if begun < len(watched.weeks) else slice(-4, None)
    finished, usual = float(watched.finished[stretch].sum()), float(watched.usual[stretch].sum())
    far = finished / usual - 1 if usual else 0.0
    statistic = float(watched.statistic[-1])
    over = count(len(watched.weeks[stretch]), "over one week", "over {n} weeks")
    if statistic >= cusum.THRESHOLD:
        sentence = say(
            "The pace has collapsed since the week of {day:%-d %B %Y}: {share:.0%} below what was usual, {over}.",
            day=watched.weeks[begun],
            share=-far,
            over=over,
        )
    elif abs(far) < 0.005:
        sentence = say("The pace has not collapsed: as usual, {over}.", over=over)
    elif far < 0:
        sentence = say(
            "The pace has not collapsed: {share:.0%} below what was usual, {over}.", share=-far, over=over
        )
    else:
        sentence = say(
            "The pace has not collapsed: {share:.0%} above what was usual, {over}.", share=far, over=over
        )
    table = tuple(
        {"week": w.isoformat(), "finished": float(f), "usual": float(u), "sum": float(s), "threshold": cusum.THRESHOLD}
        for w, f, u, s in zip(watched.weeks, watched.finished, watched.usual, watched.statistic, strict=True)
    )[-SHOWN_WEEKS:]  # fmt: skip
    caveats = (
        say(
            "A team in no danger hears this alarm less than once in two years. Days off, quiet periods of the year and the leader's own step-aways are passed over."
        ),
        say(
            "What was usual: the half year that ended {n} weeks before each week. A slow decline raises no alarm.",
            n=cusum.LAG_WEEKS,
        ),
    )
    return Reading(
        PACE,
        Verdict.SEEN,
        sentence,
        estimate=statistic / cusum.THRESHOLD,
        level=level,
        unit=UNIT,
        n=len(watched.weeks),
        sample=say("{title}, {n} weeks watched", title=title, n=len(watched.weeks)),
        caveats=caveats,
        chart=_chart(table, sentence),
        table=table,
    )


def _barriers(
    events: ir.Table, asof: datetime, level: float, off: Collection[date], week_off: Collection[int]
) -> Reading:
    """Does a barrier stand far over its promise?"""
    known, until = lives(events, asof=asof)
    due = [
        life
        for life in known
        if life.promise is not None
        and until - LOOK_BACK <= life.promise < until - 1
        and not (life.withdrawn and life.ended < life.promise + 1)
    ]
    standing = [life for life in due if not life.cleared and not life.withdrawn]
    if len(due) <= FEWEST_PROMISES:
        said = say(
            "Can't tell: only {n} promises came due in two years. {fewest} would be enough.",
            n=len(due),
            fewest=FEWEST_PROMISES + 1,
        )
        return cant_tell(BARRIERS, said, n=len(due))
    if not standing:
        return _barrier_reading(say("No barrier stands over its promise."), 0.0, len(due), level)
    over = dict(zip(map(id, due), _over(due, off, week_off), strict=True))
    worst = max(standing, key=lambda life: over[id(life)])
    others = max(over[id(life)] for life in due if life is not worst)
    limit = max(float(FEWEST_DAYS_OVER), TIMES_OVER * others)
    stands = count(
        int(over[id(worst)]),
        "{n} working day over its promise of {day:%-d %B %Y}; the longest of the {others} others in two years was {longest}.",
        "{n} working days over its promise of {day:%-d %B %Y}; the longest of the {others} others in two years was {longest}.",
        day=as_date(worst.promise or 0),
        others=len(due) - 1,
        longest=int(others),
    )
    if over[id(worst)] >= limit:
        sentence = say("A barrier stands far over its promise: {stands}", stands=stands)
    else:
        sentence = say("None stands far over its promise. The latest is {stands}", stands=stands)
    return _barrier_reading(sentence, over[id(worst)] / limit, len(due), level)


def _barrier_reading(sentence: str, estimate: float, n: int, level: float) -> Reading:
    caveat = say(
        "The alarm comes at {n} working days over the first promise, and at twice the longest of all others in two "
        "years. A team whose barriers are late as ever hears it less than once in two years.",
        n=FEWEST_DAYS_OVER,
    )
    return Reading(
        BARRIERS,
        Verdict.SEEN,
        sentence,
        estimate=estimate,
        level=level,
        unit=UNIT,
        n=n,
        sample=say("{n} first promises that came due in two years", n=n),
        caveats=(caveat,),
    )


def _energy(events: ir.Table, asof: datetime, level: float) -> Reading:
    """Has the team's energy fallen? The newest wave that asked for it against up to six before."""
    told = waves(events, "wave.tallied", asof=asof).get("energy", [])[-1 - WAVES_BEFORE :]
    if len(told) <= FEWEST_WAVES:
        said = say(
            "Can't tell: {n} waves of the pulse tell of energy. {fewest} would be enough.",
            n=len(told),
            fewest=FEWEST_WAVES + 1,
        )
        return cant_tell(ENERGY, said, n=len(told))
    *before, last = told
    fell = ordinal.fell([w.draws for w in before], last.draws)
    sure = float((fell > FALLEN).mean())
    day = last.at.date()
    if sure >= SURE:
        low, high = (float(q) for q in np.quantile(fell, [(1 - level) / 2, (1 + level) / 2]))
        sentence = say(
            "Energy has fallen: in the wave that closed on {day:%-d %B %Y} by {low:.1f} to {high:.1f} of five steps, against the {n} before.",
            day=day,
            low=low,
            high=high,
            n=len(before),
        )
    else:
        sentence = say(
            "Energy has not fallen for certain: {n} waves, the last one closed on {day:%-d %B %Y}.",
            n=len(before) + 1,
            day=day,
        )
    return Reading(
        ENERGY,
        Verdict.SEEN,
        sentence,
        estimate=sure / SURE,
        level=level,
        unit=UNIT,
        n=last.released.n,
        sample=say("{n} waves of the pulse", n=len(told)),
        caveats=(
            say("The alarm comes when it is 95 in 100 sure that energy fell by a third of a step or more."),
        ),
    )


def _over(due: Sequence[Life], off: Collection[date], week_off: Collection[int]) -> list[float]:
    """Working days from the end of the promised day to the clearing, or to now."""
    begun = [(life.promise or 0) + 1 for life in due]
    ended = [max(life.ended, first) for life, first in zip(due, begun, strict=True)]
    found: list[float] = working_time(begun, ended, off=off, week_off=week_off).tolist()
    return found


def _chart(table: Sequence[dict[str, Any]], sentence: str) -> dict[str, Any]:
    """Draw the weeks beside what was usual, and mark those in which the alarm stood."""
    x = {"field": "week", "type": "temporal", "title": None, "axis": {"tickCount": 4}}
    y = {"type": "quantitative", "title": None, "scale": {"domainMin": 0}, "axis": {"tickCount": 4}}
    low = [row for row in table if row["sum"] >= row["threshold"]]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": list(table)},
            "mark": {"type": "line", "strokeDash": [2, 3], "color": "var(--chart-text)"},
            "encoding": {"x": x, "y": {**y, "field": "usual"}},
        },
        {
            "data": {"values": list(table)},
            "mark": {"type": "line", "color": "var(--chart-point)"},
            "encoding": {"x": x, "y": {**y, "field": "finished"}},
        },
    ]
    if low:
        layers.append(
            {
                "data": {"values": low},
                "mark": {"type": "point", "filled": True, "size": 50, "color": "var(--chart-warm)"},
                "encoding": {"x": x, "y": {**y, "field": "finished"}},
            }
        )
    return {"description": sentence, "height": 160, "layer": layers}


measure = Measure(
    slug="monitors",
    title=say("Signs of danger"),
    question=QUESTION,
    needs=frozenset(
        {"item.done", "change.landed", "pull.merged", "change.written", "barrier.raised", "wave.tallied"}
    ),
    compute=compute,
    eyes="team",
    upto="now",
    on_workdays=True,
)
