"""Services: what GitHub, GitLab and Jira send by themselves, and what they answer when they are asked, bent and broken."""

import hashlib
import hmac
import json
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.evidence import collect, deliveries
from followspot.evidence.connectors import _http, github, gitlab, jira
from followspot.evidence.connectors._rows import batch, cleaned
from followspot.evidence.models import Delivery, Run, Segment
from tests.evidence.services import connected, events
from tests.hostile.nasty import PIECES, bend, bent, often, spoilt, text
from tests.stubs import github as hub
from tests.stubs import gitlab as lab
from tests.stubs import jira as desk

HUB = "https://github.com/quay/tower"
DELIVERIES = tuple(
    [kind, payload] for kind, payload in hub.deliveries(hub.History(pulls=12, issues=6, releases=1))
)
SERVICES = {
    "github": (github, hub.Stub, hub.History, hub.TOKEN),
    "gitlab": (gitlab, lab.Stub, lab.History, lab.TOKEN),
    "jira": (jira, desk.Stub, desk.History, desk.TOKEN),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    monkeypatch.setattr(_http, "sleep", lambda seconds: None)
    monkeypatch.setattr(_http, "TRIES", 1)


@often(200)
@given(bent(DELIVERIES))
def test_a_delivery_of_github(said):
    with suppress(BadInput):
        kind, payload = said if isinstance(said, list) and len(said) == 2 else ("issues", said)
        batch(cleaned(github.from_webhook(str(kind), payload, HUB)))


@often(80)
@given(bent((lab.delivery(),)), text)
def test_a_delivery_of_gitlab(payload, kind):
    with suppress(BadInput):
        assert gitlab.from_webhook(kind, payload, "https://gitlab.com/quay/cranes/tower") in ((), None)


@often(80)
@given(bent((desk.delivery(),)), text)
def test_a_delivery_of_jira(payload, kind):
    with suppress(BadInput):
        assert jira.from_webhook(kind, payload, "https://quay.atlassian.net") in ((), None)


@pytest.fixture(params=SERVICES)
def service(request, monkeypatch):
    """A service whose answers are bent as a number says; gives how to read it, check it, and the number to set."""
    it, stub, history, token = SERVICES[request.param]
    lot = {}
    answer = _http._answer

    def bending(response):
        found = answer(response)
        random = lot["random"]
        if random.random() < 0.5:
            return found
        return replace(found, data=bend(random, found.data), next=random.choice((found.next, *PIECES)))

    monkeypatch.setattr(_http, "_answer", bending)
    with stub(history()) as running:
        yield it, running.address, token, lot


@often(12)
@given(st.integers(0, 2**32))
def test_answers_of_any_shape_are_events_or_a_no(service, seed):
    it, address, token, lot = service
    lot["random"] = Random(seed)
    with suppress(BadInput):
        harvest = it.read(address, token=token)
        for some in harvest.batches:
            some.validate(full=True)
        json.dumps(harvest.finish().cursor)
    with suppress(BadInput):
        assert it.check(address, token).sentence


@often(60)
@given(*[st.sampled_from((*PIECES, "-1e308", "1e308", "Thu, 01 Jan 0001 00:00:00 GMT"))] * 2)
def test_whatever_a_service_says_of_waiting(said, left):
    headers = {"retry-after": said, "x-ratelimit-remaining": "0", "x-ratelimit-reset": left}
    waits = _http._seconds(said), _http._seconds(left, moment=True)
    assert all(isinstance(wait, float) for wait in waits)
    assert headers


# Let in by the signature, over HTTP


@pytest.mark.django_db
def test_nothing_is_half_stored_of_a_signed_delivery_that_is_bent(team, client):
    with hub.Stub(hub.History()) as stub:
        source = connected(team, stub, now=timezone.now())
        secret = deliveries.set_up(source)

        @often(40)
        @given(
            st.one_of(
                bent(tuple(p for _, p in DELIVERIES)).map(lambda p: json.dumps(p).encode()),
                spoilt(tuple(json.dumps(p).encode() for _, p in DELIVERIES[:5])),
            ),
            st.sampled_from(PIECES),
        )
        def sent(body, number):
            with transaction.atomic():
                kept = Delivery.objects.count()
                answer = _posted(client, source, secret, body, number)
                assert answer.status_code in (202, 422)
                assert Delivery.objects.count() == kept + (answer.status_code == 202)
                for row in Delivery.objects.all():
                    batch([tuple(r) for r in row.rows])
                transaction.set_rollback(True)

        sent()
        assert not Delivery.objects.exists()


def _posted(client, source, secret, body, number):
    signed = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    sent = {
        "X-GitHub-Event": "issues",
        "X-GitHub-Delivery": number.encode("ascii", "replace").decode().replace("\n", "").replace("\r", ""),
        "X-Hub-Signature-256": signed,
    }
    return client.post(
        reverse("webhook", args=[source.hook]), body, content_type="application/json", headers=sent
    )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_half_stored_of_a_past_that_is_bent(team, monkeypatch):
    answer, lot = _http._answer, {}

    def bending(response):
        found = answer(response)
        return replace(found, data=bend(lot["random"], found.data)) if lot["random"].random() < 0.4 else found

    monkeypatch.setattr(_http, "_answer", bending)
    with hub.Stub(hub.History(pulls=20)) as stub:
        source = connected(team, stub, now=timezone.now())
        for seed in range(6):
            lot["random"] = Random(seed)
            source.refresh_from_db()
            source.due_at = timezone.now()
            source.save()
            run = collect.read(collect.begin(source, now=timezone.now()))
            assert run.state in (Run.State.DONE, Run.State.FAILED)
            assert "our side" not in run.message
            assert len(events(team)) == sum(Segment.objects.values_list("rows", flat=True))
