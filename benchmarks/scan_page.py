"""The page of `benchmarks.scan`: what was asked, what was found, and why what was found is none."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "figures" / "scan.md"
WAPITI = "3.3.2"
# Looked into by hand: the scanner's kind, where, and why it is none. Whatever it finds besides counts against us.
KNOWN = (
    ("Cleartext Submission of Password", r"http://localhost", "the scan goes over loopback without TLS; with HTTPS on, HTTP is redirected and HSTS sent"),
    ("Secure Flag cookie", r"http://localhost", "the same; with HTTPS on, all are `Secure`"),
    ("HttpOnly Flag cookie", r"'messages'", "the cookie is being deleted: it is empty and long expired; while it holds something it is `HttpOnly`"),
    ("LDAP Injection", r"", "no LDAP is spoken here; a NUL is refused in other words than other nonsense, which the scanner takes for a query's answer"),
    ("HTTP Methods", r"OPTIONS", "told, not a flaw: OPTIONS is refused, or names the methods that there are"),
)  # fmt: skip


@dataclass
class Found:
    """What one scan asked and found.

    attacked : an address of each kind and method; cut : attacks that the time ended; called : what the app asked of the listener; by_status :
    answers, counted by the app itself; flaws : by kind.
    """

    who: str
    seen: int
    attacked: dict[tuple[str, str], str]
    cut: int
    called: list[str]
    by_status: dict[str, int] = field(default_factory=dict)
    flaws: dict[str, list[dict[str, str]]] = field(default_factory=dict)


def explained(kind: str, flaw: dict[str, str]) -> str:
    """Return why something found is none, or nothing."""
    where = f"{flaw['method']} {flaw['path']} {flaw['info']}"
    return next((why for known, at, why in KNOWN if known == kind and re.search(at, where)), "")


def written(scans: list[Found], seconds: int, attacks: tuple[str, ...]) -> int:
    """Write the page; return how much counts against us: what nothing explains, failures of the app, and calls to the listener."""
    asked, missed = [], 0
    told: dict[tuple[str, str], dict[str, int]] = {}
    for one in scans:
        by = [one.by_status.get(status, 0) for status in ("2xx", "3xx", "4xx", "5xx")]
        counts = [one.seen, len(one.attacked), sum(by), *by, one.cut, len(one.called)]
        asked.append(f"| {one.who} | {' | '.join(f'{n:,}' for n in counts)} |")
        missed += by[3] + len(one.called)
        for kind, flaws in sorted(one.flaws.items()):
            for flaw in flaws:
                why = explained(kind, flaw)
                missed += not why
                line = (kind, why or f"**not explained:** {flaw['method']} {flaw['path']}: {flaw['info']}")
                told.setdefault(line, {}).setdefault(one.who, 0)
                told[line][one.who] += 1
    found = [f"| {kind} | {', '.join(f'{who} {n}' for who, n in by.items())} | {why} |" for (kind, why), by in sorted(told.items())]  # fmt: skip
    PAGE.write_text(_page("\n".join(asked), "\n".join(found), seconds, attacks))
    print("\n".join([*asked, *found]))
    return missed


def _page(asked: str, found: str, seconds: int, attacks: tuple[str, ...]) -> str:
    return f"""# What a scanner finds

`make scan`, which is `python -m benchmarks.scan --seconds {seconds}` ({datetime.now(UTC):%-d %B %Y}, [Wapiti](https://wapiti-scanner.github.io) {WAPITI}; load of the machine at the end
{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores).

A public scanner looks at the real app with its samples, and attacks it, over loopback alone: as a leader who has signed in, as nobody who knows all addresses that the leader saw,
and as a program with a token that has read the API's schema. It first follows every link and sends every form, for {3 * seconds} seconds at most. Of the requests that
differ in numbers and texts alone it then attacks one, every field of it, with
{len(attacks)} kinds of attack ({", ".join(attacks)}),
{seconds} seconds each at most:
*cut* says how many kinds the time ended before they had gone through all. What an attack would have the app call is a listener on the same machine, so that a call would be
heard; limits on how often are lifted, and the password that was given once more counts all along, so that it gets behind every door. Left out is what would end the scan: signing out,
being erased, a new password, the token revoked, handing over the lead.

| as | requests seen | attacked | answers | 2xx | 3xx | 4xx | 5xx | cut | calls heard |
|---|---|---|---|---|---|---|---|---|---|
{asked}

Answers are counted by the app itself, which counts none about the pulse; a failure there would be in Wapiti's own report. All that it reported:

| kind | how often | why it is none |
|---|---|---|
{found}

A failure of the app (5xx), a call that the listener heard, or something that isn't explained here makes the command fail. A scanner finds what it has a pattern for. Who may see
what of whom is none of its business; for that every address is asked as everybody ([](../security.md)).
"""
