"""A leader’s own rating as it is stored: one a quarter, for that leader’s eyes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from followspot.practices.mirror.rules import called
from followspot.teams.models import Person, Team


class Rating(models.Model):
    """What a leader said of themselves in one quarter, before the team’s answers were known."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="ratings")
    leader = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    quarter = models.DateField(help_text="Its first day.")
    steps = models.JSONField(
        default=dict, help_text="From 1 to 5, by statement; what was left out isn’t there."
    )
    rated_at = models.DateTimeField(help_text="When it was last changed.")

    class Meta:
        ordering = ("-quarter", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "leader", "quarter"], name="rating_one_a_quarter")
        ]

    def __str__(self) -> str:
        return called(self.quarter)
