"""Danger as it is stored, and what was reported from the front."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from followspot.language import say
from followspot.objects.models import Object
from followspot.practices.danger.rules import BY_ITSELF
from followspot.teams.models import Person, Team


class DangerQuerySet(models.QuerySet["Danger"]):
    def running(self, now: datetime) -> Self:
        """Those that nobody has ended; at its end a danger ends by itself, whether or not anybody looks."""
        return self.filter(ended_at=None, ends_at__gt=now)


class Danger(Object):
    """A stretch in which the leader is in front."""

    kind: ClassVar[str] = "danger"
    called: ClassVar[str] = say("danger")
    searched: ClassVar[tuple[str, ...]] = ("why", "takes", "keeps", "exit_condition", "handed_back")

    why = models.TextField()
    takes = models.TextField(help_text="What the leader takes; one thing a line.")
    keeps = models.TextField(blank=True, help_text="What is still the team's; one thing a line.")
    exit_condition = models.CharField(max_length=300)
    leader = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Who went to the front."
    )
    declared_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    began_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    renewals = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    how = models.CharField(max_length=300, blank=True, help_text="How it ended.")
    handed_back = models.TextField(blank=True, help_text="What goes back to whom; one thing a line.")
    handed_back_at = models.DateTimeField(null=True)

    objects = DangerQuerySet.as_manager()

    class Meta:
        ordering = ("-began_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("began_at")), name="danger_has_an_end"),
            models.UniqueConstraint(fields=["team"], condition=Q(ended_at=None), name="danger_one_at_a_time"),
        ]

    def __str__(self) -> str:
        line = " ".join(self.why.split())
        return line if len(line) <= 90 else f"{line[:89].rstrip()}…"

    @property
    def ending(self) -> str:
        """How it ended, for who reads it; what somebody wrote stands as it is."""
        return say("It ended by itself.") if self.how == BY_ITSELF else self.how

    @property
    def state(self) -> str:
        return say("over") if self.ended_at else say("running")

    def in_front_hands(self, leader: Person) -> bool:
        return False  # in danger the front is the leader's

    def get_absolute_url(self) -> str:
        return reverse("danger", args=[self.team.slug, self.pk])


def in_front(team: Team, now: datetime) -> Danger | None:
    """Return the danger in which a team is, or None."""
    return next(iter(team.danger_set.running(now).order_by()[:1]), None)  # there is one at a time


class Note(models.Model):
    """A line from the front."""

    danger = models.ForeignKey(Danger, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.text
