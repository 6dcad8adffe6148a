"""The object that every practice builds on, and what people say about one."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import ClassVar, Self

from django.apps import apps
from django.db import models

from followspot.roles import MEMBER, TEAM, Roles
from followspot.teams.models import Person, Team


class Object(models.Model):
    """Something of a team that lives: it has a state, a version and a history. called : its kind, for people."""

    kind: ClassVar[str]
    called: ClassVar[str]
    searched: ClassVar[tuple[str, ...]]
    # By which the leader answers what the practice asks of whoever leads: never a touch, whoever has it in hand.
    leaders_part: ClassVar[frozenset[str]] = frozenset()

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="%(class)s_set")
    version = models.PositiveIntegerField(default=1, help_text="One more at every act; guards lost updates.")

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        raise NotImplementedError

    @property
    def reference(self) -> str:
        """How the log writes this object."""
        return f"{self.kind}:{self.pk}"

    @property
    def in_passing(self) -> str:
        """What it is called elsewhere than on its own page, where the words may be kept, mailed or read by others."""
        return str(self)

    def seen_with(self, roles: Roles) -> bool:
        """Say whether somebody with these roles towards it may see it."""
        return bool(roles & TEAM)

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        """Return what a person is to this one object, beside what they are to its team.

        hashes : of the words that somebody's browser keeps, for what was told without a name.
        """
        return frozenset()

    def talked_about(self) -> bool:
        """Say whether the people of the team may comment on it."""
        return True

    @classmethod
    def of_team(cls, team: Team) -> models.QuerySet[Self]:
        """Return those of a team with whatever it takes to say what somebody is to each."""
        return cls._default_manager.filter(team=team)

    def stands_for(self, person: Person) -> bool:
        """Say whether what a person did with it holds, so that they can be credited for it."""
        return True

    def in_front_hands(self, leader: Person) -> bool:
        """Say whether it belongs to the front line, so that the acts of `leader` on it are touches."""
        return True


@functools.cache
def kinds() -> dict[str, type[Object]]:
    """All kinds of objects that the installed practices have, by the word the log uses."""
    return {m.kind: m for m in apps.get_models() if issubclass(m, Object)}


def seen_by(person: Person, team: Team, references: Iterable[str]) -> dict[str, Object]:
    """Return the objects that references name and that a person of the team may see, under their own name."""
    return {
        reference: thing
        for reference, thing in find_all(team, references).items()
        if thing.seen_with(frozenset({MEMBER}) | thing.roles_of(person))
    }


def find(team: Team, reference: str) -> Object | None:
    """Return the object of a team that a reference names, or None."""
    return find_all(team, [reference]).get(reference)


def find_all(team: Team, references: Iterable[str]) -> dict[str, Object]:
    """Return the objects of a team that references name, with one query a kind."""
    wanted: dict[str, set[int]] = {}
    for reference in references:
        kind, _, number = reference.partition(":")
        if kind in kinds() and number.isdecimal() and len(number) <= 18:
            wanted.setdefault(kind, set()).add(int(number))
    found: dict[str, Object] = {}
    for kind, numbers in wanted.items():
        for thing in kinds()[kind].of_team(team).filter(pk__in=numbers).order_by():
            thing.team = team  # it is known, so it isn't asked for
            found[thing.reference] = thing
    return found


class Comment(models.Model):
    """What somebody said about an object."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="comments")
    object = models.CharField(max_length=60)
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    mentions = models.ManyToManyField(Person, related_name="mentions", blank=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("made_at", "pk")
        indexes: ClassVar = [models.Index(fields=["team", "object", "made_at"], name="comment_of_object")]

    def __str__(self) -> str:
        return self.text[:80]
