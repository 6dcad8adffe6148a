"""A calendar says on which days somebody is away; nothing in it can hold the server up or make it look around."""

import contextlib
import socket
import time
from datetime import date

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.teams import feeds

FIRST, LAST = date(2026, 11, 23), date(2028, 11, 22)
WHOLE = ("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261205")


def calendar(*events):
    told = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:quay"]
    for n, lines in enumerate(events):
        told += ["BEGIN:VEVENT", f"UID:{n}", *lines, "END:VEVENT"]
    return "\r\n".join([*told, "END:VCALENDAR", ""]).encode()


def read(text, zone="UTC"):
    return feeds.away_days(text, first=FIRST, last=LAST, zone=zone)


def spans(text, zone="UTC"):
    return [(a.begins, a.ends) for a in read(text, zone)]


class TestDays:
    def test_the_end_of_whole_days_is_the_day_after(self):
        assert spans(calendar(WHOLE)) == [(date(2026, 12, 1), date(2026, 12, 4))]

    def test_without_an_end_it_is_one_day_and_with_a_length_as_many(self):
        assert spans(calendar(WHOLE[:1])) == [(date(2026, 12, 1), date(2026, 12, 1))]
        assert spans(calendar((WHOLE[0], "DURATION:P3D"))) == [(date(2026, 12, 1), date(2026, 12, 3))]

    def test_hours_within_a_day_are_nobodys_absence(self):
        hours = ("DTSTART:20261201T090000Z", "DTEND:20261201T170000Z")
        assert spans(calendar(hours, (*hours, "RRULE:FREQ=DAILY"))) == []

    def test_hours_over_days_are_whole_days_where_the_team_lives(self):
        night = ("DTSTART:20261130T230000Z", "DTEND:20261202T230000Z")
        assert spans(calendar(night), "Europe/Berlin") == [(date(2026, 12, 1), date(2026, 12, 2))]
        assert spans(calendar(night), "America/Lima") == [(date(2026, 11, 30), date(2026, 12, 2))]

    def test_hours_without_a_zone_are_the_teams_own(self):
        floating = ("DTSTART:20261201T000000", "DTEND:20261203T000000")
        for zone in ("Pacific/Auckland", "America/Lima"):
            assert spans(calendar(floating), zone) == [(date(2026, 12, 1), date(2026, 12, 2))]

    def test_what_repeats_is_unrolled_without_its_exceptions(self):
        each = (*WHOLE[:1], "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20261208")
        assert spans(calendar(each)) == [(date(2026, 12, 1),) * 2, (date(2026, 12, 15),) * 2]

    def test_one_of_a_series_that_was_moved_stands_where_it_was_moved_to(self):
        series = ("UID:s", *WHOLE[:1], "RRULE:FREQ=WEEKLY;COUNT=2")
        moved = ("UID:s", "RECURRENCE-ID;VALUE=DATE:20261208", "DTSTART;VALUE=DATE:20261210")
        text = calendar(series, moved).replace(b"UID:0\r\n", b"").replace(b"UID:1\r\n", b"")
        assert spans(text) == [(date(2026, 12, 1),) * 2, (date(2026, 12, 10),) * 2]

    def test_what_was_or_is_far_ahead_is_left_out(self):
        assert spans(calendar(("DTSTART;VALUE=DATE:20260101",), ("DTSTART;VALUE=DATE:20300101",))) == []

    def test_what_speaks_of_being_away_comes_first(self):
        found = read(calendar((*WHOLE, "SUMMARY:Fair"), ("DTSTART;VALUE=DATE:20270301", "SUMMARY:Urlaub 🌴")))
        assert [(a.title, a.likely) for a in found] == [("Urlaub 🌴", True), ("Fair", False)]

    def test_the_same_twice_is_there_once_and_a_list_has_an_end(self):
        assert len(read(calendar(WHOLE, WHOLE))) == 1
        assert len(read(calendar((*WHOLE[:1], "RRULE:FREQ=DAILY")))) == feeds.MOST_EVENTS


TIMES = ",".join(map(str, range(60)))
BOMBS = {
    "every second": ["DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY"],
    "two rules": ["DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY", "RRULE:FREQ=SECONDLY"],
    "every second by other words": ["DTSTART:20200101T000000Z", f"RRULE:FREQ=DAILY;BYMINUTE={TIMES};BYSECOND={TIMES}"],
    "whole days every second": ["DTSTART;VALUE=DATE:20200101", f"RRULE:FREQ=DAILY;BYSECOND={TIMES}"],
    "from year one": ["DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY"],
    "no such day": ["DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
    "for ever": ["DTSTART;VALUE=DATE:00010101", "DTEND;VALUE=DATE:99991231"],
    "no step": ["DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=DAILY;INTERVAL=0"],
}  # fmt: skip


class TestHostile:
    @pytest.mark.parametrize("lines", BOMBS.values(), ids=BOMBS)
    def test_what_would_never_end_ends_soon(self, lines):
        began = time.monotonic()
        try:
            assert read(calendar(lines)) == []
        except BadInput as error:
            assert "calendar" in str(error).casefold()  # noqa: PT017 - either is right, and both are quick
        assert time.monotonic() - began < 3

    def test_many_that_never_come_are_given_up(self, monkeypatch):
        monkeypatch.setattr(feeds, "_PATIENCE", 0.5)
        with pytest.raises(BadInput, match="repeats too much"):
            read(calendar(*[BOMBS["no such day"]] * 30))

    def test_one_broken_event_takes_no_other_with_it(self):
        assert spans(calendar(["SUMMARY:No day"], WHOLE)) == [(date(2026, 12, 1), date(2026, 12, 4))]

    @pytest.mark.parametrize(
        "text",
        [
            b"", b"<html>Sign in</html>", bytes(range(256)), b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261201\r\n",
            calendar(WHOLE) * 2, b"BEGIN:VCALENDAR\r\n" + b"BEGIN:X\r\n" * 2000, calendar((WHOLE[0], WHOLE[0])),
        ],
    )  # fmt: skip
    def test_what_is_no_calendar_is_named(self, text):
        with pytest.raises(BadInput, match="no iCalendar"):
            read(text)

    def test_two_megabytes_are_enough(self):
        with pytest.raises(BadInput, match="2 MB"):
            read(b"x" * (feeds.MOST_BYTES + 1))

    @given(st.binary(max_size=400))
    def test_random_bytes_are_a_calendar_or_bad_input(self, text):
        self.is_read_or_refused(text)

    @settings(deadline=None)
    @given(
        st.lists(
            st.lists(
                st.tuples(
                    st.sampled_from(["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "SUMMARY", "UID", "RECURRENCE-ID"]),
                    st.sampled_from(["", ";VALUE=DATE", ";TZID=Mars/Base", ";TZID=Europe/Berlin", ";VALUE=PERIOD", ";X="]),
                    st.sampled_from(["20261201", "20261201T090000Z", "20261203T090000", "P1D", "-P9W", "FREQ=DAILY", "FREQ=WEEKLY;COUNT=2",
                                     "FREQ=NEVER", "00010101", "99991231", "20261201,20270101", "", "é🌴", "20261301"]),
                ),
                max_size=5,
            ),
            max_size=3,
        )
    )  # fmt: skip
    def test_odd_lines_in_odd_places_are_a_calendar_or_bad_input(self, events):
        self.is_read_or_refused(calendar(*([f"{a}{b}:{c}" for a, b, c in lines] for lines in events)))

    def is_read_or_refused(self, text):
        with contextlib.suppress(BadInput):
            assert all(a.begins <= a.ends and a.ends >= FIRST and a.begins <= LAST for a in read(text))


class Web:
    """Hosts with their addresses, and what is answered there."""

    def __init__(self, monkeypatch):
        self.hosts, self.answers, self.asked = {}, {}, []
        monkeypatch.setattr(socket, "getaddrinfo", self.look_up)
        client, transport = httpx2.Client, httpx2.MockTransport(self.answer)
        monkeypatch.setattr(httpx2, "Client", lambda **given: client(**given, transport=transport))

    def look_up(self, host, *_):
        if host not in self.hosts:
            raise socket.gaierror("no such host")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 0)) for ip in self.hosts[host]]

    def answer(self, request):
        self.asked.append((request.url.host, request.headers["host"]))
        return self.answers.get(request.headers["host"], httpx2.Response(404))


@pytest.fixture
def web(monkeypatch):
    it = Web(monkeypatch)
    it.hosts["cal.example"] = ["93.184.216.34"]
    it.answers["cal.example"] = httpx2.Response(200, content=calendar(WHOLE))
    return it


class TestFetch:
    def test_a_feed_is_read_at_the_address_that_was_looked_up(self, web):
        assert feeds.fetch(" webcal://cal.example/ada.ics ") == calendar(WHOLE)
        assert web.asked == [("93.184.216.34", "cal.example")]

    @pytest.mark.parametrize(
        "ips",
        [
            ["127.0.0.1"], ["10.1.2.3"], ["192.168.1.1"], ["172.16.0.9"], ["169.254.169.254"], ["0.0.0.0"], ["100.64.0.1"],
            ["::1"], ["fe80::1"], ["fd00::1"], ["::ffff:127.0.0.1"], ["93.184.216.34", "127.0.0.1"],
        ],
    )  # fmt: skip
    def test_what_lies_in_the_servers_own_network_is_never_asked(self, web, ips):
        web.hosts["inside.example"] = ips
        with pytest.raises(BadInput, match="own network"):
            feeds.fetch("https://inside.example/")
        assert web.asked == []

    def test_nor_is_it_by_way_of_a_public_host(self, web):
        web.hosts["inside.example"] = ["127.0.0.1"]
        web.answers["cal.example"] = httpx2.Response(302, headers={"Location": "http://inside.example/keys"})
        with pytest.raises(BadInput, match="own network"):
            feeds.fetch("https://cal.example/")
        assert web.asked == [("93.184.216.34", "cal.example")]

    def test_a_host_that_changes_its_address_is_asked_at_the_first(self, web, monkeypatch):
        answers = iter([["93.184.216.34"], ["127.0.0.1"]])
        look_up = web.look_up
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, *_: (web.hosts.update({host: next(answers)}), look_up(host))[1])  # fmt: skip
        feeds.fetch("https://cal.example/")
        assert web.asked == [("93.184.216.34", "cal.example")]

    @pytest.mark.parametrize(
        "address",
        [
            "", "file:///etc/passwd", "ftp://cal.example/", "gopher://cal.example", "cal.example", "//cal.example", "https://", "http://[::1",
            "https://no.such.host/", f"https://{'x' * 300}.example/", "https://cal.example:99999/", "https://cal\x00.example/", "http://[fe80::1%25eth0]/",
            "javascript:alert(1)", "https://xn--/", "https://é🌴/",
        ],
    )  # fmt: skip
    def test_what_is_no_address_is_said_to_be_none(self, web, address):
        with pytest.raises(BadInput):
            feeds.fetch(address)

    def test_from_one_address_to_the_next_without_end(self, web):
        web.answers["cal.example"] = httpx2.Response(301, headers={"Location": "/again"})
        with pytest.raises(BadInput, match="without end"):
            feeds.fetch("https://cal.example/")
        assert len(web.asked) == 4

    def test_another_answer_than_yes_is_told(self, web):
        web.answers["cal.example"] = httpx2.Response(403)
        with pytest.raises(BadInput, match="answered with 403"):
            feeds.fetch("https://cal.example/")

    def test_no_more_is_read_than_fits_and_not_for_ever(self, web, monkeypatch):
        web.answers["cal.example"] = httpx2.Response(200, content=(b"x" * 1000 for _ in range(10**9)))
        with pytest.raises(BadInput, match="2 MB"):
            feeds.fetch("https://cal.example/")
        monkeypatch.setattr(feeds, "_PATIENCE", -1)
        web.answers["cal.example"] = httpx2.Response(200, content=b"x")
        with pytest.raises(BadInput, match="too slowly"):
            feeds.fetch("https://cal.example/")
