"""A front line that is large enough to be asked, and a mirror that it answers."""

from datetime import timedelta

from django.utils import timezone

from followspot import practices
from followspot.practices.pulse import actions as pulse
from followspot.practices.pulse.models import Wave
from followspot.practices.pulse.rules import What
from followspot.roles import LEADER
from followspot.teams import access
from followspot.teams import actions as teams
from tests.conftest import _person


def answered(team, leader, *, step=4, n=7, voices=7):
    """Hold up a mirror of whoever leads; of `n` so many `voices` answer every statement alike, and it closes. Return the wave."""
    now = timezone.now() - timedelta(minutes=5)
    front = access.front_line_of(team, today=team.day(now))
    more = [_person(f"Crew {k}", f"crew{k}@example.org") for k in range(n - len(front))]
    for person in more:
        teams.join(team, person, on=None)
    wave = pulse.open_wave(team, what=What.MIRROR, by=leader, roles=frozenset({LEADER}), now=now, days=4)
    for person in [*front, *more][:voices]:
        pulse.answer(wave, person, {item.slug: str(step) for item in wave.asks()}, "", now=now)
    Wave.objects.filter(pk=wave.pk).update(closes_at=now + timedelta(minutes=1))
    practices.by_itself(now=now + timedelta(minutes=2))
    wave.refresh_from_db()
    return wave
