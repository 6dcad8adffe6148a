"""What every object has, as JSON: its address, version, state and moves; what was said and what happened; search."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from django.http import Http404
from django.utils import timezone
from ninja import Query
from pydantic import Field

from followspot.errors import Refused
from followspot.objects import actions, pages, unnamed
from followspot.objects.around import Happened, history_of
from followspot.objects.doors import seen
from followspot.objects.models import Comment, Object
from followspot.objects.said import Acting
from followspot.roles import TEAM, Roles
from followspot.teams import access
from followspot.teams.api import PersonOut, people_out, person_out
from followspot.teams.calls import In, Number, Out, Page, Paged, Reference, Room, at, page, version_of
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request
from followspot.teams.problems import Fault, Turned

room = Room("objects", roles=TEAM)


class Act(In):
    """Something done to an object."""

    version: Annotated[
        int | None,
        Field(
            ge=0,
            le=10**9,
            examples=[3],
            description="The version that you act upon; the header If-Match says it too.",
        ),
    ] = None


class ObjectOut(Out):
    """Something of a team that lives. can : what you may do with it now."""

    id: Annotated[int, Field(examples=[7])]
    reference: Annotated[str, Field(examples=["barrier:7"], description="How other operations name it.")]
    version: Annotated[int, Field(examples=[3], description="One more at every act.")]
    state: Annotated[str, Field(examples=["taken"])]
    url: Annotated[str, Field(examples=["/teams/quay/barriers/7/"], description="Its page.")]
    can: Annotated[list[str], Field(examples=[["clear", "promise"]])]


def base_of(thing: Object, state: str, can: Iterable[str] = (), *, url: str = "") -> ObjectOut:
    """Return what is told of every object."""
    return ObjectOut(
        id=thing.pk,
        reference=thing.reference,
        version=thing.version,
        state=str(state),
        url=url or thing.get_absolute_url(),
        can=sorted(c.replace("_", "-") for c in can),
    )


def acting(request: Request, roles: Roles, said: Act | None) -> Acting:
    """Return what every verb on an object wants to know, from the call that asks for it."""
    return {
        "by": request.person,
        "roles": roles,
        "now": timezone.now(),
        "seen": version_of(request, said.version if said else None),
    }


def somebody(request: Request) -> Person:
    """Return as whom a call acts; refuse whoever is nobody in a team."""
    if request.person is None:
        raise Refused("You are nobody of this team yet. Join it first.")
    return request.person


def of_the_team(request: Request, team: Team, numbers: Iterable[int], *, field: str) -> list[Person]:
    """Return the people whom a call names, all of them of the team today; otherwise say which is not."""
    people = {p.pk: p for p in access.people_of(team, today=request.today)}
    wanted = list(dict.fromkeys(numbers))
    missing = [n for n in wanted if n not in people]
    if missing:
        raise faulty(
            f"/{field}", f"Nobody of the team has the number {missing[0]}. Ask for its people first."
        )
    return [people[n] for n in wanted]


def faulty(pointer: str, detail: str) -> Turned:
    """Return what turns a call away because of one field."""
    return Turned(422, detail, faults=[Fault(pointer=pointer, detail=detail)])


def held(request: Request, reference: str, *, field: str) -> Object | None:
    """Return the object that a call names, if whoever calls may see it; None where it names none."""
    if not reference:
        return None
    found = seen(request, reference)
    if found is None:
        raise faulty(f"/{field}", f"There is no “{reference}” that you see in this team.")
    return found


class CommentOut(Out):
    """What somebody said about an object."""

    id: int
    object: Annotated[str, Field(examples=["barrier:7"])]
    author: PersonOut
    text: Annotated[str, Field(examples=["@Ada, could you look?"])]
    asks: Annotated[list[PersonOut], Field(description="Who is asked to look.")]
    made_at: datetime | None


class CommentsOut(Page):
    items: list[CommentOut]


def _comment(said: Comment) -> CommentOut:
    return CommentOut(
        id=said.pk,
        object=said.object,
        author=person_out(said.author),
        text=said.text,
        asks=[person_out(p) for p in said.mentions.all()],
        made_at=at(said.made_at),
    )


class About(Paged):
    """Which part of what belongs to an object."""

    object: Annotated[
        str, Field(max_length=60, examples=["barrier:7"], description="The reference of the object.")
    ]


def _thing(request: Request, reference: str) -> Object:
    found = seen(request, reference)
    if found is None:
        raise Http404
    return found


@room.reads("/comments")
def comments(request: Request, team: Team, asked: Query[About]) -> CommentsOut:
    """List what was said about an object."""
    thing = _thing(request, asked.object)
    rows = Comment.objects.filter(team=team, object=thing.reference, withdrawn_at=None)
    items, onward = page(request, rows.select_related("author").prefetch_related("mentions"), asked, _comment)
    return CommentsOut(items=items, next=onward)


class CommentIn(In):
    """Something to say about an object; whoever is written as @Name is asked to look."""

    object: Reference
    text: Annotated[str, Field(min_length=1, max_length=actions.LONGEST, examples=["@Ada, could you look?"])]


@room.acts("/comments", status=201)
def comment(request: Request, team: Team, said: CommentIn) -> CommentOut:
    """Say something about an object."""
    thing = _thing(request, said.object)
    if request.person is None or not thing.talked_about():
        raise Refused("There is no talking about this here.")
    return _comment(actions.comment(thing, said.text, by=request.person, now=timezone.now()))


@room.acts("/comments/{pk}/withdraw")
def withdraw_comment(request: Request, team: Team, pk: Number) -> CommentOut:
    """Take one's own comment back."""
    said = Comment.objects.filter(team=team, pk=pk).select_related("author").first()
    if said is None:
        raise Http404
    actions.withdraw(said, _thing(request, said.object), by=request.person, now=timezone.now())
    return _comment(said)


class HappenedOut(Out):
    """One line of a history. at : a whole day where it was told without a name."""

    at: datetime | date
    who: Annotated[str, Field(examples=["Ben"], description="Empty: told without a name, or by itself.")]
    did: Annotated[str, Field(examples=["raised it"])]
    day: Annotated[date | None, Field(description="The day that the act set, such as a promise.")]


class HistoryOut(Out):
    items: list[HappenedOut]


class WhichObject(In):
    """Which object."""

    object: Annotated[
        str, Field(max_length=60, examples=["barrier:7"], description="The reference of the object.")
    ]


def _happened(line: Happened) -> HappenedOut:
    local = timezone.localtime(line.at)
    return HappenedOut(at=local.date() if line.whole_day else local, who=line.who, did=line.did, day=line.day)


@room.reads("/history")
def history(request: Request, team: Team, asked: Query[WhichObject]) -> HistoryOut:
    """See what happened to an object, the newest first."""
    return HistoryOut(items=[_happened(line) for line in history_of(_thing(request, asked.object))])


class Asked(In):
    """What to look for."""

    q: Annotated[
        str, Field(min_length=1, max_length=200, examples=["keys"], description="All words must be there.")
    ]


class HitOut(Out):
    """Something that a search found."""

    kind: Annotated[str, Field(examples=["barrier"])]
    title: str
    url: str
    comment: str


class HitsOut(Out):
    items: list[HitOut]


@room.reads("/search")
def search(request: Request, team: Team, asked: Query[Asked]) -> HitsOut:
    """Find objects and comments of a team by the words in them."""
    found = pages.hits(request, team, asked.q.split()[:8])
    return HitsOut(items=[HitOut(kind=h.kind, title=h.title, url=h.url, comment=h.comment) for h in found])


class Told(Out):
    """Whether something was told without a name, and the word that says it was yours. It is shown this once."""

    word: Annotated[
        str | None,
        Field(
            examples=["9fXoR2p1Lq0aBcDe"],
            description="Keep it; later acts bring it in the header Followspot-Word.",
        ),
    ] = None


def new_word(wanted: bool) -> tuple[str, str]:
    """Return a word and its hash for what is told without a name; two empty ones otherwise."""
    return unnamed.new_word() if wanted else ("", "")


__all__ = [
    "Act",
    "ObjectOut",
    "PersonOut",
    "Told",
    "acting",
    "base_of",
    "faulty",
    "held",
    "new_word",
    "of_the_team",
    "people_out",
    "person_out",
    "somebody",
]
