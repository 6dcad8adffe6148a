"""A table is laid down once for each of its states, read by one at a time, and put away soon after."""

import threading

import pytest

from followspot.evidence import log
from followspot.evidence.lending import Desk
from followspot.practices.barriers import actions as barriers
from followspot.roles import MEMBER
from followspot.teams import actions as teams


def lent(desk, what, stamp, rows=10, laid=None):
    with desk.lend(what, stamp, rows=rows, lay=lambda: (laid.append(what), object())[1]) as table:
        return table


def test_it_is_laid_down_once_for_each_state():
    desk, laid = Desk(), []
    first = lent(desk, 1, "a", laid=laid)
    assert lent(desk, 1, "a", laid=laid) is first
    assert lent(desk, 1, "b", laid=laid) is not first
    assert laid == [1, 1]


def test_too_many_rows_are_put_away_the_longest_unused_first():
    desk, laid = Desk(most_rows=25), []
    for what in (1, 2, 1, 3):
        lent(desk, what, "a", laid=laid)
    assert laid == [1, 2, 3]
    lent(desk, 1, "a", laid=laid)
    lent(desk, 2, "a", laid=laid)
    assert laid == [1, 2, 3, 2]


def test_what_is_larger_than_the_desk_is_lent_all_the_same():
    desk, laid = Desk(most_rows=25), []
    lent(desk, 1, "a", laid=laid)
    lent(desk, 2, "a", rows=99, laid=laid)
    lent(desk, 2, "a", rows=99, laid=laid)
    assert laid == [1, 2]


def test_what_nobody_uses_is_put_away():
    desk, laid = Desk(seconds=0.01), []
    lent(desk, 1, "a", laid=laid)
    for thread in [t for t in threading.enumerate() if isinstance(t, threading.Timer) and t.interval < 1]:
        thread.join(5)
    lent(desk, 1, "a", laid=laid)
    assert laid == [1, 1]
    desk.clear()


def test_one_at_a_time_reads_it():
    desk, laid, order = Desk(), [], []
    inside, out = threading.Event(), threading.Event()

    def slowly():
        with desk.lend(1, "a", rows=1, lay=object):
            inside.set()
            out.wait(5)
            order.append("first")

    reader = threading.Thread(target=slowly)
    reader.start()
    inside.wait(5)
    desk.clear()  # what is being read stays
    later = threading.Thread(target=lambda: (lent(desk, 1, "a", laid=laid), order.append("second")))
    later.start()
    out.set()
    reader.join(5)
    later.join(5)
    assert order == ["first", "second"]
    assert laid == []


def test_a_table_that_can_t_be_laid_down_is_tried_again():
    desk, laid = Desk(), []
    try:
        with desk.lend(1, "a", rows=1, lay=lambda: 1 / 0):
            raise AssertionError
    except ZeroDivisionError:
        pass
    lent(desk, 1, "a", laid=laid)
    assert laid == [1]


@pytest.mark.django_db
def test_the_log_lends_one_table_until_something_happens(team, ben, now):
    with log.lend(team) as first, log.lend(beside(ben, now)) as other:
        assert first is not other
    with log.lend(team) as again:
        assert again is first
        assert again.count().to_pyarrow().as_py() == 0
    barriers.raise_barrier(team, "No keys", by=ben, roles=frozenset({MEMBER}), now=now)
    with log.lend(team) as later:
        assert later.count().to_pyarrow().as_py() == 1


def beside(ben, now):
    """Return another team, whose table lies beside the first."""
    other = teams.start_team("Elsewhere", by=None)
    teams.join(other, ben, on=None)
    barriers.raise_barrier(other, "No keys", by=ben, roles=frozenset({MEMBER}), now=now)
    return other
