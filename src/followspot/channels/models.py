"""Where events are sent on behalf of somebody; chats and mail by which words come in; what reaches whom, and what has."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from followspot.language import listed, say
from followspot.seals import SealedField
from followspot.teams.models import Account, Team
from followspot.teams.sentences import SaidCharField


class Webhook(models.Model):
    """An address that is told of a team's events, as far as whoever set it up sees them."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="webhooks")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="webhooks")
    address = models.URLField(max_length=500)
    sealed_secret = SealedField()
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
    answer = SaidCharField(max_length=200, blank=True, help_text="What the other side said last.")

    class Meta:
        ordering = ("-pk",)
        indexes: ClassVar = [models.Index(fields=["due_at"], name="dispatch_due")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["webhook", "key"], name="dispatch_once")]

    def __str__(self) -> str:
        return self.key


class Chat(models.Model):
    """A chat service whose requests are listened to, because an admin gave the secret they are signed with."""

    class Service(models.TextChoices):
        SLACK = "slack", "Slack"
        TEAMS = "teams", "Microsoft Teams"

    service = models.CharField(max_length=10, choices=Service)
    name = models.CharField(max_length=80, help_text="The workspace or team, to know it again.")
    sealed_secret = SealedField()
    made_at = models.DateTimeField()
    heard_on = models.DateField(null=True, help_text="The last day on which a request came.")

    class Meta:
        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        return str(say("{name} in {service}", name=self.name, service=self.get_service_display()))


class Heard(models.Model):
    """A signed request, so that none counts twice. What it said lies under seal until it is answered."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="+")
    signature_hash = models.CharField(max_length=64, unique=True)
    sealed_said = SealedField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "heard requests"
        indexes: ClassVar = [models.Index(fields=["at"], name="heard_at")]

    def __str__(self) -> str:
        return f"{self.chat}"


class ChatIdentity(models.Model):
    """Somebody in a chat, who said while signed in that it is them."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="chat_identities")
    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="identities")
    workspace = models.CharField(max_length=120)
    member = models.CharField(max_length=200, help_text="As the service numbers them.")
    name = models.CharField(max_length=200, help_text="As they are called there.")
    linked_at = models.DateTimeField()

    class Meta:
        ordering = ("linked_at", "pk")
        verbose_name_plural = "chat identities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chat", "workspace", "member"], name="chat_identity_once")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.chat}"


class ChatWord(models.Model):
    """A word that somebody tells a chat once, to say who they are, where an answer is seen by everybody."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    word_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account}"


class Mailbox(models.Model):
    """One's own address to which one writes for a team. Whoever knows its word writes as its owner."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="mailboxes")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    word_hash = models.CharField(max_length=64, unique=True)
    sealed_word = SealedField()
    made_at = models.DateTimeField()
    taken_on = models.DateField(null=True, help_text="The last day on which a mail came.")
    taken = models.PositiveSmallIntegerField(default=0, help_text="How many mails came on that day.")

    class Meta:
        ordering = ("team", "pk")
        verbose_name_plural = "mailboxes"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "team"], name="mailbox_once")]

    def __str__(self) -> str:
        return f"{self.team}"


class Reach(models.Model):
    """What reaches somebody and when, as they chose. Who chose nothing gets the weekly brief, and word of danger, by mail."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", say("On every working day")
        WEEKLY = "weekly", say("Once a week")
        NEVER = "never", say("Never")

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="reach")
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    hour = models.PositiveSmallIntegerField(default=8)
    quiet_from = models.PositiveSmallIntegerField(default=20)
    quiet_until = models.PositiveSmallIntegerField(default=7)
    by_mail = models.BooleanField(default=True)
    danger = models.BooleanField(default=True, help_text="Danger and a broken glass at once.")

    class Meta:
        verbose_name_plural = "reaches"

    def __str__(self) -> str:
        return f"{self.get_rhythm_display()}"


class Way(models.Model):
    """An address of another service, under seal, and how the last message went."""

    kind = models.CharField(max_length=40, help_text="The service’s name.")
    name = models.CharField(max_length=80)
    sealed_address = SealedField()
    made_at = models.DateTimeField()
    answer = SaidCharField(max_length=200, blank=True, help_text="Empty: the last message got through.")

    class Meta:
        abstract = True
        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


class Outlet(Way):
    """Where somebody wants to be told beside mail."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="outlets")


class TeamOutlet(Way):
    """Where a team is told of itself: as much as was ticked."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="outlets")
    set_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    applause = models.BooleanField(default=True)
    lessons = models.BooleanField(default=True)
    dangers = models.BooleanField(default=True)
    barriers = models.BooleanField(default=False)
    told_on = models.DateField(null=True, help_text="The last day on which it was its turn.")
    told_until = models.DateTimeField(help_text="Up to when it was told.")

    @property
    def of(self) -> str:
        """What it is told, as a list in words."""
        ticks = {
            say("applause"): self.applause,
            say("lessons"): self.lessons,
            say("danger"): self.dangers,
            say("barriers"): self.barriers,
        }
        return listed([word for word, ticked in ticks.items() if ticked])


class Digest(models.Model):
    """That it was somebody’s turn, so that it is only once. on : the day, or the Monday of the week."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="digests")
    on = models.DateField()
    at = models.DateTimeField()
    went = models.BooleanField(default=False, help_text="No: there was nothing to say.")

    class Meta:
        ordering = ("-at",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "on"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.on:%-d %B %Y}"


class Alarm(models.Model):
    """That word of one danger went to one place, so that it goes once. where : an account’s or an outlet’s number."""

    event = models.CharField(max_length=160, help_text="By which the event is the same.")
    where = models.CharField(max_length=30)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "where"], name="alarm_once")]

    def __str__(self) -> str:
        return self.where
