"""A sealed secret opens with the secret of this installation, and with no other."""

import pytest

from followspot import seals, secret
from followspot.errors import BadInput


def test_what_was_sealed_opens_again_and_looks_like_nothing():
    sealed = seals.seal("a token ø")
    assert seals.opened(sealed) == "a token ø"
    assert "token" not in sealed
    assert seals.seal("a token ø") != sealed


def test_a_new_secret_opens_what_the_one_before_sealed(settings, tmp_path):
    settings.DATA = tmp_path
    sealed = seals.seal("a token")
    secret.renew(tmp_path)
    assert seals.opened(sealed) == "a token"
    turned = seals.anew(sealed)
    secret.forget(tmp_path)
    assert seals.opened(turned) == "a token"
    with pytest.raises(BadInput):
        seals.opened(sealed)


def test_after_the_secret_changed_it_says_what_to_do(monkeypatch):
    sealed = seals.seal("a token")
    monkeypatch.setenv("FOLLOWSPOT_SECRET", "another")
    with pytest.raises(BadInput, match="Give the token"):
        seals.opened(sealed)


@pytest.mark.parametrize("sealed", ["", "nonsense", seals.__name__])
def test_what_is_no_seal_is_told_alike(sealed):
    with pytest.raises(BadInput):
        seals.opened(sealed)
