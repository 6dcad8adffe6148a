"""Clients' words come from a table: looked at first, all or none, and the same table again adds nothing."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from followspot.evidence import log
from followspot.practices.applause.models import Words

pytestmark = pytest.mark.django_db
TABLE = (
    "Date;Comment;Agent;Channel\n"
    "03.05.2026;So quick, thank you!;Ben;Port desk\n"
    "04.05.2026;They listened.;Ben, Chi;Letter\n"
    "05.05.2026;“Lovely crossing”;;Survey\n"
).encode()
COLUMNS = {"quote": "Comment", "said_where": "Channel", "said_on": "Date", "about": "Agent", "everywhere": ""}


def page(team):
    return f"/teams/{team.slug}/words/table/"


def uploaded(client, team, content=TABLE):
    answer = client.post(page(team), {"upload": SimpleUploadedFile("feedback.csv", content)})
    assert answer.status_code == 200, answer.text
    return answer, answer.context["text"]


def test_a_table_is_looked_at_and_then_brought(client_of, team, ben, chi):
    client = client_of(chi)
    first, text = uploaded(client, team)
    assert '<option value="Comment" selected' in first.text
    looked = client.post(page(team), COLUMNS | {"table": text, "look": "1"})
    assert "So quick, thank you!" in looked.text
    assert "Bring 3" in looked.text
    assert not Words.objects.exists()
    done = client.post(page(team), COLUMNS | {"table": text}, follow=True)
    assert "3 came, in their words." in done.text
    words = Words.objects.get(quote="They listened.")
    assert (words.said_where, words.said_on, words.brought_by) == ("Letter", date(2026, 5, 4), chi)
    assert list(words.about.order_by("name")) == [ben, chi]
    assert Words.objects.filter(quote="Lovely crossing").exists()
    assert [e.activity for e in log.single(team)] == ["words.brought"] * 3


def test_the_same_table_again_adds_nothing(client_of, team, chi):
    client = client_of(chi)
    _, text = uploaded(client, team)
    client.post(page(team), COLUMNS | {"table": text})
    again = client.post(page(team), COLUMNS | {"table": text}, follow=True).text
    assert "Nothing new came. 3 were here already." in again
    assert Words.objects.count() == 3


def test_wrong_rows_are_named_and_the_others_can_come(client_of, team, chi):
    future = datetime.now(UTC).year + 5
    wrong = (
        TABLE
        + f"soon;Fine;;Desk\n06.05.2026;;;Desk\n07.05.2026;Good;Zed;Desk\n08.05.{future};Later;;Desk\n1;2\n".encode()
    )
    client = client_of(chi)
    _, text = uploaded(client, team, wrong.replace(b"1;2\n", b""))
    looked = client.post(page(team), COLUMNS | {"table": text, "look": "1"}).text
    for said in (
        "Row 5, column Date: “soon” is not a date.",
        "Row 6, column Comment:",
        "Row 7, column Agent: nobody of the front line is called “Zed”.",
        "is still to come.",
        "4 rows can’t be brought",
    ):
        assert said in looked
    done = client.post(page(team), COLUMNS | {"table": text}, follow=True).text
    assert "3 came, in their words. 4 could not be read." in done


def test_words_need_a_source(client_of, team, chi):
    client = client_of(chi)
    _, text = uploaded(client, team)
    answer = client.post(page(team), COLUMNS | {"table": text, "said_where": ""})
    assert answer.status_code == 422
    assert "Words without a source help nobody." in answer.text
    assert "So quick, thank you!" in answer.text  # nothing is lost
    client.post(page(team), COLUMNS | {"table": text, "said_where": "", "everywhere": "Survey in May"})
    assert set(Words.objects.values_list("said_where", flat=True)) == {"Survey in May"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x00\x01", "feedback.csv"),
        (b"", "feedback.csv"),
        (b"a,b\n" + b"x,y\n" * 501, "more than 500 rows"),
        (b"a" * 400_001, "400 kB"),
    ],
)
def test_what_is_no_table_is_said(client_of, team, chi, content, said):
    answer = client_of(chi).post(page(team), {"upload": SimpleUploadedFile("feedback.csv", content)})
    assert answer.status_code == 422
    assert said in answer.text


def test_the_leader_takes_no_stage_and_a_stranger_no_page(client_of, team, chi, dee):
    client = client_of(chi)
    _, text = uploaded(client, team, b"Date;Comment;Agent;Channel\n03.05.2026;Great;Ada;Desk\n")
    looked = client.post(page(team), COLUMNS | {"table": text, "look": "1"}).text
    assert "nobody of the front line is called “Ada”" in looked
    assert client_of(dee).get(page(team)).status_code == 404


def test_a_large_table_is_carried_on_whole(client_of, team, chi):
    client = client_of(chi)
    rows = "".join(f"03.05.2026;{n} was good;Ben;Desk;{'a,' * 391}\n" for n in range(490))
    content = f"Date;Comment;Agent;Channel;Notes\n{rows}".encode()
    assert len(content) < 400_000
    _, text = uploaded(client, team, content)
    assert len(text) > 400_000
    looked = client.post(page(team), COLUMNS | {"table": text, "look": "1"})
    assert len(looked.context["looked"].good) == 490
    assert client.post(page(team), COLUMNS | {"table": "a,b\n" * 300_000}).status_code == 422
