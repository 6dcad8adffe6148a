"""An installation of its own for each fault, and how often it is tried: `FAULT_ROUNDS=50` for long."""

import os

import pytest

from tests.upkeep.installation import Installation


@pytest.fixture(scope="session")
def rounds():
    return int(os.environ.get("FAULT_ROUNDS", "2"))


@pytest.fixture
def house(tmp_path):
    own = Installation(tmp_path / "data").furnish()
    yield own
    own.close()
