"""An archive that is not as it was written is told from one that is, whatever happened to it."""

import json
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.upkeep import archive

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def quiet(done, total):
    pass


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    (folder / "database.sqlite3").write_bytes(b"all that was said " * 500)
    (folder / "a.parquet").write_bytes(bytes(range(256)) * 8)
    files = [
        ("database.sqlite3", folder / "database.sqlite3"),
        ("segments/1/a.parquet", folder / "a.parquet"),
    ]
    archive.write(folder / "whole.zip", files, made_at=AT, version="1", database="sqlite", tell=quiet)
    return folder / "whole.zip"


def test_what_was_written_is_read_back(whole, tmp_path):
    assert archive.check(whole, tell=quiet) == archive.unpack(whole, tmp_path, tell=quiet)
    assert (tmp_path / "segments/1/a.parquet").read_bytes() == bytes(range(256)) * 8


@given(data=st.data())
def test_no_changed_or_missing_byte_goes_unseen(whole, data, tmp_path_factory):
    raw = bytearray(whole.read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        del raw[at:]
    else:
        raw[at] ^= data.draw(st.integers(1, 255))
    broken = tmp_path_factory.getbasetemp() / "broken.zip"
    broken.write_bytes(raw)
    try:
        found = archive.check(broken, tell=quiet)
    except BadInput:
        return
    # A few bytes of a ZIP say nothing about what is in it, such as when a file was made.
    assert found == archive.check(whole, tell=quiet)


def test_a_file_that_goes_away_leaves_nothing_behind(tmp_path):
    with pytest.raises(FileNotFoundError):
        archive.write(
            tmp_path / "a.zip",
            [("gone", tmp_path / "gone")],
            made_at=AT,
            version="1",
            database="sqlite",
            tell=quiet,
        )
    assert list(tmp_path.iterdir()) == []


def forged(path, said, files):
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
        packed.writestr("about.json", json.dumps(said))
    return path


ABOUT = {"format": 1, "version": "1", "made_at": AT.isoformat(), "database": "sqlite"}
MEMBER = {
    "name": "a",
    "size": 1,
    "sha256": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
}


@pytest.mark.parametrize(
    ("said", "files", "why"),
    [
        ({**ABOUT, "members": [{**MEMBER, "name": "../../etc/a"}]}, {"../../etc/a": "a"}, "outside its folder"),
        ({**ABOUT, "members": [{**MEMBER, "name": "/etc/a"}]}, {"/etc/a": "a"}, "outside its folder"),
        ({**ABOUT, "members": [{**MEMBER, "name": "a\\..\\b"}]}, {"a\\..\\b": "a"}, "outside its folder"),
        ({**ABOUT, "members": [MEMBER]}, {"a": "a", "b": "b"}, "other files than it says"),
        ({**ABOUT, "members": [MEMBER, {**MEMBER, "name": "b"}]}, {"a": "a"}, "other files than it says"),
        ({**ABOUT, "members": [{**MEMBER, "size": 2}]}, {"a": "a"}, "not as it was written"),
        ({**ABOUT, "members": [MEMBER]}, {"a": "a" * 9_000_000}, "not as it was written"),
        ({**ABOUT, "format": 2, "members": []}, {}, "newer Followspot"),
        ({"format": 1}, {}, "no backup of Followspot"),
        ([], {}, "no backup of Followspot"),
    ],
)  # fmt: skip
def test_what_somebody_made_up_is_refused(tmp_path, said, files, why):
    path = forged(tmp_path / "made-up.zip", said, files)
    with pytest.raises(BadInput, match=why):
        archive.check(path, tell=quiet)
    (tmp_path / "to").mkdir()
    with pytest.raises(BadInput, match=why):
        archive.unpack(path, tmp_path / "to", tell=quiet)
    assert not (tmp_path / "etc").exists()


def test_what_is_no_archive_at_all_is_refused(tmp_path):
    (tmp_path / "a.zip").write_text("not a ZIP")
    with pytest.raises(BadInput, match="no whole backup"):
        archive.check(tmp_path / "a.zip", tell=quiet)
