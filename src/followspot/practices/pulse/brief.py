"""What the pulse offers to the brief: the open wave to everybody alike, and to the leader the one thing to say or to keep."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from followspot.practices import SET, Move, Waiting, quoted
from followspot.practices.pulse.models import Wave
from followspot.teams.models import Person, Team

_ANSWER_WITHIN, _KEEP_AFTER = timedelta(days=30), timedelta(days=14)


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """The open wave waits for everybody at the front line, whether they have answered or not: that is nobody's to know."""
    wave = Wave.objects.open().filter(team=team, closes_at__gt=now).defer("box").first()
    if wave is None or wave.leader_id == person.pk:
        return []
    says = f"How is it? Without your name, until {team.day(wave.closes_at):%A}."
    return [Waiting(says, reverse("pulse", args=[team.slug]), "Answer")]


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """Say one thing about the last wave; later, say what became of it."""
    wave = Wave.objects.closed().of_the_team().filter(team=team).first()
    if wave is None or wave.closed_at is None or wave.answered is None or wave.answered < wave.floor:
        return []
    url, day = reverse("pulse", args=[team.slug]), f"{team.day(wave.closed_at):%-d %B}"
    if not wave.will_do and now - wave.closed_at < _ANSWER_WITHIN:
        evidence = f"{wave.answered} of {wave.asked} answered, and the wave closed on {day}."
        return [Move(SET, "One thing that you will do about what people said", evidence, url, "Say it")]
    if wave.will_do and not wave.done and wave.will_do_at and now - wave.will_do_at > _KEEP_AFTER:
        return [
            Move(
                SET,
                f"What became of {quoted(wave.will_do)}",
                f"You said it after the wave of {day}.",
                url,
                "Say it was done",
            )
        ]
    return []
