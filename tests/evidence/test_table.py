"""The mask: roles and keys, never names."""

from datetime import UTC, datetime

import pytest

from followspot.errors import BadInput
from followspot.evidence.table import Spell, Who, connect, masked
from tests.events import ADA, BEN, CHI, change, event, table


@pytest.fixture
def engine():
    return connect()


def rows(masked_table):
    return masked_table.order_by("at").to_pyarrow().to_pylist()


def test_the_leader_is_told_apart_by_role(engine):
    seen = rows(masked(table(engine, change(1, BEN, day=0, by=ADA)), Who(leads=(Spell(ADA),))))
    assert [r["role"] for r in seen] == ["front", "front", "leader"]


def test_no_name_mail_or_object_comes_through(engine):
    seen = repr(rows(masked(table(engine, change("secret", BEN, day=0, by=ADA)), Who(leads=(Spell(ADA),)))))
    assert not any(word in seen for word in ("Ada", "Ben", "x.org", "secret"))


def test_keys_are_drawn_anew_at_each_read(engine):
    events = table(engine, change(1, BEN, day=0))
    first, second = (rows(masked(events, Who()))[0] for _ in range(2))
    assert first["actor"] != second["actor"]
    assert first["object"] != second["object"]


def test_objects_still_meet_within_one_read(engine):
    seen = rows(masked(table(engine, change(1, BEN, day=0) + change(2, CHI, day=0)), Who()))
    assert len({r["object"] for r in seen}) == 2


def test_bots_have_a_role_and_no_key(engine):
    seen = rows(masked(table(engine, [event("change.landed", "dependabot[bot] <d@x>")]), Who()))
    assert (seen[0]["role"], seen[0]["actor"]) == ("bot", None)


def test_who_is_not_of_the_team_stands_outside(engine):
    seen = rows(masked(table(engine, [event("change.landed", CHI)]), Who(members=(Spell(BEN),))))
    assert seen[0]["role"] == "outside"


def test_leading_has_dates(engine):
    handed_over = datetime(2024, 1, 3, tzinfo=UTC)
    who = Who(leads=(Spell(ADA, ends=handed_over), Spell(BEN, begins=handed_over)))
    seen = rows(
        masked(
            table(
                engine,
                [event("change.landed", ADA, day=d) for d in (0, 5)] + [event("change.landed", BEN, day=6)],
            ),
            who,
        )
    )
    assert [r["role"] for r in seen] == ["leader", "front", "leader"]


def test_a_day_ends_where_the_team_lives():
    engine = connect("Pacific/Auckland")
    late = table(engine, [event("item.done", BEN, day=0.6)])  # 23:24 in UTC, the next day there
    assert str(late.at.date().to_pyarrow()[0]) == "2024-01-02"


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(BadInput, match="Mars/Olympus"):
        connect("Mars/Olympus")


def test_an_empty_log_is_an_empty_table(engine):
    assert rows(masked(table(engine, []), Who(leads=(Spell(ADA),)))) == []
