"""Applause as it is stored, who clapped along, and clients' words."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from followspot.language import say
from followspot.objects.models import Object
from followspot.practices.applause.rules import KINDS, LONGEST, SEES
from followspot.roles import AUTHOR, GIVER, RECEIVER, Roles
from followspot.teams.models import Person, Team


class ApplauseQuerySet(models.QuerySet["Applause"]):
    def on_stage(self) -> Self:
        """What takes the Stage: not withdrawn, and not for the leader."""
        return self.filter(withdrawn_at=None, private=False)

    def seen_by(self, person: Person | None) -> Self:
        """What a person of the team sees: the Stage, and what lies between them and the leader."""
        if person is None:
            return self.on_stage()
        between = Q(giver=person) | Q(to=person)
        return self.filter(withdrawn_at=None).filter(Q(private=False) | between).distinct()

    def with_people(self) -> Self:
        return self.select_related("giver").prefetch_related("to", "claps__person")


class Applause(Object):
    """Credit from one person to others, for a stated thing, citing what people can look at."""

    kind: ClassVar[str] = "applause"
    called: ClassVar[str] = say("applause")
    searched: ClassVar[tuple[str, ...]] = ("words", "cites_words")

    giver = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    to = models.ManyToManyField(Person, related_name="+")
    words = models.CharField(max_length=LONGEST)
    contribution = models.CharField(max_length=20, choices=list(KINDS.items()), blank=True)
    cites = models.CharField(max_length=120, blank=True, help_text="The object cited, as the log writes it.")
    cites_words = models.CharField(max_length=300, blank=True, help_text="What people can look at, in words.")
    cites_url = models.URLField(max_length=500, blank=True)
    private = models.BooleanField(default=False, help_text="For the leader: between the two of them.")
    given_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ApplauseQuerySet.as_manager()

    class Meta:
        ordering = ("-given_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["team", "given_at"], name="applause_by_time")]

    def __str__(self) -> str:
        return self.words

    @property
    def state(self) -> str:
        return say("taken back") if self.withdrawn_at else ""

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        if person is None:
            return frozenset()
        given = {GIVER} if person.pk == self.giver_id else set()
        got = {RECEIVER} if any(p.pk == person.pk for p in self.to.all()) else set()
        return frozenset(given | got)

    def seen_with(self, roles: Roles) -> bool:
        if self.withdrawn_at:
            return GIVER in roles
        what = "applause for the leader" if self.private else "applause and clients’ words"
        return bool(roles & SEES[what])

    def talked_about(self) -> bool:
        return not self.private and self.withdrawn_at is None

    @classmethod
    def of_team(cls, team: Team) -> ApplauseQuerySet:
        return cls.objects.filter(team=team).prefetch_related("to")

    def in_front_hands(self, leader: Person) -> bool:
        return False  # clapping is no touch

    def get_absolute_url(self) -> str:
        return reverse("applause", args=[self.team.slug, self.pk])


class Clap(models.Model):
    """Somebody clapped along."""

    applause = models.ForeignKey(Applause, on_delete=models.CASCADE, related_name="claps")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["applause", "person"], name="clap_once")]

    def __str__(self) -> str:
        return f"{self.person} claps"


class Words(Object):
    """What a client said, quoted, with where it came from."""

    kind: ClassVar[str] = "words"
    called: ClassVar[str] = say("words")
    searched: ClassVar[tuple[str, ...]] = ("quote", "said_where")

    quote = models.CharField(max_length=LONGEST)
    said_where = models.CharField(max_length=200, help_text="Who said it, and where it can be found.")
    said_on = models.DateField()
    about = models.ManyToManyField(Person, related_name="+", blank=True)
    brought_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    brought_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-said_on", "-pk")
        verbose_name_plural = "words"

    def __str__(self) -> str:
        return f"“{self.quote}”"

    @property
    def state(self) -> str:
        return say("taken back") if self.withdrawn_at else ""

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        return frozenset({AUTHOR}) if person is not None and person.pk == self.brought_by_id else frozenset()

    def seen_with(self, roles: Roles) -> bool:
        seen = bool(roles & SEES["applause and clients’ words"])
        return seen and (self.withdrawn_at is None or AUTHOR in roles)

    def in_front_hands(self, leader: Person) -> bool:
        return False

    def get_absolute_url(self) -> str:
        return reverse("client-words", args=[self.team.slug, self.pk])
