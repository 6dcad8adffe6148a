"""What danger offers to the brief: the way back, while it lasts and right after."""

from __future__ import annotations

from datetime import datetime, timedelta

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
                f"You are in front: {running}",
                f"It ends when: {running.exit_condition}. By itself on {team.day(running.ends_at):%-d %B}.",
                running.get_absolute_url(),
                "Step back",
                rank=-1.0,
            )
        ]
    over = team.danger_set.filter(handed_back="", ends_at__gte=now - ASKED_FOR).select_related("team")
    return [
        Move(
            DANGER,
            f"You were in front: {it}",
            "Nothing has been handed back yet, and the lesson is still to tell.",
            it.get_absolute_url(),
            "Hand back",
        )
        for it in over[:1]
    ]
