"""A lesson as it is stored, what follows from it, and who found it useful."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from followspot.language import say
from followspot.objects.models import Object
from followspot.practices.lessons.rules import FOLLOW_UP_LONGEST, SEES, Following
from followspot.roles import TELLER, Roles
from followspot.teams.models import Person


class LessonQuerySet(models.QuerySet["Lesson"]):
    def told(self) -> Self:
        return self.filter(withdrawn_at=None)

    def with_what_follows(self) -> Self:
        """With what changes, and for how many it was useful (`found_useful`)."""
        return self.prefetch_related("followups").annotate(found_useful=Count("useful"))

    def with_people(self) -> Self:
        return self.select_related("teller", "thanked_by", "owned_by").prefetch_related("followups", "useful")


class Lesson(Object):
    """A mistake told without blame."""

    kind: ClassVar[str] = "lesson"
    called: ClassVar[str] = say("lesson")
    searched: ClassVar[tuple[str, ...]] = ("happened", "believed", "known", "helps")

    leaders_part: ClassVar[frozenset[str]] = frozenset({"lesson.thanked", "lesson.owned"})

    happened = models.TextField()
    believed = models.TextField(blank=True)
    known = models.TextField()
    helps = models.CharField(max_length=200, blank=True, help_text="Whom it helps.")
    about = models.CharField(
        max_length=60, blank=True, help_text="The object it belongs to, as the log writes it."
    )
    teller = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    word_hash = models.CharField(
        max_length=64, blank=True, help_text="Of whoever told it without their name."
    )
    told_at = models.DateTimeField()
    thanked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    thanked_at = models.DateTimeField(null=True)
    owned_at = models.DateTimeField(null=True)
    owned_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    owned_part = models.CharField(
        max_length=300, blank=True, help_text="Which part the leader says is theirs."
    )
    withdrawn_at = models.DateTimeField(null=True)
    useful = models.ManyToManyField(Person, related_name="+", blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ("-told_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["team", "told_at"], name="lesson_by_time")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(word_hash="") | Q(teller=None), name="lesson_unnamed_has_no_teller"
            )
        ]

    def __str__(self) -> str:
        return self.happened if len(self.happened) <= 90 else f"{self.happened[:89].rstrip()}…"

    @property
    def state(self) -> str:
        return say("taken back") if self.withdrawn_at else ""

    @property
    def unnamed(self) -> bool:
        return bool(self.word_hash)

    def roles_of(self, person: Person | None, hashes: frozenset[str] = frozenset()) -> Roles:
        own = person is not None and person.pk == self.teller_id
        return frozenset({TELLER}) if own or (self.word_hash and self.word_hash in hashes) else frozenset()

    def seen_with(self, roles: Roles) -> bool:
        seen = bool(roles & SEES["a lesson of the team"])
        return seen and (self.withdrawn_at is None or TELLER in roles)

    def talked_about(self) -> bool:
        return self.withdrawn_at is None

    def get_absolute_url(self) -> str:
        return reverse("lesson", args=[self.team.slug, self.pk])


class FollowUp(models.Model):
    """Something that changes because of a lesson; it lives until it is done."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="followups")
    what = models.CharField(max_length=FOLLOW_UP_LONGEST)
    state = models.CharField(max_length=10, choices=[(s, s) for s in Following], default=Following.OPEN)
    becomes = models.CharField(max_length=60, blank=True, help_text="The expectation or barrier it became.")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("added_at", "pk")

    def __str__(self) -> str:
        return self.what
