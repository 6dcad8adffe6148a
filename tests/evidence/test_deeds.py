"""Single deeds with names: the newest of each person and kind, never a count."""

from datetime import timedelta

from followspot.evidence import deeds
from followspot.evidence.table import connect
from tests.events import ADA, BEN, CHI, START, event, table

KINDS = frozenset({"review.given", "item.done"})
JOINED = {BEN: "person:2", "ben@old": "person:2", ADA: "person:1", CHI: CHI}


def lately(rows, since=20):
    return deeds.lately(table(connect(), rows), JOINED, KINDS, since=START + timedelta(days=since))


def test_the_newest_of_each_person_and_kind_by_whatever_name_they_go():
    rows = [event("review.given", n, day=d, key=f"r{d}") for d, n in ((1, BEN), (25, "ben@old"), (24, BEN))]
    rows.append(event("item.done", BEN, day=26, key="d"))
    found = {d.activity: d for d in lately(rows)}
    assert found["review.given"].at == START + timedelta(days=25)
    assert [d.first for d in found.values()] == [True, False] or found["item.done"].first
    assert not found["review.given"].first  # under another name, long ago


def test_whoever_is_not_known_by_name_here_is_left_out():
    assert lately([event("review.given", CHI, day=25, key="r")]) == []


def test_figures_of_a_day_are_nobodys_deed():
    assert lately([event("item.done", BEN, day=25, value=7.0, unit="a day", key="r")]) == []


def test_nothing_is_counted():
    assert set(deeds.Deed.__slots__) == {"at", "activity", "person", "object", "first"}
