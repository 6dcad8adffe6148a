"""Where people stand in what is stored: found in the models of whatever is installed, so that nothing new is missed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Field, ForeignKey, Model, QuerySet

from followspot.language import say
from followspot.objects.models import Object
from followspot.seals import SealedField
from followspot.teams.models import Account, Person

# What nobody is handed, not even whose it is; that it is there is said.
_SECRET = re.compile(r"password|secret|token|hash|session|sealed|^box$|(^|_)key(_name)?$|^data$|^once$")

# Relations that are not exported by this walk, each with why.
LEFT_OUT = {
    "teams.answered.account": say(
        "Kept a day: what programs of theirs were answered, which stands in the copy where it belongs."
    ),
    "teams.person.account": say("It is the person themself, who stands first in the copy."),
    "panels.panel.convener": say(
        "It is about a candidate, and a copy would outlive the day set for its deletion."
    ),
    "panels.panel.decided_by": say("It is about a candidate too, and agreed with others."),
    "evidence.storedevent.actor": say("Events come by themselves, with those in which one was addressed."),
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
    "account.emailaddress.user": say("Your mail addresses"),
    "applause.applause.giver": say("Applause you gave"),
    "applause.applause.to": say("Applause you got"),
    "applause.clap.person": say("Where you clapped along"),
    "applause.words.about": say("Clients’ words about you"),
    "applause.words.brought_by": say("Clients’ words you brought"),
    "barriers.barrier.clearer": say("Barriers that are yours to clear"),
    "barriers.barrier.raiser": say("Barriers you raised"),
    "barriers.barrier.taker": say("Barriers you took"),
    "brief.sent.account": say("Briefs that went to you by mail"),
    "channels.dispatch.webhook.account": say("What they were told"),
    "channels.chatidentity.account": say("Who you are in chats"),
    "channels.chatword.account": say("A word that says in a chat who you are"),
    "channels.digest.account": say("When it was your turn for a digest"),
    "channels.mailbox.account": say("Your addresses for mail"),
    "channels.outlet.account": say("Where you are told beside mail"),
    "channels.reach.account": say("What reaches you, and when"),
    "channels.teamoutlet.set_by": say("Channels that you let be told of a team"),
    "channels.webhook.account": say("Your webhooks"),
    "danger.danger.declared_by": say("Dangers you declared"),
    "danger.danger.ended_by": say("Dangers you ended"),
    "danger.danger.leader": say("Dangers in which you went to the front"),
    "danger.note.by": say("Your lines from the front"),
    "directory.group.accounts": say("Teams that the organisation’s directory put you into"),
    "directory.provision.account": say("What the organisation’s directory says of you"),
    "expectations.checkin.by": say("Your check-ins"),
    "expectations.expectation.leader_agreed_by": say("Expectations you agreed to as the leader"),
    "expectations.expectation.proposed_by": say("Expectations you proposed"),
    "expectations.hold.person": say("Expectations in your hands"),
    "expectations.proposal.by": say("Terms you put"),
    "expectations.vote.person": say("Your choices of freedom"),
    "lessons.followup.ended_by": say("What follows from lessons, that you ended"),
    "lessons.lesson.owned_by": say("Lessons of which you said a part is yours"),
    "lessons.lesson.teller": say("Lessons you told"),
    "lessons.lesson.thanked_by": say("Lessons you said thank you for"),
    "lessons.lesson.useful": say("Lessons you found useful"),
    "mirror.rating.leader": say("Your own ratings in the mirror"),
    "mfa.authenticator.user": say("Ways of your second step"),
    "objects.comment.author": say("Your comments"),
    "objects.comment.mentions": say("Comments that ask you to look"),
    "panels.panel.convener": say("Panels you called"),
    "panels.panel.decided_by": say("Panels in which you wrote down what was agreed"),
    "pulse.checkin.person": say("Your check-ins with your name"),
    "pulse.desk.person": say("In which group you sit when a pulse is taken"),
    "pulse.wave.leader": say("Waves of a pulse in which you led"),
    "socialaccount.socialaccount.user": say("Your organisation’s own sign-in"),
    "panels.mark.author": say("Steps you gave on panels, and why"),
    "panels.seat.person": say("Panels you sat on, and what you wrote there"),
    "stepaways.entry.by": say("What you noted during a step-away"),
    "stepaways.handover.stand_in": say("Where you were asked to stand in"),
    "stepaways.stepaway.callers": say("Step-aways in which you may break the glass"),
    "stepaways.stepaway.leader": say("Your step-aways"),
    "teams.identity.person": say("Your names in the teams’ histories"),
    "teams.invitation.invited_by": say("Invitations you sent"),
    "teams.invitation.person": say("Invitations made out to you"),
    "teams.leadership.person": say("Where you led"),
    "teams.look.by": say("Where you looked at a leader’s own measures"),
    "teams.look.seen_as": say("The same, as the person you are there"),
    "teams.look.whose": say("Who looked at your own measures"),
    "teams.membership.person": say("Where you were of a team"),
    "teams.rightschange.by": say("Changes of rights you made"),
    "teams.rightschange.of": say("Changes of your rights"),
    "teams.rightschange.to": say("Changes of your account’s rights"),
    "teams.share.leader": say("What you showed of how you lead"),
    "teams.share.to": say("What leaders of teams below showed you"),
    "teams.team.keeper": say("Teams you keep"),
    "teams.token.account": say("Your tokens for programs"),
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
        return TITLES.get(self.key) or say(
            "{things}, with you as “{role}”", things=plural, role=str(self.field.verbose_name)
        )

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
            told[field.name] = say("(kept, not shown)") if value else ""
        elif isinstance(field, ForeignKey) and value is not None:
            whose = getattr(row, field.name)
            told[field.name] = whose.in_passing if isinstance(whose, Object) else str(whose)
        else:
            told[field.name] = value
    return told
