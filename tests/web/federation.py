"""Run in a process of its own: an organisation that signs what it says of people, and people who come from there."""

# ruff: noqa: E402, T201 - what it is has to stand in the environment before Django wakes

import base64
import datetime
import os
import secrets
import tempfile
import zlib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from onelogin.saml2.utils import OneLogin_Saml2_Utils

ENTITY, SSO = "https://id.example.org/saml", "https://id.example.org/saml/in"
US = "http://follow.example.org"


def key_pair():
    """Return a private key and its own certificate, as PEM."""
    key = rsa.generate_private_key(65537, 2048)
    name, now = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "id")]),
        datetime.datetime.now(datetime.UTC),
    )
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=2)).sign(key, hashes.SHA256())
    )  # fmt: skip
    form = (
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return key.private_bytes(*form).decode(), cert.public_bytes(serialization.Encoding.PEM).decode()


KEY, CERT = key_pair()
BARE = "".join(CERT.splitlines()[1:-1])
METADATA = f"""<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{ENTITY}">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
<X509Certificate>{BARE}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{SSO}"/>
</IDPSSODescriptor></EntityDescriptor>"""
path = Path(tempfile.mkdtemp(prefix="followspot-test-")) / "metadata.xml"
path.write_text(METADATA)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "FOLLOWSPOT_SAML_METADATA": str(path),
    "FOLLOWSPOT_SAML_NAME": "The port",
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


def browser():
    return Client(headers={"host": urlsplit(US).netloc})


def asked_by(client, door="/sign-in/?next=/start/"):
    """Go to the organisation by the button on a page; return the id of what it was asked."""
    page = client.get(door)
    assert "form-action 'self' https://id.example.org" in page.headers["Content-Security-Policy"]
    (action,) = {w for w in page.text.replace("&amp;", "&").split('"') if w.startswith("/account/saml/own/")}
    sent = client.post(action)
    assert sent.url.startswith(f"{SSO}?"), sent.url
    request = parse_qs(urlsplit(sent.url).query)["SAMLRequest"][0]
    return ElementTree.fromstring(zlib.decompress(base64.b64decode(request), -15)).attrib["ID"]


def said_of(
    email, *, to, key=KEY, cert=CERT, signed=True, audience=f"{US}/account/saml/own/metadata/", ago=0
):
    """Return what the organisation says of somebody, signed."""
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=ago)
    at = [(now + datetime.timedelta(minutes=m)).strftime("%Y-%m-%dT%H:%M:%SZ") for m in (-1, 0, 5)]
    back, one = f"{US}/account/saml/own/back/", f"_{secrets.token_hex(8)}"
    claims = "".join(
        f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
        for name, value in (("email", email), ("firstName", "Eli"), ("lastName", "Quay"))
    )
    assertion = f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="{one}" Version="2.0" IssueInstant="{at[1]}">
<saml:Issuer>{ENTITY}</saml:Issuer><saml:Subject>
<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{email}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData
 NotOnOrAfter="{at[2]}" Recipient="{back}" InResponseTo="{to}"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{at[0]}" NotOnOrAfter="{at[2]}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>
</saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="{at[1]}" SessionIndex="{one}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement><saml:AttributeStatement>{claims}</saml:AttributeStatement></saml:Assertion>"""
    if signed:
        assertion = OneLogin_Saml2_Utils.add_sign(assertion, key, cert).decode()
    answer = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
 ID="_{secrets.token_hex(8)}" Version="2.0" IssueInstant="{at[1]}" Destination="{back}" InResponseTo="{to}"><saml:Issuer>{ENTITY}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"""
    return base64.b64encode(answer.encode()).decode()


def come(client, email, door="/sign-in/?next=/start/", **how):
    """Come back from the organisation as somebody."""
    return back(client, said_of(email, to=asked_by(client, door), **how))


def back(client, said):
    landed = client.post("/account/saml/own/back/", {"SAMLResponse": said, "RelayState": ""})
    return client.get(landed.url)


def signed_in(client):
    return int(client.session.get("_auth_user_id", 0))


# The organisation is told where to answer.
metadata = browser().get("/account/saml/own/metadata/")
assert f'entityID="{US}/account/saml/own/metadata/"' in metadata.text, metadata.text
assert f'Location="{US}/account/saml/own/back/"' in metadata.text

# Whoever has an account with that address signs in to it, and goes where they were going.
client = browser()
assert come(client, "ada@example.org").url == "/start/"
assert signed_in(client) == ada.pk

# What was said once opens the door once, and only to whoever asked.
client = browser()
once = said_of("ada@example.org", to=asked_by(client))
assert back(client, once).url == "/start/"
for other in (client, browser()):
    other.logout()
    back(other, once)
    assert not signed_in(other)

# What the organisation did not sign, signed for somebody else, or said long ago, opens nothing.
other_key, other_cert = key_pair()
for wrong in (
    {"signed": False},
    {"key": other_key, "cert": other_cert},
    {"audience": "https://elsewhere.example.org"},
    {"ago": 60},
):
    client = browser()
    answer = come(client, "ada@example.org", **wrong)
    assert not signed_in(client), wrong
    assert "can’t be used" in answer.text, answer.text
client = browser()
back(client, base64.b64encode(b"<a/>").decode())
back(client, "nonsense")
assert not signed_in(client)
forged = base64.b64decode(said_of("eli@example.org", to=asked_by(client))).replace(
    b"eli@example.org", b"ada@example.org"
)
back(client, base64.b64encode(forged).decode())
assert not signed_in(client)

# Nobody comes in uninvited; with an invitation an account is made, and one comes back to it.
client = browser()
assert "comes with an invitation" in come(client, "eli@example.org").text
assert Account.objects.count() == 1
_, word = actions.invite(team, by=ada, now=timezone.now())
assert come(client, "eli@example.org", f"/join/{word}/").url == f"/join/{word}/"
assert Account.objects.get(email="eli@example.org").name == "Eli Quay"
assert client.post(f"/join/{word}/").url == team.get_absolute_url()
print("All came as they should.")
