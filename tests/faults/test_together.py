"""Two processes on one folder, started at the same moment: both serve, neither loses anything, and the first account is one."""

import threading
import time

import pytest

from tests.faults.load import Load, all_is_there_once, state_and_log_agree
from tests.upkeep.installation import Installation

pytestmark = pytest.mark.slow


def test_two_at_once_on_one_folder(house):
    other = Installation.__new__(Installation)
    other.__dict__ |= house.__dict__
    begins = [threading.Thread(target=one.up) for one in (house, other)]
    for begin in begins:
        begin.start()
    for begin in begins:
        begin.join()
    assert house.url != other.url
    with Load(house, people=2) as here, Load(other, people=2) as there:
        time.sleep(2)
    assert set(here.answers + there.answers) == {201}
    all_is_there_once(house, [here, there])
    assert sorted(house.barriers()) == sorted(other.barriers())
    other.down()
    house.down()
    state_and_log_agree(house)


def test_two_that_begin_on_an_empty_folder_make_one_account(tmp_path):
    one = Installation(tmp_path / "data")
    two = Installation.__new__(Installation)
    two.__dict__ |= one.__dict__
    begins = [threading.Thread(target=i.up) for i in (one, two)]
    for begin in begins:
        begin.start()
    for begin in begins:
        begin.join()
    assert one.answers()
    assert two.answers()
    assert "ACCOUNTS 1" in one.shell(
        "from followspot.teams.models import Account\nprint('ACCOUNTS', Account.objects.count())"
    )
    two.down()
    one.down()
    one.close()
