"""Calendars: files and addresses that somebody gives, from a program or from a person who means no good."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.teams import feeds
from tests.hostile.nasty import often, spoilt, text

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def calendar(*lines):
    return "\r\n".join(
        ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Port//EN", *lines, "END:VCALENDAR", "")
    ).encode()


def event(*lines):
    return calendar("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT")


EXAMPLES = (
    event("DTSTART;VALUE=DATE:20260601", "DTEND;VALUE=DATE:20260615", "SUMMARY:Away"),
    event("DTSTART;TZID=Europe/Lisbon:20260601T090000", "DURATION:P3D", "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO,TU", "EXDATE;TZID=Europe/Lisbon:20260608T090000"),
    event("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=YEARLY", "RDATE;VALUE=DATE:20260701", "SUMMARY;LANGUAGE=de:Urlaub\\, lang"),
    calendar("BEGIN:VTIMEZONE", "TZID:Here", "BEGIN:STANDARD", "DTSTART:20251026T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "END:VTIMEZONE",
             "BEGIN:VEVENT", "UID:2", "DTSTART;TZID=Here:20260601T000000", "DTEND;TZID=Here:20260603T000000", "RECURRENCE-ID:20260601T000000Z", "X-MICROSOFT-CDO-BUSYSTATUS:OOF", "END:VEVENT"),
)  # fmt: skip


def away(content):
    return feeds.away_days(content, first=FIRST, last=LAST, zone="Europe/Lisbon")


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Less patience than in earnest, so that what is tried often can't take long."""
    monkeypatch.setattr(feeds, "_PATIENCE", 0.5)


@often()
@given(spoilt(EXAMPLES))
def test_a_calendar(content):
    with suppress(BadInput):
        for found in away(content):
            assert found.begins <= found.ends
            assert len(found.title) <= 80


PARTS = (
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYSETPOS",
    "BYHOUR",
    "WKST",
)
VALUES = ("DAILY", "YEARLY", "SECONDLY", "0", "-1", "1", "999999999", "99999999999999999999", "MO", "53MO", "-53SU", "366", "13", "20261231", "00000000", "", ",", "1,2,3")  # fmt: skip


@often()
@given(st.lists(st.tuples(st.sampled_from(PARTS), st.one_of(st.sampled_from(VALUES), text)), max_size=5))
def test_whatever_rule_repeats_it(parts):
    rule = ";".join(f"{name}={value}" for name, value in parts).replace("\r", "").replace("\n", "")
    with suppress(BadInput):
        away(event("DTSTART;VALUE=DATE:20260105", f"RRULE:{rule}"))


BOMBS = {
    "every second": event("DTSTART:20260101T000000Z", "RRULE:FREQ=SECONDLY"),
    "every day since the year one": event("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY"),
    "a step that stands still": event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;INTERVAL=0"),
    "a day that never comes": event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "a day that never comes, by position": event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;BYSETPOS=366"),
    "places in a day that never comes": event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31;BYSETPOS=" + ",".join(map(str, range(1, 367)))),
    "every day of the year, by position": event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 367))) + ";BYSETPOS=" + ",".join(map(str, range(1, 367)))),
    "a great many rules": calendar(*(line for n in range(3000) for line in ("BEGIN:VEVENT", f"UID:{n}", "DTSTART;VALUE=DATE:19700101", "RRULE:FREQ=DAILY", "END:VEVENT"))),
    "a great many of one name": calendar(*(line for _ in range(3000) for line in ("BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY", "END:VEVENT"))),
    "a great many exceptions": event("DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:" + ",".join(["20260101"] * 20_000)),
    "a great many dates": event("DTSTART;VALUE=DATE:20260101", "RDATE;VALUE=DATE:" + ",".join(["20260101"] * 20_000)),
    "one within the other": calendar(*["BEGIN:VEVENT"] * 20_000),
    "a long line": event("DTSTART;VALUE=DATE:20260101", "SUMMARY:" + "x" * 1_500_000),
    "a folded line": event("DTSTART;VALUE=DATE:20260101", "SUMMARY:" + "\r\n x" * 300_000),
    "parameters": event("DTSTART;VALUE=DATE" + ";A=1" * 100_000 + ":20260101"),
    "no end": event("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:99991231", "SUMMARY:Away"),
    "a long time": event("DTSTART;VALUE=DATE:20260101", "DURATION:P999999999D"),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_would_never_end_does(bomb):
    with suppress(BadInput):
        assert len(away(BOMBS[bomb])) <= feeds.MOST_EVENTS
