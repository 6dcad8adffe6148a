"""A step-away as it was announced."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from followspot.teams.models import Person, Team


class StepAway(models.Model):
    """A stretch in which the leader does not work with the team; both days are included."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="stepaways")
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    flow = models.CharField(
        max_length=30, default="landed", help_text="What counts as output, declared with the margin."
    )
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day away. Empty: for good.")
    margin = models.FloatField(help_text="The drop that would matter, as a share.")
    declared_at = models.DateTimeField()
    stand_ins = models.CharField(max_length=200, blank=True)
    what_else = models.TextField(blank=True, help_text="What else happened around these days.")
    source = models.TextField(blank=True, help_text="Where it is known from.")

    class Meta:
        ordering = ("-begins_on",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="stepaway_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(margin__gte=0.05, margin__lte=0.5), name="stepaway_margin_sensible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader} away from {self.begins_on:%-d %B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("stepaway", args=[self.team.slug, self.pk])
