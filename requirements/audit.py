"""Looks for known vulnerabilities in what an installation brings along: `make audit`.

A known one fails. Where no source of them can be reached, as without a network, that is said and nothing else: an audit that
could not be made is no reason to hold anything up, and no reason to feel safe.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).with_name("run.txt")
SOURCES = ("pypi", "osv")  # of known vulnerabilities, asked one after the other until one answers
_SECONDS = 120


def asked(source: str) -> list[dict[str, Any]]:
    """Return what a source says of each package; nothing where it can't be asked."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(LOCK),
        "--require-hashes",
        "--disable-pip",
    ]
    more = ["--vulnerability-service", source, "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run([*command, *more], capture_output=True, text=True, timeout=_SECONDS)
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return []
    return found


def answered(packages: list[dict[str, Any]]) -> bool:
    """Say whether a source knew of any package at all."""
    return any("skip_reason" not in p for p in packages)


def said(packages: list[dict[str, Any]]) -> tuple[str, int]:
    """Return what is to be said of an audit, and the exit code."""
    if not answered(packages):
        return "Not audited: no source of known vulnerabilities can be reached from here.", 0
    known = [p for p in packages if "skip_reason" not in p]
    bad = [(p, vuln) for p in known for vuln in p["vulns"]]
    lines = [
        f"{p['name']} {p['version']}: {vuln['id']}, mended in {', '.join(vuln['fix_versions']) or 'no version yet'}"
        for p, vuln in bad
    ]
    left = f" ({len(packages) - len(known)} could not be asked about)" if len(known) < len(packages) else ""
    lines.append(f"{len(known)} packages audited{left}: {len(bad)} known vulnerabilities.")
    return "\n".join(lines), 1 if bad else 0


def main() -> int:
    """Ask until a source answers."""
    packages = next(filter(answered, map(asked, SOURCES)), [])
    text, code = said(packages)
    print(text)
    return code


if __name__ == "__main__":
    sys.exit(main())
