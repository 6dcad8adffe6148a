"""Two processes on one folder, started at the same moment: both serve, neither loses anything, and the first account is one."""

import time

import pytest

from tests.faults.load import Load, all_is_there_once, state_and_log_agree
from tests.upkeep.installation import Installation, start_at_once

pytestmark = pytest.mark.slow


def test_two_at_once_on_one_folder(house):
    other = house.twin()
    start_at_once(house, other)
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
    two = one.twin()
    start_at_once(one, two)
    assert one.answers()
    assert two.answers()
    assert "ACCOUNTS 1" in one.shell(
        "from followspot.teams.models import Account\nprint('ACCOUNTS', Account.objects.count())"
    )
    two.down()
    one.down()
    one.close()
