"""Who gets through to which lesson, and what is asked before one is told: for pages and API alike."""

from __future__ import annotations

from django.http import Http404

from followspot.objects.doors import towards
from followspot.practices.lessons.models import FollowUp, Lesson
from followspot.teams.models import Team
from followspot.teams.pages import Request


def lesson_of(request: Request, team: Team, pk: int) -> Lesson:
    it = team.lesson_set.filter(pk=pk).with_people().first()
    if it is None or not it.seen_with(towards(request, it)):
        raise Http404
    return it


def follow_up_of(team: Team, pk: int) -> FollowUp:
    found = FollowUp.objects.select_related("lesson__team").filter(lesson__team=team, pk=pk).first()
    if found is None:
        raise Http404
    return found
