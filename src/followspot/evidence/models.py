"""What the log is made of: connected sources, their segments, their runs, and the rows of practice events."""

from typing import ClassVar

from django.db import models

from followspot.language import say
from followspot.seals import SealedField
from followspot.teams.models import Person, Team
from followspot.teams.sentences import SaidTextField


class Source(models.Model):
    """Somewhere a team's work leaves traces, and how far it has been read."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="sources")
    connector = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=1000, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    cursor = models.JSONField(null=True, blank=True)
    aliases = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    token = SealedField(blank=True, help_text="Sealed.")
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is read next by itself; none: never."
    )
    failures = models.PositiveSmallIntegerField(default=0, help_text="Since it was last read.")
    hook = models.CharField(max_length=40, null=True, blank=True, unique=True)
    hook_secret = SealedField(blank=True, help_text="Sealed.")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="When it last told something by itself.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return self.title


class Segment(models.Model):
    """An immutable Parquet file of evidence. While this row stands, its events are in the log."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="segments")
    path = models.CharField(max_length=400, unique=True, help_text="Below the data folder.")
    rows = models.PositiveBigIntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.path


class Delivery(models.Model):
    """What a source told by itself. Its events wait here until they are put into the log; its number stays for a while."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="deliveries")
    number = models.CharField(max_length=80)
    rows = models.JSONField(default=list, blank=True)
    waits = models.BooleanField(default=True)
    came_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "number"], name="delivery_once")]
        indexes: ClassVar = [models.Index(fields=["waits", "source"], name="delivery_waits")]

    def __str__(self) -> str:
        return self.number


class Run(models.Model):
    """One reading of a source: how far it is, and how it ended."""

    class State(models.TextChoices):
        RUNNING = "running", say("Reading")
        DONE = "done", say("Read")
        FAILED = "failed", say("Could not be read")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    message = SaidTextField(blank=True)
    began_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-began_at",)

    def __str__(self) -> str:
        return f"{self.source}: {self.get_state_display()}"


class StoredEvent(models.Model):
    """One event of a practice, written in the same transaction as the state it records."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    activity = models.CharField(max_length=60)
    actor = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    object = models.CharField(max_length=120)
    about = models.JSONField(default=list)
    to = models.JSONField(default=list)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=30, default="")
    source = models.CharField(max_length=40)
    key = models.CharField(max_length=160)
    invited_by = models.CharField(max_length=160, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["team", "at"]),
            models.Index(fields=["team", "object", "at"], name="event_of_object"),
            models.Index(fields=["team", "actor", "at"], name="event_by_actor"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="event_once")]

    def __str__(self) -> str:
        return f"{self.activity} {self.object}"


class Erased(models.Model):
    """How somebody who was erased could come back: a keyed hash of it, and the pseudonym that stands instead."""

    mark = models.CharField(max_length=64, unique=True)
    pseudonym = models.CharField(max_length=40)

    class Meta:
        verbose_name_plural = "erased"

    def __str__(self) -> str:
        return self.pseudonym


class LastingWord(models.Model):
    """The word of `lasting`; there is one."""

    sealed = SealedField()

    def __str__(self) -> str:
        return "sealed"
