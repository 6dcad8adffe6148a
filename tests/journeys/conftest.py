"""The real app in a process of its own, and a real browser before it."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.databases import database_of_its_own, drop
from tests.folders import brought_up_to_date, made_once
from tests.journeys.hands import Hand, watch, ways

# The browser keeps an event loop in this thread; what else this process tests is not asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = next(
        (
            p
            for n in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
            if (p := shutil.which(n))
        ),
        None,
    )
    assert found, "There is no Chromium on this machine; `make test` gets one where it may."
    return {**browser_type_launch_args, "executable_path": found, "args": FLAGS}


class App:
    """A running Followspot: where it is, and how to sign in."""

    def __init__(self, folder, *, demo=True, program="followspot", like=None):
        """Start it. like : another one that has stopped, its folder and its database; then this one begins with all that is there."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        self.env = env | {
            "FOLLOWSPOT_DATA": str(folder),
            "TERM": "dumb",
            "COLUMNS": "200",
            "FOLLOWSPOT_INTERNAL_HOSTS": "127.0.0.1",
        }
        self._log = folder / "log"
        self._database = database_of_its_own(self.env, like and like[1])
        if like:
            shutil.copytree(like[0], folder, dirs_exist_ok=True)
            (folder / "log").rename(folder / "first-log")
        elif not self._database:
            brought_up_to_date(folder)
        self.process = subprocess.Popen(
            [sys.executable, "-m", program, "up", "--port", str(port), *(["--demo"] if demo else [])],
            env=self.env, stdout=self._log.open("w"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            self._wait()
        except AssertionError:
            self.end()
            raise
        first = folder / "first-log" if like else self._log
        self.password = re.search(r"password\s+(\S+)", first.read_text())[1]
        assert (folder / "followspot.sqlite3").exists() is not bool(self._database), (
            "Another database than asked for."
        )

    def _wait(self):
        # The samples live through a year before the app is up; on a busy machine that takes its time.
        for _ in range(900):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                assert self.process.poll() is None, self._log.read_text()
                time.sleep(0.2)
        raise AssertionError(self._log.read_text())

    def said(self):
        """Return the end of what it logged."""
        return self._log.read_text()[-4000:]

    def stop(self):
        """End it; what it keeps stays."""
        self.process.terminate()
        ended = self.process.wait(timeout=30)
        assert ended in (0, -15), self._log.read_text()

    def end(self):
        """Stop it and leave nothing on the database's server, however it ended."""
        try:
            self.stop()
        finally:
            if self._database:
                drop(self._database)


def _with_samples(folder):
    """Let an app bring its samples along into a folder, and stop it; return its database, where it has one on a server."""
    once = App(folder)
    once.stop()
    return once._database


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """The folder and the database of an app that has brought its samples along, and has stopped: others begin as copies of it.

    One process of a run makes it for all of them; on a database server, where it would have to be dropped by the last, each its own.
    """
    if not os.environ.get("FOLLOWSPOT_DATABASE"):
        yield made_once("samples", _with_samples), None
        return
    folder = tmp_path_factory.mktemp("samples")
    database = _with_samples(folder)
    yield folder, database
    drop(database)


@pytest.fixture(scope="module")
def app(tmp_path_factory, request):
    demo = getattr(request.module, "DEMO", True)
    running = App(
        tmp_path_factory.mktemp("data"),
        demo=demo,
        program=getattr(request.module, "PROGRAM", "followspot"),
        like=request.getfixturevalue("samples") if demo else None,
    )
    yield running
    running.end()


@pytest.fixture
def visit(app, browser, request):
    """Open the app as the signed-in person in a window of some width and theme; any console error fails."""
    windows, wrong = [], []

    def open_window(width=1440, scheme="light", script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script, reduced_motion="reduce", base_url=app.url
        )  # fmt: skip
        page = context.new_page()
        page.on(
            "console",
            lambda m: wrong.append(m.text) if m.type == "error" and "status of 422" not in m.text else None,
        )
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on(
            "request",
            lambda r: wrong.append(r.url) if not r.url.startswith((app.url, "data:", "blob:")) else None,
        )
        windows.append(context)
        page.goto("/sign-in/")
        page.get_by_label("Email").fill("me@localhost")
        page.get_by_label("Password").fill(app.password)
        page.get_by_role("button", name="Sign in").click()
        return page

    yield open_window
    for context in windows:
        context.close()
    assert wrong == []


PEOPLE = ("Ada", "Ben", "Chi", "Dee", "Eve", "Fay")  # Ada leads; six, so that a barrier can go unnamed
PASSWORD = "a long enough password"


class House:
    """An app with people in it, each signed in once; a team of their own for whoever asks."""

    def __init__(self, folder, browser):
        self.app = App(folder, demo=False)
        self.url = self.app.url
        self._hand = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.stagehand"],
            env=self.app.env, cwd=Path(__file__).parent.parent.parent, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._browser, self._emails, self._signed_in = browser, {}, {}

    def ask(self, do, **said):
        """Ask the stagehand for something."""
        self._hand.stdin.write(json.dumps({"do": do, **said}) + "\n")
        self._hand.stdin.flush()
        return json.loads(self._hand.stdout.readline())

    def email(self, name):
        """Return somebody's address; they have an account from now on."""
        if name not in self._emails:
            self._emails[name] = self.ask("person", name=name, password=PASSWORD)
        return self._emails[name]

    def known(self, name):
        """Return what a browser keeps in which somebody is signed in."""
        if name not in self._signed_in:
            context = self._browser.new_context(base_url=self.url)
            sign_in(context.new_page(), self.email(name))
            self._signed_in[name] = context.storage_state()
            context.close()
        return self._signed_in[name]

    def stop(self):
        try:
            self._hand.stdin.close()
            assert self._hand.wait(timeout=30) == 0
        finally:
            self.app.end()


def sign_in(page, email, password=PASSWORD):
    """Sign in by the sign-in page, where one isn't there already."""
    if "/sign-in/" not in page.url:
        page.goto("/sign-in/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation(url=lambda to: "/sign-in/" not in to):
        page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture(scope="session")
def house(tmp_path_factory, browser):
    it = House(tmp_path_factory.mktemp("house"), browser)
    yield it
    it.stop()


class Troupe:
    """A team, and each of its people before a window of their own."""

    def __init__(self, house, browser, way, title, leader="Ada", front=PEOPLE[1:]):
        self.house, self.way = house, way
        self._browser, self._title, self._hands, self.wrong = browser, title, {}, []
        for name in (leader, *front):
            house.email(name)
        self.slug = house.ask("team", name="Quay", leader=leader, front=list(front))

    def hand(self, name, *, fresh=False):
        """Return somebody before a window. fresh : in a browser where nobody is signed in yet."""
        context = self._browser.new_context(
            viewport={"width": self.way.width, "height": 640 if self.way.width < 500 else 900},
            color_scheme=self.way.scheme, java_script_enabled=self.way.script,
            has_touch=self.way.means == "touch", is_mobile=self.way.means == "touch",
            reduced_motion="reduce", base_url=self.house.url, timezone_id="UTC",
            storage_state=None if fresh else self.house.known(name),
        )  # fmt: skip
        context.set_default_timeout(10_000)
        page = context.new_page()
        watch(page, self.house.url, self.wrong)
        return Hand(page, self.way, f"/teams/{self.slug}/", self.wrong, self._title)

    def __getattr__(self, name):
        who = name.capitalize()
        if who not in PEOPLE:
            raise AttributeError(name)
        if who not in self._hands:
            self._hands[who] = self.hand(who)
        return self._hands[who]

    def later(self, days):
        """Let days go by for what happens by itself."""
        return self.house.ask("later", days=days)

    def count(self, kind):
        return self.house.ask("count", slug=self.slug, kind=kind)


def pytest_generate_tests(metafunc):
    """Go every journey that says nothing else in the ways of its marker."""
    said = (m.args[0] for m in metafunc.definition.iter_markers("parametrize"))
    if "way" in metafunc.fixturenames and "way" not in said:
        every = metafunc.definition.get_closest_marker("every_way") is not None
        metafunc.parametrize("way", ways(every=every), ids=str)


@pytest.fixture
def quay(house, browser, way, request):
    """A team of its own, worked in one way; nothing may go wrong meanwhile."""
    it = Troupe(house, browser, way, request.node.originalname.removeprefix("test_"))
    before = len(browser.contexts)
    yield it
    for context in browser.contexts[before:]:
        context.close()
    assert not it.wrong, "\n".join([*dict.fromkeys(it.wrong), house.app.said()])
