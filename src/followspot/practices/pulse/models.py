"""A wave as it is stored, what was let out of it, how often it comes, and check-ins by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from followspot.disclosure import FLOOR, Released
from followspot.items import MIRROR, PULSE, Item, Statement
from followspot.language import say
from followspot.objects.models import Object
from followspot.practices.pulse.rules import LONGEST, SEES, What
from followspot.roles import AUTHOR, RECEIVER, TEAM, Roles
from followspot.teams.models import Person, Team


class WaveQuerySet(models.QuerySet["Wave"]):
    def open(self) -> Self:
        return self.filter(closed_at=None, called_off_at=None)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def of_the_team(self) -> Self:
        """Those whose results the team sees: a mirror is for its leader."""
        return self.exclude(what=What.MIRROR)


class Wave(Object):
    """One round of questions. While it is open all ballots are one sealed lump; once it has closed, there are none."""

    kind: ClassVar[str] = "wave"
    called: ClassVar[str] = say("wave")
    searched: ClassVar[tuple[str, ...]] = ("will_do", "done")
    leaders_part: ClassVar[frozenset[str]] = frozenset(
        {"wave.opened", "wave.called_off", "wave.answered", "wave.kept"}
    )

    what = models.CharField(max_length=10, choices=[(w, w) for w in What], default=What.PULSE)
    scale = models.ForeignKey("pulse.Scale", null=True, on_delete=models.SET_NULL, related_name="waves")
    leader = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Who led when it opened."
    )
    items = models.JSONField(default=list)
    floor = models.PositiveSmallIntegerField(default=FLOOR)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    called_off_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0, help_text="How many could answer.")
    key_name = models.CharField(max_length=40, blank=True, help_text="The file of its key, while it is open.")
    box = models.BinaryField(null=True, help_text="All ballots, sealed, while it is open.")
    answered = models.PositiveIntegerField(null=True, help_text="How many answered; known at the close.")
    consistency = models.JSONField(null=True, help_text="Answers, items’ variances, variance of the sums.")
    will_do = models.CharField(max_length=LONGEST, blank=True, help_text="The one thing the leader will do.")
    will_do_at = models.DateTimeField(null=True)
    done = models.CharField(max_length=LONGEST, blank=True, help_text="What became of it.")
    done_at = models.DateTimeField(null=True)

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(closed_at=None, called_off_at=None),
                name="wave_one_open_a_team",
            ),
            models.CheckConstraint(
                condition=Q(box=None) | Q(closed_at=None, called_off_at=None), name="wave_over_has_no_box"
            ),
        ]

    def __str__(self) -> str:
        day = self.team.day(self.opened_at)
        if self.what == What.MIRROR:
            return say("The mirror of {day:%-d %B %Y}", day=day)
        if self.what == What.SCALE:
            return say("Questions of our own of {day:%-d %B %Y}", day=day)
        return say("The pulse of {day:%-d %B %Y}", day=day)

    @property
    def state(self) -> str:
        return "called off" if self.called_off_at else "closed" if self.closed_at else "open"

    @property
    def lost(self) -> bool:
        """Whether it closed without its key, so that nobody could open the box."""
        return self.closed_at is not None and self.answered is None

    def open_at(self, now: datetime) -> bool:
        return self.state == "open" and now < self.closes_at

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        """A mirror is for whoever led when it was held up, and not for who leads later."""
        own = person is not None and person.pk == self.leader_id
        return frozenset({RECEIVER}) if own and self.what == What.MIRROR else frozenset()

    def seen_with(self, roles: Roles) -> bool:
        mirror = self.what == What.MIRROR and self.closed_at
        return bool(
            roles & (SEES["what the team answered about its leader, in a mirror wave"] if mirror else TEAM)
        )

    def talked_about(self) -> bool:
        return self.what != What.MIRROR

    def in_front_hands(self, leader: Person) -> bool:
        return False  # asking is the leader's own

    def asks(self) -> list[Item | Statement]:
        """Return its items with their words."""
        own = {i.slug: i for i in self.scale.as_items()} if self.scale else {}
        every: dict[str, Item | Statement] = {**PULSE, **own}
        if self.what == What.MIRROR:
            every = dict(MIRROR)
        return [every[slug] for slug in self.items if slug in every]

    def get_absolute_url(self) -> str:
        return reverse("wave", args=[self.team.slug, self.pk])


class Tally(models.Model):
    """What was let out of a closed wave for one item, and all that is left of its answers."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="tallies")
    item = models.CharField(max_length=40)
    group = models.TextField(blank=True, help_text="One a line where several are shown as one.")
    n = models.PositiveIntegerField()
    counts = models.JSONField(default=list, help_text="Of the five steps, rounded.")
    place = models.PositiveSmallIntegerField(
        default=0, help_text="Where there are no counts: the step next to the mean."
    )

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.item} {self.group}".strip()

    def released(self) -> Released:
        return Released(self.n, tuple(self.counts), self.place)


class Remark(models.Model):
    """A comment of a closed wave: nobody's, and in no order."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="comments")
    text = models.CharField(max_length=LONGEST)

    class Meta:
        ordering = ("pk",)  # drawn by lot at the close

    def __str__(self) -> str:
        return self.text


class Cadence(models.Model):
    """How often a team is asked."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="cadence")
    every = models.PositiveSmallIntegerField(default=2, help_text="Weeks from wave to wave.")
    open_for = models.PositiveSmallIntegerField(default=4, help_text="Days a wave is open.")
    floor = models.PositiveSmallIntegerField(default=FLOOR)
    next_on = models.DateField(null=True, help_text="Empty: it has been stopped.")

    def __str__(self) -> str:
        return f"every {self.every} weeks"


class Scale(models.Model):
    """Questions that a team brought itself, with the right to use them."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="scales")
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=300, help_text="Who wrote it, and where it was published.")
    licence = models.CharField(max_length=200, help_text="What allows the team to use it.")
    questions = models.JSONField(default=list, help_text="Each with its words and its five steps.")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("added_at", "pk")

    def __str__(self) -> str:
        return self.title

    def as_items(self) -> list[Item]:
        return [_item(self, n, question) for n, question in enumerate(self.questions, 1)]


def _item(scale: Scale, n: int, question: dict[str, Any]) -> Item:
    a, b, c, d, e = question["steps"]
    return Item(f"own-{scale.pk}-{n}", scale.title, question["words"], (a, b, c, d, e))


class Desk(models.Model):
    """In which group of the team somebody works, as whoever keeps the team says."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="desks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="desks")
    group = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "person"], name="desk_one_a_person")]

    def __str__(self) -> str:
        return self.group


class CheckIn(Object):
    """How somebody says it is, by name, where a pulse could hide nobody."""

    kind: ClassVar[str] = "checkin"
    called: ClassVar[str] = say("checkin")
    searched: ClassVar[tuple[str, ...]] = ("text",)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=LONGEST)
    said_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-said_at", "-pk")

    def __str__(self) -> str:
        return self.text

    @property
    def state(self) -> str:
        return say("taken back") if self.withdrawn_at else ""

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        own = person is not None and person.pk == self.person_id
        return frozenset({AUTHOR}) if own else frozenset()

    def seen_with(self, roles: Roles) -> bool:
        return bool(roles & TEAM) and (self.withdrawn_at is None or AUTHOR in roles)

    def talked_about(self) -> bool:
        return self.withdrawn_at is None

    def get_absolute_url(self) -> str:
        return f"{reverse('pulse', args=[self.team.slug])}#checkin-{self.pk}"
