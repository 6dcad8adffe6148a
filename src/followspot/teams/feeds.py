"""An iCalendar feed or file: on which days it says that somebody is away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import httpx2
import icalendar
import recurring_ical_events
from django.core.files.uploadedfile import UploadedFile

from followspot import outward
from followspot.errors import BadInput
from followspot.language import say

MOST_BYTES = 2_000_000
SECONDS = 10
_PATIENCE = 10  # seconds for all of a calendar: to come, and then to be unrolled
_REDIRECTS = 3
MOST_EVENTS = 200
_OLDEST = 1970
_MOST_VALUES, _MOST_PLACES = 80, 5  # in one rule: every day of every month is 43
_DAY = timedelta(hours=20)  # from here on hours are a day
_WITHIN_A_DAY = {"SECONDLY", "MINUTELY", "HOURLY", "BYHOUR", "BYMINUTE", "BYSECOND"}
# What calendars call being away, in the languages we speak; everything else that is whole days long is listed after.
_AWAY = ("away", "holiday", "vacation", "leave", "out of office", "ooo", "absent", "urlaub", "abwesend")


@dataclass(frozen=True, slots=True)
class Away:
    """Whole days in a calendar, first and last included. likely : whether its words speak of being away."""

    begins: date
    ends: date
    title: str
    likely: bool


def given(upload: UploadedFile[bytes] | None, url: str) -> bytes:
    """Return the calendar that a form gave, as a file or by its address. Raises BadInput."""
    if upload is None and not url.strip():
        raise BadInput(say("Give the calendar's address, or a file."))
    if upload is None:
        return fetch(url)
    if (upload.size or 0) > MOST_BYTES:
        raise BadInput(say("The calendar is larger than 2 MB. Export the year to come alone."))
    text: bytes = upload.read(MOST_BYTES + 1)
    return text


def fetch(url: str) -> bytes:
    """Return what a feed's address holds. Raises BadInput for what can't, or mustn't, be fetched."""
    address = url.strip().replace("webcal://", "https://", 1)
    late = monotonic() + _PATIENCE
    try:
        with httpx2.Client(timeout=SECONDS, follow_redirects=False) as client:
            for _ in range(_REDIRECTS + 1):
                with client.stream("GET", **_pinned(httpx2.URL(address))) as answer:
                    if answer.is_redirect:
                        address = urljoin(address, answer.headers.get("location", ""))
                        continue
                    if answer.status_code != 200:
                        raise BadInput(
                            say(
                                "The calendar answered with {status_code}. Is the address right?",
                                status_code=answer.status_code,
                            )
                        )
                    return _bounded(answer.iter_bytes(), late)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        raise BadInput(
            say("The calendar could not be fetched: {error}.", error=error or type(error).__name__)
        ) from None
    raise BadInput(say("The calendar's address leads from one address to the next without end."))


def _pinned(url: httpx2.URL) -> dict[str, Any]:
    if url.scheme not in ("https", "http") or not url.host:
        raise BadInput(say("A calendar's address begins with https:// or webcal://."))
    return outward.pinned(url, instead=say("Upload the file instead."))


def _bounded(chunks: Iterable[bytes], late: float) -> bytes:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > MOST_BYTES:
            raise BadInput(say("The calendar is larger than 2 MB. Export the year to come alone."))
        if monotonic() > late:
            raise BadInput(say("The calendar comes too slowly. Upload the file instead."))
    return bytes(held)


def away_days(text: bytes, *, first: date, last: date, zone: str) -> list[Away]:
    """Return what a calendar says of whole days between two days, what speaks of being away first.

    Repeating events are unrolled; hours within a day are nobody's absence. Raises BadInput for what is
    no calendar.
    """
    if len(text) > MOST_BYTES:
        raise BadInput(say("The calendar is larger than 2 MB. Export the year to come alone."))
    there = ZoneInfo(zone)
    try:
        found = {
            a
            for event in _unrolled(icalendar.Calendar.from_ical(text), first, last)
            if (a := _away(event, there)) is not None
        }
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadInput(say("This is no iCalendar (.ics) file: {error}", error=str(error)[:120])) from None
    inside = [a for a in found if a.ends >= first and a.begins <= last]
    return sorted(inside, key=lambda a: (not a.likely, a.begins, a.ends, a.title))[:MOST_EVENTS]


def _unrolled(calendar: icalendar.Component, first: date, last: date) -> Iterator[icalendar.Event]:
    """Yield the events between two days, each series for itself, so that one endless rule can be left in time."""
    once: list[icalendar.Event] = []
    series: dict[str, list[icalendar.Event]] = {}
    events = [e for e in calendar.walk("VEVENT") if isinstance(e, icalendar.Event) and "DTSTART" in e]
    for event in events:
        event.subcomponents = []
        if ("RRULE" in event or "RDATE" in event) and _whole_days(event):
            series.setdefault(str(event.get("UID", "")), [event])
    for event in events:
        if "RRULE" not in event and "RDATE" not in event:
            series.get(str(event.get("UID", "")), once).append(event)
    late = monotonic() + _PATIENCE
    for group in [once, *list(series.values())[:MOST_EVENTS]]:
        if monotonic() > late:
            raise BadInput(say("The calendar repeats too much to unroll. Export the year to come alone."))
        alone = icalendar.Calendar()
        alone.subcomponents = list(group)
        unrolled = recurring_ical_events.of(alone, skip_bad_series=True)
        yield from unrolled.between(first, last + timedelta(days=1))[: 10 * MOST_EVENTS]


def _whole_days(event: icalendar.Event) -> bool:
    """Say whether what repeats is whole days, by one rule that goes from day to day and not from year one on."""
    rule, begins = event.get("RRULE", {}), event.get("DTSTART")
    day = getattr(begins, "dt", None)
    if not isinstance(rule, dict) or not isinstance(day, date) or day.year < _OLDEST:
        return False
    if any(not isinstance(step, int) or step < 1 for step in rule.get("INTERVAL", [])):
        return False  # which would stand still for ever
    if isinstance(day, datetime) and event.duration < _DAY:
        return False
    often = [str(f).upper() for f in rule.get("FREQ", [])]
    many = sum(len(values) for values in rule.values() if isinstance(values, list))
    if many > _MOST_VALUES or len(rule.get("BYSETPOS", [])) > (0 if "DAILY" in often else _MOST_PLACES):
        return False  # which takes minutes to unroll, and which nobody means
    return not _WITHIN_A_DAY & {*rule, *often}


def _away(event: icalendar.Event, zone: ZoneInfo) -> Away | None:
    """Return the whole days of an event, or None where it takes hours only."""
    begins, ends = event.start, event.end
    if isinstance(begins, datetime) and isinstance(ends, datetime):
        begins, ends = (d.astimezone(zone) if d.tzinfo else d.replace(tzinfo=zone) for d in (begins, ends))
        if ends - begins < _DAY:
            return None
        first = begins.date()
        last = ends.date() - timedelta(days=ends.time() == time(0))
    else:
        first, last = begins, ends - timedelta(days=1)  # the end of whole days is the day after
    said = event.get("SUMMARY", "")
    title = " ".join(str(said[0] if isinstance(said, list) else said).split())[:80]
    likely = (
        any(word in title.casefold() for word in _AWAY)
        or str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "OOF"
    )
    return Away(first, max(first, last), title, likely)
