"""The mask: roles and keys, never names."""

import gc
import os
from datetime import UTC, date, datetime, timedelta

import pytest

from followspot.errors import BadInput
from followspot.evidence.identities import named_after
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


def only(engine, one, who):
    (row,) = rows(masked(table(engine, [one]), who))
    return row


def test_who_is_asked_is_told_by_role_at_the_time_and_never_by_name(engine):
    handed_over = datetime(2024, 1, 3, tzinfo=UTC)
    who = Who(leads=(Spell(ADA, ends=handed_over), Spell(BEN, begins=handed_over)))

    def asked(to, day):
        seen = only(engine, event("comment.made", CHI, day=day, to=to), who)
        return seen["to_leader"]

    assert asked([ADA], 0)
    assert not asked([BEN], 0)
    assert not asked([ADA], 5)
    assert asked([BEN, ADA], 5)
    assert not asked([], 0)


def test_what_was_said_is_told_apart_from_what_counts_itself(engine):
    said = only(engine, event("expectation.progressed", BEN, value=1.0, unit="items"), Who())
    silent = only(engine, event("expectation.progressed", BEN), Who())
    assert (said["value"], said["told"], said["unit"]) == (1.0, True, "items")
    assert (silent["value"], silent["told"], silent["unit"]) == (1.0, False, None)


def test_what_was_asked_for_says_so(engine):
    assert only(engine, event("comment.made", ADA) | {"invited_by": "k"}, Who())["invited"]
    assert not only(engine, event("comment.made", ADA), Who())["invited"]
    assert not only(engine, event("comment.made", ADA) | {"invited_by": ""}, Who())["invited"]


def test_things_can_be_joined_to_what_they_belong_to(engine):
    seen = rows(
        masked(
            table(
                engine,
                [
                    event("expectation.met", BEN, object="expectation:7"),
                    event(
                        "applause.given",
                        ADA,
                        day=1,
                        object="applause:1",
                        about=["expectation:7", "kind:fixing"],
                    ),
                ],
            ),
            Who(),
        )
    )
    assert seen[0]["object"] in seen[1]["links"]
    assert seen[1]["object"] not in seen[1]["links"]


@pytest.mark.parametrize("area", ["folder:home/ben", "folder:BEN/src", "label:Ben", "folder:src/ben@x.org"])
def test_an_area_named_after_a_person_keeps_its_kind_alone(engine, area):
    seen = only(engine, event("change.landed", BEN, about=[area, "folder:src"]), Who(leads=(Spell(ADA),)))
    assert seen["about"] == [f"{area.partition(':')[0]}:(named after a person)", "folder:src"]


def test_an_area_named_after_the_leader_or_of_a_longer_word_stays(engine):
    areas = ["folder:ada", "folder:bench/src", "expectation:7"]
    assert only(engine, event("change.landed", BEN, about=areas), Who(leads=(Spell(ADA),)))["about"] == areas


def test_a_login_and_a_full_name_are_seen_through_their_spelling():
    assert named_after(
        ["folder:users/chi-mail", "folder:Chi_Lee", "folder:12", "folder:src"],
        ["Chi Lee <12+chi.mail@users.noreply.github.com>"],
    ) == ["folder:Chi_Lee", "folder:users/chi-mail"]


def test_what_is_told_without_a_name_is_not_all_one_persons(engine):
    assert only(engine, event("lesson.told", "nobody"), Who())["actor"] is None


def test_what_an_engine_cannot_hold_it_lays_down_for_as_long_as_it_lives():
    engine = connect()
    told = "SELECT current_setting('temp_directory'), current_setting('memory_limit')"
    ((folder, limit),) = engine.raw_sql(told).fetchall()
    assert limit == "953.6 MiB"
    engine.raw_sql("SET memory_limit = '60MB'")
    engine.raw_sql("CREATE TEMP TABLE long AS SELECT random()::VARCHAR AS word FROM range(4_000_000)")
    assert os.listdir(folder)
    assert engine.raw_sql("SELECT count(*) FROM long").fetchall() == [(4_000_000,)]
    del engine
    gc.collect()
    assert not os.path.exists(folder)


def test_numbered_names_never_share_a_key(engine):
    day = date(2000, 1, 1)
    names = [f"day:{day + timedelta(days=n)}:{n % 7}" for n in range(5_000)]
    names += [f"item:{n % 100:04}/{n // 100:06}" for n in range(20_000)]
    some = [event("item.done", BEN, object=name, key=str(n), day=0) for n, name in enumerate(names)]
    keys = masked(table(engine, some), Who()).object
    assert keys.nunique().to_pyarrow().as_py() == len(names)
