"""Who was asked to look at something and has not answered yet."""

from datetime import datetime, timedelta

from followspot.objects.models import Comment, Object, seen_by
from followspot.teams.models import Person, Team

ASKED_FOR = timedelta(days=14)
NEWEST = 6


def unanswered(team: Team, person: Person, *, now: datetime) -> list[tuple[Comment, Object]]:
    """Return the newest comments in which somebody asked this person to look, and after which they said nothing."""
    since = now - ASKED_FOR
    rows = Comment.objects.filter(team=team, mentions=person, withdrawn_at=None, made_at__gte=since)
    asked = list(rows.select_related("author").order_by("-made_at"))
    if not asked:
        return []
    mine = Comment.objects.filter(team=team, author=person, made_at__gt=since)
    answered = dict(mine.order_by("made_at").values_list("object", "made_at"))
    comments = [c for c in asked if c.object not in answered or answered[c.object] <= c.made_at][:NEWEST]
    things = seen_by(person, team, [c.object for c in comments])
    return [(c, things[c.object]) for c in comments if c.object in things]
