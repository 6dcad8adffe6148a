"""Run in a process of its own: an organisation's sign-in on this machine, and people who come from there."""

# ruff: noqa: E402, T201 - what it is has to stand in the environment before Django wakes

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

WHO: dict[str, object] = {}


class Organisation(BaseHTTPRequestHandler):
    """The smallest OpenID provider: it believes whatever stands in WHO."""

    def log_message(self, *_):
        pass

    def answer(self, said):
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(WHO if self.path == "/me" else ENDPOINTS)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"access_token": "t", "token_type": "Bearer", "expires_in": 60})


server = HTTPServer(("127.0.0.1", 0), Organisation)
ISSUER = f"http://127.0.0.1:{server.server_port}"
ENDPOINTS = {"issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/in", "token_endpoint": f"{ISSUER}/token",
             "userinfo_endpoint": f"{ISSUER}/me", "jwks_uri": f"{ISSUER}/keys"}  # fmt: skip
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "FOLLOWSPOT_OIDC_ISSUER": ISSUER,
    "FOLLOWSPOT_OIDC_CLIENT_ID": "followspot",
    "FOLLOWSPOT_OIDC_CLIENT_SECRET": "secret",
    "FOLLOWSPOT_OIDC_NAME": "The port",
}

import django

django.setup()

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone

from followspot.teams import actions
from followspot.teams.models import Account
from tests.folders import brought_up_to_date

brought_up_to_date(settings.DATA)
ada = Account.objects.create_user("ada@example.org", "a long enough password", name="Ada")
EmailAddress.objects.create(user=ada, email=ada.email, primary=True, verified=True)
team = actions.start_team("Quay", by=ada)


def come(client, door="/sign-in/?next=/start/", **who):
    """Go to the organisation by the button on a page, and come back as somebody."""
    WHO.clear()
    WHO.update(who)
    page = client.get(door)
    policy = page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {ISSUER}" in policy, policy
    (action,) = {w for w in page.text.replace("&amp;", "&").split('"') if w.startswith("/account/oidc/own/")}
    sent = client.post(action)
    asked = parse_qs(urlsplit(sent.url).query)
    assert sent.url.startswith(f"{ISSUER}/in?"), sent.url
    assert "code_challenge" in asked
    return client.get("/account/oidc/own/back/", {"code": "x", "state": asked["state"][0]})


def signed_in(client):
    return int(client.session.get("_auth_user_id", 0))


# Whoever has an account with that address signs in to it, and goes where they were going.
client = Client()
assert come(client, sub="1", email="ada@example.org", email_verified=True).url == "/start/"
assert signed_in(client) == ada.pk
assert "You also sign in with" in client.get("/account/elsewhere/").text

# An address that the organisation has not checked opens nothing.
client = Client()
come(client, sub="2", email="ada@example.org", email_verified=False)
assert not signed_in(client)

# Nobody comes in uninvited.
eli = {"sub": "3", "email": "eli@example.org", "email_verified": True, "name": "Eli"}
client = Client()
assert "comes with an invitation" in come(client, **eli).text
assert Account.objects.count() == 1

# With an invitation an account is made, and one comes back to it.
_, word = actions.invite(team, by=ada, now=timezone.now())
assert come(client, f"/join/{word}/", **eli).url == f"/join/{word}/"
assert Account.objects.get(email="eli@example.org").name == "Eli"
assert client.post(f"/join/{word}/").url == team.get_absolute_url()
assert client.get("/account/password/").url == "/account/password/set/"

# What can't be understood is said.
assert "can’t be used" in Client().get("/account/oidc/own/back/", {"error": "x", "state": "y"}).text
print("All came as they should.")
