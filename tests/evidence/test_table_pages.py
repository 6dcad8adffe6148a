"""Whoever brings a table sees what becomes of its rows before it is read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from followspot.errors import Refused
from followspot.evidence import collect, log
from followspot.evidence.models import Segment, Source

pytestmark = pytest.mark.django_db
HELP = b"Key;Created;Resolved;Agent;Queue\n1;01.05.2024;03.05.2024;Ben;Gate\n2;02.05.2024;;;Gate\n"


def bring(client, team, content=HELP, name="desk.csv"):
    answer = client.post(f"/teams/{team.slug}/evidence/add/", {"upload": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302
    return answer.url


@pytest.fixture
def mapped():
    return {
        "at": "Resolved", "opened": "Created", "object": "Key", "actor": "Agent", "about": "Queue", "means": "item.done",
        "date_format": "auto", "zone": "Europe/Lisbon", "on_error": "keep_nothing",
    }  # fmt: skip


def test_the_page_shows_how_the_rows_would_be_read_before_anything_is_kept(client_of, team, ada):
    page = client_of(ada).get(bring(client_of(ada), team)).text
    assert "Key (each another)" in page or "Key (numbers)" in page
    assert "All 2 rows can be read." in page
    assert "item.opened" in page
    assert "queue:Gate" in page
    assert not Segment.objects.exists()


def test_one_looks_as_often_as_one_likes_and_then_has_it_read(client_of, team, ada, mapped):
    client = client_of(ada)
    address = bring(client, team)
    wrong = client.post(address, mapped | {"at": "Agent", "opened": "", "look": "1"})
    assert wrong.status_code == 200
    assert "row 2, column Agent: “Ben” is not a date" in wrong.text
    assert '<option value="Agent" selected' in wrong.text
    assert client.post(address, mapped).url.endswith(f"/evidence/{Source.objects.get().pk}/")
    assert Segment.objects.get().rows == 3
    assert Source.objects.get().settings["zone"] == "Europe/Lisbon"


def test_what_is_missing_is_named_and_nothing_typed_is_lost(client_of, team, ada, mapped):
    client = client_of(ada)
    answer = client.post(bring(client, team), mapped | {"at": "", "zone": "Nowhere/Land"})
    assert answer.status_code == 422
    assert "is not a time zone" in answer.text
    assert 'value="Nowhere/Land"' in answer.text
    assert "then look" in answer.text


def test_a_table_with_the_same_columns_is_filled_in_as_the_last_one_was(client_of, team, ada, mapped):
    client = client_of(ada)
    client.post(bring(client, team), mapped | {"about": "", "on_error": "keep_good"})
    page = client.get(bring(client, team, HELP + b"3;04.05.2024;05.05.2024;Chi;Gate\n", "later.csv")).text
    assert "Filled in as desk.csv was read" in page
    assert "they count twice" in page
    assert '<option value="keep_good" selected' in page
    other = client.get(bring(client, team, b"When,Who\n2024-05-01,Ben\n", "other.csv")).text
    assert "Guessed from the names" in other


def test_a_newer_file_stands_in_place_of_the_one_before(client_of, team, ada, mapped, ben):
    client = client_of(ada)
    client.post(bring(client, team), mapped)
    source = Source.objects.get()
    before, newer = source.path, f"/teams/{team.slug}/evidence/{source.pk}/newer/"
    bad = client.post(newer, {"upload": SimpleUploadedFile("bad.csv", b"Other,Day\n1,2024-05-01\n")})
    assert bad.status_code == 422
    assert "bad.csv has no column" in bad.text
    source.refresh_from_db()
    assert source.path == before
    grown = HELP + b"3;04.05.2024;05.05.2024;Chi;Gate\n"
    page = client.post(newer, {"upload": SimpleUploadedFile("desk-may.csv", grown)}, follow=True).text
    assert "desk-may.csv stands in place of the earlier file." in page
    assert sum(Segment.objects.values_list("rows", flat=True)) == 5
    source.refresh_from_db()
    assert source.title == "desk-may.csv"
    assert client_of(ben).post(newer, {"upload": SimpleUploadedFile("x.csv", grown)}).status_code == 409


def test_what_is_no_table_is_said_by_its_name(client_of, team, ada):
    client = client_of(ada)
    answer = client.get(bring(client, team, b"\x00\x01\x02", "picture.csv"))
    assert answer.status_code == 422
    assert "picture.csv" in answer.text
    assert "/uploads/" not in answer.text


def test_while_a_table_is_read_neither_its_file_nor_its_columns_change(client_of, team, ada, mapped):
    client = client_of(ada)
    address = bring(client, team)
    client.post(address, mapped)
    source = Source.objects.get()
    collect.begin(source, now=timezone.now())
    kept = set(log.uploads().iterdir())
    again = {"upload": SimpleUploadedFile("desk-may.csv", HELP + b"3;04.05.2024;05.05.2024;Chi;Gate\n")}
    refused = client.post(f"/teams/{team.slug}/evidence/{source.pk}/newer/", again)
    assert refused.status_code == 409
    assert client.post(address, mapped | {"zone": "UTC"}).status_code == 409
    assert set(log.uploads().iterdir()) == kept
    newest = Source.objects.get()
    assert (newest.path, newest.title, newest.settings) == (source.path, source.title, source.settings)


def test_the_same_table_is_not_taken_in_twice(client_of, team, ada, mapped):
    client, address = client_of(ada), f"/teams/{team.slug}/evidence/add/"
    client.post(bring(client, team), mapped)
    kept = set(log.uploads().iterdir())
    again = client.post(address, {"upload": SimpleUploadedFile("desk (1).csv", HELP)})
    assert again.status_code == 409
    assert "desk (1).csv is here already, as desk.csv" in again.text
    assert (Source.objects.count(), set(log.uploads().iterdir())) == (1, kept)
    Source.objects.update(cursor=None)  # nor where it was not read yet
    assert client.post(address, {"upload": SimpleUploadedFile("desk.csv", HELP)}).status_code == 409


def test_nor_the_same_history(team, tmp_path):
    (tmp_path / "quay").mkdir()
    collect.connect(team, "git", title="Quay", path=str(tmp_path / "quay"))
    with pytest.raises(Refused, match="here already, as Quay"):
        collect.take_in(team, {"path": f"{tmp_path}/./quay/"})
