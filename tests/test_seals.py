"""A sealed secret opens with the secret of this installation, and with no other."""

import pytest

from followspot import seals
from followspot.errors import BadInput


def test_what_was_sealed_opens_again_and_looks_like_nothing():
    sealed = seals.seal("a token ø")
    assert seals.opened(sealed) == "a token ø"
    assert "token" not in sealed
    assert seals.seal("a token ø") != sealed


def test_after_the_secret_changed_it_says_what_to_do(settings):
    sealed = seals.seal("a token")
    settings.SECRET_KEY = "another"
    with pytest.raises(BadInput, match="Give the token"):
        seals.opened(sealed)


@pytest.mark.parametrize("sealed", ["", "nonsense", seals.__name__])
def test_what_is_no_seal_is_told_alike(sealed):
    with pytest.raises(BadInput):
        seals.opened(sealed)
