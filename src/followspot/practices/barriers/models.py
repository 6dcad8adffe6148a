"""A barrier as it is stored, and its questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from followspot.language import say
from followspot.objects.models import Object
from followspot.practices.barriers.rules import GONE, LONGEST, OPEN, SEES, STANDS, STATES, State
from followspot.roles import RAISER, TAKER, Roles
from followspot.teams.models import Person, Team


class BarrierQuerySet(models.QuerySet["Barrier"]):
    def of(self, team: Team) -> Self:
        """Those of a team's own, and those that were passed up to it."""
        return self.filter(Q(team=team) | Q(passed_to=team))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def standing(self) -> Self:
        return self.filter(state__in=STANDS)

    def gone(self) -> Self:
        """Those that are gone, the last one first."""
        return self.filter(state__in=GONE).order_by(Coalesce("stepped_back_at", "confirmed_at").desc(), "-pk")

    def with_people(self) -> Self:
        return self.select_related("team", "raiser", "clearer", "taker", "passed_to")

    def seen_from(self, team: Team, *, known: Iterable[Person] = ()) -> list[Barrier]:
        """Return them with the people whom a card names, who are few and so are asked for once, and their team.

        known : people who have been asked for already.
        """
        found = list(self)
        roles = ("raiser", "clearer", "taker")
        people = {person.pk: person for person in known}
        wanted = {getattr(b, f"{role}_id") for b in found for role in roles} - {None} - people.keys()
        people |= Person.objects.in_bulk(wanted) if wanted else {}
        for barrier in found:
            for role in roles:
                setattr(barrier, role, people.get(getattr(barrier, f"{role}_id")))
            if barrier.team_id == team.pk:
                barrier.team = team
            if barrier.passed_to_id == team.pk:
                barrier.passed_to = team
        return found


class Barrier(Object):
    """Something in the way of the front line that somebody else must clear."""

    kind: ClassVar[str] = "barrier"
    called: ClassVar[str] = say("barrier")
    searched: ClassVar[tuple[str, ...]] = ("what", "note", "aftermath")

    what = models.CharField(max_length=LONGEST)
    holds = models.CharField(
        max_length=60, blank=True, help_text="The object it holds up, as the log writes it."
    )
    holds_words = models.CharField(max_length=200, blank=True)
    raiser = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    word_hash = models.CharField(
        max_length=64, blank=True, help_text="Of whoever raised it without their name."
    )
    clearer = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Who could clear it."
    )
    taker = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=20, choices=list(STATES.items()), default=State.RAISED)
    needed_on = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="A word of whoever took it.")
    aftermath = models.CharField(max_length=300, blank=True, help_text="Whose it is to decide now.")
    raised_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    stepped_back_at = models.DateTimeField(null=True)
    passed_to = models.ForeignKey(
        Team, null=True, on_delete=models.SET_NULL, related_name="passed_up_barriers"
    )
    passed_at = models.DateTimeField(null=True)

    objects = BarrierQuerySet.as_manager()

    class Meta:
        ordering = ("raised_at", "pk")
        indexes: ClassVar = [models.Index(fields=["team", "state"], name="barrier_by_state")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="barrier_state_known"),
            models.CheckConstraint(
                condition=Q(word_hash="") | Q(raiser=None), name="barrier_unnamed_has_no_raiser"
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def unnamed(self) -> bool:
        return bool(self.word_hash)

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        roles = set()
        if (person is not None and person.pk == self.raiser_id) or (
            self.word_hash and self.word_hash in hashes
        ):
            roles.add(RAISER)
        if person is not None and person.pk == self.taker_id:
            roles.add(TAKER)
        return frozenset(roles)

    def in_front_hands(self, leader: Person) -> bool:
        """While it is the leader's to clear it is in the leader's hands; gone, it is nobody's to come back to."""
        return self.state in GONE or leader.pk not in (self.clearer_id, self.taker_id)

    def seen_with(self, roles: Roles) -> bool:
        return bool(roles & SEES["a barrier that was passed up"])

    def get_absolute_url(self) -> str:
        return reverse("barrier", args=[self.team.slug, self.pk])
