"""What the directory said that stands nowhere else: its own names for accounts and teams, and whom it put into which."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from followspot.teams.models import Account, Team


class Provision(models.Model):
    """An account as the directory writes it."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="provision")
    user_name = models.CharField(max_length=254)
    external_id = models.CharField(max_length=200, blank=True)
    formatted = models.CharField(max_length=200, blank=True)
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    emails = models.JSONField(default=list, help_text="With what the directory says of each.")
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, help_text="Since when the directory knows it no more.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("user_name"), name="user_name_once")]

    def __str__(self) -> str:
        return self.user_name


class Group(models.Model):
    """A team as the directory fills it."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="group")
    external_id = models.CharField(max_length=200, blank=True)
    accounts = models.ManyToManyField(Account, related_name="groups_of_directory", blank=True)
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, help_text="Since when the directory knows it no more.")

    def __str__(self) -> str:
        return str(self.team)
