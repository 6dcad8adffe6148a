"""From the masked log to daily counts."""

import numpy as np

from followspot.evidence.table import Spell, Who, connect, masked
from followspot.measures._methods.flows import daily
from tests.events import ADA, BEN, CHI, change, event, table


def flows(rows, zone="UTC"):
    return daily(masked(table(connect(zone), rows), Who(leads=(Spell(ADA),))))


def test_both_clocks_are_counted_apart():
    seen = flows(change(1, BEN, day=0, waits=3) + change(2, CHI, day=1, waits=2))
    assert seen["written"].others.tolist() == [1, 1, 0, 0]
    assert seen["landed"].others.tolist() == [2]


def test_the_leaders_own_work_and_bots_stay_out_of_others():
    rows = change(1, BEN, day=0) + change(2, ADA, day=0) + change(3, "x[bot] <b@x>", day=0)
    seen = flows(rows)
    assert seen["landed"].others.tolist() == [1]
    assert seen["landed"].leader.tolist() == [1]
    assert seen["total"].others.tolist() == [2]


def test_what_the_leader_did_in_any_way_is_known():
    acts = flows(change(1, BEN, day=0, by=ADA))["written"].leader_acts
    assert acts.tolist() == [0, 1]


def test_people_are_counted_once_a_day():
    seen = flows([e for n in range(5) for e in change(n, BEN, day=0)] + change(9, CHI, day=0))
    assert seen["people"].others[0] == 2


def test_a_day_without_a_figure_is_missing_and_a_quiet_day_is_zero():
    figures = [event("item.done", BEN, day=d, value=2, unit="a day", key=str(d)) for d in (0, 2)]
    assert np.isnan(flows(figures)["done"].others[1])
    single = [event("item.done", BEN, day=d, key=str(d)) for d in (0, 2)]
    assert flows(single)["done"].others.tolist() == [1, 0, 1]


def test_what_happens_in_the_app_does_not_stretch_the_history():
    rows = [*change(1, BEN, day=0), event("stepaway.planned", ADA, day=500)]
    assert flows(rows)["written"].others.size == 2


def test_an_empty_log_has_no_flows():
    assert flows([]) == {}


def test_an_act_in_the_app_is_one_act_whatever_it_carries():
    promised = event("barrier.taken", ADA, day=1, value=20_000.0, unit="day")
    acts = flows([*change(1, BEN, day=0), promised])["written"].leader_acts
    assert acts.tolist() == [0, 1]


def test_what_was_let_in_twice_over_is_never_added_up():
    """The same work, as seen by git and by the place where it asked to be let in."""
    seen = flows([*change(1, BEN, day=0), event("pull.merged", BEN, day=1, object="pull:1", key="m")])
    assert seen["landed"].others.sum() == seen["merged"].others.sum() == 1
    assert seen["total"].others.sum() == 1


def test_what_others_let_in_of_the_leaders_is_no_sign_of_the_leader():
    rows = [*change(1, BEN, day=0), event("pull.merged", ADA, day=1, object="pull:1", key="m")]
    assert flows(rows)["written"].leader_acts.tolist() == [0, 0]
