"""Another program is told what happens: signed, tried again, and nothing that its owner doesn't see."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from followspot.channels import webhooks
from followspot.channels.models import Dispatch, Webhook
from followspot.errors import BadInput, Refused
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.roles import LEADER, MEMBER
from followspot.teams import actions as teams
from tests.conftest import _person

pytestmark = pytest.mark.django_db
PERFORMS, LEADS = frozenset({MEMBER}), frozenset({LEADER})


class Receiver:
    """Another program: keeps what it is sent, and answers as it is told to."""

    def __init__(self):
        self.got, self.answers = [], []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                status = receiver.answers.pop(0) if receiver.answers else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://10.0.0.1/")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/told"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    @property
    def told(self):
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver(monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_INTERNAL_HOSTS", "127.0.0.1")
    it = Receiver()
    yield it
    it.stop()


@pytest.fixture
def hook(receiver, team, ben):
    it, secret = webhooks.make(
        ben.account, team, receiver.address, webhooks.known(), now=timezone.now() - timedelta(minutes=1)
    )
    it.secret = secret
    return it


def raised(team, by, what="No keys", **more):
    return barriers.raise_barrier(team, what, by=by, roles=PERFORMS, now=timezone.now(), **more)


def test_an_event_is_told_once_and_signed(hook, receiver, team, chi):
    barrier = raised(team, chi)
    for _ in range(2):
        webhooks.go(now=timezone.now())
    [(headers, body)] = receiver.got
    headers = {name.casefold(): value for name, value in headers.items()}
    said = json.loads(body)
    assert (said["activity"], said["actor"]["name"], said["team"]["slug"]) == (
        "barrier.raised",
        "Chi",
        team.slug,
    )
    assert said["object"]["reference"] == f"barrier:{barrier.pk}"
    assert said["object"]["says"] == "No keys"
    assert said["id"] == headers["webhook-id"]
    # As the specification has the receiver check it.
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    mark = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mark}"
    assert hook.secret not in Webhook.objects.get().sealed_secret


def test_what_happened_before_is_not_told(receiver, team, ben, chi):
    raised(team, chi)
    webhooks.make(ben.account, team, receiver.address, ["barrier.raised"], now=timezone.now())
    webhooks.go(now=timezone.now() + timedelta(minutes=1))
    assert receiver.told == []


def test_only_what_was_chosen_is_told(receiver, team, ben, chi):
    webhooks.make(
        ben.account, team, receiver.address, ["barrier.taken"], now=timezone.now() - timedelta(minutes=1)
    )
    raised(team, chi)
    webhooks.go(now=timezone.now())
    assert receiver.told == []


def test_what_its_owner_does_not_see_is_not_told(hook, receiver, team, ada, chi):
    applause.give(
        team, "For asking", to=[ada], cites_words="The list", by=chi, roles=PERFORMS, now=timezone.now()
    )
    webhooks.go(now=timezone.now())
    assert receiver.told == []
    assert Dispatch.objects.get().answer == "not yours to see"


def test_whoever_leaves_the_team_is_told_nothing_any_more(hook, receiver, team, ben, chi):
    teams.leave(team.memberships.get(person=ben), on=team.day(timezone.now()) - timedelta(days=1))
    raised(team, chi)
    webhooks.go(now=timezone.now())
    assert receiver.told == []


def test_what_is_told_without_a_name_comes_the_next_day_and_without_a_time(hook, receiver, team, chi):
    for name in ("Dan", "Eve"):
        teams.join(team, _person(name, f"{name}@example.org"), on=None)
    raised(team, chi, word_hash="x" * 64)
    webhooks.go(now=timezone.now())
    assert receiver.told == []
    webhooks.go(now=timezone.now() + timedelta(days=1))
    [said] = receiver.told
    assert said["actor"] is None
    assert said["at"].endswith("T00:00:00+00:00")


def test_what_fails_is_tried_again_with_longer_pauses(hook, receiver, team, chi):
    raised(team, chi)
    now = timezone.now()
    receiver.answers = [500, 302, 200]
    webhooks.go(now=now)
    it = Dispatch.objects.get()
    assert (it.tried, it.answer) == (1, "answered 500")
    pause = (it.due_at - now).total_seconds()
    assert 55 < pause < 65
    webhooks.go(now=now + timedelta(seconds=30))
    assert len(receiver.got) == 1
    webhooks.go(now=now + timedelta(minutes=2))
    it.refresh_from_db()
    assert it.answer == "answered 302"  # and is not followed
    webhooks.go(now=now + timedelta(minutes=10))
    it.refresh_from_db()
    assert (it.tried, it.answer, it.due_at) == (3, "answered 200", None)
    assert Webhook.objects.get().failing_since is None
    assert len({told["id"] for told in receiver.told}) == 1


def test_an_address_that_fails_for_days_is_left_until_somebody_says_so(
    hook, receiver, team, chi, time_machine
):
    receiver.answers = [500] * 50
    raised(team, chi)
    for days in range(4):
        time_machine.move_to(datetime.now(UTC) + timedelta(days=1 if days else 0), tick=True)
        webhooks.go(now=timezone.now())
    hook.refresh_from_db()
    assert hook.ended_at is not None
    raised(team, chi, "No light")
    webhooks.go(now=timezone.now())
    assert not any(t["object"]["says"] == "No light" for t in receiver.told)
    receiver.answers = []
    webhooks.resume(hook)
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=20), tick=True)
    raised(team, chi, "No water")
    webhooks.go(now=timezone.now())
    assert "No water" in [t["object"]["says"] for t in receiver.told]


def test_the_servers_own_network_is_not_looked_around_in(team, ben):
    for address in (
        "https://127.0.0.1/x",
        "https://10.0.0.8/",
        "https://[::1]/",
        "ftp://example.org/",
        "https:///x",
    ):
        with pytest.raises(BadInput):
            webhooks.make(ben.account, team, address, ["barrier.raised"], now=timezone.now())


def test_a_network_that_was_moved_behind_a_name_is_not_asked_either(hook, receiver, team, chi, monkeypatch):
    raised(team, chi)
    monkeypatch.delenv("FOLLOWSPOT_INTERNAL_HOSTS")
    webhooks.go(now=timezone.now())
    assert receiver.got == []
    assert "own network" in Dispatch.objects.get().answer


def test_who_may_set_one_up(receiver, team, dee, ben):
    with pytest.raises(Refused):
        webhooks.make(dee.account, team, receiver.address, ["barrier.raised"], now=timezone.now())
    with pytest.raises(BadInput):
        webhooks.make(ben.account, team, receiver.address, ["barrier.imagined"], now=timezone.now())
    for _ in range(webhooks.MOST):
        webhooks.make(ben.account, team, receiver.address, ["barrier.raised"], now=timezone.now())
    with pytest.raises(Refused):
        webhooks.make(ben.account, team, receiver.address, ["barrier.raised"], now=timezone.now())


def test_the_pages_set_one_up_test_it_and_take_it_away(client_of, receiver, team, ben, chi):
    client = client_of(ben)
    client.post("/account/confirm/", {"password": "a long enough password"})
    assert "None yet" in client.get("/account/webhooks/").text
    wrong = client.post(
        "/account/webhooks/new/",
        {"team": team.pk, "address": "https://10.0.0.8/", "of": ["Barriers"]},
    )
    assert wrong.status_code == 422
    assert "own network" in wrong.text
    assert "https://10.0.0.8/" in wrong.text
    made = client.post(
        "/account/webhooks/new/",
        {"team": team.pk, "address": receiver.address, "of": ["Barriers", "Lessons"]},
    )
    assert "whsec_" in made.text
    hook = Webhook.objects.get()
    page = f"/account/webhooks/{hook.pk}/"
    assert "whsec_" not in client.get(page).text
    assert "The other side answered 200." in client.post(f"{page}test/", follow=True).text
    assert receiver.told[0]["activity"] == "webhook.tested"
    assert client_of(chi).get(page).status_code == 404
    assert client_of(chi).post(f"{page}remove/").status_code == 404
    assert "is told nothing any more" in client.post(f"{page}remove/", follow=True).text
    assert not Webhook.objects.exists()


def test_a_receiver_that_keeps_sending_without_an_answer_holds_nobody_up(hook, receiver, monkeypatch):
    monkeypatch.setattr(webhooks, "SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as slow:
        stop = threading.Event()

        def drip():
            line, _ = slow.accept()
            with line, contextlib.suppress(OSError):
                line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not stop.wait(0.1):
                    line.sendall(b".")

        threading.Thread(target=drip, daemon=True).start()
        hook.address = f"http://127.0.0.1:{slow.getsockname()[1]}/"
        went = webhooks.test(hook, now=timezone.now())
        stop.set()
    assert went.answer == "no answer within 1 seconds"


def test_what_no_host_can_be_called_is_said_beside_the_address(team, ben):
    with pytest.raises(BadInput, match="names a host"):
        webhooks.make(ben.account, team, "https://①.com", webhooks.known(), now=timezone.now())


def test_what_waited_so_long_that_it_was_taken_up_twice_is_sent_once(hook, receiver):
    due = timezone.now()
    it = Dispatch.objects.create(webhook=hook, event=0, key="test-twice", due_at=due)
    for _ in range(2):
        webhooks.dispatch_soon.call(it.pk, due.isoformat())
    assert len(receiver.got) == 1
