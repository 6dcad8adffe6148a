"""What a public scanner finds in the running app: `make scan`, or `python -m benchmarks.scan [--seconds 60]`.

Gets Wapiti into a venv of its own below build/, starts the app with its samples on a free port, and lets Wapiti look at it and attack it three
times over loopback: as a leader who has signed in, as nobody, and as a program with a token that knows the API's schema. What it calls back
to is a listener of ours. Writes docs/figures/scan.md; the reports themselves are in build/scan.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.apart import programs_of, served
from benchmarks.scan_page import WAPITI, Found, written
from benchmarks.scan_schema import usable

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build" / "scan"
TEAM, WORD = "north-quay", "a-word-for-the-scan"
# Left out is what looks for one product's known hole, or asks hosts elsewhere.
ATTACKS = (
    "csrf", "redirect", "crlf", "ssrf", "xxe", "upload", "methods", "htaccess", "ldap", "brute_login_form", "xss", "permanentxss", "sql", "file",
    "exec", "timesql",
)  # fmt: skip
# What would end the scan: signing out, being erased, the token gone, a new password, the lead in other hands, or looking as somebody else.
NEVER = ("sign-out/*", "account/data/erase/*", "account/sessions/end/*", "account/password/*", "account/tokens/*/revoke/*", "teams/*/people/leave/*",
         "teams/*/people/hand-over/*", "teams/*/lead/*", "teams/*/as/*")  # fmt: skip


class Listener(ThreadingHTTPServer):
    """What an attack would have the app call. Scanners ask it what it heard; the rest came from the app."""

    heard: list[str]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Heard)
        self.heard = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Heard(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        if self.path != "/" and not self.path.startswith("/get_"):
            self.server.heard.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_PUT = do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        pass


class App:
    """A running Followspot with its samples, in a data folder of this run alone."""

    def __init__(self, data: str) -> None:
        settings = {"FOLLOWSPOT_METRICS": WORD, "DJANGO_SETTINGS_MODULE": "benchmarks.scan_settings"}
        self.served = served(data, settings)
        self.url, self.log = self.served.url, Path(data) / "log"
        self.cookies = CookieJar()
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.sent("sign-in/", login="me@localhost", password=self.served.password)
        self.sent("account/confirm/", password=self.served.password)

    def page(self, path: str) -> str:
        """Return a page as whoever has signed in sees it."""
        return str(self._browser.open(self.url + path).read().decode())

    def sent(self, path: str, **said: object) -> str:
        """Return what is answered to a form."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page(path))
        fields = said | {"csrfmiddlewaretoken": token[1] if token else ""}
        told = urllib.parse.urlencode(fields, doseq=True).encode()
        return str(self._browser.open(self.url + path, told).read().decode())

    def answers(self) -> dict[str, int]:
        """Return how many answers there were, by status."""
        asked = urllib.request.Request(f"{self.url}metrics", headers={"Authorization": f"Bearer {WORD}"})
        told = urllib.request.urlopen(asked).read().decode()
        counted: dict[str, int] = {}
        for status, n in re.findall(r'^followspot_answers_total\{.*status="(\w+)"\} (\S+)$', told, re.M):
            counted[status] = counted.get(status, 0) + int(float(n))
        return counted


def scanned(
    app: App, listener: Listener, who: str, *words: str | Path, base: str = "", seconds: int
) -> Found:
    """Let Wapiti look, thin out what it saw, and let it attack the rest; return what it found."""
    name = who.replace(" ", "-")
    report, kept = BUILD / f"{name}.json", BUILD / "kept" / name
    shutil.rmtree(kept, ignore_errors=True)
    looked, attacked_log = BUILD / f"{name}-looked.log", BUILD / f"{name}-attacked.log"
    for log in (looked, attacked_log):
        log.unlink(missing_ok=True)  # else it is appended to
    before, heard = app.answers(), len(listener.heard)
    never = [word for path in NEVER for word in ("-x", f"{app.url}{path}")]
    command = [BUILD / "venv" / "bin" / "wapiti", "-u", f"{app.url}{base}", "--no-bugreport", "--endpoint", listener.url, "--store-session", kept,
               "--store-config", kept, "--skip", "csrfmiddlewaretoken", "--tasks", "4", "-t", "30", "-f", "json", "-o", report,
               "--max-scan-time", str(3 * seconds), "--max-attack-time", str(seconds), "-v", "1", *never, *words]  # fmt: skip
    _run([*command, "-m", "passive,-https_redirect", "--log", looked])
    passive = json.loads(report.read_text())
    (store,) = kept.glob("*.db")
    seen, attacked = thinned(store)
    _run([*command, "--skip-crawl", "-m", ",".join(ATTACKS), "--log", attacked_log])
    said = attacked_log.read_text()
    found = Found(
        who, seen, attacked, len(re.findall("Max attack time was reached", said)), listener.heard[heard:]
    )
    found.by_status = {status: n - before.get(status, 0) for status, n in app.answers().items()}
    for told in (passive, json.loads(report.read_text())):
        for part in ("vulnerabilities", "anomalies", "additionals"):
            for kind, flaws in told[part].items():
                if flaws:
                    mine = found.flaws.setdefault(kind, [])
                    mine += [flaw for flaw in flaws if flaw not in mine]  # some are in both reports
    return found


def _run(command: list[str | Path]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def thinned(store: Path) -> tuple[int, dict[tuple[str, str], str]]:
    """Of requests that differ in numbers and texts alone, leave one to be attacked: one that was answered, with the most fields.

    Return how many had been seen, and those left, by the app's own pattern of the address and the method.
    """
    never = [re.compile(path.replace("*", ".*")) for path in NEVER]
    with sqlite3.connect(store) as told:
        rows = told.execute(
            "SELECT path_id, path, method, (SELECT count(*) FROM params WHERE params.path_id = paths.path_id), "
            "coalesce((SELECT status_code FROM responses WHERE responses.response_id = paths.response_id), 0) FROM paths WHERE NOT evil"
        ).fetchall()
        best: dict[tuple[str, str], tuple[bool, int, int, str]] = {}
        for number, url, method, fields, status in rows:
            path = urllib.parse.urlsplit(url).path
            if not any(one.match(path[1:]) for one in never):
                key = (_route(path), method)
                best[key] = max(
                    best.get(key, (False, -1, 0, "")), (200 <= status < 400, fields, -number, url)
                )
        left = {-number for _, _, number, _ in best.values()}
        gone = [(row[0],) for row in rows if row[0] not in left]
        told.executemany("DELETE FROM params WHERE path_id = ?", gone)
        told.executemany("DELETE FROM paths WHERE path_id = ?", gone)
    return len(rows), {key: url for key, (_, _, _, url) in sorted(best.items())}


def _route(path: str) -> str:
    from django.urls import Resolver404, resolve

    try:
        return resolve(path).route
    except Resolver404:
        return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each kind of attack; the look round before takes three times that at most")  # fmt: skip
    seconds = parser.parse_args().seconds
    programs_of(BUILD / "venv", f"wapiti3=={WAPITI}")
    listener = Listener()
    with tempfile.TemporaryDirectory(prefix="followspot-scan-") as data:
        os.environ |= {"FOLLOWSPOT_DATA": data, "DJANGO_SETTINGS_MODULE": "benchmarks.scan_settings"}
        import django

        app = App(data)
        django.setup()
        try:
            # Before the leader comes, who makes as many as one may have.
            token = re.search(r"\bfs_[\w-]+", app.sent("account/tokens/new/", name="The scan", scopes=["read", "write", "leader", "evidence"], days=1))  # fmt: skip
            others = [word for team in sorted(set(re.findall(r'href="/teams/([\w-]+)/', app.page("")))) if team != TEAM for word in ("-x", f"{app.url}teams/{team}/*")]  # fmt: skip
            cookie = "; ".join(f"{one.name}={one.value}" for one in app.cookies)
            leader = scanned(app, listener, "a leader", "-C", cookie, *others, seconds=seconds)
            if "/account/profile/" not in app.page("account/profile/"):
                raise SystemExit("The scan signed itself out: see NEVER.")
            started = BUILD / "started.txt"
            started.write_text(
                "\n".join(url for (_, method), url in leader.attacked.items() if method == "GET")
            )
            nobody = scanned(app, listener, "nobody", "-s", started, seconds=seconds)
            bearer = f"Authorization: Bearer {token[0]}"  # type: ignore[index]
            people = json.loads(app.page(f"api/v1/teams/{TEAM}/people"))["items"]
            schema = usable(TEAM, people[0]["id"], BUILD / "openapi.json")
            program = scanned(app, listener, "a program", "--swagger", schema, "-H", bearer, base="api/v1/", seconds=seconds)  # fmt: skip
        finally:
            app.served.stop()
            shutil.copy(app.log, BUILD / "app.log")
    return written([leader, nobody, program], seconds, ATTACKS)


if __name__ == "__main__":
    raise SystemExit(main())
