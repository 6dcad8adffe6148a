"""What panels offer to the brief: scores to write, records to sign, and to look at again after a first quarter.

A brief goes out by mail and stays where it arrives, so it says for what work a panel sits, and never about whom.
"""

from __future__ import annotations

from datetime import datetime

from followspot.language import say
from followspot.practices import Waiting
from followspot.practices.panels.models import Seat
from followspot.practices.panels.rules import Phase
from followspot.teams.models import Person, Team


def waiting(team: Team, person: Person, *, now: datetime) -> list[Waiting]:
    """What a panel wants of one who sits on it."""
    today = team.day(now)
    found = []
    for it in team.panel_set.all().sat_on(person).standing().prefetch_related("seats__person"):
        seat = it.seat_of(person)
        if seat is None:
            continue
        url, work = it.get_absolute_url(), it.purpose
        if it.phase == Phase.SCORED and seat.handed_in_at is None:
            says = say("A panel for {work} wants your score by {due_on:%-d %B}.", work=work, due_on=it.due_on)
            found.append(Waiting(says, f"{url}my-score/", say("Write it")))
        elif it.phase == Phase.DECIDED and _to_sign(seat):
            found.append(
                Waiting(
                    say("What a panel for {work} agreed waits for your name.", work=work), url, say("Read it")
                )
            )
        elif it.look_again_on and it.look_again_on <= today and not seat.looked_again_at:
            says = say(
                "The first quarter is over of whom a panel for {work} hired. Look again at what you agreed.",
                work=work,
            )
            found.append(Waiting(says, url, say("Look again")))
    return found


def _to_sign(seat: Seat) -> bool:
    return seat.handed_in_at is not None and seat.signed_at is None
