"""Who was asked to look at something and has not answered yet."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from followspot.objects.models import Comment, Object, seen_by
from followspot.teams.models import Person, Team

ASKED_FOR = timedelta(days=14)


def unanswered(team: Team, person: Person, *, now: datetime) -> list[tuple[Comment, Object]]:
    """Return the newest comments in which somebody asked this person to look, and after which they said nothing."""
    answers = Comment.objects.filter(
        team=team, object=OuterRef("object"), author=person, made_at__gt=OuterRef("made_at")
    )
    asked = (
        Comment.objects.filter(team=team, mentions=person, withdrawn_at=None, made_at__gte=now - ASKED_FOR)
        .exclude(Exists(answers))
        .select_related("author")
        .order_by("-made_at")[:6]
    )
    comments = list(asked)
    things = seen_by(person, team, [c.object for c in comments])
    return [(c, things[c.object]) for c in comments if c.object in things]
