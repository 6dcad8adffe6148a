"""What the mirror asks of a leader: one quiet line, in the first weeks of a quarter."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from followspot.language import say
from followspot.practices import Waiting
from followspot.practices.mirror import rules
from followspot.practices.mirror.models import Rating
from followspot.teams.models import Person, Team

ASKED_FOR = timedelta(days=21)  # after that it asks no more before the next quarter


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """Offer the mirror to whoever leads, until they looked or the weeks are over."""
    today = team.day(now)
    quarter = rules.quarter_of(today)
    if today - quarter >= ASKED_FOR or team.leader_on(today) != person:
        return []
    if Rating.objects.filter(team=team, leader=person, quarter=quarter).exists():
        return []
    says = say("A new quarter: twelve statements about how you lead, for your eyes.")
    return [Waiting(says, reverse("mirror", args=[team.slug]), say("Look into the mirror"))]
