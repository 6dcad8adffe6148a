"""What tests of pages share: a team above the cast's own."""

import pytest

from followspot.teams import actions as teams
from tests.conftest import _person


@pytest.fixture
def above(team, ada, dee, now):
    above = teams.start_team("Harbour", by=None)
    teams.hand_lead(above, to=dee, on=None)
    teams.join(above, ada, on=None)
    peer = _person("Peer", "peer@example.org")
    teams.join(above, peer, on=None)
    team.up = above
    team.save()
    above.peer = peer
    return above
