"""A service that only says that something is new is read then, but not while it wants to be left alone."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followspot.evidence import collect, deliveries
from followspot.evidence.connectors import _http
from followspot.evidence.models import Delivery, Source
from tests.evidence.services import connected, events
from tests.stubs import gitlab, jira

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    monkeypatch.setattr(_http, "sleep", lambda seconds: None)


@pytest.fixture
def stub():
    with gitlab.Stub(gitlab.History()) as stub:
        yield stub


@pytest.fixture
def source(team, stub):
    source = connected(team, stub, now=timezone.now(), connector="gitlab")
    read(source)
    return source


@pytest.fixture
def secret(source):
    return deliveries.set_up(source)


def read(source):
    run = collect.read(collect.begin(Source.objects.get(pk=source.pk), now=timezone.now()))
    source.refresh_from_db()
    return run


def post(client, source, secret, payload, number="1", **headers):
    sent = {
        "X-Gitlab-Token": secret,
        "X-Gitlab-Event": "Issue Hook",
        "X-Gitlab-Event-UUID": number,
        **headers,
    }
    return client.post(reverse("webhook", args=[source.hook]), json.dumps(payload), content_type="application/json", headers=sent)  # fmt: skip


def due():
    return collect.due(now=timezone.now())


def speak(stub):
    """Let Ben say something at GitLab, in an hour."""
    stub.now += timedelta(hours=1)
    history = stub.history
    return history.say(
        "issues", history.parts["issues"][0], history.people[1], stub.now - timedelta(minutes=1)
    )["note"]


def test_it_is_read_then_and_only_once(client, team, source, secret, stub):
    assert due() == []
    said = speak(stub)
    assert post(client, source, secret, gitlab.delivery()).status_code == 202
    assert due() == [source]
    assert read(source).message == "1 events came in."
    assert f"c{said['id']}" in events(team)
    assert due() == []
    assert not Delivery.objects.filter(waits=True).exists()


def test_what_was_told_again_is_known(client, source, secret, stub):
    for number in ({"number": "1"}, {"number": "1"}, {"number": "2", "Idempotency-Key": "1"}):
        assert post(client, source, secret, gitlab.delivery(), **number).status_code == 202
    read(source)
    post(client, source, secret, gitlab.delivery())
    assert due() == []


def test_what_is_none_of_ours_stirs_nobody(client, source, secret):
    post(client, source, secret, gitlab.delivery("pipeline"))
    post(client, source, secret, gitlab.delivery(project="quay/cellar"), number="2")
    assert due() == []


def test_without_its_secret_nothing_is_let_in(client, source, secret):
    assert post(client, source, "another", gitlab.delivery()).status_code == 403
    assert post(client, source, secret, gitlab.delivery(), number="").status_code == 422
    assert due() == []


def test_what_wants_to_be_left_alone_is(client, source, secret):
    post(client, source, secret, gitlab.delivery())
    Source.objects.update(due_at=source.due_at + timedelta(minutes=10))
    assert due() == []
    Source.objects.update(due_at=source.due_at, failures=1)
    assert due() == []


def test_what_came_during_a_reading_is_read_again(client, team, source, secret, stub, monkeypatch):
    store = collect.log.store

    def and_hear(*args, **kwargs):
        rows = store(*args, **kwargs)
        post(client, source, secret, gitlab.delivery(), number="meanwhile")
        return rows

    monkeypatch.setattr(collect.log, "store", and_hear)
    Source.objects.update(due_at=timezone.now())
    read(source)
    assert due() == [source]


def test_jira_signs_what_it_sends(client, team):
    with jira.Stub(jira.History()) as stub:
        source = connected(team, stub, now=timezone.now(), connector="jira", token=jira.TOKEN)
        secret = deliveries.set_up(source)
        read(source)
        body = json.dumps(jira.delivery())
        signed = "sha256=" + hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
        for signature, status in (("sha256=00", 403), (signed, 202)):
            sent = {"X-Hub-Signature": signature, "X-Atlassian-Webhook-Identifier": "w1"}
            answer = client.post(reverse("webhook", args=[source.hook]), body, content_type="application/json", headers=sent)  # fmt: skip
            assert answer.status_code == status
        assert due() == [source]


def test_its_page_says_what_to_do_over_there(client_of, team, ada, source):
    page = client_of(ada).post(reverse("make-webhook", args=[team.slug, source.pk])).text
    assert "Secret token: the secret below" in page
    assert "says hello" not in page
