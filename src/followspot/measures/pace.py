"""Will it be done within the time allotted?

A forecast from the days of work so far, as a chance and a range of dates, never as a promise. `of`
and `of_checkins` answer for one expectation, for the people who have it and their leader; `compute` says of a team
how the chances of all its open ones stand, and what became of those agreed. It never speaks of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Any

import ibis.expr.types as ir
import numpy as np

from followspot.language import count, say
from followspot.measures import Measure, Reading, Verdict, cant_tell
from followspot.measures._methods.agreed import Agreed, expectations
from followspot.measures._methods.outlook import Pace, of, of_checkins
from followspot.measures._methods.proportion import wilson
from followspot.measures._methods.workdays import calendar

__all__ = ["Pace", "compute", "measure", "of", "of_checkins"]

QUESTION = say("Will it be done within the time allotted?")
YEAR = timedelta(days=365)
FEWEST = 5  # expectations that came due before a share says anything
FEWEST_HANDS = 2  # what one person has in hand is that person's, not the team's
_GROUPS = (
    (0.0, say("hardly")),
    (0.2, say("rather not")),
    (0.4, say("either way")),
    (0.6, say("rather yes")),
    (0.8, say("nearly sure")),
)
_CAVEATS = (
    say(
        "A forecast from pace so far; it is not a promise, and never counted against the people who have it."
    ),
    say("It assumes that work goes on much as it went, and that one expectation's luck isn't another's."),
)


def compute(
    events: ir.Table,
    *,
    asof: datetime,
    level: float = 0.9,
    off: Collection[date] = (),
    week_off: Collection[int] = (),
) -> Reading:
    """Read how the chances of a team's open expectations stand.

    Parameters
    ----------
    events
        The masked table; its engine's time zone is the team's clock.
    asof
        The moment of looking.
    level
        Of the interval of how many will land in time.
    off, week_off
        The team's days off, and its weekdays off (Monday is 0).

    Returns
    -------
    Reading
        The share of the open ones that is expected to land in time, with the interval of how many
        will if each goes by its own chance (Poisson's binomial distribution). Part: what became, in
        the last year, of those agreed.
    """
    known, today = expectations(events, asof=asof)
    past = _outcomes(known, today, level)
    works = calendar(off, week_off)
    open_ = [one for one in known if one.ended is None and one.due is not None and one.checkins]
    told = [one for one in open_ if one.told]
    outlooks = [_outlook(one, today, works) for one in told]
    chances = sorted(o.chance for o in outlooks if o.chance is not None)
    if not chances:
        return replace(_no_chances(len(open_), len(told)), parts=(past,))
    if len(frozenset().union(*(one.hands for one in told))) == FEWEST_HANDS - 1:
        in_one_hand = say(
            "Can't tell: all of it is in one person's hands. A figure would be about that person, so there isn't one."
        )
        return replace(cant_tell(QUESTION, in_one_hand), parts=(past,))
    early = len(open_) - len(chances)
    low, high = _how_many(chances, level)
    n = len(chances)
    table = _table(chances, early)
    sentence = _team_sentence(chances, low, high, level)
    return Reading(
        QUESTION,
        Verdict.SEEN,
        sentence,
        float(np.mean(chances)),
        low / n,
        high / n,
        level,
        say("share{of_all}", of_all=""),
        n,
        _sample(n, early),
        _CAVEATS,
        _chart(table, sentence),
        table,
        (past,),
    )


def _sample(n: int, early: int) -> str:
    open_ = count(
        n, "{n} open expectation with enough to go by", "{n} open expectations with enough to go by"
    )
    return say("{open}, {n} without", open=open_, n=early) if early else open_


def _outlook(one: Agreed, today: date, works: Callable[[date], bool]) -> Pace:
    return of_checkins(one.checkins, today=today, due=one.due or today, works=works, draws=1000)


def _no_chances(open_: int, told: int) -> Reading:
    if not open_:
        return cant_tell(QUESTION, say("Can't tell: no expectation with an agreed date is under way."))
    if told:
        sentence = say(
            "Can't tell: it is too early for the open ones. Three finished pieces over five working days would be enough."
        )
    else:
        sentence = say(
            "Can't tell: nobody has said yet what remains of the open ones. Two check-ins over five working days would be enough."
        )
    return cant_tell(QUESTION, sentence, n=open_)


def _team_sentence(chances: Sequence[float], low: int, high: int, level: float) -> str:
    n, rather = len(chances), sum(chance > 0.5 for chance in chances)
    if n == 1:
        if rather:
            return say("The open one is likelier than not to land in time.")
        return say("The open one is less likely than not to land in time.")
    return count(
        rather,
        "{rather} of the {all} open ones is likelier than not to land in time; {span} of them will, {often:g} times in 10.",
        "{rather} of the {all} open ones are likelier than not to land in time; {span} of them will, {often:g} times in 10.",
        rather=rather or say("None"),
        all=n,
        span=low if low == high else say("between {low} and {high}", low=low, high=high),
        often=level * 10,
    )


def _how_many(chances: Sequence[float], level: float) -> tuple[int, int]:
    """Return the least and the most that land in time, at a level, each by its own chance."""
    mass = np.ones(1)
    for chance in chances:
        mass = np.convolve(mass, [1 - chance, chance])
    upto, tail = np.cumsum(mass), (1 - level) / 2
    return int(np.searchsorted(upto, tail)), int(np.searchsorted(upto, 1 - tail))


def _outcomes(known: Sequence[Agreed], today: date, level: float) -> Reading:
    """Of the expectations that came due in the last year, how many were met in time?"""
    question = say("Were expectations met in the time agreed?")
    due = [
        one
        for one in known
        if one.due is not None
        and today - YEAR <= one.due < today
        and (one.ended or ("", today))[0] != "dropped"
    ]
    if len(due) < FEWEST:
        sentence = count(
            len(due),
            "Can't tell: {n} expectation came due in the last year. Five would be enough.",
            "Can't tell: {n} expectations came due in the last year. Five would be enough.",
        )
        if not due:
            sentence = say("Can't tell: no expectations came due in the last year. Five would be enough.")
        return cant_tell(question, sentence, n=len(due))
    met = sum(
        one.ended is not None and one.ended[0] == "met" and one.ended[1] <= (one.due or today) for one in due
    )
    moved = sum(one.moved > 0 for one in due)
    share = met / len(due)
    low, high = wilson(share, len(due), level=level)
    sentence = say(
        "{met} of the {n} that came due in the last year were met in time ({share:.0%}, between {low}% and {high}%).",
        met=met,
        n=len(due),
        share=share,
        low=floor(low * 100),
        high=ceil(high * 100),
    )
    caveats = [say("Against the day agreed last; those that were dropped are left out.")]
    if moved:
        caveats.append(say("The day of {n} of them was moved, with both sides agreeing.", n=moved))
    return Reading(
        question,
        Verdict.SEEN,
        sentence,
        share,
        low,
        high,
        level,
        say("share{of_all}", of_all=""),
        len(due),
        say("{n} expectations that came due in the last year", n=len(due)),
        tuple(caveats),
    )


def _table(chances: Sequence[float], early: int) -> tuple[dict[str, Any], ...]:
    """How many of the open ones stand where."""
    place = [max(k for k, (least, _) in enumerate(_GROUPS) if chance >= least) for chance in chances]
    rows = [{"lands in time": name, "open ones": place.count(k)} for k, (_, name) in enumerate(_GROUPS)]
    return (*rows, {"lands in time": say("too early to say"), "open ones": early}) if early else tuple(rows)


def _chart(table: Sequence[dict[str, Any]], sentence: str) -> dict[str, Any]:
    """Draw a bar for each group, from hardly to nearly sure; never one for each expectation."""
    most = max(row["open ones"] for row in table)
    y = {"field": "lands in time", "type": "nominal", "title": None, "sort": None}
    x = {
        "field": "open ones",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, most]},
        "axis": {"tickCount": min(4, most), "format": "d"},
    }
    return {
        "description": sentence,
        "height": {"step": 30},
        "data": {"values": list(table)},
        "mark": {"type": "bar", "color": "var(--chart-point)"},
        "encoding": {"x": x, "y": y},
    }


measure = Measure(
    slug="pace",
    title=say("Pace"),
    question=QUESTION,
    needs=frozenset(
        {"expectation.agreed", "expectation.started", "expectation.progressed", "expectation.met"}
    ),
    compute=compute,
    eyes="team",
    upto="now",
    on_workdays=True,
)
