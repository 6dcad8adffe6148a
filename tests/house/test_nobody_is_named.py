"""No name, mail or object of a front-line person comes out of any measure."""

from datetime import UTC, datetime

import pytest

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import measures
from followspot.measures.stepaway import Absence
from tests.events import ADA, change, event, table

CANARIES = ("Canary Bird", "canary@mine.example", "coalmine")
BIRD, FINCH = "Canary Bird <canary@mine.example>", "Canary Bird Two <two@coalmine.example>"
ASOF = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def log():
    rows = [
        e
        for n in range(400)
        for e in change(f"coalmine{n}", (BIRD, FINCH)[n % 2], day=n, by=ADA if n % 3 else BIRD)
    ]
    rows += [
        event("review.given", (ADA, BIRD, FINCH)[n % 3], day=n, to=[BIRD], key=f"r{n}") for n in range(200)
    ]
    rows += [
        event("branch.merged", ADA, day=n, key=f"m{n}", object=f"change:coalmine-m{n}") for n in range(100)
    ]
    return masked(table(connect(), rows), Who(leads=(Spell(ADA),)))


@pytest.mark.parametrize("slug", measures())
def test_no_canary_sings(log, slug):
    measure = measures()[slug]
    if slug == "step-away":
        found = measure.compute(
            log, absences=[Absence(datetime(2024, 10, 7).date(), datetime(2024, 10, 20).date())]
        )
    else:
        found = measure.compute(log, asof=ASOF)
    assert found
    assert not [c for c in CANARIES if c.casefold() in repr(found).casefold()]


def test_no_canary_is_in_the_masked_log_itself(log):
    seen = repr(log.drop("about").to_pyarrow().to_pylist()).casefold()
    assert not [c for c in CANARIES if c.casefold() in seen]
