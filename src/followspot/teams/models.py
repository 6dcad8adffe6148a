"""People with their identities, teams, and who was in which team when."""

from __future__ import annotations

import functools
import zoneinfo
from datetime import date, datetime
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from followspot.language import say
from followspot.teams.sentences import SaidCharField


def is_zone(name: str) -> None:
    """Raise ValidationError unless this machine knows a time zone of this name."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(say("“{name}” is not a time zone. Write it like Europe/Lisbon.", name=name))


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> Account:
        account = self.model(email=self.normalize_email(email), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Account:
        with transaction.atomic():
            account = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            RightsChange.objects.create(to=account, what=say("became an admin"), at=timezone.now())
        return account


class Account(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. What they are in a team stands in memberships and leaderships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    zone = models.CharField(
        max_length=60, blank=True, validators=[is_zone], help_text="The reader's own; empty: the team's."
    )
    language = models.CharField(
        max_length=10, blank=True, help_text="The one they chose; empty: as their browser asks."
    )
    brief_by_mail = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.name or self.email


class Person(models.Model):
    """Someone with an account, or known only from work history."""

    name = models.CharField(max_length=200)
    account = models.OneToOneField(Account, null=True, blank=True, on_delete=models.SET_NULL)
    automaton = models.BooleanField(default=False, help_text="A bot or a coding agent: nobody's work.")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People with one leader at a time."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    zone = models.CharField(max_length=60, default="UTC", validators=[is_zone])
    week_off = models.CharField(
        max_length=7,
        default="56",
        blank=True,
        help_text="Days of the week off, Monday is 0: 56 is Sat and Sun.",
    )
    country = models.CharField(max_length=2, blank=True, help_text="Whose public holidays were brought.")
    region = models.CharField(max_length=10, blank=True)
    up = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="below",
        help_text="The team whose leader this team's leader answers to.",
    )
    # Who keeps the record; sees what the leader sees while the leader has no account here.
    keeper = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL)
    sample = models.TextField(
        blank=True, help_text="Where a sample comes from, and what to be careful about."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("stage", args=[self.slug])

    def day(self, at: datetime) -> date:
        """Return the day on which a moment falls where the team lives."""
        return at.astimezone(zoneinfo.ZoneInfo(self.zone)).date()

    @functools.cached_property
    def _led(self) -> dict[date, Person | None]:
        return {}

    def remember_leader(self, day: date, leader: Person | None) -> None:
        """Know who leads on a day without asking again: for a request that only looks."""
        self._led[day] = leader

    def leader_on(self, day: date) -> Person | None:
        """Return who leads the team on a day, or None."""
        if day in self._led:
            return self._led[day]
        # One leads at a time: an order would cost more than the row.
        leads = self.leaderships.on(day).select_related("person").order_by()[:1]
        return next((leadership.person for leadership in leads), None)


class Identity(models.Model):
    """A name, mail or login as a team's source writes it, and whose it is: said by a person, never guessed.

    Said for one team: nobody can say it for a team that they don't keep.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="identities")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identities")
    written_as = models.CharField(max_length=400)
    confirmed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "written_as"], name="identity_once_a_team")
        ]

    def __str__(self) -> str:
        return self.written_as


class Spell(models.Model):
    """Something between a person and a team that has a first and maybe a last day (both included)."""

    begins_on = models.DateField(null=True, blank=True, help_text="Empty: since always.")
    ends_on = models.DateField(null=True, blank=True, help_text="The last day. Empty: still.")

    class Meta:
        abstract = True


class SpellQuerySet[S: Spell](models.QuerySet[S]):
    def on(self, day: date) -> Self:
        return self.filter(
            Q(begins_on=None) | Q(begins_on__lte=day),
            Q(ends_on=None) | Q(ends_on__gte=day),
        )


def _days_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name=name
    )


class Membership(Spell):
    """A person at the front line of a team, from a day to a day."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")

    objects = SpellQuerySet["Membership"].as_manager()

    class Meta:
        constraints: ClassVar = [_days_in_order("membership_days_in_order")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"


class Leadership(Spell):
    """Who leads a team, from a day to a day."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="leaderships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="leaderships")

    objects = SpellQuerySet["Leadership"].as_manager()

    class Meta:
        ordering = (F("begins_on").asc(nulls_first=True),)
        constraints: ClassVar = [_days_in_order("leadership_days_in_order")]

    def __str__(self) -> str:
        return f"{self.person} leads {self.team}"


class DayOff(models.Model):
    """A day on which the team as a whole does not work."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="days_off")
    on = models.DateField()
    name = models.CharField(max_length=120, blank=True)
    brought_from = models.CharField(
        max_length=20, blank=True, help_text="The country, or PT-11 for a region, whose public holiday it is."
    )

    class Meta:
        ordering = ("on",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "on"], name="day_off_once")]

    def __str__(self) -> str:
        return f"{self.on:%-d %B %Y}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        """Those whose word still opens the door."""
        used = Q(accepted_at__isnull=False) & Invitation.for_one
        return self.filter(withdrawn_at=None, expires_at__gt=now).exclude(used)


class Invitation(models.Model):
    """A way into a team: for one address by mail, or a link to hand round. Only a hash of its word is kept."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    word_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True, help_text="Empty: whoever has the link.")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, help_text="Whom the history already knows."
    )
    leads = models.BooleanField(default=False)
    invited_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(
        null=True, blank=True, help_text="By mail: once. A link: the last time."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    # A link is handed round; what names an address, a person or the lead is for one, and used up by them.
    for_one: ClassVar[Q] = ~Q(email="") | Q(person__isnull=False) | Q(leads=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.email or 'a link'} to {self.team}"


class TokenQuerySet(models.QuerySet["Token"]):
    def open(self, now: datetime) -> Self:
        """Those that still let a program in; those of a closed account don't."""
        return self.filter(revoked_at=None, expires_at__gt=now, account__is_active=True)


class Token(models.Model):
    """What a program shows to act for somebody. Only a hash of its secret is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, help_text="What it is for.")
    scopes = models.JSONField(default=list, help_text="What a program may do with it.")
    secret_hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12, help_text="How it begins, to know it again.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, help_text="A day, never a time.")
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.name


class Answered(models.Model):
    """A call that carried a key of its own, and what it was answered: the same sent again within a day does nothing twice."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0, help_text="0 while it is being done.")
    answer = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "answered calls"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "key"], name="answered_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="answered_at")]

    def __str__(self) -> str:
        return f"{self.status}"


class Look(models.Model):
    """Somebody other than the leader looked at that leader's own measures; once a person, thing and day."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    seen_as = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="+", help_text="The person who looked."
    )
    whose = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    what = SaidCharField(max_length=120)
    at = models.DateTimeField()
    once = models.CharField(max_length=64, unique=True, help_text="Of who, what and which day.")

    class Meta:
        ordering = ("-at", "-pk")
        indexes: ClassVar = [models.Index(fields=["whose", "at"], name="look_at_whose")]

    def __str__(self) -> str:
        return str(self.what)


class RightsChange(models.Model):
    """A change of who may do or see what. Its words name nobody: people stand beside them."""

    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    to = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    of = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    what = SaidCharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        indexes: ClassVar = [models.Index(fields=["at"], name="rights_change_at")]

    def __str__(self) -> str:
        return str(self.what)


class Share(models.Model):
    """One thing of how a leader leads that they show to others, until they take it back."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="shares")
    leader = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=40, help_text="The mirror, the map, or a measure.")
    whom = models.CharField(max_length=10, help_text="The team, or the line: who leads the team above.")
    to = models.ForeignKey(
        Person,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Who led the team above then.",
    )
    shared_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-shared_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "leader", "what", "whom"],
                condition=models.Q(revoked_at=None),
                name="share_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} to {self.whom}"

    @property
    def reference(self) -> str:
        return f"share:{self.pk}"
