"""Somebody erased stands under a pseudonym: in what is there, and in what is read again."""

import subprocess
import unicodedata
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.evidence import veils
from followspot.evidence.event import SCHEMA

KEY = b"a key"


def veil(*written, mails=(), names=()):
    known = {veils.hashed(m, KEY): "erased-1" for m in veils.marks(written, mails, names)}
    return veils.Veil(KEY, known, 1)


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ("Ben Oki <ben@quay.port>", "erased-1"),
        ("Benjamin <ben@quay.port>", "erased-1"),  # the same address
        ("BEN OKI <Ben@Quay.Port>", "erased-1"),
        ("benoki", "erased-1"),
        ("Ben Oki <ben@other.port>", "Ben Oki <ben@other.port>"),  # a namesake is somebody else
        ("Ben", "Ben"),
        ("Chi Ito <chi@quay.port>", "Chi Ito <chi@quay.port>"),
        ("nobody", "nobody"),
    ],
)
def test_an_identity(written, becomes):
    assert veil("Ben Oki <ben@quay.port>", "benoki").identity(written) == becomes


def test_a_first_name_that_somebody_calls_themselves_hides_nobody_else():
    assert veil(names=["Ben"]).identity("ben") == "ben"
    assert veil(names=["Ben Oki"]).identity("Ben Oki") == "erased-1"


def test_areas_named_after_somebody():
    hidden = veil("Ben Oki <ben@quay.port>")
    assert hidden.area("folder:home/ben/notes") == "folder:home/erased-1/notes"
    assert hidden.area("folder:src/net") == "folder:src/net"
    assert hidden.area("queue:Ben Oki") == "queue:erased-1"


def test_texts_keep_all_but_the_name():
    hidden = veil("Ben Oki <ben@quay.port>")
    assert hidden.text("item:Ask Ben Oki, or ben@quay.port!") == "item:Ask erased-1, or erased-1!"
    assert hidden.text("change:0123456789abcdef") == "change:0123456789abcdef"
    assert hidden.text("Ben is a common name") == "Ben is a common name"


@given(st.text())
def test_where_nobody_was_erased_everything_comes_through(said):
    nothing = veils.Veil(KEY, {}, 0)
    assert (nothing.identity(said), nothing.text(said), nothing.area(said)) == (said, said, said)


def batch(**columns):
    row = {"at": datetime(2026, 1, 1, tzinfo=UTC), "activity": "item.done", "actor": "Chi", "object": "item:1", "about": [], "to": [], "key": "1"}  # fmt: skip
    return pa.RecordBatch.from_pylist([row | columns, row], SCHEMA)


def test_a_batch_without_anybody_erased_is_the_same_one():
    told = batch(actor="Chi Ito", to=["Ada"])
    assert veil("Ben Oki").batch(told) is told


def test_all_columns_of_a_batch():
    told = batch(actor="Ben Oki", to=["Ada", "Ben Oki"], about=["folder:home/ben.oki"], object="item:Ben Oki", key="Ben Oki/1", invited_by="Ben Oki/0")  # fmt: skip
    hidden = veil("Ben Oki").batch(told)
    assert "Ben" not in str(hidden.to_pylist())
    assert "ben" not in str(hidden.to_pylist())
    assert hidden.schema == SCHEMA
    assert hidden.to_pylist()[0]["to"] == ["Ada", "erased-1"]
    assert hidden.slice(1).to_pylist() == told.slice(1).to_pylist()


def test_what_a_source_says_is_one_stays_so_unless_it_is_one_pseudonym():
    hidden = veil("Ben Oki <ben@quay.port>", "Bo <bo@quay.port>")
    told = {"Bo <bo@quay.port>": "Ben Oki <ben@quay.port>", "C <c@q.port>": "Chi Ito <chi@q.port>", "A": "A"}
    assert hidden.aliases(told) == {"C <c@q.port>": "Chi Ito <chi@q.port>", "A": "A"}


def test_a_hash_needs_the_key():
    assert veils.hashed("iben", b"one") != veils.hashed("iben", b"other")


def repository(folder, mailmap=""):
    at = "1704099600 +0000"
    stream = "".join(
        f"commit refs/heads/main\nauthor {who} {at}\ncommitter Ada Byron <ada@quay.port> {at}\ndata 4\nDone\n"
        f"M 644 inline {where}/file\ndata 1\n{n}\n"
        for n, (who, where) in enumerate(
            [("Ben Oki <ben.oki@quay.port>", "home/ben.oki"), ("Chi Ito <chi@quay.port>", "src")] * 3
        )
    )
    subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream, text=True, check=True)
    subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/main"], cwd=folder, check=True)
    return folder


def test_an_accent_that_comes_apart_is_the_same_letter():
    hidden, apart = veil("Zoé Oki"), unicodedata.normalize("NFD", "Zoé Oki")
    assert hidden.identity(apart) == "erased-1"
    assert hidden.text(f"Ask {apart}!") == "Ask erased-1!"
    other = unicodedata.normalize("NFD", "Ask Noé")
    assert hidden.text(other) == other
