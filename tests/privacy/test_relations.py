"""Nothing in which a person stands is missed: not what is there now, and not what somebody adds later."""

import pytest
from django.apps import apps
from django.db import models

from followspot.privacy import relations, scrub
from followspot.teams.models import Account, Person


def standing():
    """Every relation to a person or an account, counted another way than the walk does."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not field.auto_created and field.related_model in (Person, Account):
                yield f"{model._meta.label_lower}.{field.name}"


def test_every_relation_is_exported_or_stands_on_the_list_with_a_reason():
    exported = {r.key for r in relations.exported() if not r.via}
    assert set(standing()) == exported | set(relations.LEFT_OUT)
    assert not exported & set(relations.LEFT_OUT)
    assert all(why.endswith(".") for why in relations.LEFT_OUT.values())


def test_what_hangs_on_ones_own_rows_comes_along():
    hanging = {r.key for r in relations.exported() if r.via}
    assert "account.emailconfirmation.email_address.user" in hanging
    assert not any(key.startswith(("applause.", "barriers.", "objects.")) for key in hanging)


def test_what_is_listed_is_there():
    there = {r.key for r in relations.relations()}
    for table in (relations.LEFT_OUT, relations.WORDS, relations.TITLES):
        assert set(table) <= there


@pytest.mark.parametrize("relation", list(relations.relations()), ids=lambda r: r.key)
def test_words_are_fields_that_hold_words(relation):
    for name in relation.words:
        field = relation.model._meta.get_field(name)
        assert isinstance(field, models.CharField | models.TextField), name
        assert not relations.is_secret(field)
    assert relation.title


def test_whatever_opens_something_is_never_handed_out():
    secret = {
        f"{m._meta.label_lower}.{f.name}"
        for m in apps.get_models()
        for f in m._meta.local_fields
        if relations.is_secret(f)
    }
    assert secret >= {
        "teams.account.password", "teams.invitation.word_hash", "barriers.barrier.word_hash", "lessons.lesson.word_hash",
        "mfa.authenticator.data", "sessions.session.session_key", "sessions.session.session_data",
    }  # fmt: skip


@pytest.mark.django_db
def test_a_secret_is_only_said_to_be_there(ada):
    told = relations.values_of(ada.account)
    assert told["password"] == "(kept, not shown)"
    assert told["email"] == "ada@example.org"


def test_every_column_with_words_is_looked_through_or_left_alone_with_a_reason():
    looked = {(m, f.name) for m, f in scrub.columns()}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if (
                isinstance(field, models.CharField | models.TextField | models.JSONField)
                and not field.primary_key
            ):
                labels = {
                    model._meta.app_label,
                    model._meta.label_lower,
                    f"{model._meta.label_lower}.{field.name}",
                }
                assert (model, field.name) in looked or labels & set(scrub.LEFT_ALONE)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("Ask Ben Oki.", "Ask someone who left."),
        ("BEN OKI’s list", "someone who left’s list"),
        ("Ben Okinawa", "Ben Okinawa"),
        ({"a": ["Ben Oki", 1, None]}, {"a": ["someone who left", 1, None]}),
    ],
)
def test_a_name_is_replaced_whole(text, becomes):
    assert scrub._told(text, scrub.pattern(["Ben Oki", ""]), scrub.SOMEONE) == becomes


def test_no_name_replaces_nothing():
    assert scrub.pattern([""]).sub("x", "all of it") == "all of it"
