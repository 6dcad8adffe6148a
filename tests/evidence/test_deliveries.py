"""What a service tells by itself is let in by its signature, waits, and is in the log once."""

import hashlib
import hmac
import json
import random
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from followspot.evidence import collect, deliveries
from followspot.evidence.connectors import _http
from followspot.evidence.models import Delivery, Source
from tests.evidence.services import connected, events
from tests.stubs import github
from tests.stubs.github import History, Stub

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    monkeypatch.setattr(_http, "sleep", lambda seconds: None)


@pytest.fixture
def stub():
    with Stub(History(pulls=20, issues=8)) as stub:
        yield stub


@pytest.fixture
def source(team, stub):
    return connected(team, stub, now=timezone.now())


@pytest.fixture
def secret(source):
    return deliveries.set_up(source)


def read(source, *, asks=True):
    source = Source.objects.get(pk=source.pk)
    if asks:
        Source.objects.update(due_at=timezone.now())
        source.refresh_from_db()
    return collect.read(collect.begin(source, now=timezone.now()))


def post(client, source, secret, kind, payload, *, number="1", **headers):
    body = json.dumps(payload).encode()
    signed = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    sent = {"X-GitHub-Event": kind, "X-GitHub-Delivery": number, "X-Hub-Signature-256": signed, **headers}
    return client.post(
        reverse("webhook", args=[source.hook]), body, content_type="application/json", headers=sent
    )


def tell_all(client, source, secret, history):
    for n, (kind, payload) in enumerate(github.deliveries(history)):
        assert post(client, source, secret, kind, payload, number=f"n{n}").status_code == 202


def test_it_waits_and_is_then_in_the_log(client, team, source, secret, stub):
    read(source)
    said = stub.history.comment("pullRequests", stub.history.parts["pullRequests"][0][1])
    tell_all(client, source, secret, stub.history)
    assert f"c{said['fullDatabaseId']}" not in events(team)
    run = read(source, asks=False)
    assert run.message == "1 events came in."
    assert f"c{said['fullDatabaseId']}" in events(team)
    assert not Delivery.objects.filter(waits=True).exists()
    assert not Delivery.objects.exclude(rows=[]).exists()


@pytest.mark.parametrize("seed", range(3))
def test_told_and_read_in_any_order_is_the_same_as_read(client, team, source, secret, stub, seed):
    chance, history = random.Random(seed), stub.history
    told = github.deliveries(history)
    chance.shuffle(told)
    for n, (kind, payload) in enumerate(told):
        post(client, source, secret, kind, payload, number=f"n{n}")
        if chance.random() < 0.1:
            read(source, asks=chance.random() < 0.5)
    read(source)
    read(source)
    found = events(team)
    source.segments.all().delete()
    Delivery.objects.all().delete()
    Source.objects.update(cursor=None)
    read(source)
    assert found == events(team)


def test_before_the_past_is_read_it_waits(client, team, source, secret, stub):
    tell_all(client, source, secret, stub.history)
    assert deliveries.fold(source, now=timezone.now()) == 0
    assert Delivery.objects.filter(waits=True).exists()
    read(source)
    assert read(source, asks=False).message == "Nothing new."
    assert not Delivery.objects.filter(waits=True).exists()


def test_what_was_told_makes_a_source_due(client, source, secret, stub):
    read(source)
    assert collect.due(now=timezone.now()) == []
    tell_all(client, source, secret, stub.history)
    assert collect.due(now=timezone.now()) == [source]


def test_the_same_twice_is_once_for_some_days(client, source, secret, stub, now):
    read(source)
    kind, payload = github.deliveries(stub.history)[0]
    for _ in range(2):
        assert post(client, source, secret, kind, payload).status_code == 202
    assert Delivery.objects.count() == 1
    deliveries.fold(Source.objects.get(), now=timezone.now())
    post(client, source, secret, kind, payload)
    assert not Delivery.objects.filter(waits=True).exists()
    deliveries.fold(Source.objects.get(), now=timezone.now() + timedelta(days=8))
    assert not Delivery.objects.exists()


def test_hello_is_heard(client, source, secret):
    assert post(client, source, secret, "ping", {"zen": "Design for failure."}).status_code == 202
    source.refresh_from_db()
    assert source.heard_at
    assert not Delivery.objects.filter(waits=True).exists()


@pytest.mark.parametrize("signed", ["", "sha256=00", "sha1=00"])
def test_without_the_right_signature_nothing_is_let_in(client, source, secret, signed):
    answer = post(client, source, secret, "ping", {}, **{"X-Hub-Signature-256": signed})
    assert answer.status_code == 403
    source.refresh_from_db()
    assert source.heard_at is None


def test_an_earlier_secret_no_longer_holds(client, source, secret):
    deliveries.set_up(source)
    assert post(client, source, secret, "ping", {}).status_code == 403


def test_where_no_webhook_was_made_there_is_none(client, source):
    assert client.post(reverse("webhook", args=["nothing"])).status_code == 404
    Source.objects.update(hook="known")
    assert client.post(reverse("webhook", args=["known"])).status_code == 404


@pytest.mark.parametrize("payload", [[], 3, {"repository": [1]}, {"action": "opened", "repository": {"full_name": "quay/tower"}, "pull_request": {"number": 1, "user": None, "created_at": "yesterday"}}])  # fmt: skip
def test_what_is_not_of_its_shape_is_not_kept(client, source, secret, payload):
    assert post(client, source, secret, "pull_request", payload).status_code == 422
    assert not Delivery.objects.exists()


def test_a_text_that_no_database_keeps_is_kept_without_it(client, team, source, secret):
    read(source)
    user = {"login": "a\ud800d\0a", "id": 5, "type": "User"}
    pull = {"number": 900, "user": user, "created_at": "2024-01-01T09:00:00Z"}
    payload = {"action": "opened", "pull_request": pull, "repository": {"full_name": "quay/tower"}}
    assert post(client, source, secret, "pull_request", payload).status_code == 202
    read(source, asks=False)
    assert events(team)["p900:opened"]["actor"] == "a?da"


def test_nor_what_has_no_number(client, source, secret):
    assert post(client, source, secret, "ping", {}, number="").status_code == 422


def test_what_is_too_large_is_not_read(client, source, secret, monkeypatch):
    monkeypatch.setattr(deliveries, "MOST_BYTES", 10)
    assert post(client, source, secret, "ping", {"zen": "long enough"}).status_code == 413


def test_too_much_waits_already(client, source, secret, stub, monkeypatch):
    monkeypatch.setattr(deliveries, "MOST_WAITING", 1)
    (kind, one), (other, two), *_ = github.deliveries(stub.history)
    assert post(client, source, secret, kind, one).status_code == 202
    assert post(client, source, secret, other, two, number="2").status_code == 503


def test_the_secret_is_shown_once_and_kept_sealed(client_of, team, ada, source):
    page = client_of(ada).post(reverse("make-webhook", args=[team.slug, source.pk]))
    source.refresh_from_db()
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert f"{settings.SITE}/sources/{source.hook}/webhook/" in page.text
    secret = page.context["secret"]
    assert secret in page.text
    assert secret not in source.hook_secret
    assert secret not in client_of(ada).get(reverse("source", args=[team.slug, source.pk])).text
