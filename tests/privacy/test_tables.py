"""The tables of rules, as people read them."""

import pytest

from followspot.language import Said
from followspot.privacy.tables import rows, tables


@pytest.mark.parametrize("which", ["SEES", "MAY"])
def test_every_row_speaks_the_readers_language(which):
    said = [row for table in tables(which).values() for row in rows(table)]
    assert [r.what for r in said if not isinstance(r.what, Said)] == []
    assert [r.what for r in said if not isinstance(r.who, Said)] == []
