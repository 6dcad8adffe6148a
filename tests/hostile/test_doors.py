"""Doors: whatever is typed into any form, asked of any address or sent by any program, it is done or said no to."""

import io
import json
import zipfile
from html.parser import HTMLParser
from random import Random
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from followspot.evidence import log
from followspot.evidence.models import Segment, Source
from followspot.teams import tokens
from followspot.teams.models import Account
from followspot.web import pacing
from tests.hostile.nasty import ODD, PIECES, bent, often, spoilt, text
from tests.web.test_access import ONES_OWN, PAGES, addresses, world

__all__ = ["world"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patient(monkeypatch, settings):
    """A server that turns nobody away for coming often, in one transaction that is taken back."""
    monkeypatch.setattr(pacing, "PACES", ())
    monkeypatch.setattr(pacing, "GUESSES", 10**9)
    settings.API_A_MINUTE = 10**9
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


WITHOUT_FORMS = {
    "panel",
    "signs",
    "ready",
    "mirror-marks",
    "stepaway-showing",
    "stepaway-needing",
    "pace",
    "keep-stepaway",
    "my-copy",
    "freedom-fit",
    "pulse-lines",
}  # and slow to come


class Forms(HTMLParser):
    """The forms of a page: where each sends, by what way, and its fields with the values that they offer."""

    def __init__(self, page, address):
        super().__init__()
        self.address, self.forms, self._select = address.partition("?")[0], [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "form":
            self.forms.append((said.get("method", "get"), said.get("action") or self.address, {}))
        elif tag in ("input", "select", "textarea", "button") and self.forms and said.get("name"):
            values = self.forms[-1][2].setdefault(said["name"], [])
            self._select = values if tag == "select" else None
            values.append(said.get("value") or "")
        elif tag == "option" and self._select is not None:
            self._select.append(said.get("value") or "")


def forms_of(client, pages):
    """Every form that somebody is shown on some pages, once each."""
    found = {}
    for address in pages:
        answer = client.get(address)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            for method, action, fields in Forms(answer.text, address).forms:
                if action.startswith("/") and "sign-out" not in action:
                    found.setdefault((method, action, *sorted(fields)), fields)
    return [(key[0], key[1], fields) for key, fields in sorted(found.items(), key=lambda item: item[0])]


def filled(random, fields):
    """Fill a form in, a few fields of it nastily; the rest as a person would."""
    said = {}
    for name, values in fields.items():
        if name == "csrfmiddlewaretoken" or random.random() < 0.1:
            continue
        given = random.choice([v for v in values if v] or ["x"])
        if name.endswith("_on") or "date" in name:
            given = "2027-03-01"
        if random.random() < 0.4:
            given = random.choice(PIECES)
        said[name] = [given] * random.choice((1, 1, 1, 1, 2, 30))
    return said


@pytest.mark.parametrize("who", ["ada", "ann"])
def test_whatever_is_typed_into_a_form(team, world, client_of, who):
    client = client_of(world[who])
    client.raise_request_exception = True
    pages = [address for name, address in addresses(team) if name in (ONES_OWN | set(PAGES)) - WITHOUT_FORMS]
    every = forms_of(client, pages)
    assert len(every) > 10

    @often(60)
    @given(st.sampled_from(every), st.integers(0, 2**32))
    def typed(form, seed):
        method, action, fields = form
        with transaction.atomic():
            send = client.post if method.casefold() == "post" else client.get
            answer = send(action, filled(Random(seed), fields))
            assert answer.status_code < 500, (action, answer.status_code)
            transaction.set_rollback(True)

    typed()


def test_whatever_stands_in_an_address(team, world, client_of):
    client = client_of(world["ada"])
    pages = [address for name, address in addresses(team) if name in ONES_OWN | set(PAGES)]
    names = [
        "q",
        "page",
        "form",
        "begins_on",
        "ends_on",
        "margin",
        "flow",
        "next",
        "back",
        "after",
        "limit",
        "round",
        "what",
        "state",
        "year",
    ]

    @often(80)
    @given(st.sampled_from(pages), st.dictionaries(st.sampled_from(names), text, max_size=3))
    def asked(address, query):
        with transaction.atomic():
            assert client.get(address, query).status_code < 500, address
            transaction.set_rollback(True)

    asked()


@often(60)
@given(st.lists(text, min_size=1, max_size=4).map("/".join))
def test_an_address_that_is_none(path):
    assert Client().get("/" + quote(path.encode("utf-8", "replace").lstrip(b"/"))).status_code < 500


def test_whatever_is_searched_for(team, world, client_of):
    client = client_of(world["ben"])

    @often(60)
    @given(st.lists(text, max_size=4).map(" ".join))
    def searched(words):
        with transaction.atomic():
            page = client.get(f"/teams/{team.slug}/search/", {"q": words})
            assert page.status_code in (200, 422)
            assert "<script>" not in page.text
            transaction.set_rollback(True)

    searched()


# Files


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x", "..\\..\\x.csv", "/etc/passwd", "\x00.csv", "a" * 400 + ".csv", "x.csv\r\nX: y", "<script>.csv", "\u202egnp.csv", ".htaccess", "CON"])  # fmt: skip
def test_a_file_of_any_name_lies_where_files_lie_under_a_name_of_our_own(team, ada, client_of, name):
    before = set(log.uploads().iterdir())
    upload = SimpleUploadedFile("x.csv", b"Closed on,Who\n2026-01-01,Ben\n", content_type="text/csv")
    upload._name = name
    answer = client_of(ada).post(f"/teams/{team.slug}/evidence/add/", {"upload": upload})
    assert answer.status_code in (302, 422)
    new = set(log.uploads().iterdir()) - before
    assert all(len(path.stem) == 24 and path.suffix == ".csv" for path in new)
    assert len(new) == (answer.status_code == 302)
    for source in Source.objects.all():
        assert "/" not in source.title.replace("<", "")
        assert "<script>" not in client_of(ada).get(f"/teams/{team.slug}/evidence/").text


def zipped():
    """A megabyte of zeros beside a hundred more of it, as an archive of a few kilobytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        for n in range(100):
            bundle.writestr(f"../{n}.csv", b"0" * 2**20)
    return made.getvalue()


@pytest.mark.parametrize("content", [zipped(), b"\x1f\x8b" + b"\0" * 100, b"PAR1" + b"\0" * 100, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"SQLite format 3\0", b"\0" * 10_000], ids=["zip", "gzip", "parquet", "png", "sqlite", "zeros"])  # fmt: skip
@pytest.mark.parametrize("where", ["evidence/add/", "words/table/", "days-off/", "step-aways/calendar/"])
def test_what_is_no_such_file_is_refused_and_nothing_of_it_stays(team, ada, client_of, where, content):
    before = set(log.uploads().iterdir())
    said = {
        "upload": SimpleUploadedFile("x.csv", content),
        "verb": "find",
        "file": SimpleUploadedFile("x.csv", content),
    }
    assert client_of(ada).post(f"/teams/{team.slug}/{where}", said).status_code in (302, 422, 409)
    kept = set(log.uploads().iterdir()) - before
    assert len(kept) <= 1
    assert not Segment.objects.exists()


# Programs


@pytest.fixture
def directory(db):
    ann = Account.objects.create_user("ann@example.org", "x", name="Ann")
    Account.objects.filter(pk=ann.pk).update(is_staff=True)
    ann.refresh_from_db()
    _, secret = tokens.make(ann, name="D", scopes=["scim"], by=ann, now=timezone.now())
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    return lambda method, path, body=b"": client.generic(
        method, f"/scim/v2/{path}", body, "application/scim+json"
    )


FILTERS = (b'userName eq "ada@example.org"', b'emails[type eq "work" and value co "@x"] or not (active eq true)', b'meta.lastModified gt "2026-01-01T00:00:00Z"', b'members.value pr', b"(" * 300 + b"active pr" + b")" * 300, b"not (" * 200 + b"active pr" + b")" * 200)  # fmt: skip


def test_a_directorys_filter(directory, ada):
    @often(60)
    @given(spoilt(FILTERS), st.sampled_from(["Users", "Groups", ""]), st.sampled_from(PIECES))
    def asked(wanted, shelf, order):
        query = f"filter={quote(wanted)}&sortBy={quote(order)}&startIndex={quote(order)}&count={quote(order)}"
        assert directory("GET", f"{shelf or '.search'}?{query}").status_code < 500

    asked()


USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "eve@example.org",
    "name": {"formatted": "Eve"},
    "emails": [{"value": "eve@example.org", "primary": True}],
    "active": True,
}
GROUP = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
    "displayName": "Quay",
    "members": [{"value": "1"}],
}
PATCH = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": "x@y.org"},
        {"op": "add", "value": {"active": False}},
        {"op": "remove", "path": "members"},
    ],
}


def test_what_a_directory_sends(directory, team, ada):
    @often(80)
    @given(
        st.sampled_from(
            [
                "POST Users",
                "POST Groups",
                f"PUT Users/{ada.account_id}",
                f"PATCH Users/{ada.account_id}",
                "PATCH Groups/1",
                "POST .search",
            ]
        ),
        st.one_of(bent((USER, GROUP, PATCH)), st.sampled_from(ODD)),
    )
    def sent(what, said):
        method, path = what.split()
        with transaction.atomic():
            answer = directory(method, path, json.dumps(said).encode())
            assert answer.status_code < 500, (what, said)
            transaction.set_rollback(True)

    sent()


def test_a_directorys_words_that_are_no_json(directory):
    @often()
    @given(spoilt((json.dumps(USER).encode(), json.dumps(PATCH).encode(), b"[" * 5000)))
    def sent(body):
        for method, path in (("POST", "Users"), ("PATCH", "Users/1")):
            with transaction.atomic():
                assert directory(method, path, body).status_code < 500
                transaction.set_rollback(True)

    sent()


MESSAGES = (
    {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "barriers", "arguments": {"team": "quay"}}},
    {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}},
)  # fmt: skip


def test_what_an_assistant_sends(ada):
    _, secret = tokens.make(ada.account, name="A", scopes=["read"], by=None, now=timezone.now())
    client = Client(
        headers={"Authorization": f"Bearer {secret}", "Accept": "application/json, text/event-stream"}
    )

    @often(12)
    @given(bent(MESSAGES))
    def sent(said):
        assert client.post("/mcp", json.dumps(said), "application/json").status_code < 500

    sent()


@often(80)
@given(
    st.sampled_from(
        [
            "Authorization",
            "Cookie",
            "If-Match",
            "If-None-Match",
            "Content-Type",
            "Followspot-Word",
            "Idempotency-Key",
            "Accept-Language",
            "Range",
            "Origin",
            "Referer",
            "X-Forwarded-For",
        ]
    ),
    text,
)
def test_a_header_of_any_form(name, said):
    said = said.encode("latin-1", "replace").decode("latin-1").replace("\r", "").replace("\n", "")
    for prefix in ("", "Bearer ", '"'):
        for method, address in (
            ("GET", "/api/v1/me"),
            ("POST", "/api/v1/teams/quay/barriers"),
            ("GET", "/sign-in/"),
            ("POST", "/mcp"),
            ("GET", "/scim/v2/Users"),
        ):
            assert Client().generic(method, address, headers={name: prefix + said}).status_code < 500
