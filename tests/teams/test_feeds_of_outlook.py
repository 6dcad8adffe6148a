"""Outlook says that somebody is out of office in a line of its own."""

from datetime import date

from followspot.teams.feeds import away_days

FEED = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//quay//
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20270503
DTEND;VALUE=DATE:20270508
SUMMARY:Lofoten
X-MICROSOFT-CDO-BUSYSTATUS:OOF
END:VEVENT
END:VCALENDAR
"""


def test_its_out_of_office_is_being_away():
    (found,) = away_days(FEED, first=date(2027, 1, 1), last=date(2027, 12, 31), zone="UTC")
    assert found.likely
