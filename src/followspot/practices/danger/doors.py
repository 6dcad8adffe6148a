"""How pages and API alike come to a danger."""

from __future__ import annotations

from django.http import Http404

from followspot.practices.danger.models import Danger
from followspot.teams.models import Team


def danger_of(team: Team, pk: int) -> Danger:
    it = team.danger_set.filter(pk=pk).select_related("leader", "declared_by", "ended_by").first()
    if it is None:
        raise Http404
    return it
