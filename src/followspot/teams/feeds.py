"""An iCalendar feed or file: on which days it says that somebody is away."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import httpx2
import icalendar
import recurring_ical_events

from followspot.errors import BadInput

MOST_BYTES = 2_000_000
SECONDS = 10
_REDIRECTS = 3
MOST_EVENTS = 200
# What calendars call being away, in the languages we speak; everything else that is whole days long is listed after.
_AWAY = ("away", "holiday", "vacation", "leave", "out of office", "ooo", "absent", "urlaub", "abwesend")


@dataclass(frozen=True, slots=True)
class Away:
    """Whole days in a calendar, first and last included. likely : whether its words speak of being away."""

    begins: date
    ends: date
    title: str
    likely: bool


def fetch(url: str) -> bytes:
    """Return what a feed's address holds. Raises BadInput for what can't, or mustn't, be fetched."""
    address = url.strip().replace("webcal://", "https://", 1)
    try:
        with httpx2.Client(timeout=SECONDS, follow_redirects=False) as client:
            for _ in range(_REDIRECTS + 1):
                _must_be_public(address)
                with client.stream("GET", address) as answer:
                    if answer.is_redirect:
                        address = urljoin(address, answer.headers.get("location", ""))
                        continue
                    if answer.status_code != 200:
                        raise BadInput(
                            f"The calendar answered with {answer.status_code}. Is the address right?"
                        )
                    return _bounded(answer.iter_bytes())
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise BadInput(f"The calendar could not be fetched: {error or type(error).__name__}.") from None
    raise BadInput("The calendar's address leads from one address to the next without end.")


def _must_be_public(address: str) -> None:
    """Refuse addresses within this machine's own network: a form must not make the server look around there."""
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise BadInput("A calendar's address begins with https:// or webcal://.")
    try:
        found = socket.getaddrinfo(parts.hostname, None)
    except OSError:
        raise BadInput(f"There is no host called {parts.hostname}.") from None
    if not all(ipaddress.ip_address(entry[4][0]).is_global for entry in found):
        raise BadInput(f"{parts.hostname} lies within the server's own network. Upload the file instead.")


def _bounded(chunks: Iterable[bytes]) -> bytes:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > MOST_BYTES:
            raise BadInput("The calendar is larger than 2 MB. Export the year to come alone.")
    return bytes(held)


def away_days(text: bytes, *, first: date, last: date, zone: str) -> list[Away]:
    """Return what a calendar says of whole days between two days, what speaks of being away first.

    Repeating events are unrolled; hours within a day are nobody's absence. Raises BadInput for what is
    no calendar.
    """
    if len(text) > MOST_BYTES:
        raise BadInput("The calendar is larger than 2 MB. Export the year to come alone.")
    try:
        calendar = _in_bounds(icalendar.Calendar.from_ical(text))
        events = recurring_ical_events.of(calendar, skip_bad_series=True).between(
            first, last + timedelta(days=1)
        )
    except (ValueError, KeyError, IndexError, TypeError, OverflowError) as error:
        raise BadInput(f"This is no iCalendar (.ics) file: {str(error)[:120]}") from None
    there = ZoneInfo(zone)
    found = {a for event in events[: 10 * MOST_EVENTS] if (a := _away(event, there)) is not None}
    inside = [a for a in found if a.ends >= first and a.begins <= last]
    return sorted(inside, key=lambda a: (not a.likely, a.begins, a.ends, a.title))[:MOST_EVENTS]


def _in_bounds(calendar: icalendar.Calendar) -> icalendar.Calendar:
    """Leave out what would unroll into millions of events, and is nobody's absence: what repeats within a day."""
    repeats = 0
    kept = []
    for part in calendar.subcomponents:
        rule = part.get("RRULE")
        if rule is not None:
            repeats += 1
            often = str((rule.get("FREQ") or [""])[0]).upper() in ("SECONDLY", "MINUTELY", "HOURLY")
            if often or repeats > MOST_EVENTS:
                continue
        kept.append(part)
    calendar.subcomponents = kept
    return calendar


def _away(event: icalendar.Event, zone: ZoneInfo) -> Away | None:
    """Return the whole days of an event, or None where it takes hours only."""
    begins, ends = event.start, event.end
    if isinstance(begins, datetime) and isinstance(ends, datetime):
        begins, ends = (d.astimezone(zone) if d.tzinfo else d.replace(tzinfo=zone) for d in (begins, ends))
        if ends - begins < timedelta(hours=20):
            return None
        first = begins.date()
        last = ends.date() - timedelta(days=ends.time() == time(0))
    else:
        first, last = begins, ends - timedelta(days=1)  # the end of whole days is the day after
    title = " ".join(str(event.get("SUMMARY", "")).split())[:80]
    likely = any(word in title.casefold() for word in _AWAY) or str(event.get("TRANSP", "")) == "OOF"
    return Away(first, max(first, last), title, likely)
