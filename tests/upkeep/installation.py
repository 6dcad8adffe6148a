"""An installation in a folder of its own, with Ada's team and a token of hers: a real command, a real server, a real database."""

import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing

from tests.databases import database_of_its_own, drop
from tests.folders import brought_up_to_date

_CAST = """
from django.utils import timezone
from followspot.teams import actions, tokens
from followspot.teams.models import Account, Person
people = []
for name in ("Ada", "Ben", "Chi"):
    account = Account.objects.create_user(f"{name.lower()}@example.org", "a long enough password", name=name)
    people.append(Person.objects.create(name=name, account=account))
ada, ben, chi = people
team = actions.start_team("Quay", by=ada.account)
actions.hand_lead(team, to=ada, on=None)
for person in (ben, chi):
    actions.join(team, person, on=timezone.localdate())
print("TOKEN", tokens.make(ada.account, name="Any", scopes=['read', 'write', 'evidence'], days=365, by=None, now=timezone.now())[1])
"""


class Installation:
    """One data folder, and what can be done with it."""

    def __init__(self, folder, **settings):
        self.data = folder
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("FOLLOWSPOT", "DJANGO"))}
        given = {k: v for k, v in os.environ.items() if k == "FOLLOWSPOT_DATABASE"}
        self.env = clean | given | {
            "FOLLOWSPOT_DATA": str(folder),
            "FOLLOWSPOT_API_A_MINUTE": "1000000",
            "COLUMNS": "400",
            "TERM": "dumb",
        } | settings  # fmt: skip
        self._database = database_of_its_own(self.env)
        self.server = None
        self.token = ""

    @property
    def on_postgresql(self):
        return self._database is not None

    def furnish(self):
        """Make its database, Ada's team, and a token of Ada's."""
        if not self._database:
            brought_up_to_date(self.data)
        self.token = re.search(r"TOKEN (\S+)", self.shell(_CAST))[1]
        return self

    def copy(self, folder):
        """Return the same in another folder, on PostgreSQL in another database, which nobody serves."""
        shutil.copytree(self.data, folder)
        other = self.twin()
        other.data, other.env = folder, self.env | {"FOLLOWSPOT_DATA": str(folder)}
        if self._database:
            other.env["FOLLOWSPOT_DATABASE"], _ = self._database
            other._database = database_of_its_own(other.env, like=self._database)
        return other

    def twin(self):
        """Return the same installation once more, for a second process on it."""
        other = Installation.__new__(Installation)
        other.__dict__ |= self.__dict__ | {"server": None}
        return other

    def run(self, *words, code=0):
        """Run the command and return what it says; it must end with this code; None: with any."""
        done = subprocess.run(
            [sys.executable, "-m", "followspot", *words], env=self.env, capture_output=True, text=True, timeout=300, check=False
        )  # fmt: skip
        assert code is None or done.returncode == code, (
            f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout + done.stderr

    def shell(self, code):
        """Run Python in it, once its database is of this version."""
        begin = "from followspot.upkeep import upgrade\nupgrade.to_this_version()\n"
        return self.run("manage", "shell", "--no-imports", "-v", "0", "-c", begin + code)

    def up(self, *words, command="up", **surroundings):
        """Start a server and wait until it answers. surroundings : variables for it alone."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        log = self.data.parent / f"{self.data.name}.log"
        with log.open("a") as to:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "followspot", command, "--port", str(port), *words],
                env=self.env | surroundings, stdout=to, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        wait_until(lambda: self.answers() or self._must_live(log), seconds=90)
        return self

    def _must_live(self, log):
        assert self.server.poll() is None, log.read_text()[-3000:]
        return False

    def answers(self, path="/readyz"):
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self):
        """End it as a power cut would, with all that it started."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def down(self):
        if self.server and self.server.poll() is None:
            self.server.terminate()
            assert self.server.wait(timeout=60) == 0
        self.server = None

    def close(self):
        if self.server and self.server.poll() is None:
            self.kill()
        if self._database:
            drop(self._database)

    def call(self, method, path, body=None, *, key="", timeout=30):
        """Call the API as Ada; return status and what it says. Raises OSError or HTTPException where nothing comes back."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", method=method, headers=headers | ({"Idempotency-Key": key} if key else {}),
            data=None if body is None else json.dumps(body).encode(),
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def raise_barrier(self, what, *, key="", timeout=30):
        return self.call(
            "POST", "/teams/quay/barriers", {"what": what}, key=key or what.replace(" ", "-"), timeout=timeout
        )

    def barriers(self):
        """Return what all barriers say, through all pages of the list."""
        found, path = [], "/teams/quay/barriers?limit=100"
        while path:
            _, said = self.call("GET", path)
            found += [b["what"] for b in said["items"]]
            path = said["next"] and said["next"].split("/api/v1", 1)[1]
        return found

    def asked(self, query):
        """Ask the SQLite file itself."""
        with closing(sqlite3.connect(f"file:{self.data / 'followspot.sqlite3'}?mode=ro", uri=True)) as file:
            return file.execute(query).fetchall()


def start_at_once(*houses, **how):
    """Start several at the same moment, and wait for all of them."""
    begins = [threading.Thread(target=house.up, kwargs=how) for house in houses]
    for begin in begins:
        begin.start()
    for begin in begins:
        begin.join()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(done, *, seconds):
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "It took too long."
        time.sleep(0.1)


def word():
    return secrets.token_hex(6)
