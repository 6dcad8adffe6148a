"""The organisation's own sign-in, by OpenID Connect or by SAML: what allauth is told of it, from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

OWN = "own"  # how addresses of the way back call it
_NAMES = {
    # As Microsoft Entra, Okta, Google, Shibboleth and Keycloak call them.
    "email": [
        "email",
        "mail",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        "urn:oid:0.9.2342.19200300.100.1.3",
        "urn:oid:1.2.840.113549.1.9.1",
    ],
    "first_name": [
        "firstName",
        "givenName",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
        "urn:oid:2.5.4.42",
    ],
    "last_name": [
        "lastName",
        "surname",
        "sn",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
        "urn:oid:2.5.4.4",
    ],
}


@dataclass(frozen=True, slots=True)
class SignOn:
    """apps : allauth's applications by the name of their protocol; origins : where a form of ours may lead."""

    apps: dict[str, list[dict[str, Any]]]
    origins: tuple[str, ...]


def sign_on(env: Env) -> SignOn:
    """Return what the environment says of the organisation's own sign-in; nothing where it has none."""
    found = [one for one in (_oidc(env), _saml(env)) if one is not None]
    return SignOn({kind: [app] for kind, app, _ in found}, tuple(_origin(url) for _, _, url in found))


def _origin(url: str) -> str:
    said = urlsplit(url)
    return f"{said.scheme}://{said.netloc}"


def _oidc(env: Env) -> tuple[str, dict[str, Any], str] | None:
    issuer = env.str("FOLLOWSPOT_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    app = {
        "provider_id": OWN,
        "name": env.str("FOLLOWSPOT_OIDC_NAME", "") or urlsplit(issuer).hostname,
        "client_id": env.str("FOLLOWSPOT_OIDC_CLIENT_ID"),
        "secret": env.str("FOLLOWSPOT_OIDC_CLIENT_SECRET", ""),
        "settings": {"server_url": issuer},
    }
    return "openid_connect", app, issuer


def _saml(env: Env) -> tuple[str, dict[str, Any], str] | None:
    path = env.str("FOLLOWSPOT_SAML_METADATA", "")
    if not path:
        return None
    said = _metadata(Path(path).expanduser())
    app = {
        "provider_id": said["entityId"],
        "name": env.str("FOLLOWSPOT_SAML_NAME", "")
        or urlsplit(said["entityId"]).hostname
        or "single sign-on",
        "client_id": OWN,
        "settings": {
            "attribute_mapping": _NAMES,
            "use_nameid_for_email": False,
            "verified_email": True,  # its word for an address is taken: whoever set it up trusts it
            "idp": {
                "entity_id": said["entityId"],
                "sso_url": said["singleSignOnService"]["url"],
                "x509cert": said["x509cert"],
            },
            "advanced": {"want_assertion_signed": True},
        },
    }
    return "saml", app, said["singleSignOnService"]["url"]


def _metadata(path: Path) -> dict[str, Any]:
    """Return what a provider's metadata says of it. Raises ImproperlyConfigured that names what is missing."""
    try:
        from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
    except ImportError:
        raise ImproperlyConfigured("SAML needs the extra: install followspot[saml].") from None
    try:
        said: dict[str, Any] = OneLogin_Saml2_IdPMetadataParser.parse(path.read_bytes()).get("idp", {})
    except OSError as error:
        raise ImproperlyConfigured(
            f"FOLLOWSPOT_SAML_METADATA: {path} can't be read ({error.strerror})."
        ) from None
    except Exception:  # the parser raises whatever the XML parser beneath it does
        raise ImproperlyConfigured(f"FOLLOWSPOT_SAML_METADATA: {path} is no SAML metadata.") from None
    if "x509certMulti" in said:
        said["x509cert"] = said["x509certMulti"]["signing"][0]
    if missing := [part for part in ("entityId", "singleSignOnService", "x509cert") if part not in said]:
        raise ImproperlyConfigured(f"FOLLOWSPOT_SAML_METADATA: {path} says nothing of {missing[0]}.")
    return said
