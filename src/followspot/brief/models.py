"""Which briefs have gone out, so that none goes twice."""

from typing import ClassVar

from django.db import models

from followspot.teams.models import Account, Team


class Sent(models.Model):
    """The brief of a team and a week, sent to one account. week : its Monday."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    week = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "account", "week"], name="brief_once_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.team}, {self.week}"
