"""An installation that is made once, and given to each test as a copy of its own."""

import pytest

from tests.upkeep.installation import Installation


@pytest.fixture(scope="session")
def furnished(tmp_path_factory):
    made = Installation(tmp_path_factory.mktemp("furnished") / "data").furnish()
    yield made
    made.close()


@pytest.fixture
def house(furnished, tmp_path):
    """Ada's team in a folder, and on PostgreSQL in a database, of its own."""
    own = furnished.copy(tmp_path / "data")
    yield own
    own.close()
