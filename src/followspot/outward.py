"""Asking other hosts: by the one address that was looked up, and never within the server's own network unasked.

A person who is no admin may give an address, so the server must not be made to look around where it stands. Hosts inside that
may be asked (a company's own GitLab, GitHub or Jira) are named by whoever runs the server: FOLLOWSPOT_INTERNAL_HOSTS.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import Any

import httpx2

from followspot.errors import BadInput
from followspot.language import say

SETTING = "FOLLOWSPOT_INTERNAL_HOSTS"
_TRANSLATED = tuple(  # to IPv4, where a network does so (NAT64, RFC 6052), or once did (RFC 4291)
    map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96"))
)
_ASK = say("Whoever runs the server can allow it: {setting}.", setting=SETTING)


def is_internal(host: str) -> bool:
    """Say whether whoever runs the server named this host as one inside that may be asked."""
    named = os.environ.get(SETTING, "").split(",")
    return host.casefold() in {name.strip().casefold().strip("[]") for name in named} - {""}


def _is_outside(ip: str) -> bool:
    """Say whether an address is one of the internet's: no group of hosts, and none that stands for one inside."""
    address = ipaddress.ip_address(ip)
    if address.version == 6 and any(address in network for network in _TRANSLATED):
        address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.is_global and not address.is_multicast


def pinned(url: httpx2.URL, *, instead: str = "") -> dict[str, Any]:
    """Return how to ask a host by the one address that was looked at, so that no other is asked in its place.

    instead : what else a person can do, for the message. Raises BadInput for hosts within the server's own network.
    """
    if url.scheme not in ("https", "http") or not url.host:
        raise BadInput(say("An address begins with https:// and names a host."))
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(url.host, None)]
    except (OSError, UnicodeError):
        raise BadInput(say("There is no host called {host}.", host=url.host)) from None
    if not is_internal(url.host) and not all(_is_outside(ip) for ip in found):
        raise BadInput(
            say(
                "{host} lies within the server's own network. {instead}",
                host=url.host,
                instead=instead or _ASK,
            )
        )
    return {
        "url": url.copy_with(host=found[0]),
        "headers": {"Host": url.netloc.decode("ascii")},
        "extensions": {"sni_hostname": url.raw_host.decode("ascii")},
    }
