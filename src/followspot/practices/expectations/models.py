"""An expectation as it is stored: its owners, the choices of freedom, proposals and check-ins."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from followspot.language import say
from followspot.objects.models import Object
from followspot.practices.expectations.rules import ENDED, HELD, LONGEST, OPEN, STATES, Freedom, State
from followspot.roles import AUTHOR, OWNER, Roles
from followspot.teams.models import Person, Team

WITH_PEOPLE = ("holds__person",)


class ExpectationQuerySet(models.QuerySet["Expectation"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def held(self) -> Self:
        return self.filter(state__in=HELD)

    def going(self) -> Self:
        return self.exclude(state__in=ENDED)

    def ended(self) -> Self:
        """Those that have ended, the last first."""
        return self.filter(state__in=ENDED).order_by(Coalesce("ended_at", "proposed_at").desc(), "-pk")

    def with_people(self) -> Self:
        return self.prefetch_related(*WITH_PEOPLE)


class Expectation(Object):
    """What should be true, in whose hands, within which time, with how much freedom."""

    kind: ClassVar[str] = "expectation"
    called: ClassVar[str] = say("expectation")
    searched: ClassVar[tuple[str, ...]] = ("outcome", "for_whom", "done_when", "ended_note")

    leaders_part: ClassVar[frozenset[str]] = frozenset(
        {
            "expectation.proposed",
            "expectation.accepted",
            "expectation.agreed",
            "expectation.changed",
            "expectation.change_declined",
            "expectation.freedom_voted",
            "expectation.freedom_revealed",
            "expectation.freedom_agreed",
        }
    )

    outcome = models.CharField(max_length=LONGEST)
    for_whom = models.CharField(max_length=200, blank=True, help_text="Whom it serves, in their words.")
    done_when = models.TextField(blank=True)
    starts_on = models.DateField()
    due_on = models.DateField()
    size = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many pieces, where they can be counted."
    )
    unit = models.CharField(max_length=40, blank=True)
    counts = models.CharField(
        max_length=120, blank=True, help_text="Label of the evidence that counts progress by itself."
    )
    state = models.CharField(max_length=20, choices=list(STATES.items()), default=State.PROPOSED)
    freedom = models.PositiveSmallIntegerField(null=True, blank=True, choices=[(f, f.word) for f in Freedom])
    round = models.PositiveSmallIntegerField(default=1, help_text="Of choosing the freedom.")
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    leader_agreed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    leader_agreed_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_note = models.TextField(
        blank=True, help_text="Of a met one: where to see it. Of a missed one: what was in the way."
    )

    objects = ExpectationQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        indexes: ClassVar = [models.Index(fields=["team", "state"], name="expectation_by_state")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(due_on__gt=F("starts_on")), name="expectation_has_time"),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="expectation_state_known"),
        ]

    def __str__(self) -> str:
        return self.outcome

    @property
    def owners(self) -> list[Person]:
        return [h.person for h in self.holds.all()]

    @property
    def level(self) -> Freedom | None:
        return Freedom(self.freedom) if self.freedom else None

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        if person is None:
            return frozenset()
        own = {OWNER} if any(h.person_id == person.pk for h in self.holds.all()) else set()
        return frozenset(own | ({AUTHOR} if person.pk == self.proposed_by_id else set()))

    @classmethod
    def of_team(cls, team: Team) -> ExpectationQuerySet:
        return cls.objects.filter(team=team).prefetch_related("holds__person")

    def in_front_hands(self, leader: Person) -> bool:
        return any(h.person_id != leader.pk for h in self.holds.all())

    def has_yes_of(self, leader: Person | None) -> bool:
        """Say whether this leader has said yes; the yes of one who led before is not theirs."""
        return (
            leader is not None and self.leader_agreed_at is not None and self.leader_agreed_by_id == leader.pk
        )

    def get_absolute_url(self) -> str:
        return reverse("expectation", args=[self.team.slug, self.pk])


class Hold(models.Model):
    """Somebody who has an expectation in hand, and when they said yes."""

    expectation = models.ForeignKey(Expectation, on_delete=models.CASCADE, related_name="holds")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("person__name",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["expectation", "person"], name="owner_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.expectation}"


class Vote(models.Model):
    """A choice of freedom, unseen until all have chosen."""

    expectation = models.ForeignKey(Expectation, on_delete=models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    round = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(choices=[(f, f.word) for f in Freedom])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["expectation", "person", "round"], name="vote_once_a_round")
        ]

    def __str__(self) -> str:
        return f"a choice on {self.expectation}"


class Proposal(models.Model):
    """Other terms, which hold once the other side says yes."""

    class State(models.TextChoices):
        OPEN = "open", say("Waits for a yes")
        ACCEPTED = "accepted", say("Accepted")
        DECLINED = "declined", say("Left as it was")
        WITHDRAWN = "withdrawn", say("Taken back")

    expectation = models.ForeignKey(Expectation, on_delete=models.CASCADE, related_name="proposals")
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    by_leader = models.BooleanField()
    outcome = models.CharField(max_length=LONGEST)
    done_when = models.TextField(blank=True)
    due_on = models.DateField()
    size = models.PositiveIntegerField(null=True)
    drops = models.BooleanField(default=False)
    why = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("made_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["expectation"], condition=Q(state="open"), name="proposal_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"other terms for {self.expectation}"


class CheckIn(models.Model):
    """What an owner says remains, and what got finished."""

    expectation = models.ForeignKey(Expectation, on_delete=models.CASCADE, related_name="checkins")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()
    remaining = models.FloatField(null=True)
    finished = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return self.finished or f"{self.remaining} remain"
