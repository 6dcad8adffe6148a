"""Who gets through to which applause, and what may be cited: for pages and API alike."""

from __future__ import annotations

from django.http import Http404

from followspot.objects.doors import seen, towards
from followspot.practices.applause.models import Applause, Words
from followspot.teams.models import Team
from followspot.teams.pages import Request


def applause_of(request: Request, team: Team, pk: int) -> Applause:
    it = team.applause_set.filter(pk=pk).with_people().first()
    if it is None or not it.seen_with(towards(request, it)):
        raise Http404
    return it


def words_of(request: Request, team: Team, pk: int) -> Words:
    it = team.words_set.filter(pk=pk).select_related("brought_by").prefetch_related("about").first()
    if it is None or not it.seen_with(towards(request, it)):
        raise Http404
    return it


def cited(request: Request, reference: str) -> str:
    """Return what is cited as the log writes it: an object that the giver sees, or a piece of evidence."""
    return reference if reference.startswith("evidence:") or seen(request, reference) else ""
