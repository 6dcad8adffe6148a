"""What the evidence holds about one person, and how they are taken out of it."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.utils import timezone

from followspot.errors import BadInput
from followspot.evidence import collect, erased, log, persons
from followspot.evidence.models import Erased, Segment
from followspot.teams import actions
from tests.evidence.test_veils import repository

pytestmark = pytest.mark.django_db


def silent(done, total):
    pass


@pytest.fixture
def quay(team, ben, tmp_path):
    """Ada's team with a history in which Ben has a folder by his name."""
    source = collect.connect(team, "git", title="Quay", path=str(repository(tmp_path / "repo")))
    collect.read(collect.begin(source, now=timezone.now()))
    actions.claim(team, "Ben Oki <ben.oki@quay.port>", person=ben)
    return source


def raw():
    return "".join(
        str(pq.read_table(settings.DATA / path).to_pylist())
        for path in Segment.objects.values_list("path", flat=True)
    )


def erase(person, pseudonym="erased-1"):
    mails = ["ben@example.org"]
    written = persons.identities_of(person, mails)
    persons.hide(person, pseudonym, written=written, mails=mails, names=[person.name])
    return persons.rewrite(tell=silent)


def test_somebody_sees_what_the_evidence_has_of_them_and_nothing_of_others(quay, ben, chi, team):
    written = persons.identities_of(ben, ["ben@example.org"])
    assert written == {team: ["Ben Oki <ben.oki@quay.port>"]}
    events = list(persons.events_of(written))
    assert events
    assert all("Ben Oki <ben.oki@quay.port>" in (e["actor"], *e["to"]) for e in events)
    assert persons.identities_of(chi, ["chi@example.org"]) == {}


def test_an_address_of_ones_own_is_oneself_without_a_claim(quay, chi, team):
    assert persons.identities_of(chi, ["chi@quay.port"]) == {team: ["Chi Ito <chi@quay.port>"]}


def test_erasing_rewrites_every_segment_and_removes_the_old_files(quay, ben):
    before = {settings.DATA / p for p in Segment.objects.values_list("path", flat=True)}
    assert "ben.oki" in raw()
    assert erase(ben) == 1
    assert "oki" not in raw().casefold()
    assert "erased-1" in raw()
    assert not any(path.exists() for path in before)
    assert [error for _, error in log.check()] == [None]
    assert persons.rewrite(tell=silent) == 0


def test_the_shape_of_the_work_stays(quay, ben, team):
    def shape():
        events = log.read(team)
        rows = events.group_by("role", "activity").agg(n=events.count()).to_pyarrow().to_pylist()
        return sorted(map(str, rows))

    before = shape()
    erase(ben)
    assert shape() == before


def test_reading_the_same_history_again_does_not_bring_the_name_back(quay, ben, team, tmp_path):
    erase(ben)
    again = collect.connect(team, "git", title="Again", path=quay.path)
    collect.read(collect.begin(again, now=timezone.now()))
    assert again.segments.exists()
    assert "oki" not in raw().casefold()
    assert "oki" not in str(list(Erased.objects.values())).casefold()


def test_what_was_read_before_is_not_kept_after(quay, ben):
    worn = erased.veil()
    erase(ben)
    with pytest.raises(BadInput, match="Somebody was erased while this was read"):
        erased.must_be(worn, quay)


def test_an_upload_that_names_them_is_deleted_and_its_source_says_so(team, ben):
    upload = log.uploads() / "a.csv"
    upload.write_text("who,what\nBen Oki,Boat\n")
    kept = log.uploads() / "b.csv"
    kept.write_text("who,what\nChi Ito,Boat\n")
    sources = [collect.connect(team, "csv", title=p.name, path=str(p)) for p in (upload, kept)]
    persons.hide(ben, "erased-1", written={}, mails=[], names=["Ben Oki"])
    persons.rewrite(tell=silent)
    assert (upload.exists(), kept.exists()) == (False, True)
    sources[0].refresh_from_db()
    assert "Upload it again" in sources[0].notes[0]
    kept.unlink()


def test_a_file_left_by_a_process_that_died_goes_with_the_next_try(quay, ben):
    stray = Path(settings.DATA / Segment.objects.get().path).with_name("stray.parquet")
    stray.write_bytes(b"Ben Oki")
    erase(ben)
    assert not stray.exists()
