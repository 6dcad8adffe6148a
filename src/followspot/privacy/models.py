"""Erasures with how far they are, periods that an installation chose, and what it says of itself."""

from typing import ClassVar

from django.db import models

from followspot.language import say
from followspot.privacy.rules import GO, STAY


class Erasure(models.Model):
    """Somebody was erased. It says under which pseudonym, and whether the files are done; not who it was."""

    pseudonym = models.CharField(max_length=40, unique=True)
    texts = models.CharField(
        max_length=4, choices=[(STAY, say("stay without the name")), (GO, say("went too"))]
    )
    begun_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, help_text="When all files had been rewritten.")

    def __str__(self) -> str:
        return self.pseudonym


class Period(models.Model):
    """For how many days a kind of thing is kept here, where it isn't the usual time. Empty: it stays."""

    kind = models.CharField(max_length=40, unique=True)
    days = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"


class Sweep(models.Model):
    """A day on which what had been kept long enough was deleted, as counts by kind."""

    on = models.DateField(unique=True)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-on"]

    def __str__(self) -> str:
        return f"{self.on}"


class Organisation(models.Model):
    """What the record of processing can't know by itself; one row."""

    controller = models.CharField(max_length=300, blank=True)
    contact = models.CharField(max_length=300, blank=True)
    officer = models.CharField(max_length=300, blank=True)
    legal_basis = models.TextField(blank=True)
    recipients = models.TextField(blank=True)
    notes = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.controller
