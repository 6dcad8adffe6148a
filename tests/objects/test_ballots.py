"""A box gives nothing away: not by its size, not by its bytes, not without its key."""

import os

import pytest

from followspot import secret
from followspot.errors import Refused
from followspot.objects import ballots
from followspot.objects.ballots import Ballot


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.KEYS = tmp_path / "keys"


def test_a_ballot_can_be_changed_until_the_box_is_opened():
    name = ballots.new_key()
    box = ballots.empty(name, {1: "Day", 2: ""})
    box = ballots.put(name, box, 1, {"energy": 2}, "")
    box = ballots.put(name, box, 1, {"energy": 4}, "Better")
    assert ballots.of(name, box, 1) == Ballot("Day", {"energy": 4}, "Better")
    assert ballots.of(name, box, 3) is None
    assert sorted(map(bool, ballots.drawn(name, box))) == [False, True]


def test_a_full_box_is_as_large_as_an_empty_one():
    name = ballots.new_key()
    empty = ballots.empty(name, dict.fromkeys(range(9), "Night"))
    full = empty
    for person in range(9):
        longest = "😀" * ballots.LONGEST
        full = ballots.put(name, full, person, {f"item-number-{n}": 5 for n in range(12)}, longest)
    assert len(full) == len(empty)


def test_what_takes_too_much_room_is_refused_and_the_others_stay_readable():
    name = ballots.new_key()
    box = ballots.put(name, ballots.empty(name, {1: "Night", 2: ""}), 2, {"energy": 4}, "")
    with pytest.raises(Refused, match="can’t be kept"):
        ballots.put(name, box, 1, {f"item-number-{n}": 5 for n in range(12)}, "\x01" * ballots.LONGEST)
    assert ballots.of(name, box, 2) == Ballot("", {"energy": 4}, "")


def test_the_same_box_sealed_anew_is_other_bytes():
    name = ballots.new_key()
    box = ballots.empty(name, {1: ""})
    again = ballots.shaken(name, box)
    assert again != box
    assert ballots.drawn(name, again) == ballots.drawn(name, box)


def test_without_its_key_a_box_is_nothing():
    name = ballots.new_key()
    box = ballots.put(name, ballots.empty(name, {1: ""}), 1, {"energy": 5}, "")
    word = ballots.word_for(name, 1)
    ballots.destroy(name)
    assert not ballots.holds(name)
    assert ballots.whose(name, word) is None
    with pytest.raises(Refused, match="key of this wave is gone"):
        ballots.drawn(name, box)


def test_the_key_of_another_wave_does_not_open_it():
    one, other = ballots.new_key(), ballots.new_key()
    with pytest.raises(Refused):
        ballots.drawn(other, ballots.empty(one, {1: ""}))


def test_the_key_of_another_instance_does_not_open_it(monkeypatch):
    name = ballots.new_key()
    monkeypatch.setenv("FOLLOWSPOT_SECRET", "another instance's secret")
    assert not ballots.holds(name)


def test_a_key_sealed_anew_opens_the_same_box_and_leaves_nothing_of_the_old_seal(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    settings.KEYS = tmp_path / "keys"
    settings.DATA.mkdir()
    name = ballots.new_key()
    box = ballots.put(name, ballots.empty(name, {1: ""}), 1, {"energy": 5}, "")
    word = ballots.word_for(name, 1)
    path = settings.KEYS / name
    before = path.read_bytes()
    with path.open("rb") as held:  # what a disk still has of the old file
        secret.renew(settings.DATA)
        assert ballots.of(name, box, 1).answers == {"energy": 5}
        ballots.seal_anew(name)
        assert held.read() != before
    secret.forget(settings.DATA)
    assert ballots.of(name, box, 1).answers == {"energy": 5}
    assert ballots.whose(name, word) == 1
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in settings.KEYS.iterdir()] == [name]


def test_a_word_lets_in_whom_it_was_sent_to():
    name = ballots.new_key()
    assert ballots.whose(name, ballots.word_for(name, 7)) == 7
    for nonsense in ("", "x", ballots.word_for(name, 7)[:-3], "ä" * 40):
        assert ballots.whose(name, nonsense) is None


def test_a_key_is_readable_by_its_owner_alone(settings):
    path = settings.KEYS / ballots.new_key()
    assert path.stat().st_mode & 0o077 == 0


def test_what_no_open_wave_names_is_destroyed(settings):
    kept, left, new = (ballots.new_key() for _ in range(3))
    for name in (kept, left):
        os.utime(settings.KEYS / name, (0, 0))
    assert ballots.destroy_all_but({kept}) == 1
    assert {p.name for p in settings.KEYS.iterdir()} == {kept, new}
    ballots.destroy(left)  # twice is once
