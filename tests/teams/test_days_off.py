"""Days off by hand and by country."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from followspot.errors import Refused
from followspot.teams import public_holidays
from followspot.teams.models import DayOff

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def page(team):
    return reverse("days-off", args=[team.slug])


def test_a_countrys_holidays_come_from_last_year_to_the_next(team):
    count = public_holidays.observe(team, country="PT", today=TODAY)
    assert count == team.days_off.count() > 30
    assert {d.on.year for d in team.days_off.all()} == {2025, 2026, 2027}
    assert team.days_off.get(on="2026-06-10").brought_from == "PT"
    assert public_holidays.observe(team, country="PT", today=TODAY) == 0


@pytest.mark.parametrize(
    ("language", "country", "name"),
    [
        ("de", "DE", "Tag der Deutschen Einheit"),
        ("en", "DE", "German Unity Day"),
        ("de", "PT", "Freedom Day"),
    ],
)
def test_holidays_are_called_as_whoever_brings_them_would_call_them(team, language, country, name):
    with translation.override(language):
        public_holidays.observe(team, country=country, today=TODAY)
    assert name in [d.name.split(",")[0] for d in team.days_off.all()]


def test_a_day_that_is_off_already_keeps_its_name(team):
    DayOff.objects.create(team=team, on="2026-12-25", name="The big party")
    public_holidays.observe(team, country="PT", today=TODAY)
    assert team.days_off.get(on="2026-12-25").name == "The big party"


def test_what_was_brought_is_taken_out_and_the_rest_stays(team):
    DayOff.objects.create(team=team, on="2026-12-24", name="Short before the party")
    public_holidays.observe(team, country="DE", region="BY", today=TODAY)
    assert team.region == "BY"
    assert public_holidays.take_out(team, brought_from="DE-BY") > 30
    assert team.days_off.get().name == "Short before the party"
    with pytest.raises(Refused):
        public_holidays.take_out(team, brought_from="")


@pytest.mark.parametrize(("country", "region"), [("XX", ""), ("", ""), ("PT", "BY"), ("<b>", "")])
def test_what_is_no_country_is_refused(team, country, region):
    with pytest.raises(Refused, match="list"):
        public_holidays.observe(team, country=country, region=region, today=TODAY)


def test_places_have_readable_names():
    names = dict(public_holidays.offered())
    assert (names["PT"], names["US"], names["BA"]) == ("Portugal", "United States", "Bosnia and Herzegovina")
    assert public_holidays.name_of("DE-BY") in {"Germany, Bayern", "Germany, Bavaria"}
    assert public_holidays.name_of("PT") == "Portugal"
    assert public_holidays.regions("nowhere") == {}


def test_places_are_called_and_ordered_as_the_reader_would():
    with translation.override("de"):
        named = [str(name) for _, name in public_holidays.offered()]
        assert f"{public_holidays.name_of('US')}" == "Vereinigte Staaten"
    assert named.index("Oman") < named.index("Österreich") < named.index("Pakistan")


def test_the_page_brings_shows_and_takes_out(client_of, team, ada):
    client = client_of(ada)
    chosen = client.get(page(team), {"country": "DE"})
    assert "Bring those of Germany" in chosen.text
    assert 'value="BY"' in chosen.text
    answer = client.post(page(team), {"country": "DE", "region": "BY"}, follow=True)
    assert "public holidays of Germany" in answer.text
    assert "Christmas Day" in answer.text
    assert answer.text.count("<details") == 3
    day = team.days_off.first()
    client.post(page(team), {"remove": day.pk})
    assert not team.days_off.filter(pk=day.pk).exists()
    assert "Take out those brought from Germany" in client.get(page(team)).text
    client.post(page(team), {"take_out": "DE-BY"})
    assert not team.days_off.exists()


def test_a_day_by_hand(client_of, team, ada):
    client = client_of(ada)
    for _ in range(2):
        client.post(page(team), {"on": "2026-12-24", "name": "<b>Eve</b> 🎄" + "x" * 300})
    assert len(team.days_off.get().name) == 120
    assert "&lt;b&gt;Eve&lt;/b&gt; 🎄" in client.get(page(team)).text


@pytest.mark.parametrize("said", [{}, {"on": "31.12.2026"}, {"on": "2026-02-31"}, {"country": "XX"}])
def test_a_mistake_says_what_to_do(client_of, team, ada, said):
    assert client_of(ada).post(page(team), said).status_code == 409
    assert not team.days_off.exists()


@pytest.mark.parametrize("removed", ["x", "99999999", "²"])
def test_removing_what_is_not_there_changes_nothing(client_of, team, ada, removed):
    DayOff.objects.create(team=team, on="2026-12-24")
    assert client_of(ada).post(page(team), {"remove": removed}).status_code in (302, 409)
    assert team.days_off.count() == 1


def test_a_member_reads_and_changes_nothing(client_of, team, ben):
    client = client_of(ben)
    assert "Bring a country" not in client.get(page(team)).text
    for said in ({"on": "2026-12-24"}, {"country": "PT"}, {"take_out": "PT"}, {"remove": "1"}):
        assert client.post(page(team), said).status_code == 409
    assert not team.days_off.exists()


CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Port//EN
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20260601
RRULE:FREQ=YEARLY
SUMMARY:Harbour day
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20270102
SUMMARY:Closed
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20261201T090000Z
DTEND:20261201T100000Z
SUMMARY:Meeting
END:VEVENT
END:VCALENDAR"""


def test_days_come_from_a_calendar_once_somebody_has_chosen(client_of, team, ada, ben, time_machine):
    time_machine.move_to(datetime(2026, 11, 23, 12, tzinfo=UTC))
    client, page = client_of(ada), f"/teams/{team.slug}/days-off/"
    sent = {"url": "", "file": SimpleUploadedFile("port.ics", CALENDAR)}
    found = client.post(page, sent).text
    assert found.count("Harbour day</label>") == 2  # it repeats: this year's and the next
    assert "Thu 24 December 2026 to Fri 1 January 2027: Closed" in found
    assert "Meeting" not in found
    assert not team.days_off.exists()
    chosen = ["2026-06-01/2026-06-01/Harbour day", "2026-12-24/2027-01-01/Closed"]
    came = client.post(page, {"calendar": "1", "off": chosen}, follow=True).text
    assert "10 days off came in from the calendar." in came
    assert team.days_off.get(on=date(2026, 12, 25)).name == "Closed"
    again = client.post(page, {"calendar": "1", "off": chosen}, follow=True).text
    assert "They are here already." in again
    sent = {"url": "", "file": SimpleUploadedFile("port.ics", CALENDAR)}
    assert "2 more are here already." in client.post(page, sent).text
    assert client_of(ben).post(page, {"calendar": "1", "off": chosen}).status_code == 409


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"url": ""}, 422, "Give the calendar"),
        ({"url": "https://10.0.0.1/a.ics"}, 422, "own network"),
        ({"calendar": "1", "off": ["2026-01-01/2046-01-01/x"]}, 409, "at most a year"),
        ({"calendar": "1", "off": ["soon/later"]}, 409, "is not a day"),
    ],
)
def test_a_calendar_that_cannot_be_taken_says_why(client_of, team, ada, sent, status, said):
    answer = client_of(ada).post(f"/teams/{team.slug}/days-off/", sent)
    assert answer.status_code == status
    assert said in answer.text.replace("&#x27;", "'")
