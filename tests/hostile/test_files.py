"""Files that the program reads again, and metadata of a sign-in elsewhere: broken, cut, or made to read other files."""

import hashlib

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given

from followspot.errors import BadInput
from followspot.evidence import segments
from followspot.evidence.connectors._rows import batch, row
from followspot.web import single_sign_on
from tests.hostile.nasty import often, spoilt

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
