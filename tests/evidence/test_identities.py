"""Which identities are one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.evidence.identities import is_bot, is_host, join, mail_of, name_of

ADA_HOME, ADA_WORK, ADA_OTHER = (
    "Ada Byron <ada@home.org>",
    "Ada Byron <ada@work.org>",
    "A. Byron <ada@work.org>",
)


def test_equal_full_name_and_equal_mail_join():
    joined = join([ADA_HOME, ADA_WORK, ADA_OTHER, "Ben <ben@x.org>"])
    assert len(set(joined.values())) == 2
    assert joined[ADA_HOME] == joined[ADA_OTHER]


def test_one_word_is_no_full_name():
    assert len(set(join(["John <a@x.org>", "John <b@x.org>"]).values())) == 2


def test_the_sources_own_list_joins():
    joined = join(["ada <x@y.org>", "Countess <c@z.org>"], aliases={"ada <x@y.org>": "Countess <c@z.org>"})
    assert len(set(joined.values())) == 1


def test_a_claim_goes_before_everything_and_is_never_joined_away():
    joined = join([ADA_HOME, ADA_WORK], claims={ADA_HOME: "person:1", ADA_WORK: "person:2"})
    assert joined == {ADA_HOME: "person:1", ADA_WORK: "person:2"}


def test_a_claim_on_one_identity_takes_its_likenesses_along():
    joined = join([ADA_HOME, ADA_WORK, ADA_OTHER], claims={ADA_WORK: "person:1"})
    assert set(joined.values()) == {"person:1"}


@given(st.permutations([ADA_HOME, ADA_WORK, ADA_OTHER, "Ben Oki <ben@x.org>", "Ben Oki <none>", "x", "y"]))
def test_order_does_not_matter(identities):
    assert join(identities) == join(sorted(identities))


@pytest.mark.parametrize(
    "identity",
    ["dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", "renovate <bot@renovateapp.com>",
     "Copilot <198982749+Copilot@users.noreply.github.com>", "Claude <noreply@anthropic.com>", "ci-bot <ci@x.org>"],
)  # fmt: skip
def test_automata_are_recognised(identity):
    assert is_bot(identity)


@pytest.mark.parametrize(
    "identity", ["Abbot Smith <abbot@x.org>", "Robota Ek <robota@x.org>", "Claudette M <c@x.org>"]
)
def test_people_are_not_taken_for_automata(identity):
    assert not is_bot(identity)


def test_the_hosting_site_is_nobody():
    assert is_host("GitHub <noreply@github.com>")
    assert not is_host("Git Hubbard <g@x.org>")


def test_parts_of_an_identity():
    assert name_of(ADA_HOME) == "Ada Byron"
    assert mail_of("Ada <12345+ada@users.noreply.github.com>") == "ada@users.noreply"
    assert mail_of("ada <ada@localhost>") == ""


def test_whoever_once_signed_with_a_colleagues_address_does_not_become_them():
    junio, greg, mixed = "Junio H <junio@x.org>", "Greg Hurrell <greg@y.org>", "Win Colaiuta <junio@x.org>"
    aliases = {mixed: junio, "Win Colaiuta <win@z.org>": greg}
    joined = join([junio, greg, mixed, "Win Colaiuta <win@z.org>"], aliases=aliases)
    assert joined[mixed] == joined[junio] != joined[greg] == joined["Win Colaiuta <win@z.org>"]


def test_a_claim_on_a_likeness_takes_the_sources_own_group_along():
    canonical, old, typo = "Junio H <git@x.org>", "junio <old@x.org>", "Junio H <gti@x.org>"
    joined = join([canonical, old, typo], aliases={old: canonical}, claims={typo: "person:1"})
    assert set(joined.values()) == {"person:1"}


def test_the_sources_own_spelling_stands_for_the_person():
    joined = join(["A H <a@x.org>", "Zed H <z@x.org>"], aliases={"A H <a@x.org>": "Zed H <z@x.org>"})
    assert set(joined.values()) == {"Zed H <z@x.org>"}
