"""A step-away as it was announced: its stretches, who stands in, and its diary."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from followspot.language import say
from followspot.objects.models import Object
from followspot.practices.stepaways import rules
from followspot.practices.stepaways.rules import BY_LOT, Design, Kind, Phase
from followspot.roles import STAND_IN, Roles
from followspot.teams.models import Person, Team
from followspot.teams.names import together


class StepAwayQuerySet(models.QuerySet["StepAway"]):
    def standing(self) -> Self:
        """Those that nobody has taken back."""
        return self.filter(withdrawn_at=None)

    def with_stretches(self) -> Self:
        return self.select_related("leader", "team").prefetch_related("stretch_set", "handovers__stand_in")

    def over(self, day: date) -> Self:
        """Those whose first and last day lie around a day; of several stretches each says for itself."""
        return self.standing().filter(Q(ends_on=None) | Q(ends_on__gte=day), begins_on__lte=day)


class StepAway(Object):
    """Days on which the leader does not work with the team; first and last day are included."""

    kind: ClassVar[str] = "stepaway"
    called: ClassVar[str] = say("stepaway")
    searched: ClassVar[tuple[str, ...]] = ("what_else", "stand_ins")
    leaders_part: ClassVar[frozenset[str]] = frozenset(
        {
            "stepaway.planned",
            "stepaway.changed",
            "stepaway.drawn",
            "stepaway.withdrawn",
            "stepaway.restored",
            "stepaway.standin_asked",
            "stepaway.standin_unasked",
            "stepaway.matter_added",
            "stepaway.matter_settled",
            "stepaway.contact_logged",
            "stepaway.entry_withdrawn",
            "stepaway.handed_over",
        }
    )

    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    design = models.CharField(max_length=12, choices=[(d, d) for d in Design], default=Design.STRETCH)
    flow = models.CharField(
        max_length=30, default="landed", help_text="What counts as output, declared with the margin."
    )
    begins_on = models.DateField(help_text="Of the first stretch.")
    ends_on = models.DateField(null=True, blank=True, help_text="The last day of the last. Empty: for good.")
    margin = models.FloatField(help_text="The drop that would matter, as a share.")
    declared_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, help_text="When the lot was drawn and stored.")
    phone_off = models.BooleanField(default=True, help_text="Nothing gets through but a broken glass.")
    callers = models.ManyToManyField(Person, related_name="+", blank=True, help_text="May break the glass.")
    stand_ins = models.CharField(max_length=200, blank=True, help_text="As told of one that was.")
    what_else = models.TextField(blank=True, help_text="What else happened around these days.")
    source = models.TextField(blank=True, help_text="Where it is known from.")
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True, help_text="When the answer was given, once.")
    verdict = models.CharField(max_length=20, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = StepAwayQuerySet.as_manager()

    class Meta:
        ordering = ("-begins_on", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="stepaway_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(margin__gte=0.05, margin__lte=0.5), name="stepaway_margin_sensible"
            ),
            models.CheckConstraint(condition=Q(design__in=list(Design)), name="stepaway_design_known"),
        ]

    def __str__(self) -> str:
        return say("{leader} away from {day:%-d %B %Y}", leader=str(self.leader), day=self.begins_on)

    @classmethod
    def of_team(cls, team: Team) -> StepAwayQuerySet:
        return cls.objects.filter(team=team).with_stretches()

    @property
    def stretches(self) -> list[rules.Stretch]:
        """The stretches that hold: all of a plan, or those that were drawn."""
        return [(s.begins_on, s.ends_on) for s in self.stretch_set.all() if s.drawn is not False]

    @property
    def waits_for_the_lot(self) -> bool:
        return self.design in BY_LOT and self.drawn_at is None

    @property
    def declared_before(self) -> bool:
        """Whether the margin was declared before anybody could look."""
        return rules.declared_before(self.begins_on, self.team.day(self.declared_at))

    def phase(self, today: date) -> Phase:
        return rules.phase(self.begins_on, self.ends_on, today)

    def is_away(self, today: date) -> bool:
        """Say whether the leader is away on a day; before the lot has spoken nobody knows."""
        return not self.waits_for_the_lot and rules.away(self.stretches, today)

    def stands_for(self, person: Person) -> bool:
        """Whoever said yes has stood in once the leader has gone, unless they could not after all."""
        return self.began_at is not None and any(h.stand_in_id == person.pk for h in self.accepted)

    @property
    def accepted(self) -> list[Handover]:
        return [h for h in self.handovers.all() if h.accepted_at]

    @property
    def who_stands_in(self) -> str:
        """The names of those who said yes, or as it was told."""
        people = list(dict.fromkeys(h.stand_in for h in self.accepted))
        return together(people) if people else self.stand_ins

    @property
    def several_stand_in(self) -> bool:
        """Whether a sentence about them needs its verb in the plural."""
        return " and " in self.who_stands_in or "," in self.who_stands_in

    @property
    def settled_upon(self) -> bool:
        """Whether everybody who was asked to stand in has said yes."""
        return all(h.accepted_at for h in self.handovers.all() if not h.declined_at)

    def glass_breakers(self, today: date) -> frozenset[int]:
        """Return who of those still here may call the leader back; empty: anybody of the front line."""
        here = set(self.team.memberships.on(today).values_list("person", flat=True))
        return rules.glass_breakers(
            here & {p.pk for p in self.callers.all()}, here & {h.stand_in_id for h in self.accepted}
        )

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        asked = person is not None and any(h.stand_in_id == person.pk for h in self.handovers.all())
        return frozenset({STAND_IN}) if asked else frozenset()

    def get_absolute_url(self) -> str:
        return reverse("stepaway", args=[self.team.slug, self.pk])


class Stretch(models.Model):
    """Days without a gap: away for certain, or acceptable until the lot has spoken."""

    stepaway = models.ForeignKey(StepAway, on_delete=models.CASCADE)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    of_set = models.PositiveSmallIntegerField(null=True, help_text="Of each set the lot draws one.")
    drawn = models.BooleanField(null=True, help_text="What the lot said; empty where there was no lot.")

    class Meta:
        ordering = ("begins_on", "pk")
        verbose_name_plural = "stretches"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")), name="stretch_days_in_order"
            ),
            models.UniqueConstraint(
                fields=["stepaway", "of_set"], condition=Q(drawn=True), name="stretch_one_drawn_of_a_set"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begins_on:%-d %B %Y}"


class Handover(models.Model):
    """An area of decision, and who stands in for it once they say yes."""

    stepaway = models.ForeignKey(StepAway, on_delete=models.CASCADE, related_name="handovers")
    area = models.CharField(max_length=rules.LONGEST)
    about = models.CharField(
        max_length=60, blank=True, help_text="The object it is about, as the log writes it."
    )
    stand_in = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    word = models.CharField(max_length=rules.LONGEST, blank=True, help_text="Of whoever said no.")
    kept_at = models.DateTimeField(null=True, help_text="When it was handed over for good.")

    class Meta:
        ordering = ("asked_at", "pk")

    def __str__(self) -> str:
        return self.area


class Entry(models.Model):
    """A line in the diary of a step-away, noted in one tap. Never counted by person."""

    stepaway = models.ForeignKey(StepAway, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=[(k, k) for k in Kind])
    text = models.CharField(max_length=rules.LONGEST, blank=True)
    handover = models.ForeignKey(Handover, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="Of what waited: when it was decided after all.")
    reopened_at = models.DateTimeField(null=True, help_text="Of a decision: when it was opened again.")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "pk")
        verbose_name_plural = "entries"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="entry_kind_known"),
        ]

    def __str__(self) -> str:
        return self.text or self.kind
