"""The verbs on comments; each leaves one event on the object that is talked about."""

import re
from datetime import datetime

from django.db import transaction

from followspot.errors import Refused
from followspot.language import say
from followspot.objects import acts
from followspot.objects.models import Comment, Object
from followspot.teams import access
from followspot.teams.models import Person

LONGEST = 4000


@transaction.atomic
def comment(thing: Object, text: str, *, by: Person, now: datetime) -> Comment:
    """Say something about an object; whoever is written as @Name is asked to look."""
    text = text.strip()
    if not text:
        raise Refused(say("There is nothing in it yet. Write what you want to say."))
    if len(text) > LONGEST:
        raise Refused(
            say(
                "That is {n:,} characters long; {longest:,} fit. Say the rest in a second one.",
                n=len(text),
                longest=LONGEST,
            )
        )
    acts.begin(thing.team)
    same = Comment.objects.filter(
        team=thing.team, object=thing.reference, author=by, text=text, made_at__gt=now - acts.TWICE
    )
    if sent_twice := same.first():
        return sent_twice
    said = Comment.objects.create(team=thing.team, object=thing.reference, author=by, text=text, made_at=now)
    mentioned = tuple(
        p for p in mentioned_in(text, access.people_of(thing.team, today=thing.team.day(now))) if p != by
    )
    said.mentions.set(mentioned)
    acts.tell(thing, "comment.made", by=by, now=now, to=mentioned, about=(f"comment:{said.pk}",))
    return said


@transaction.atomic
def withdraw(said: Comment, thing: Object, *, by: Person | None, now: datetime) -> None:
    """Take one's own comment back; that there was one stays in the history."""
    if by is None or said.author_id != by.pk:
        raise Refused(say("Only whoever wrote a comment can take it back."))
    if said.withdrawn_at is not None:
        return
    said.withdrawn_at, said.text = now, ""
    said.save(update_fields=["withdrawn_at", "text"])
    said.mentions.clear()
    acts.tell(thing, "comment.withdrawn", by=by, now=now, about=(f"comment:{said.pk}",))


def mentioned_in(text: str, people: list[Person]) -> list[Person]:
    """Return whom a text asks to look: @ and a name, or the first word of one that only one person has."""
    firsts = [p.name.split()[0].casefold() for p in people if p.name.split()]
    found = []
    for person in people:
        names = [person.name]
        first = person.name.split()[0] if person.name.split() else ""
        if first and firsts.count(first.casefold()) == 1:
            names.append(first)
        if any(re.search(rf"(?<!\w)@{re.escape(n)}(?!\w)", text, re.IGNORECASE) for n in names):
            found.append(person)
    return found
