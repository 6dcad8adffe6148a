"""Pages by two processes and work by a third, on one PostgreSQL: nobody has to come back to the same one."""

import http.cookiejar
import re
import subprocess
import sys
import urllib.parse
import urllib.request

import pytest

from tests import histories
from tests.faults.test_lost_postgresql import Server
from tests.upkeep.installation import Installation, start_at_once, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path, monkeypatch):
    server = Server()
    monkeypatch.setenv("FOLLOWSPOT_DATABASE", f"postgres://fs@127.0.0.1:{server.port}/postgres")
    own = Installation(tmp_path / "data").furnish()
    yield own
    own.close()
    server.close()


class Browser:
    """Sends its requests now to one and now to the other, with one sign-in."""

    def __init__(self, *houses):
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        self._houses, self._turn = houses, 0

    def ask(self, path, **sent):
        self._turn += 1
        url = self._houses[self._turn % len(self._houses)].url + path
        body = urllib.parse.urlencode(sent).encode() if sent else None
        with self._opener.open(urllib.request.Request(url, body, {"Referer": url}), timeout=30) as answer:
            return answer.read().decode()

    def send(self, path, **said):
        """Fill in the form of a page that one process showed, and send it to the other."""
        word = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask(path))[1]
        return self.ask(path, csrfmiddlewaretoken=word, **said)


def test_nobody_has_to_come_back_to_the_same_process(house, tmp_path):
    other = house.twin()
    start_at_once(house, other, command="serve")
    browser = Browser(house, other)
    browser.send("/sign-in/", login="ada@example.org", password="a long enough password")
    page = browser.send("/teams/quay/barriers/", what="No keys for the night shift")
    assert "No keys for the night shift" in page
    assert all("No keys for the night shift" in one.barriers() for one in (house, other))
    repository = histories.quay(tmp_path / "quay.git", changes=50, a_day=5, away=range(0))
    house.shell(
        "from followspot.evidence import collect\nfrom followspot.teams.models import Team\n"
        f"collect.connect(Team.objects.get(), 'git', title='Quay', path={str(repository)!r})"
    )
    assert other.call("POST", "/teams/quay/sources/1/read")[0] == 202
    worker = subprocess.Popen([sys.executable, "-m", "followspot", "worker"], env=house.env)
    try:
        wait_until(
            lambda: (
                "EVENTS 0"
                not in house.shell("from followspot.evidence import log\nprint('EVENTS', log.size()[1])")
            ),
            seconds=90,
        )
    finally:
        worker.terminate()
        assert worker.wait(timeout=60) == 0
    other.down()
    house.down()
