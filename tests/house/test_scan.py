"""What the scan of the running app takes for explained, and what it tells the scanner of the API."""

import json

from benchmarks import scan_page
from benchmarks.scan_schema import usable


def test_a_scan_takes_no_finding_for_explained_that_was_not_looked_into():
    cookie = {"method": "POST", "path": "/sign-in/", "info": "HttpOnly flag is not set on the cookie 'messages' set at …"}  # fmt: skip
    assert scan_page.explained("HttpOnly Flag cookie", cookie)
    assert not scan_page.explained("HttpOnly Flag cookie", cookie | {"info": "… on the cookie 'sessionid'"})
    assert not scan_page.explained("SQL Injection", cookie)


def test_the_scanner_is_given_bodies_as_the_schema_shows_them(tmp_path):
    told = json.loads(usable("north-quay", 18, tmp_path / "openapi.json").read_text())
    proposing = told["paths"]["/api/v1/teams/north-quay/expectations"]["post"]
    fields = proposing["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert fields["outcome"] == {"type": "string", "default": "Refunds arrive within two days"}
    assert fields["owners"] == {"type": "array", "items": {"type": "integer", "default": 18}}
    given = [
        p for operations in told["paths"].values() for one in operations.values() for p in one["parameters"]
    ]
    assert given
    assert all(p["in"] != "header" and p["schema"]["default"] is not None for p in given)
