"""What every kind of answer says to the browser: page, part, program, feed, file, static file and error alike."""

import re

import pytest
from django.conf import settings as live
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followspot.teams import tokens
from followspot.teams.models import Account
from tests.folders import brought_up_to_date
from tests.web.programs import program
from tests.web.test_accounts import settings_with

pytestmark = pytest.mark.django_db
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NEVER = ("camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()")


def kinds(team, ada, ben, client_of, settings):
    """Yield every kind of answer by its name, with the status that it comes with."""
    browser, nobody = client_of(ada), Client(raise_request_exception=False)
    strict = Client(enforce_csrf_checks=True)
    now = timezone.now()
    _, feed = tokens.make(ada.account, name="C", scopes=["calendar"], by=ada.account, now=now)
    Account.objects.filter(pk=ben.account.pk).update(is_staff=True)
    ben.account.refresh_from_db()
    _, scim = tokens.make(ben.account, name="D", scopes=["scim"], by=ben.account, now=now)
    directory = {"headers": {"Authorization": f"Bearer {scim}"}}
    yield "page", 200, browser.get(reverse("stage", args=[team.slug]))
    yield "page of one's own", 200, browser.get(reverse("profile"))
    yield "leader's own page", 200, browser.get(reverse("sideline", args=[team.slug]))
    yield "page before signing in", 200, nobody.get(reverse("sign-in"))
    yield "redirect", 302, nobody.get(reverse("home"))
    yield "file", 200, browser.get(reverse("record-file", args=["json"]))
    yield "health", 200, nobody.get(reverse("healthz"))
    yield "program", 200, program(ada).get("/me")
    yield "program not let in", 401, nobody.get("/api/v1/me")
    yield "program astray", 404, nobody.get("/api/v1/nowhere")
    yield "schema", 200, nobody.get("/api/v1/openapi.json")
    yield "assistant", 401, nobody.post("/mcp")
    yield "directory", 200, nobody.get("/scim/v2/Users", **directory)
    yield "directory not let in", 401, nobody.get("/scim/v2/Users")
    yield "feed", 200, nobody.get(reverse("calendar", args=[feed]))
    yield "webhook in", 404, nobody.post("/sources/nowhere/webhook/", {}, "application/json")
    yield "refusal", 409, client_of(ben).post(reverse("team-settings", args=[team.slug]))
    yield "bad input", 422, browser.post(reverse("barriers", args=[team.slug]), {"what": "\x00"})
    yield "old form", 403, strict.post(reverse("sign-in"), {"login": "x"})
    yield "nothing there", 404, browser.get("/nowhere/")
    yield "wrong method", 405, browser.get(reverse("end-session"))
    settings.ALLOWED_HOSTS = ["testserver"]
    yield "name of another", 400, nobody.get(reverse("sign-in"), headers={"Host": "evil.example"})


@pytest.fixture
def answers(team, ada, ben, client_of, settings):
    return {name: (status, answer) for name, status, answer in kinds(team, ada, ben, client_of, settings)}


def test_every_kind_of_answer_is_as_strict(answers, monkeypatch, settings, ada, client_of):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr("followspot.web.pages.access.teams_of", broken)
    browser = client_of(ada)
    browser.raise_request_exception = False
    answers["failure"] = 500, browser.get(reverse("home"))
    (live.STATIC_ROOT / "test.txt").write_text("still")
    answers["static file"] = 200, Client().get("/static/test.txt")  # a new one looks at the folder anew
    for name, (status, answer) in answers.items():
        assert answer.status_code == status, name
        for header, value in ALWAYS.items():
            assert answer[header] == value, (name, header)
        assert all(never in answer["Permissions-Policy"] for never in NEVER), name
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "*" not in policy, name
        assert "Server" not in answer.headers, name
        assert "X-Powered-By" not in answer.headers, name


def test_pages_take_scripts_from_files_alone_and_make_none_of_text(answers):
    page = answers["page"][1]
    policy = dict(part.strip().partition(" ")[::2] for part in page["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "followspot"
    assert policy["base-uri"] == "'none'"
    for name, (_, answer) in answers.items():
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", answer.text), name
            assert not re.search(r"\son\w+=\"|javascript:|\sstyle=\"", answer.text), name


def test_no_cache_that_others_share_keeps_anything_about_people(answers):
    for name, (_, answer) in answers.items():
        said = answer["Cache-Control"]
        assert "private" in said or "no-store" in said, name
        assert "public" not in said, name


def test_a_browser_keeps_nothing_of_how_somebody_leads(answers):
    for name in ("page of one's own", "leader's own page", "page before signing in", "file"):
        assert "no-store" in answers[name][1]["Cache-Control"], name


def test_the_cookies_are_out_of_reach(ada, client):
    client.get(reverse("sign-in"))
    client.post(reverse("sign-in"), {"login": "ada@example.org", "password": "a long enough password"})
    session = client.cookies[live.SESSION_COOKIE_NAME]
    assert (bool(session["httponly"]), session["samesite"], session["domain"]) == (True, "Lax", "")
    token = client.cookies[live.CSRF_COOKIE_NAME]
    assert (bool(token["httponly"]), token["samesite"], token["domain"]) == (True, "Lax", "")


HTTPS = """
import django; django.setup()
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", verbosity=0, interactive=False)
client = Client(headers={"host": "localhost"})
answer = client.get("/sign-in/", secure=True)
print(answer["Strict-Transport-Security"])
cookie = client.cookies["__Host-csrf"]
print(bool(cookie["secure"]), cookie["path"], cookie["domain"] == "")
print(client.get("/sign-in/").url)
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE)
"""


def test_behind_https_nothing_goes_in_the_clear(tmp_path):
    done = settings_with(brought_up_to_date(tmp_path), HTTPS, FOLLOWSPOT_HTTPS="1")
    assert done.stdout.splitlines() == [
        "max-age=31536000",
        "True / True",
        "https://localhost/sign-in/",
        "__Host-session True",
    ], done.stderr


def test_static_files_are_named_by_what_is_in_them():
    assert staticfiles_storage.url("ui/once.js").startswith("/static/ui/once")
