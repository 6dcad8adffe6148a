"""Rating how one leads, as JSON; for that leader's own eyes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils import timezone
from pydantic import Field

from followspot.errors import BadInput
from followspot.items import MIRROR
from followspot.objects.api import somebody
from followspot.practices.mirror import actions, rules
from followspot.practices.mirror.models import Rating
from followspot.teams.calls import LEADER, In, Out, Room
from followspot.teams.models import Team
from followspot.teams.pages import Request

room = Room("mirror", roles=rules.MAY["rate"], scope=LEADER)

Step = Annotated[int, Field(ge=1, le=5, description="1 never, 2 seldom, 3 sometimes, 4 mostly, 5 always.")]
Steps = Annotated[
    dict[str, Step], Field(max_length=len(MIRROR), examples=[{"credit-light": 4, "there-asked": 3}])
]


class StatementOut(Out):
    """One statement about how one leads."""

    slug: Annotated[str, Field(examples=["credit-light"])]
    theme: Annotated[str, Field(examples=["Credit"])]
    words: Annotated[str, Field(examples=["When it goes well, I stay out of the light."])]


class RatingOut(Out):
    """What a leader said of themselves this quarter."""

    quarter: date
    fixed: Annotated[
        bool, Field(description="Whether the team's answers are known, so that it stays as it is.")
    ]
    steps: Steps
    statements: list[StatementOut]


def _rating(request: Request, team: Team) -> RatingOut:
    quarter, leader = rules.quarter_of(request.today), somebody(request)
    before = Rating.objects.filter(team=team, leader=leader, quarter=quarter).first()
    return RatingOut(
        quarter=quarter,
        fixed=actions.fixed(team, leader, now=timezone.now()),
        steps=before.steps if before else {},
        statements=[StatementOut(slug=slug, theme=s.theme, words=s.own) for slug, s in MIRROR.items()],
    )


@room.reads("/mirror/rating")
def rating(request: Request, team: Team) -> RatingOut:
    """See the twelve statements, and what one said of oneself this quarter."""
    return _rating(request, team)


class RateIn(In):
    """How often each statement is true of you; each may be left out."""

    steps: Steps


@room.acts("/mirror/rating", method="PUT")
def rate(request: Request, team: Team, said: RateIn) -> RatingOut:
    """Say how often each statement is true of oneself, before the team's answers are known."""
    if unknown := next((slug for slug in said.steps if slug not in MIRROR), None):
        raise BadInput(f"Steps: there is no statement “{unknown[:40]}”.")
    actions.rate(team, said.steps, by=somebody(request), roles=request.roles, now=timezone.now())
    return _rating(request, team)
