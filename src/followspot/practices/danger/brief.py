"""What danger offers to the brief: the way back, while it lasts and right after."""

from __future__ import annotations

from datetime import datetime, timedelta

from followspot.language import say
from followspot.practices import DANGER, Move
from followspot.practices.danger.models import in_front
from followspot.teams.models import Person, Team

ASKED_FOR = timedelta(days=21)


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """Remind the leader of the exit; afterwards, of what was not handed back."""
    running = in_front(team, now)
    if running is not None:
        return [
            Move(
                DANGER,
                say("You are in front: {danger}", danger=str(running)),
                say(
                    "It ends when: {exit_condition}. By itself on {day:%-d %B}.",
                    exit_condition=running.exit_condition,
                    day=team.day(running.ends_at),
                ),
                running.get_absolute_url(),
                say("Step back"),
                rank=-1.0,
            )
        ]
    over = team.danger_set.filter(handed_back="", ends_at__gte=now - ASKED_FOR).select_related("team")
    return [
        Move(
            DANGER,
            say("You were in front: {danger}", danger=str(it)),
            say("Nothing has been handed back yet, and the lesson is still to tell."),
            it.get_absolute_url(),
            say("Hand back"),
        )
        for it in over[:1]
    ]
