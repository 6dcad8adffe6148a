"""How much of the team's work has to pass through the leader?"""

from datetime import UTC, datetime

import pytest

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures import Verdict
from followspot.measures.dependence import compute
from tests.events import ADA, BEN, CHI, DEE, change, event, table

ASOF = datetime(2024, 12, 31, tzinfo=UTC)


def reading(rows):
    return compute(masked(table(connect(), rows), Who(leads=(Spell(ADA),))), asof=ASOF)


def changes(leader_lets_in, others_let_in, **how):
    rows = [e for n in range(leader_lets_in) for e in change(n, BEN, day=n * 2, by=ADA, **how)]
    return rows + [e for n in range(others_let_in) for e in change(f"o{n}", CHI, day=n * 3, by=DEE, **how)]


def part(found, question):
    return next(p for p in found.parts if question in p.question)


def test_the_share_that_the_leader_let_in_is_found():
    found = reading(changes(60, 20))
    assert found.estimate == pytest.approx(0.75)
    assert found.low < 0.75 < found.high
    assert found.n == 80


def test_the_leaders_own_changes_do_not_count():
    own = [e for n in range(50) for e in change(f"a{n}", ADA, day=n)]
    assert reading(changes(60, 20) + own).estimate == pytest.approx(0.75)


def test_areas_of_the_leader_alone_are_named_and_people_are_not():
    found = part(reading(changes(30, 0, area="billing") + changes(0, 30, area="docs")), "only one")
    assert [row["area"] for row in found.table] == ["billing"]
    assert not any(name in repr(found) for name in ("Ada", "Ben", "Chi", "Dee", "x.org"))


def test_the_wait_for_the_leader_is_the_planted_one():
    found = part(reading(changes(60, 20, waits=4.0)), "wait")
    assert found.estimate == pytest.approx(4.0)


def test_who_wrote_nearly_all_areas_is_needed():
    wide = [e for n in range(200) for e in change(f"a{n}", ADA, day=n, area=f"area{n % 20}")]
    narrow = [e for n in range(30) for e in change(f"b{n}", BEN, day=n + 1, area="area0")]
    assert part(reading(wide + narrow), "few whom").estimate == 1.0


def test_who_wrote_little_is_not_needed():
    wide = [e for n in range(200) for e in change(f"b{n}", BEN, day=n, area=f"area{n % 20}")]
    assert (
        part(
            reading(wide + [e for n in range(3) for e in change(f"a{n}", ADA, day=n + 1)]), "few whom"
        ).estimate
        == 0.0
    )


def test_too_little_is_cant_tell():
    assert reading(changes(3, 2)).verdict == Verdict.CANT_TELL
    assert reading([]).verdict == Verdict.CANT_TELL


def test_day_figures_say_that_the_leaders_own_are_among_them():
    rows = [
        event("change.integrated", who, day=d, value=v, unit="a day", key=f"{who}{d}")
        for d in range(100)
        for who, v in ((ADA, 3), (BEN, 1))
    ]
    found = reading(rows)
    assert found.estimate == pytest.approx(0.75)
    assert "own among them" in found.sentence


def test_order_does_not_matter():
    rows = changes(40, 25)
    assert reading(rows) == reading(rows[::-1])


def pull(number, author, *, day, by=ADA, waits=2.0):
    """A pull request by somebody that somebody lets in some days later."""
    it = f"pull:quay/tower#{number}"
    return [
        event("pull.opened", author, day=day, object=it, key=f"{number}:o"),
        event("pull.merged", author, day=day + waits, object=it, key=f"{number}:m"),
        event("pull.accepted", by, day=day + waits, object=it, to=[author], key=f"{number}:a"),
    ]


def test_pull_requests_are_a_way_of_their_own():
    rows = [e for n in range(60) for e in pull(n, BEN, day=n * 2, by=ADA if n % 4 else CHI)]
    own = [e for n in range(60, 90) for e in pull(n, ADA, day=n)]
    found = part(reading(rows + own), "pull requests in")
    assert found.estimate == pytest.approx(0.75)
    assert found.n == 60


def test_work_that_asked_to_be_let_in_waited_from_then_and_once():
    rows = [
        e
        for n in range(60)
        for e in (*pull(n, BEN, day=n * 2), *change(n, BEN, day=n * 2, by=ADA, waits=9.0))
    ]
    found = part(reading(rows), "wait")
    assert found.estimate == pytest.approx(2.0)
    assert found.n == 60
    assert "since it asked to be let in" in found.sentence
