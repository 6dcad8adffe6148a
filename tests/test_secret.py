"""The secret is made once, renewed without any being missing for a moment, and forgotten when asked."""

import os

import pytest

from followspot import secret
from followspot.errors import Refused


def test_it_is_made_once_and_for_its_owner_s_eyes(tmp_path):
    (made,) = secret.known(tmp_path)
    assert secret.known(tmp_path) == [made]
    assert len(made) > 60
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_new_one_keeps_those_before_until_they_are_forgotten(tmp_path):
    (first,) = secret.known(tmp_path)
    secret.renew(tmp_path)
    secret.renew(tmp_path)
    third, second, last = secret.known(tmp_path)
    assert last == first
    assert len({first, second, third}) == 3
    assert (tmp_path / "secret.before").stat().st_mode & 0o077 == 0
    secret.forget(tmp_path)
    secret.forget(tmp_path)  # twice is once
    assert secret.known(tmp_path) == [third]


class Killed(BaseException):
    """What kills the process at once: nothing after it is done."""


@pytest.mark.parametrize("step", range(9))
def test_whenever_it_is_killed_no_secret_is_missing(tmp_path, monkeypatch, step):
    (first,) = secret.known(tmp_path)
    done = 0

    def counted(call):
        def act(*args, **kwargs):
            nonlocal done
            done += 1
            if done > step:
                raise Killed
            return call(*args, **kwargs)

        return act

    with monkeypatch.context() as patch:
        for name in ("open", "fsync", "fdopen"):
            patch.setattr(os, name, counted(getattr(os, name)))
        patch.setattr("pathlib.Path.replace", counted(type(tmp_path).replace))
        with pytest.raises(Killed):
            secret.renew(tmp_path)
    left = secret.known(tmp_path)
    assert first in left
    assert all(left)
    secret.renew(tmp_path)
    assert first in secret.known(tmp_path)


def test_whoever_runs_the_server_may_give_them(tmp_path, monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_SECRET", "now, with a comma")
    monkeypatch.setenv("FOLLOWSPOT_SECRET_BEFORE", "before\nlong before\n")
    assert secret.known(tmp_path) == ["now, with a comma", "before", "long before"]
    assert not list(tmp_path.iterdir())
    with pytest.raises(Refused, match="FOLLOWSPOT_SECRET_BEFORE"):
        secret.renew(tmp_path)
    with pytest.raises(Refused, match="take it away there"):
        secret.forget(tmp_path)


def test_one_that_came_with_the_old_files_opens_what_they_sealed(tmp_path, monkeypatch):
    (own,) = secret.known(tmp_path)
    monkeypatch.setenv("FOLLOWSPOT_SECRET_BEFORE", own)
    (tmp_path / "secret").unlink()
    now, before = secret.known(tmp_path)
    assert before == own != now
