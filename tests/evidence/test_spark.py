"""Every reading is the same on DuckDB and on a Spark cluster that reads its segments from an object store.

The cluster is a real one, a master with two workers, started by tests/spark.sh: `make spark`.
"""

import math
import os
from dataclasses import asdict
from datetime import date, timedelta

import pytest

from followspot.brief import readings
from followspot.evidence import log, places
from followspot.evidence.models import Segment, Source
from followspot.measures import answer, measures, stepaway
from followspot.practices.barriers import actions as barriers
from followspot.roles import MEMBER
from followspot.teams import actions as teams
from tests.events import ADA, BEN, CHI, DEE
from tests.evidence import buckets
from tests.evidence.test_log import harvest
from tests.measures.practised import ASOF, everything

MASTER = os.environ.get("FOLLOWSPOT_TEST_SPARK", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # Spark's own
    pytest.mark.skipif(not MASTER, reason="no Spark cluster: `make spark` starts one and runs this"),
]
AWAY = (stepaway.Absence(date(2024, 9, 2), date(2024, 9, 15)),)
PLACES = (
    ("UTC", True),
    ("America/Santiago", True),
    ("America/Santiago", False),
)  # where clocks skip midnight


@pytest.fixture
def bucket(monkeypatch, settings, tmp_path):
    with buckets.serving("moto") as found:
        settings.DATA, settings.SEGMENTS = tmp_path, found.url
        yield found


@pytest.fixture
def quay(request, settings, bucket, team, ada, ben, chi, now):
    """A team with three sources in seven segments, in a bucket or in the data folder, and some practice of its own."""
    team.zone, in_bucket = getattr(request, "param", ("Europe/Lisbon", True))
    team.save()
    settings.SEGMENTS = settings.SEGMENTS if in_bucket else ""
    for name, person in ((ADA, ada), (BEN, ben), (CHI, chi)):
        teams.claim(team, name, person=person)
    rows = everything(areas=("src", "docs"))
    sources = [Source.objects.create(team=team, connector="git", title=t, path="/nowhere") for t in "abc"]
    for n in range(7):
        log.store(sources[n % 3], harvest(*rows[n::7]), now=now)
    for person in (ben, chi):
        barriers.raise_barrier(
            team, "Keys", by=person, roles=frozenset({MEMBER}), now=ASOF - timedelta(days=9)
        )
    assert Segment.objects.count() == 7
    assert len(bucket.listed()) == (7 if in_bucket else 0)
    return team


@pytest.fixture
def on_spark(settings):
    def go(*, on):
        settings.SPARK, settings.SPARK_FROM = MASTER if on else "", 1

    return go


def same(one, other, where=""):
    """Equal in every word and verdict; in figures to the last digits, whose order of summing differs."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key in one:
            same(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), where
        for n, pair in enumerate(zip(one, other, strict=True)):
            same(*pair, f"{where}[{n}]")
    elif isinstance(one, float) and isinstance(other, float):
        assert math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12), where
    else:
        assert one == other, where


def asked(team):
    """Every reading of a team, whole, with its drawing."""
    events = log.read(team).cache()
    told = {
        slug: asdict(answer(measure, events, asof=ASOF, week_off=(5, 6)))
        for slug, measure in measures().items()
        if slug != "step-away"
    }
    judged = stepaway.compute(events, absences=AWAY)
    return type(events.get_backend()).__module__, told, {flow: asdict(one) for flow, one in judged.items()}


@pytest.mark.parametrize("quay", PLACES, indirect=True)
def test_every_reading_is_the_same_on_both(quay, on_spark):
    on_spark(on=False)
    here, *ours = asked(quay)
    on_spark(on=True)
    for path in (places.settings.DATA / "copies").rglob("*.parquet"):
        path.unlink()  # so that the workers can only have it from where it lies
    there, *theirs = asked(quay)
    assert (here, there) == ("ibis.backends.duckdb", "followspot.evidence.spark")
    assert not list((places.settings.DATA / "copies").rglob("*.parquet"))
    told, judged = ours
    assert sum(reading["verdict"] != "cant_tell" for reading in told.values()) > 9
    assert judged
    same(ours, theirs)


def test_so_is_what_people_are_asked_about(quay, on_spark, ada, now):
    found = []
    for on in (False, True):
        on_spark(on=on)
        deeds = log.deeds(quay, frozenset({"review.given", "item.done"}), since=ASOF - timedelta(days=30))
        found.append(
            (
                list(log.named(quay)),
                log.silences(quay, ada),
                log.likely_leader(quay),
                sorted(deeds, key=lambda d: (d.at, d.activity, d.person)),
            )
        )
    assert found[0] == found[1]
    assert {ADA, BEN, CHI, DEE} <= {identity for identity, _ in found[0][0]}
    assert found[0][3]


def test_a_page_asks_the_cluster_only_for_what_is_large_enough(quay, on_spark, settings):
    on_spark(on=True)
    there = readings.reading(quay, "spread-of-leading", asof=ASOF)
    settings.SPARK_FROM = 1_000_000
    log.put_away()
    assert log.read(quay).get_backend().name == "duckdb"
    same(asdict(there), asdict(readings.reading(quay, "spread-of-leading", asof=ASOF)))
