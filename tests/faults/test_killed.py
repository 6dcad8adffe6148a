"""`kill -9` at random moments under load: nothing acknowledged is lost, nothing is there twice, no half import is seen."""

import random
import time

import pytest

from tests import histories
from tests.faults.load import Load, all_is_there_once, state_and_log_agree
from tests.upkeep.installation import wait_until

pytestmark = pytest.mark.slow
CHANGES = 6000


def read_in_background(house, repository):
    return house.shell(
        "from django.utils import timezone\n"
        "from followspot.evidence import collect\n"
        "from followspot.teams.models import Team\n"
        f"source = collect.connect(Team.objects.get(), 'git', title='Quay', path={str(repository)!r})\n"
        "collect.start(source, now=timezone.now())\n"
    )


def events_of_evidence(house):
    said = house.shell("from followspot.evidence import log\nprint('EVENTS', log.size()[1])")
    return int(said.partition("EVENTS ")[2].split()[0])


def test_killed_again_and_again(house, rounds, tmp_path):
    repository = histories.quay(tmp_path / "quay.git", changes=CHANGES, a_day=8, away=range(0))
    read_in_background(house, repository)
    chance, loads, seen = random.Random(7), [], set()
    for _ in range(rounds):
        house.up()
        with Load(house) as load:
            time.sleep(chance.uniform(0.5, 3))
            house.kill()
        loads.append(load)
        seen.add(events_of_evidence(house))
    house.up()
    all_is_there_once(house, loads)
    # Whoever died over it is missed after a minute; whoever asks again does not wait that long.
    wait_until(lambda: events_of_evidence(house) > 0 or asked_again(house), seconds=180)
    seen.add(events_of_evidence(house))
    assert len(seen - {0}) == 1, "Half an import was seen."
    house.down()
    state_and_log_agree(house)
    found = [line for line in house.run("doctor", code=None).splitlines() if line.startswith("BAD")]
    assert all("backup" in line for line in found), found


def asked_again(house):
    house.call("POST", "/teams/quay/sources/1/read")
    time.sleep(3)
    return False
