"""Many serve a folder together; whoever changes it as a whole does so alone."""

from contextlib import contextmanager

import pytest

from followspot.errors import Refused
from followspot.upkeep import holding


@contextmanager
def refused(what):
    with pytest.raises(Refused, match=what):
        yield


def test_many_together_and_nobody_alone_meanwhile(tmp_path):
    with holding.together(tmp_path), holding.together(tmp_path), refused("Stop it first.*while you restore"):
        holding.alone(tmp_path, to="restore").__enter__()
    with holding.alone(tmp_path, to="restore"), refused("as a whole"):
        holding.together(tmp_path).__enter__()
    with holding.together(tmp_path):
        pass


def test_one_gets_ready_after_the_other(tmp_path):
    with holding.in_turn(tmp_path, patience=0), refused("getting ready"):
        holding.in_turn(tmp_path, patience=0.2).__enter__()
    with holding.in_turn(tmp_path, patience=0):
        pass
