"""What there is to translate, from the code and the templates, into each language's .po and .mo.

python -m languages.collect                      renews both, and says how much is missing
python -m languages.collect --missing [folder]   writes out what has no translation yet, of all or of one folder
python -m languages.collect --take words.po      takes over the translations of another file
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from followspot.language import ENGLISH, LANGUAGES, LOCALE
from followspot.teams.countries import countries
from followspot.ui.sentences import sentences

SOURCE = LOCALE.parent
COUNTRIES = SOURCE / "teams" / "countries.py"
_MARKED = re.compile(
    r"""\b_\((?:"([^"]+)"|'([^']+)')\)"""
)  # an argument of a tag: {% include "a" with b=_("c") %}

type Found = dict[str, tuple[str | tuple[str, str], list[str]]]


def collect() -> Found:
    """Return every msgid with its plural and the files it comes from, in the order of the files.

    Raises SystemExit for what can't be collected, since `say` was not given the words themselves.
    """
    found: Found = {}
    for path in sorted(SOURCE.rglob("*")):
        said = [*_in_code(path), *_of_models(path)] if path.suffix == ".py" else _in_template(path)
        if path == COUNTRIES:
            said = countries().values()
        for words in said:
            one = words if isinstance(words, str) else words[0]
            kept, places = found.setdefault(one, (words, []))
            if isinstance(kept, str) and not isinstance(words, str):
                found[one] = words, places
            place = path.relative_to(SOURCE).as_posix()
            if place not in places:
                places.append(place)
    return found


def _in_code(path: Path) -> Iterator[str | tuple[str, str]]:
    text = path.read_text()
    if path.parent.name == "migrations" or ("followspot.language" not in text and path.name != "language.py"):
        return
    for call in ast.walk(ast.parse(text)):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id == "say":
            yield _literal(path, call, 0)
        elif call.func.id == "count" and len(call.args) == 3:
            yield _literal(path, call, 1), _literal(path, call, 2)


def _of_models(path: Path) -> Iterator[str]:
    """Yield what each model says of itself: it stands in the record of processing."""
    if path.name != "models.py":
        return
    for node in ast.parse(path.read_text()).body:
        said = ast.get_docstring(node) if isinstance(node, ast.ClassDef) and node.bases else None
        if said and not any(
            re.search("QuerySet|Manager|Choices|Enum", base) for base in map(ast.unparse, node.bases)
        ):
            yield said.partition("\n")[0]


def _literal(path: Path, call: ast.Call, at: int) -> str:
    given = call.args[at] if len(call.args) > at else None
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    raise SystemExit(f"{path}:{call.lineno}: the words have to stand here themselves, to be collected.")


def _in_template(path: Path) -> Iterator[str]:
    if "templates" not in path.parts or path.suffix not in (".html", ".txt"):
        return
    source = path.read_text()
    for sentence in sentences(source, plain=path.suffix == ".txt"):
        yield sentence.words
    for marked in _MARKED.finditer(source):
        yield marked[1] or marked[2]


def catalogue(code: str, found: Found) -> Catalog:
    """Return a language's catalogue with what there is to say now; what it had translated already stays."""
    path = _po(code)
    kept = read_po(BytesIO(path.read_bytes()), locale=code) if path.exists() else Catalog(locale=code)
    made = Catalog(
        locale=code, project="Followspot", version="1", charset="utf-8", fuzzy=False, header_comment=""
    )
    names = Locale.parse(code).territories  # as Unicode's CLDR has them
    called = {name: names.get(letters, "") for letters, name in countries().items()}
    for one, (words, places) in found.items():
        said = _kept(kept, one, words) or called.get(one, "")
        message = made.add(words, said, [(place, 1) for place in places])
        message.flags.clear()  # a percent sign is one here
    return made


def _kept(kept: Catalog, one: str, words: str | tuple[str, str]) -> str | tuple[str, str]:
    message = kept.get(one)
    said = message.string if message is not None else ""
    if isinstance(words, tuple):
        return (said[0], said[1]) if isinstance(said, tuple) else ("", "")
    return said[0] if isinstance(said, tuple) else str(said)


def missing(made: Catalog) -> list[Message]:
    """Return what has no translation."""
    return [m for m in made if m.id and not (all(m.string) if isinstance(m.string, tuple) else m.string)]


def _po(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / "django.po"


def written(made: Catalog) -> tuple[bytes, bytes]:
    """Return a catalogue as its two files, always the same for the same words."""
    po, mo = BytesIO(), BytesIO()
    write_po(po, made, width=0, omit_header=False, include_lineno=False)
    text = re.sub(
        rb'"(?:POT-Creation|PO-Revision)-Date:.*\n|"(?:Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To):.*\n',
        b"",
        po.getvalue(),
    )
    compiled = read_po(BytesIO(text), locale=made.locale)
    compiled.creation_date = compiled.revision_date = datetime(
        2000, 1, 1, tzinfo=UTC
    )  # no file is newer for its date
    write_mo(mo, compiled)
    return text, mo.getvalue()


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m languages.collect", description=__doc__.splitlines()[0])
    asked.add_argument(
        "--missing", nargs="?", const="", metavar="folder", help="write out what has no translation yet"
    )
    asked.add_argument(
        "--take", type=Path, metavar="file.po", help="take over the translations of another file"
    )
    given = asked.parse_args()
    found = collect()
    for code in LANGUAGES:
        if code == ENGLISH:
            continue
        made = catalogue(code, found)
        if given.take:
            taken = read_po(BytesIO(given.take.read_bytes()), locale=code)
            for message in missing(made):
                said = taken.get(message.id if isinstance(message.id, str) else message.id[0])
                if said is not None and isinstance(said.string, tuple) == isinstance(message.string, tuple):
                    message.string = said.string
        left = missing(made)
        if given.missing is not None:
            only = Catalog(locale=code, charset="utf-8", fuzzy=False)
            for message in left:
                if any(place.startswith(given.missing) for place, _ in message.locations):
                    only.add(message.id, locations=message.locations)
            write_po(sys.stdout.buffer, only, width=0, omit_header=True, include_lineno=False)
            continue
        po, mo = written(made)
        _po(code).parent.mkdir(parents=True, exist_ok=True)
        _po(code).write_bytes(po)
        _po(code).with_suffix(".mo").write_bytes(mo)
        sys.stdout.write(
            f"{LANGUAGES[code].name}: {len(made) - len(left)} of {len(made)} sentences, {len(left)} missing\n"
        )


if __name__ == "__main__":
    main()
