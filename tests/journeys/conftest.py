"""The real app in a process of its own, and a real browser before it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

# The browser keeps an event loop in this thread; what else this process tests is not asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    found = next(
        (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
    )
    assert found, "There is no Chromium on this machine; `make test` gets one where it may."
    return {**browser_type_launch_args, "executable_path": found, "args": FLAGS}


class App:
    """A running Followspot: where it is, and how to sign in."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        self._log = folder / "log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "followspot", "up", "--demo", "--port", str(port)],
            env=env | {"FOLLOWSPOT_DATA": str(folder), "TERM": "dumb", "COLUMNS": "200"},
            stdout=self._log.open("w"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        self._wait()
        self.password = re.search(r"password\s+(\S+)", self._log.read_text())[1]

    def _wait(self):
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                assert self.process.poll() is None, self._log.read_text()
                time.sleep(0.2)
        raise AssertionError(self._log.read_text())

    def stop(self):
        self.process.terminate()
        assert self.process.wait(timeout=30) in (0, -15), self._log.read_text()


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    running = App(tmp_path_factory.mktemp("data"))
    yield running
    running.stop()


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
