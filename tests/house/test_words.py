"""Every sentence is there in every language, and each translation fits the place that it takes."""

import re
import string
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from django.template.loader import get_template
from django.utils import translation

from followspot.language import ENGLISH, LANGUAGES, LOCALE
from languages.collect import SOURCE, catalogue, collect, missing, written

OTHERS = [code for code in LANGUAGES if code != ENGLISH]
in_each = pytest.mark.parametrize("code", OTHERS)
FOUND = collect()


def kept(code):
    return read_po(BytesIO((LOCALE / code / "LC_MESSAGES" / "django.po").read_bytes()), locale=code)


def pairs(code):
    """Yield each sentence with its translation, of those that count both forms, and the templates it is from."""
    for message in kept(code):
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else message.id
            said = (message.string,) if isinstance(message.string, str) else message.string
            templates = [SOURCE / place for place, _ in message.locations if "/templates/" in place]
            yield from ((one, its, templates) for one, its in zip(ids, said, strict=True))


@in_each
def test_nothing_is_missing_and_nothing_left_over(code):
    made = catalogue(code, FOUND)
    assert [message.id for message in missing(made)] == [], "Run `make words`, and translate what is new."
    assert {m.id for m in kept(code)} == {m.id for m in made}, "Run `make words`."


@in_each
def test_what_the_program_reads_is_what_translators_wrote(code):
    folder = LOCALE / code / "LC_MESSAGES"
    po, mo = written(catalogue(code, FOUND))
    assert po == (folder / "django.po").read_bytes(), "Run `make words`."
    assert mo == (folder / "django.mo").read_bytes(), "Run `make words`."


@in_each
def test_a_translation_has_the_parts_of_its_sentence_and_no_others(code):
    for said, its, templates in pairs(code):
        if not templates:
            assert fields(its) <= fields(said), said


def fields(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@in_each
def test_a_translation_uses_the_names_of_its_template_and_the_elements_of_its_sentence(code):
    for said, its, templates in pairs(code):
        for template in templates:
            assert names(its) <= names(said) | names(template.read_text()), said
            assert elements(its) == elements(said), said


def elements(sentence):
    return set(re.findall(r"</?[a-z]\w*>", sentence))


def names(sentence):
    """Return what a piece of a template reads: its values, and those that its conditions ask about."""
    code = " ".join(re.findall(r"\{[{%](.*?)[}%]\}", sentence))
    code = re.sub(r"\"[^\"]*\"|'[^']*'|\|\s*\w+", " ", code)
    words = set(re.findall(r"[a-z_][\w.]*", code))
    return words - {
        "if",
        "else",
        "elif",
        "endif",
        "for",
        "endfor",
        "in",
        "not",
        "and",
        "or",
        "with",
        "endwith",
    }


@in_each
@pytest.mark.parametrize("wide", ["html", "txt"])
def test_every_template_can_be_read_in_it(code, wide):
    with translation.override(code):
        for path in sorted(SOURCE.rglob(f"templates/**/*.{wide}")):
            get_template(path.as_posix().partition("/templates/")[2])


def test_a_language_is_written_the_same_way_each_time():
    for code in OTHERS:
        assert written(catalogue(code, FOUND)) == written(catalogue(code, collect()))
