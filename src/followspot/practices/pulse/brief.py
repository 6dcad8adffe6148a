"""What the pulse offers to the brief: the open wave to everybody alike, and to the leader the one thing to say or to keep."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from followspot.language import say
from followspot.practices import SET, Move, Waiting, quoted
from followspot.practices.pulse.models import Wave
from followspot.teams.models import Person, Team

_ANSWER_WITHIN, _KEEP_AFTER = timedelta(days=30), timedelta(days=14)


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """The open wave waits for everybody at the front line, whether they have answered or not: that is nobody's to know."""
    wave = Wave.objects.open().filter(team=team, closes_at__gt=now).defer("box").first()
    if wave is None or wave.leader_id == person.pk:
        return []
    says = say("How is it? Without your name, until {day:%A}.", day=team.day(wave.closes_at))
    return [Waiting(says, reverse("pulse", args=[team.slug]), say("Answer"))]


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """Say one thing about the last wave; later, say what became of it."""
    wave = Wave.objects.closed().of_the_team().filter(team=team).first()
    if wave is None or wave.closed_at is None or wave.answered is None or wave.answered < wave.floor:
        return []
    url, day = reverse("pulse", args=[team.slug]), team.day(wave.closed_at)
    if not wave.will_do and now - wave.closed_at < _ANSWER_WITHIN:
        evidence = say(
            "{answered} of {asked} answered, and the wave closed on {day:%-d %B}.",
            answered=wave.answered,
            asked=wave.asked,
            day=day,
        )
        return [
            Move(SET, say("One thing that you will do about what people said"), evidence, url, say("Say it"))
        ]
    if wave.will_do and not wave.done and wave.will_do_at and now - wave.will_do_at > _KEEP_AFTER:
        return [
            Move(
                SET,
                say("What became of {will_do}", will_do=quoted(wave.will_do)),
                say("You said it after the wave of {day:%-d %B}.", day=day),
                url,
                say("Say it was done"),
            )
        ]
    return []
