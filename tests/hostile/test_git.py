"""What git prints of a history that somebody else wrote."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.evidence.connectors import _git_parse
from followspot.evidence.connectors._git_trailers import reverted, trailers
from tests.hostile.nasty import often, some_bytes, spoilt

COMMIT = b"\0".join(
    (b"c1" * 20, b"p1" * 20, b"Ada <ada@x>", b"1700000000", b"Ben <ben@x>", b"1700000001", b"Title", b"Acked-by: Chi <chi@x>\n", b"\n\nsrc/net/a.c\n\"d\\303\\251/b\"\n")
)  # fmt: skip
LOG = (b"\0" + COMMIT + b"\0" + COMMIT, b"\0" + COMMIT.replace(b"1700000000", b""))


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    path = tmp_path_factory.mktemp("git") / "log"

    def of(content):
        path.write_bytes(content)
        return path.open("rb")

    return of


@often(60)
@given(spoilt(LOG))
def test_a_log(printed, content):
    with printed(content) as stream, suppress(BadInput):
        for some in _git_parse.commits(stream):
            folders, ends = _git_parse.Folders().touched(some.files)
            assert ends[-1] == len(folders)
            for folder in folders:
                folder.decode()
            for who in some.authors:
                _git_parse.Names()[who].decode()


@often(100)
@given(spoilt((b"Acked-by: Chi <chi@x>\nCo-authored-by: Dee <dee@x>, Eve\n",)), some_bytes, some_bytes)
def test_the_end_of_a_message(block, author, committer):
    for activity, who in trailers(block, author, committer):
        assert activity
        assert _git_parse.utf8(who).decode()


@often(100)
@given(st.one_of(spoilt((b"This reverts commit " + b"a" * 40 + b".",)), st.binary(max_size=200)))
def test_what_takes_back(message):
    assert all(len(found) <= 64 for found in reverted(message))


def test_a_field_that_outgrows_all_sense_is_cut(printed, monkeypatch):
    monkeypatch.setattr(_git_parse, "_LONGEST_FIELD", 1 << 20)
    with printed(b"\0" + COMMIT.replace(b"Title", b"T" * (20 << 20)) + b"\0") as stream:
        (some,) = _git_parse.commits(stream)
    assert len(some.titles[0]) <= 3 << 20
