"""Where events are sent on behalf of somebody, and how that goes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from followspot.teams.models import Account, Team


class Webhook(models.Model):
    """An address that is told of a team's events, as far as whoever set it up sees them."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="webhooks")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="webhooks")
    address = models.URLField(max_length=500)
    sealed_secret = models.TextField()
    activities = models.JSONField(default=list)
    seen = models.BigIntegerField(help_text="Up to which event it was looked at.")
    made_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="Since when nothing is sent.")

    class Meta:
        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        return self.address


class Dispatch(models.Model):
    """One event on its way to one address. What it says is put together when it is sent, by the rights of then."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="dispatches")
    event = models.BigIntegerField(help_text="The number of the event; 0 for a test.")
    key = models.CharField(max_length=60, help_text="By which the receiver knows that it has it already.")
    tried = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, help_text="When it is tried next; empty: it is over.")
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True, help_text="What the other side said last.")

    class Meta:
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=["due_at"], name="dispatch_due")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["webhook", "key"], name="dispatch_once")]

    def __str__(self) -> str:
        return self.key
