"""Other hosts are asked by the address that was looked up, and never within the server's own network unasked."""

import httpx2
import pytest

from followspot import outward
from followspot.errors import BadInput

INSIDE = httpx2.URL("https://127.0.0.1:8443/list")


def test_what_lies_within_is_refused_with_what_to_do():
    with pytest.raises(
        BadInput, match=r"own network\. Whoever runs the server can allow it: FOLLOWSPOT_INTERNAL_HOSTS"
    ):
        outward.pinned(INSIDE)


def test_what_else_one_can_do_is_said_by_whoever_asks():
    with pytest.raises(BadInput, match="Upload it"):
        outward.pinned(INSIDE, instead="Upload it.")


def test_a_host_that_was_named_may_be_asked(monkeypatch):
    monkeypatch.setenv(outward.SETTING, "gitlab.example.lan, 127.0.0.1")
    way = outward.pinned(INSIDE)
    assert str(way["url"]) == "https://127.0.0.1:8443/list"
    assert way["headers"] == {"Host": "127.0.0.1:8443"}


@pytest.mark.parametrize(("named", "host", "may"), [("", "a.lan", False), ("A.lan", "a.LAN", True), ("a.lan", "b.a.lan", False), ("[::1]", "::1", True)])  # fmt: skip
def test_only_whole_names_are_named(monkeypatch, named, host, may):
    monkeypatch.setenv(outward.SETTING, named)
    assert outward.is_internal(host) is may


@pytest.mark.parametrize("address", ["ftp://a.example/", "https:///path", "https://no.such.host.invalid/"])
def test_what_is_no_address_is_said_to_be_none(address):
    with pytest.raises(BadInput):
        outward.pinned(httpx2.URL(address))


@pytest.mark.parametrize(
    "host",
    ["224.0.0.1", "[ff02::1]", "[64:ff9b::10.0.0.1]", "[::ffff:10.0.0.1]", "[::10.0.0.1]", "[::127.0.0.1]"],
)
def test_what_only_looks_as_if_it_were_outside_is_not_asked(host):
    with pytest.raises(BadInput, match="own network"):
        outward.pinned(httpx2.URL(f"https://{host}/"))
