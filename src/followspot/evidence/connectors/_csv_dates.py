"""How people write dates in tables, and which way a table's were written."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo

_DAYS = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%d.%m.%y",
    "%d %b %Y",
    "%b %d, %Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%m-%d-%Y",
    "%d/%b/%y",  # as Jira exports them
    "%d/%b/%Y",
    "%d-%b-%y",
    "%d-%b-%Y",
    "%d %B %Y",
    "%B %d, %Y",
)
_HALVES = (" %I:%M %p", " %I:%M:%S %p")
_TIMES = ("", *(mark + hour for mark in ("", ",") for hour in (" %H:%M", " %H:%M:%S", *_HALVES)))
_MOST = 0.6  # of the texts of a column of dates
# "" is ISO 8601. Day before month, where both would do.
WAYS = ("", *(day + hour for day in _DAYS for hour in _TIMES), *(f"%Y-%m-%d{hour}" for hour in _HALVES))
_WORD, _BLANK = re.compile(r"[^\W_]+"), re.compile(r"\s+")
_SHAPES = {way: _BLANK.sub(" ", re.sub("%[a-zA-Z]", "", way)) for way in WAYS if way}


def ways(texts: Iterable[str]) -> list[str]:
    """Return the ways to write dates that fit most texts that are not empty, the best fitting first.

    Most, since a few wrong dates don't make a column of dates something else.
    """
    given, fitting = _fitting(texts)
    return sorted((w for w in WAYS if given and fitting[w] >= _MOST * given), key=lambda w: -fitting[w])


def likely(texts: Iterable[str]) -> tuple[str, bool]:
    """Return the way that most texts are written, since one wrong date must not decide it.

    The second value says that month and day could be the other way round.
    """
    _, fitting = _fitting(texts)
    best = max(WAYS, key=lambda way: fitting[way])
    other = _turned(best)
    return best, other != best and fitting[other] == fitting[best]


def decided(texts: Iterable[str], way: str) -> str:
    """Return which of a way and the one with day and month turned round more of further texts are written in, or "" for neither."""
    both = (way, _turned(way))
    fitting = [[one for one in both if _fits(text.strip(), one)] for text in texts]
    votes = Counter(one for one, *more in filter(None, fitting) if not more)
    first, second = (votes[one] for one in both)
    return "" if first == second else both[second > first]


def _turned(way: str) -> str:
    return way.replace("%d/%m", "%m/%d").replace("%d-%m", "%m-%d")


def _fitting(texts: Iterable[str]) -> tuple[int, dict[str, int]]:
    """Return how many texts are not empty, and how many of them fit each way.

    Only those are tried whose marks between the words are the way's own: most cells of a table are no dates at all.
    """
    given = [text.strip() for text in texts if text.strip()]
    shaped: dict[str, list[str]] = {}
    for text in given:
        shaped.setdefault(_BLANK.sub(" ", _WORD.sub("", text)), []).append(text)
    tried = {way: shaped.get(_SHAPES[way], []) if way else given for way in WAYS}
    return len(given), {way: sum(_fits(text, way) for text in some) for way, some in tried.items()}


def _fits(text: str, way: str) -> bool:
    try:
        moment(text, way, UTC)
    except (ValueError, OverflowError):
        return False
    return True


def moment(text: str, way: str, zone: tzinfo) -> datetime:
    """Return a moment in UTC; a bare day is its noon, so that no time zone moves it to another day."""
    if way:
        found = datetime.strptime(text, way)  # noqa: DTZ007 (the zone comes next)
        bare = "%H" not in way and "%I" not in way
    else:
        found = datetime.fromisoformat(text)
        bare = len(text) <= len("2026-11-23")
    if bare:
        found = datetime.combine(found.date(), time(12))
    if not date(1980, 1, 1) <= found.date() < date(2200, 1, 1):
        raise ValueError(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=zone).astimezone(UTC)
