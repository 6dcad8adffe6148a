"""Comments, the search across all objects of a team."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.errors import Refused
from followspot.language import say
from followspot.objects import actions
from followspot.objects.doors import seen, towards
from followspot.objects.models import Comment, Object, find_all, kinds
from followspot.roles import TEAM
from followspot.teams.models import Team
from followspot.teams.pages import Request, of_team

_MOST = 20  # hits of each kind; a search that finds more wants another word


@of_team
@require_POST
def comment(request: Request, team: Team) -> HttpResponse:
    """Say something about an object of the team."""
    thing = _seen(request, request.POST.get("object", ""))
    if request.person is None or not request.roles & TEAM or not thing.talked_about():
        raise Refused(say("There is no talking about this here."))
    actions.comment(thing, request.POST.get("text", ""), by=request.person, now=timezone.now())
    return redirect(f"{thing.get_absolute_url()}#said")


@of_team
@require_POST
def withdraw_comment(request: Request, team: Team, pk: int) -> HttpResponse:
    """Take one's own comment back."""
    said = get_object_or_404(Comment, team=team, pk=pk)
    thing = _seen(request, said.object)
    actions.withdraw(said, thing, by=request.person, now=timezone.now())
    messages.success(request, say("Taken back. That there was a comment stays in the history."))
    return redirect(f"{thing.get_absolute_url()}#said")


def _seen(request: Request, reference: str) -> Object:
    thing = seen(request, reference)
    if thing is None:
        raise Http404
    return thing


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that a search found."""

    kind: str
    title: str
    url: str
    comment: str = ""


@of_team
def search(request: Request, team: Team) -> HttpResponse:
    """Find objects and comments by the words in them; all words must be there."""
    if not request.roles & TEAM:
        return render(request, "objects/not_yours.html", {"team": team}, status=403)
    asked = request.GET.get("q", "").strip()[:200]
    words = asked.split()[:8]
    found = hits(request, team, words)
    context = {"team": team, "asked": asked, "hits": found, "here": "search"}
    return render(request, "objects/search.html", context)


def hits(request: Request, team: Team, words: list[str]) -> list[Hit]:
    """Return what whoever looks may see of what has all these words."""
    found: list[Hit] = []
    if not words:
        return found
    for model in kinds().values():
        if not model.searched:
            continue
        rows = model.of_team(team)
        for word in words:
            rows = rows.filter(_any(model.searched, word))
        for thing in rows.order_by("-pk")[:_MOST]:
            thing.team = team
            if thing.seen_with(towards(request, thing)):
                found.append(Hit(model.called, str(thing), thing.get_absolute_url()))
    said = Comment.objects.filter(team=team, withdrawn_at=None).select_related("author")
    for word in words:
        said = said.filter(text__icontains=word)
    comments = list(said.order_by("-pk")[:_MOST])
    things = find_all(team, [c.object for c in comments])
    for comment_ in comments:
        thing_ = things.get(comment_.object)
        if thing_ is not None and thing_.seen_with(towards(request, thing_)):
            found.append(Hit(say("comment"), str(thing_), f"{thing_.get_absolute_url()}#said", str(comment_)))
    return found


def _any(fields: tuple[str, ...], word: str) -> Q:
    asked = Q()
    for field in fields:
        asked |= Q(**{f"{field}__icontains": word})
    return asked
