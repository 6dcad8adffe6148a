"""Whose eyes a leader's panel is for, as the line below it says."""

from followspot.teams.models import Team
from followspot.teams.pages import Request


def whom(request: Request, team: Team, leader: object) -> str:
    """Return who reads what is the leader's: the leader, a visitor of a sample, or whoever keeps a history."""
    if team.sample and request.person is None:
        return "sample"
    if team.sample:
        return "leader"
    return "leader" if getattr(leader, "account_id", None) == request.user.pk else "keeper"
