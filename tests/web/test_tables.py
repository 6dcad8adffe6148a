"""A team's tables: what one sees on its pages, and nothing else."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from django.http import HttpResponse

from followspot.practices.barriers import actions as barriers
from followspot.practices.lessons import actions as lessons
from followspot.practices.panels import actions as panels
from followspot.practices.panels.rules import USUAL
from followspot.roles import MEMBER
from followspot.web import tables

pytestmark = pytest.mark.django_db
PERFORMS = frozenset({MEMBER})


@pytest.fixture
def filled(team, ada, ben, chi):
    now = datetime.now(UTC)
    for n in range(103):  # more than a page
        barriers.raise_barrier(
            team, f"=Barrier {n}", by=ben, roles=PERFORMS, now=now, needed_on=date(2100, 1, 1)
        )
    lessons.tell(team, happened="Twice", known="Alike", changes=("Colours",), by=chi, roles=PERFORMS, now=now)
    panels.convene(
        team, candidate="Candidate C", purpose="The gate", criteria=USUAL, panelists=[ada, ben], due_on=now.date() + timedelta(days=5),
        delete_on=now.date() + timedelta(days=90), by=ben, roles=PERFORMS, now=now,
    )  # fmt: skip
    return team


def taken(client, team, form):
    answer = client.get(f"/teams/{team.slug}/tables/?form={form}")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_every_list_is_a_table(client_of, filled, ben):
    bundle = taken(client_of(ben), filled, "csv")
    rows = list(csv.DictReader(io.StringIO(bundle.read("barriers.csv").decode("utf-8-sig"))))
    assert len(rows) == 103
    assert {row["what"] for row in rows} >= {"'=Barrier 0"}
    assert rows[0]["raiser.name"] == "Ben"
    assert rows[0]["needed_on"] == "2100-01-01"
    names = set(bundle.namelist())
    assert {
        "barriers.csv",
        "lessons.csv",
        "expectations.csv",
        "applause.csv",
        "step-aways.csv",
        "README.txt",
    } <= names
    assert "panels.csv" not in names
    assert not any(b"Candidate C" in bundle.read(name) for name in names)
    assert bundle.read("expectations.csv").decode("utf-8-sig").startswith("id,")


def test_the_same_as_parquet_with_types(client_of, filled, ben):
    bundle = taken(client_of(ben), filled, "parquet")
    table = pq.read_table(io.BytesIO(bundle.read("barriers.parquet")))
    assert table.num_rows == 103
    assert table.column("what")[0].as_py().startswith("=Barrier")
    assert table.column("needed_on")[0].as_py() == date(2100, 1, 1)
    assert table.column("raised_at")[0].as_py().tzinfo is not None


def test_each_gets_what_they_may_see(client_of, filled, ada, ben, dee):
    leaders, members = (set(taken(client_of(p), filled, "csv").namelist()) for p in (ada, ben))
    assert "shares.csv" in leaders
    assert "shares.csv" not in members
    assert client_of(dee).get(f"/teams/{filled.slug}/tables/?form=csv").status_code == 404


def test_the_page_offers_both_and_says_what_is_left_out(client_of, filled, ben):
    page = client_of(ben).get(f"/teams/{filled.slug}/tables/").text
    assert "Parquet, for analysis" in page
    assert all(why in page for why in tables.LEFT_OUT.values())
    assert client_of(ben).get(f"/teams/{filled.slug}/tables/?form=exe").status_code == 422


def test_there_is_a_list_for_every_practice_with_things_of_its_own():
    names = {listed.name for listed in tables.lists()}
    assert {
        "barriers",
        "expectations",
        "applause",
        "words",
        "lessons",
        "dangers",
        "step-aways",
        "pulse-waves",
    } <= names
    assert all(listed.row["properties"] for listed in tables.lists())


def test_rows_are_never_left_out_in_silence(client_of, filled, ben, monkeypatch):
    asked = tables._asked
    monkeypatch.setattr(
        tables,
        "_asked",
        lambda request, address: HttpResponse(status=404) if "after=" in address else asked(request, address),
    )
    answer = client_of(ben).get(f"/teams/{filled.slug}/tables/?form=csv")
    assert answer.status_code == 409
    assert "could not be read to its end" in answer.text
