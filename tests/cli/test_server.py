"""Behind the proxy that brings HTTPS: its word is taken, and nobody else's."""

import http.client
import os
import socket
import subprocess
import sys
import time

import pytest

from tests.folders import brought_up_to_date

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FOLLOWSPOT", "DJANGO"))}
    env |= {
        "FOLLOWSPOT_DATA": str(brought_up_to_date(tmp_path_factory.mktemp("data"))),
        "FOLLOWSPOT_HTTPS": "1",
        "FOLLOWSPOT_HOSTS": "quay.example",
    }
    server = subprocess.Popen([sys.executable, "-m", "followspot", "serve", "--port", str(free)], env=env)
    until = time.monotonic() + 120
    while socket.socket().connect_ex(("127.0.0.1", free)):
        assert server.poll() is None
        assert time.monotonic() < until
        time.sleep(0.2)
    yield free
    server.terminate()
    assert server.wait(timeout=30) == 0


def asked(port, path, *, by="127.0.0.1", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(by, 0), timeout=30)
    connection.request("GET", path, headers={"Host": "quay.example"} | headers)
    answer = connection.getresponse()
    answer.read()
    return answer


SECURE = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


def test_what_the_proxy_brings_is_served_safely(port):
    answer = asked(port, "/sign-in/", **SECURE)
    assert answer.status == 200
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]


def test_what_comes_without_https_is_led_there(port):
    answer = asked(port, "/sign-in/")
    assert (answer.status, answer.headers["Location"]) == (301, "https://quay.example/sign-in/")


def test_nobody_else_is_taken_at_their_word(port):
    assert asked(port, "/sign-in/", by="127.0.0.2", **SECURE).status == 301


def test_whether_it_lives_can_be_asked_on_the_machine(port):
    assert asked(port, "/healthz").status == 200
