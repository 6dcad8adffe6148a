"""How people write dates in tables, and which way a table's were written."""

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
    "%m/%d/%y",
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", ", %H:%M")
# "" is ISO 8601. Day before month, where both would do.
_MOST = 0.6  # of the texts of a column of dates
WAYS = ("", *(day + hour for day in _DAYS for hour in _TIMES))


def ways(texts: Iterable[str]) -> list[str]:
    """Return the ways to write dates that fit most texts that are not empty, the best fitting first.

    Most, since a few wrong dates don't make a column of dates something else.
    """
    given = [text.strip() for text in texts if text.strip()]
    fitting = {way: sum(_fits(text, way) for text in given) for way in WAYS}
    return sorted((w for w in WAYS if given and fitting[w] >= _MOST * len(given)), key=lambda w: -fitting[w])


def likely(texts: Iterable[str]) -> tuple[str, bool]:
    """Return the way that most texts are written, since one wrong date must not decide it.

    The second value says that month and day could be the other way round.
    """
    given = [text.strip() for text in texts if text.strip()]
    fitting = {way: sum(_fits(text, way) for text in given) for way in WAYS}
    best = max(WAYS, key=lambda way: fitting[way])
    other = best.replace("%d/%m", "%m/%d")
    return best, other != best and fitting[other] == fitting[best]


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
