"""What lessons offer to the brief: those that the leader has not answered, and changes left lying."""

from __future__ import annotations

from datetime import datetime, timedelta

from followspot.language import say
from followspot.practices import APPLAUD, SET, Move, quoted
from followspot.practices.lessons.models import FollowUp
from followspot.practices.lessons.rules import Following
from followspot.teams.models import Person, Team

LEFT_LYING = timedelta(days=28)
ANSWERED_WITHIN = timedelta(days=30)


def moves(team: Team, leader: Person, *, now: datetime) -> list[Move]:
    """A lesson wants a thank-you; a change that nobody makes wants to be set."""
    told = team.lesson_set.filter(told_at__gte=now - ANSWERED_WITHIN, thanked_at=None, owned_at=None).told()
    found = [
        Move(
            APPLAUD,
            say("A mistake was told: {lesson}. You haven’t answered.", lesson=quoted(it)),
            say("There are two answers: thank you, or this part is mine."),
            it.get_absolute_url(),
            say("Answer"),
            rank=1.5,
        )
        for it in told.exclude(teller=leader)
    ]
    lying = FollowUp.objects.filter(
        lesson__team=team,
        lesson__withdrawn_at=None,
        state=Following.OPEN,
        added_at__lte=now - LEFT_LYING,
        becomes="",
    ).select_related("lesson")[:5]
    for one in lying:
        one.lesson.team = team  # it is known, so it isn't asked for
    found += [
        Move(
            SET,
            say("{what} was to change after a lesson, and hasn’t.", what=quoted(one.what)),
            say(
                "Open since {day:%-d %B}. It could become an expectation, or a barrier.",
                day=team.day(one.added_at),
            ),
            one.lesson.get_absolute_url(),
            say("Look"),
            rank=0.5,
        )
        for one in lying
    ]
    return found
