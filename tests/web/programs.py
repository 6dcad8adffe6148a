"""A program that calls the API for somebody, with a token of theirs."""

import json
from dataclasses import dataclass, field

from django.test import Client
from django.utils import timezone

from followspot.teams import tokens


@dataclass
class Program:
    """Calls with a token; without one it is nobody."""

    secret: str = ""
    client: Client = field(default_factory=Client)

    def call(self, method, address, said=None, **headers):
        given = {
            "headers": {**({"Authorization": f"Bearer {self.secret}"} if self.secret else {}), **headers}
        }
        if said is not None:
            given |= {
                "data": said if isinstance(said, str) else json.dumps(said),
                "content_type": "application/json",
            }
        address = address if address.startswith("/api/") else f"/api/v1{address}"
        return self.client.generic(method, address, **given)

    def get(self, address, **headers):
        return self.call("GET", address, **headers)

    def post(self, address, said=None, **headers):
        return self.call("POST", address, said, **headers)

    def put(self, address, said=None, **headers):
        return self.call("PUT", address, said, **headers)


def program(person, *scopes):
    """Return a program that acts for somebody; with all scopes, unless some are named. None is nobody."""
    if person is None:
        return Program()
    _, secret = tokens.make(
        person.account,
        name="A script",
        scopes=scopes or ("read", "write", "leader", "evidence"),
        by=person.account,
        now=timezone.now(),
    )
    return Program(secret)
