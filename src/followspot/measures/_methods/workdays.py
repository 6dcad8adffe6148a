"""A team's working days as a clock: how much working time lies between two moments."""

from collections.abc import Callable, Collection
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from followspot.measures._methods.days import Floats

EPOCH = date(1970, 1, 1).toordinal()
SECONDS = 86400.0


def calendar(off: Collection[date] = (), week_off: Collection[int] = ()) -> Callable[[date], bool]:
    """Return whether the team works on a day.

    off : single days off; week_off : weekdays off (Monday is 0). A team that is off on all seven
    has not said when it works: it is taken to work every day.
    """
    free, weekly = frozenset(off), frozenset(week_off)
    weekly = weekly if len(weekly) < 7 else frozenset()
    return lambda day: day.weekday() not in weekly and day not in free


def working_time(
    begun: ArrayLike, ended: ArrayLike, *, off: Collection[date] = (), week_off: Collection[int] = ()
) -> Floats:
    """Return the working days between moments, fractions included.

    begun, ended : shape (n,), local time in days since 1970-01-01 (noon of the first day is 0.5).
    The clock runs through the whole of a working day, nights included, and stands still on days
    off: from Friday noon to Monday noon is one day where Saturday and Sunday are off.
    """
    a, b = np.asarray(begun, float), np.asarray(ended, float)
    if not a.size:
        return np.zeros(0)
    first, last = int(np.floor(min(a.min(), b.min()))), int(np.floor(max(a.max(), b.max())))
    works = calendar(off, week_off)
    open_ = np.array([works(date.fromordinal(EPOCH + day)) for day in range(first, last + 1)], float)
    before = np.concatenate([[0.0], np.cumsum(open_)])

    def clock(moment: Floats) -> Floats:
        day = np.floor(moment).astype(np.int64) - first
        read: Floats = before[day] + open_[day] * (moment - np.floor(moment))
        return read

    return clock(b) - clock(a)


def as_date(day: float) -> date:
    """Return days since 1970-01-01 as a date."""
    return date.fromordinal(EPOCH + int(day))
