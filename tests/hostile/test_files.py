"""Files that the program reads again, and metadata of a sign-in elsewhere: broken, cut, or made to read other files."""

import hashlib
import io
import json
import shutil
import zipfile
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from followspot.errors import BadInput
from followspot.evidence import segments
from followspot.evidence.connectors._rows import batch, row
from followspot.upkeep import archive
from followspot.web import single_sign_on
from tests.hostile.nasty import PIECES, bent, often, spoilt

ROWS = [row(f"2026-01-0{n}T10:00:00Z", "item.done", "Ben", f"item:{n}", f"k{n}") for n in range(1, 6)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("segments")
    made = segments.write([batch(ROWS)], folder, "whole")
    return made.path.read_bytes(), folder / "spoilt.parquet", made.sha256


def test_a_segment_that_is_another_is_never_read(whole):
    content, path, digest = whole

    @often(60)
    @given(spoilt((content,)))
    def read(other):
        path.write_bytes(other)
        if hashlib.sha256(other).hexdigest() == digest:
            segments.check(path, sha256=digest)
        else:
            with pytest.raises(BadInput):
                segments.check(path, sha256=digest)

    read()


@pytest.fixture(scope="module")
def backup(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backups")
    for name in ("a", "b"):
        (folder / name).write_bytes(name.encode() * 500)
    files = [("a.sqlite3", folder / "a"), ("segments/b.parquet", folder / "b")]
    archive.write(
        folder / "x.zip",
        files,
        made_at=datetime(2026, 11, 23, tzinfo=UTC),
        version="1",
        database="sqlite",
        tell=lambda *_: None,
    )
    return (folder / "x.zip").read_bytes(), folder


def unpacked(content, folder):
    path, to = folder / "spoilt.zip", folder / "to"
    path.write_bytes(content)
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir()
    with suppress(BadInput):
        archive.unpack(path, to, tell=lambda *_: None)
    return {p.relative_to(to).as_posix() for p in to.rglob("*") if p.is_file()}


def test_a_backup_that_was_spoilt(backup):
    content, folder = backup
    around = {p.name for p in folder.iterdir()} | {"spoilt.zip", "to"}

    @often(80)
    @given(spoilt((content,)))
    def read(other):
        assert unpacked(other, folder) <= {"a.sqlite3", "segments/b.parquet"}
        assert {p.name for p in folder.iterdir()} == around

    read()


MEMBER = {"name": "a", "size": 1, "sha256": hashlib.sha256(b"a").hexdigest()}
ABOUT = {
    "format": 1,
    "version": "1",
    "database": "sqlite",
    "made_at": "2026-11-23T00:00:00+00:00",
    "members": [MEMBER],
}


def made_up(about, names, how=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as bundle:
        for name in names:
            bundle.writestr(name.replace("\0", "") or "x", b"a")
        bundle.writestr("about.json", json.dumps(about))
    return held.getvalue()


def test_a_backup_that_somebody_made_up(backup):
    folder = backup[1]
    around = {p.name for p in folder.iterdir()} | {"spoilt.zip", "to"}

    @often(60)
    @given(
        bent((ABOUT,)),
        st.sampled_from(PIECES),
        st.sampled_from([zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2]),
    )
    def read(about, name, how):
        named = about | {"members": [MEMBER | {"name": name}]} if isinstance(about, dict) else about
        for said, names in ((about, ["a"]), (named, [name])):
            unpacked(made_up(said, names, how), folder)
            assert {p.name for p in folder.iterdir()} == around

    read()


def test_a_backup_that_unpacks_to_far_more_than_it_says_ends_where_it_said(backup):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("a", b"\0" * (64 << 20))
        bundle.writestr("about.json", json.dumps(ABOUT))
    unpacked(held.getvalue(), backup[1])
    assert sum(p.stat().st_size for p in (backup[1] / "to").rglob("*") if p.is_file()) <= 1 << 20


SECRET_FILE = "the words of a file that is nobody’s to read"
TRICKS = {
    "a file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file://{file}">]>',
    "a file, by parameter": '<!DOCTYPE x [<!ENTITY % a SYSTEM "file://{file}"> %a;]>',
    "laughs": '<!DOCTYPE x [<!ENTITY b "' + "ha" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '"><!ENTITY d "' + "&c;" * 50 + '"><!ENTITY e "' + "&d;" * 50 + '"><!ENTITY a "' + "&e;" * 50 + '">]>',
    "another host": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY a "x">]>',
}  # fmt: skip
METADATA = """{trick}<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://id.example.org/&a;">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://id.example.org/in"/>
</IDPSSODescriptor></EntityDescriptor>"""


@pytest.mark.parametrize("trick", TRICKS)
def test_metadata_makes_nobody_read_anything_else(tmp_path, trick):
    other, path = tmp_path / "other", tmp_path / "metadata.xml"
    other.write_text(SECRET_FILE)
    path.write_text(METADATA.replace("{trick}", TRICKS[trick].replace("{file}", str(other))))
    with pytest.raises(ImproperlyConfigured) as no:
        single_sign_on._metadata(path)
    assert SECRET_FILE not in str(no.value)
