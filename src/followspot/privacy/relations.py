"""Where people stand in what is stored: found in the models of whatever is installed, so that nothing new is missed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Field, ForeignKey, Model, QuerySet

from followspot.objects.models import Object
from followspot.seals import SealedField
from followspot.teams.models import Account, Person

# What nobody is handed, not even whose it is; that it is there is said.
_SECRET = re.compile(r"password|secret|token|hash|session|sealed|^box$|(^|_)key(_name)?$|^data$|^once$")

# Relations that are not exported by this walk, each with why.
LEFT_OUT = {
    "teams.answered.account": "Kept a day: what programs of theirs were answered, which stands in the copy where it belongs.",
    "teams.person.account": "It is the person themself, who stands first in the copy.",
    "panels.panel.convener": "It is about a candidate, and a copy would outlive the day set for its deletion.",
    "panels.panel.decided_by": "It is about a candidate too, and agreed with others.",
    "evidence.storedevent.actor": "Events come by themselves, with those in which one was addressed.",
}

# Whose words stand in a row, by the relation that says who wrote it. Terms that were agreed with others are not
# in here: they are the others' as well. What isn't listed goes by the name of the relation.
WORDS: dict[str, tuple[str, ...]] = {
    "applause.applause.giver": ("words", "cites_words", "cites_url"),
    "applause.applause.to": (),
    "applause.words.about": (),
    "applause.words.brought_by": ("quote", "said_where"),
    "barriers.barrier.raiser": ("what", "holds_words"),
    "danger.danger.declared_by": ("why", "takes", "keeps"),
    "danger.danger.ended_by": ("how",),
    "expectations.expectation.proposed_by": (),
    "lessons.lesson.owned_by": ("owned_part",),
    "lessons.lesson.teller": ("happened", "believed", "known", "helps"),
    "panels.seat.person": ("head_words", "hold_words", "dissent"),
    "panels.panel.convener": ("notes",),
    "panels.panel.decided_by": (),
    "pulse.desk.person": (),
    "pulse.wave.leader": ("will_do", "done"),
    "stepaways.handover.stand_in": ("word",),
    "stepaways.stepaway.leader": ("what_else",),
    "teams.identity.person": (),
    "teams.invitation.person": (),
}
_AUTHORS = frozenset(
    {
        "author",
        "by",
        "giver",
        "raiser",
        "teller",
        "declared_by",
        "brought_by",
        "told_by",
        "written_by",
        "made_by",
        "panelist",
        "person",
        "rater",
        "owner",
        "added_by",
    }
)

TITLES = {
    "account.emailaddress.user": "Your mail addresses",
    "applause.applause.giver": "Applause you gave",
    "applause.applause.to": "Applause you got",
    "applause.clap.person": "Where you clapped along",
    "applause.words.about": "Clients’ words about you",
    "applause.words.brought_by": "Clients’ words you brought",
    "barriers.barrier.clearer": "Barriers that are yours to clear",
    "barriers.barrier.raiser": "Barriers you raised",
    "barriers.barrier.taker": "Barriers you took",
    "brief.sent.account": "Briefs that went to you by mail",
    "channels.dispatch.webhook.account": "What they were told",
    "channels.chatidentity.account": "Who you are in chats",
    "channels.chatword.account": "A word that says in a chat who you are",
    "channels.digest.account": "When it was your turn for a digest",
    "channels.mailbox.account": "Your addresses for mail",
    "channels.outlet.account": "Where you are told beside mail",
    "channels.reach.account": "What reaches you, and when",
    "channels.teamoutlet.set_by": "Channels that you let be told of a team",
    "channels.webhook.account": "Your webhooks",
    "danger.danger.declared_by": "Dangers you declared",
    "danger.danger.ended_by": "Dangers you ended",
    "danger.danger.leader": "Dangers in which you went to the front",
    "danger.note.by": "Your lines from the front",
    "directory.group.accounts": "Teams that the organisation’s directory put you into",
    "directory.provision.account": "What the organisation’s directory says of you",
    "expectations.checkin.by": "Your check-ins",
    "expectations.expectation.leader_agreed_by": "Expectations you agreed to as the leader",
    "expectations.expectation.proposed_by": "Expectations you proposed",
    "expectations.hold.person": "Expectations in your hands",
    "expectations.proposal.by": "Terms you put",
    "expectations.vote.person": "Your choices of freedom",
    "lessons.followup.ended_by": "What follows from lessons, that you ended",
    "lessons.lesson.owned_by": "Lessons of which you said a part is yours",
    "lessons.lesson.teller": "Lessons you told",
    "lessons.lesson.thanked_by": "Lessons you said thank you for",
    "lessons.lesson.useful": "Lessons you found useful",
    "mirror.rating.leader": "Your own ratings in the mirror",
    "mfa.authenticator.user": "Ways of your second step",
    "objects.comment.author": "Your comments",
    "objects.comment.mentions": "Comments that ask you to look",
    "panels.panel.convener": "Panels you called",
    "panels.panel.decided_by": "Panels in which you wrote down what was agreed",
    "pulse.checkin.person": "Your check-ins with your name",
    "pulse.desk.person": "In which group you sit when a pulse is taken",
    "pulse.wave.leader": "Waves of a pulse in which you led",
    "socialaccount.socialaccount.user": "Your organisation’s own sign-in",
    "panels.mark.author": "Steps you gave on panels, and why",
    "panels.seat.person": "Panels you sat on, and what you wrote there",
    "stepaways.entry.by": "What you noted during a step-away",
    "stepaways.handover.stand_in": "Where you were asked to stand in",
    "stepaways.stepaway.callers": "Step-aways in which you may break the glass",
    "stepaways.stepaway.leader": "Your step-aways",
    "teams.identity.person": "Your names in the teams’ histories",
    "teams.invitation.invited_by": "Invitations you sent",
    "teams.invitation.person": "Invitations made out to you",
    "teams.leadership.person": "Where you led",
    "teams.look.by": "Where you looked at a leader’s own measures",
    "teams.look.seen_as": "The same, as the person you are there",
    "teams.look.whose": "Who looked at your own measures",
    "teams.membership.person": "Where you were of a team",
    "teams.rightschange.by": "Changes of rights you made",
    "teams.rightschange.of": "Changes of your rights",
    "teams.rightschange.to": "Changes of your account’s rights",
    "teams.share.leader": "What you showed of how you lead",
    "teams.share.to": "What leaders of teams below showed you",
    "teams.team.keeper": "Teams you keep",
    "teams.token.account": "Your tokens for programs",
}


@dataclass(frozen=True, slots=True)
class Relation:
    """A place in which a person or an account stands."""

    model: type[Model]
    field: Any
    via: str = ""  # of a row that hangs on somebody's own: the field that leads to that

    @property
    def path(self) -> str:
        return f"{self.via}__{self.field.name}" if self.via else str(self.field.name)

    @property
    def key(self) -> str:
        return f"{self.model._meta.label_lower}.{self.path.replace('__', '.')}"

    @property
    def title(self) -> str:
        plural = str(self.model._meta.verbose_name_plural).capitalize()
        return TITLES.get(self.key) or f"{plural}, with you as “{self.field.verbose_name}”"

    @property
    def of_account(self) -> bool:
        return bool(self.field.related_model is Account)

    def rows(self, person: Person | None, account: Account | None) -> QuerySet[Any]:
        """Return the rows in which somebody stands here."""
        who = account if self.of_account else person
        manager = self.model._default_manager
        return manager.filter(**{self.path: who}).order_by("pk") if who else manager.none()

    @property
    def words(self) -> tuple[str, ...]:
        """The fields that hold what whoever stands here wrote themselves."""
        if self.key in WORDS:
            return WORDS[self.key]
        if self.of_account or (self.field.name not in _AUTHORS and not self.via):
            return ()
        return tuple(f.name for f in texts_of(self.model))


def relations() -> Iterator[Relation]:
    """Every relation of every installed model to a person or an account, and what hangs on rows that are one's own."""
    for model in apps.get_models():
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.related_model in (Person, Account):
                yield Relation(model, field)
                yield from _hanging(model, field)


def _hanging(model: type[Model], field: Any) -> Iterator[Relation]:
    """Rows that go with a row that goes with its person, where it says itself whose it is it comes by itself."""
    if model in (Person, Account) or not _goes_along(field):
        return
    for relation in model._meta.related_objects:
        hangs = isinstance(relation, models.ManyToOneRel) and _goes_along(relation.field)
        child = relation.related_model
        own = any(f.related_model in (Person, Account) for f in child._meta.local_fields)
        if hangs and not own and not child._meta.auto_created:
            yield Relation(child, field, via=relation.field.name)


def _goes_along(field: Any) -> bool:
    return getattr(field.remote_field, "on_delete", None) is models.CASCADE


def exported() -> list[Relation]:
    """Those whose rows stand in somebody's copy."""
    return [r for r in relations() if r.key not in LEFT_OUT]


def texts_of(model: type[Model]) -> Iterator[Field[Any, Any]]:
    """The fields of a model in which somebody could have written anything."""
    for field in model._meta.local_fields:
        free = isinstance(field, models.TextField) or type(field) in (models.CharField, models.URLField)
        if (
            free
            and not field.choices
            and not field.primary_key
            and not is_secret(field)
            and not _named(field)
        ):
            yield field


def _named(field: Field[Any, Any]) -> bool:
    """Whether a field holds the log's word for an object or a state rather than somebody's words."""
    return field.name in {"object", "about", "cites", "holds", "becomes", "kind", "state", "source", "counts"}


def is_secret(field: Field[Any, Any]) -> bool:
    """Say whether a field holds what opens something."""
    return isinstance(field, SealedField) or bool(
        _SECRET.search(field.name) and not isinstance(field, ForeignKey)
    )


def values_of(row: Model) -> dict[str, object]:
    """Return a row's fields for whom they are about: people by name, and of secrets that they are there."""
    told: dict[str, object] = {}
    for field in row._meta.concrete_fields:
        value = field.value_from_object(row)
        if is_secret(field):
            told[field.name] = "(kept, not shown)" if value else ""
        elif isinstance(field, ForeignKey) and value is not None:
            whose = getattr(row, field.name)
            told[field.name] = whose.in_passing if isinstance(whose, Object) else str(whose)
        else:
            told[field.name] = value
    return told
