"""An installation of its own for each fault, and how often it is tried: `FAULT_ROUNDS=50` for long."""

import os

import pytest

from tests.upkeep.conftest import furnished, house  # noqa: F401 - each fault has a copy


@pytest.fixture(scope="session")
def rounds():
    return int(os.environ.get("FAULT_ROUNDS", "2"))
