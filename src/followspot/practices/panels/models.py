"""A panel as it is stored: whom it is about, what is asked, who sits on it, and what each wrote alone."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from followspot.language import say
from followspot.objects.models import Object
from followspot.practices.panels import rules
from followspot.practices.panels.rules import PHASES, Attitude, Decision, Phase, Place
from followspot.roles import CONVENER, PANELIST, TEAM, Roles
from followspot.teams.models import Person, Team
from followspot.teams.names import spelled


class PanelQuerySet(models.QuerySet["Panel"]):
    def with_people(self) -> Self:
        return self.select_related("team", "convener", "decided_by").prefetch_related("seats__person")

    def sat_on(self, person: Person) -> Self:
        """Those on which somebody sits, or sat to the end."""
        return self.filter(pk__in=Seat.objects.filter(person=person, off_at=None).values("panel"))

    def standing(self) -> Self:
        """Those that still know whom they are about."""
        return self.filter(erased_at=None)


class Panel(Object):
    """People who judge a candidate: each alone first, together after."""

    kind: ClassVar[str] = "panel"
    called: ClassVar[str] = say("panel")
    # Not the notes: a line of hits is no place for what is known of somebody.
    searched: ClassVar[tuple[str, ...]] = ("candidate", "purpose")

    candidate = models.CharField(max_length=120, blank=True, help_text="A label. Empty: deleted.")
    purpose = models.CharField(max_length=120, blank=True, help_text="For what work.")
    notes = models.TextField(blank=True)
    convener = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    begun_at = models.DateTimeField()
    due_on = models.DateField(help_text="From the day after, what is in can be opened.")
    delete_on = models.DateField(help_text="Can come nearer, never later.")
    opened_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, blank=True, choices=[(d, d) for d in Decision])
    agreed = models.TextField(blank=True, help_text="What they will be free to do.")
    reasons = models.TextField(blank=True)
    differ = models.TextField(blank=True, help_text="What the panel still sees differently.")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    look_again_on = models.DateField(null=True, help_text="When the person’s first quarter ends.")
    erased_at = models.DateTimeField(null=True)

    objects = PanelQuerySet.as_manager()

    class Meta:
        ordering = ("-begun_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["team", "begun_at"], name="panel_by_time")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(decision__in=["", *Decision]), name="panel_decision_known"),
        ]

    def __str__(self) -> str:
        return (
            say("{candidate}, for {purpose}", candidate=self.candidate, purpose=self.purpose)
            if self.erased_at is None
            else say("Panel of {day:%-d %B %Y}", day=self.team.day(self.begun_at))
        )

    @property
    def in_passing(self) -> str:
        """Never whom it is about: what is said elsewhere would outlive the day of the deletion."""
        return say("A panel for {purpose}", purpose=self.purpose) if self.erased_at is None else str(self)

    @classmethod
    def of_team(cls, team: Team) -> PanelQuerySet:
        return cls.objects.filter(team=team).with_people()

    @property
    def sitting(self) -> list[Seat]:
        """The seats of those who were not taken off, by name."""
        return sorted((s for s in self.seats.all() if s.off_at is None), key=lambda s: spelled(s.person.name))

    @property
    def panelists(self) -> list[Person]:
        return [s.person for s in self.sitting]

    @property
    def handed_in(self) -> list[Seat]:
        return [s for s in self.sitting if s.handed_in_at]

    @property
    def missing(self) -> list[Seat]:
        return [s for s in self.sitting if s.handed_in_at is None]

    @property
    def unsigned(self) -> list[Seat]:
        """Whose name the record still wants; whoever wrote no score is not asked."""
        return [s for s in self.handed_in if s.signed_at is None]

    @property
    def is_fixed(self) -> bool:
        """Whether criteria and panelists stand, since somebody has been judged by them."""
        return bool(self.handed_in) or self.opened_at is not None

    @property
    def phase(self) -> Phase:
        if self.erased_at:
            return Phase.ERASED
        if self.opened_at is None:
            return Phase.SCORED
        if self.decided_at is None:
            return Phase.OPEN
        return Phase.DECIDED if self.unsigned else Phase.SIGNED

    @property
    def state(self) -> str:
        return PHASES[self.phase]

    def seat_of(self, person: Person | None) -> Seat | None:
        return next((s for s in self.sitting if person is not None and s.person_id == person.pk), None)

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        if person is None:
            return frozenset()
        convened = {CONVENER} if self.convener_id == person.pk else set()
        return frozenset(convened | ({PANELIST} if self.seat_of(person) else set()))

    def seen_with(self, roles: Roles) -> bool:
        """Whoever may look into it, talk about it and find it; that it is there, the leader sees in the list."""
        return bool(roles & TEAM) and PANELIST in roles

    def talked_about(self) -> bool:
        """Nobody says a word before all scores are open, and nothing is said of nobody."""
        return self.phase in (Phase.OPEN, Phase.DECIDED, Phase.SIGNED)

    def in_front_hands(self, leader: Person) -> bool:
        """Hiring is the panel's: what the leader does in it is no touch on anybody's work."""
        return False

    def get_absolute_url(self) -> str:
        return reverse("hiring-panel", args=[self.team.slug, self.pk])


class Criterion(models.Model):
    """Something that every panelist judges, with words for the ends of its five steps."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="criteria")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    anchors = models.JSONField(default=list, help_text="What each of the five steps looks like.")

    class Meta:
        ordering = ("number", "pk")
        verbose_name_plural = "criteria"

    def __str__(self) -> str:
        return self.title

    @property
    def asked(self) -> rules.Asked:
        first, second, third, fourth, fifth = self.anchors or [""] * 5
        return rules.Asked(self.title, (first, second, third, fourth, fifth))


class Seat(models.Model):
    """Somebody on a panel: what they wrote alone, whether it is in, and their name under the record.

    Whoever shows a seat's score asks `rules.shown_to` first.
    """

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    off_at = models.DateTimeField(null=True, help_text="When they were taken off, before their score.")
    off_reason = models.CharField(max_length=200, blank=True)
    drafted_at = models.DateTimeField(null=True)
    handed_in_at = models.DateTimeField(null=True, help_text="Sealed from then on, also for its author.")
    head_at = models.PositiveSmallIntegerField(null=True)
    head_words = models.TextField(blank=True)
    hold_at = models.PositiveSmallIntegerField(null=True)
    hold_words = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    dissent = models.TextField(blank=True, help_text="What they see differently and signed with.")
    looked_again_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["panel", "person"], name="seat_once_a_panel"),
            models.CheckConstraint(
                condition=(Q(head_at=None) | Q(head_at__lte=100)) & (Q(hold_at=None) | Q(hold_at__lte=100)),
                name="seat_place_on_the_line",
            ),
        ]

    def __str__(self) -> str:
        return self.person.name

    def place(self, attitude: Attitude) -> Place:
        if attitude == Attitude.HEAD:
            return Place(self.head_at, self.head_words)
        return Place(self.hold_at, self.hold_words)


class Mark(models.Model):
    """The step that one panelist gives for one criterion, and why."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="marks")
    author = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    step = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("criterion__number", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "criterion"], name="mark_once"),
            models.CheckConstraint(condition=Q(step=None) | Q(step__range=(1, 5)), name="mark_step_known"),
        ]

    def __str__(self) -> str:
        return self.criterion.title
