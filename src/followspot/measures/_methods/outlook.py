"""The outlook of one expectation: a chance, a range of dates, and the sentence that says them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from followspot.language import say
from followspot.measures._methods.forecast import FEWEST_DAYS, Forecast, TooEarly, from_checkins, land


@dataclass(frozen=True, slots=True)
class Pace:
    """The outlook of one expectation. chance : 0 to 1 that it lands in time, None where it is too early.

    likely : the dates between which it lands 8 times in 10; low, high : 9 times in 10; half : 1
    time in 2. A date is None where it is too early, or beyond a year of working days.
    dates : the day by which it has landed with that per cent of chance; n : working days behind it.
    """

    sentence: str
    n: int
    chance: float | None = None
    low: date | None = None
    high: date | None = None
    likely: tuple[date | None, date | None] = (None, None)
    half: tuple[date | None, date | None] = (None, None)
    dates: tuple[tuple[int, date | None], ...] = ()


def of(
    progress: Sequence[tuple[date, float]],
    remaining: float,
    *,
    today: date,
    due: date,
    works: Callable[[date], bool],
    block: int = 2,
    draws: int = 4000,
) -> Pace:
    """Return the outlook of one expectation from its finished pieces.

    Parameters
    ----------
    progress
        (day, items done) of past working days, those with nothing included; it says nothing of
        the days after its last, on which work is taken to have gone on.
    remaining
        Items not done yet.
    today, due
        The day of asking, and the last day that is in time.
    works
        Whether the team works on a day.
    block, draws
        As in `_methods.forecast.land`, which says how it is done and what it raises.
    """
    found = land(progress, remaining, today=today, due=due, works=works, block=block, draws=draws)
    if isinstance(found, TooEarly):
        return Pace(found.sentence, found.n)
    if remaining <= 0:
        return Pace(say("Nothing remains to be done."), found.n, 1.0, today, today)
    dates = found.dates
    return Pace(
        _sentence(found, today, due),
        found.n,
        found.chance,
        dates[5],
        dates[95],
        (dates[10], dates[90]),
        (dates[25], dates[75]),
        tuple(dates.items()),
    )


def of_checkins(
    checkins: Sequence[tuple[date, float]],
    *,
    today: date,
    due: date,
    works: Callable[[date], bool],
    draws: int = 4000,
) -> Pace:
    """Return the outlook of one expectation from what its owners said remains.

    checkins : (day, items that remain after it), the start with the whole size among them. Where
    more remains than before, work was added, and more may be. The rest is as in `of`.
    """
    told = sorted(dict(checkins).items())
    if len(told) < 2:
        if told:
            return Pace(say("Too early to say. One more check-in and there may be a range."), 0)
        return Pace(say("Too early to say. Two more check-ins and there may be a range."), 0)
    progress = from_checkins(told, works=works)
    gap = max(2, min(FEWEST_DAYS, round(len(progress) / (len(told) - 1))))
    return of(progress, told[-1][1], today=today, due=due, works=works, block=gap, draws=draws)


def _sentence(found: Forecast, today: date, due: date) -> str:
    if due < today:
        chance = say("The time allotted is over")
    elif found.chance < 0.05:
        chance = say("Less than 1 in 20 that it lands in time")
    elif found.chance >= 0.95:
        chance = say("More than 19 in 20 that it lands in time")
    else:
        chance = say("{n} in 10 that it lands in time", n=min(9, max(1, round(found.chance * 10))))
    low, high = found.dates[10], found.dates[90]
    if low is None:
        return say("{chance}; at this pace it takes more than a year.", chance=chance)
    if high is None:
        return say("{chance}, likely not before {day}.", chance=chance, day=_day(low, today))
    if low == high:
        return say("{chance}, likely on {day}.", chance=chance, day=_day(low, today))
    same = (low.month, low.year) == (high.month, high.year)
    if same:
        first: str = say("{day:%-d}", day=low)
    else:
        first = _day(low, today if low.year == high.year else date.min)
    return say(
        "{chance}, likely between {first} and {day}.", chance=chance, first=first, day=_day(high, today)
    )


def _day(day: date, today: date) -> str:
    if day.year == today.year:
        return say("{day:%-d %B}", day=day)
    return say("{day:%-d %B %Y}", day=day)
