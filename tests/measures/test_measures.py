"""What all measures share: how each is asked, and what it says where nothing sends what it lives of."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from followspot.evidence.activities import ACTIVITIES
from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Reading, Verdict, answer, measures
from followspot.measures._methods.columns import HEADS
from tests.events import ADA, BEN, change, event, table
from tests.measures.practised import ASOF as LATER
from tests.measures.practised import everything
from tests.measures.practised import log as log_of

ASOF = datetime(2024, 12, 31, tzinfo=UTC)
ASKED = [slug for slug in measures() if slug != "step-away"]


def log(rows=()):
    return masked(table(connect(), rows), Who(leads=(Spell(ADA),)))


@pytest.mark.parametrize("slug", ASKED)
def test_where_nothing_sends_what_it_lives_of_it_says_so_and_what_would(slug):
    found = answer(measures()[slug], log(), asof=ASOF, off=[ASOF.date()], week_off=[5, 6])
    assert found.verdict == Verdict.CANT_TELL
    assert found.sentence.startswith("Can't tell: nothing here sends ")
    assert "Connect " in found.sentence or "It comes with the first " in found.sentence


def test_evidence_is_asked_for_by_the_name_of_its_source():
    assert answer(measures()["dependence"], log(), asof=ASOF).sentence == (
        "Can't tell: nothing here sends branch.merged, change.integrated, pull.accepted or review.given. "
        "Connect Figures by day, Git history, GitHub, GitLab or Table (CSV)."
    )


def test_one_of_the_things_it_lives_of_is_enough():
    looked = [event("review.given", (ADA, BEN)[n % 2], day=n, object=f"change:{n}") for n in range(60)]
    assert answer(measures()["dependence"], log(looked), asof=ASOF).verdict == Verdict.SEEN


def test_what_happens_in_the_app_is_asked_for_there():
    found = answer(measures()["barrier-survival"], log(change(1, BEN, day=0)), asof=ASOF)
    assert found.sentence == (
        "Can't tell: nothing here sends barrier.cleared or barrier.raised. It comes with the first barrier in the app."
    )


@pytest.mark.parametrize("slug", ASKED)
def test_a_measure_says_for_whose_eyes_it_is_and_how_far_it_reads(slug):
    measure = measures()[slug]
    assert measure.eyes in {"leader", "team"}
    assert measure.upto in {"now", "evidence"}
    if measure.practised:
        assert measure.upto == "now"


def test_the_teams_own_are_these():
    team = {slug for slug in measures() if measures()[slug].eyes == "team"}
    assert team == {"barrier-survival", "pace", "sustainability", "monitors", "pulse"}


def test_a_reading_is_plain_json_to_the_last_part():
    inner = Reading("Deepest?", Verdict.SEEN, "So.", chart={"x": 1})
    outer = Reading("Q?", Verdict.SEEN, "So.", parts=(Reading("P?", Verdict.SEEN, "So.", parts=(inner,)),))
    data = outer.as_json()
    assert json.loads(json.dumps(data)) == data
    assert "chart" not in json.dumps(data)


@pytest.fixture(scope="module")
def rows():
    return everything()


def said(reading):
    """A reading as data, its figures rounded: sums in another order differ in their last digits."""

    def rounded(value):
        match value:
            case float():
                return round(value, 6)
            case dict():
                return {k: rounded(v) for k, v in value.items()}
            case list():
                return [rounded(v) for v in value]
        return value

    return rounded(reading.as_json())


@pytest.mark.parametrize("slug", ASKED)
def test_every_column_has_a_name_for_people(slug, rows):
    waiting = [answer(measures()[slug], log_of(rows), asof=LATER)]
    while waiting:
        reading = waiting.pop()
        assert {column for row in reading.table for column in row} <= set(HEADS)
        waiting += reading.parts


@pytest.mark.parametrize("slug", ASKED)
def test_order_changes_nothing(slug, rows):
    mixed = rows[:]
    Random(7).shuffle(mixed)
    assert said(answer(measures()[slug], log_of(mixed), asof=LATER)) == said(
        answer(measures()[slug], log_of(rows), asof=LATER)
    )


@pytest.mark.parametrize("slug", ASKED)
@pytest.mark.parametrize(("zone", "hours"), [("Asia/Tokyo", 9), ("America/Phoenix", -7)])
def test_the_same_year_lived_in_another_time_zone_reads_the_same(slug, rows, zone, hours):
    ahead = timedelta(hours=hours)
    there = log_of([r | {"at": r["at"] - ahead} for r in rows], zone=zone)
    assert said(answer(measures()[slug], there, asof=LATER - ahead)) == said(
        answer(measures()[slug], log_of(rows), asof=LATER)
    )


@pytest.mark.parametrize("slug", [s for s in ASKED if measures()[s].practised])
def test_what_the_app_wrote_twice_counts_once(slug, rows):
    # What comes from outside is told apart by its key where it is let in.
    twice = rows + [r for r in rows if r["activity"] not in ACTIVITIES]
    assert said(answer(measures()[slug], log_of(twice), asof=LATER)) == said(
        answer(measures()[slug], log_of(rows), asof=LATER)
    )
