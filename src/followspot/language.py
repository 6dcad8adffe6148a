"""What the product says, in the reader's language.

Sentences stand in the code in English, whole, and are translated when they are shown: a reading that is kept for
a month speaks to each of its readers in theirs. How to add words, or a language: docs/howto/languages.md.
"""

from __future__ import annotations

import functools
import gettext
import re
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

LOCALE = Path(__file__).parent / "locale"
ENGLISH = "en-gb"


@dataclass(frozen=True, slots=True)
class Language:
    """A language that is there, by its own name, and how it writes numbers.

    small : the words that lose their capital inside a sentence; None: all do. direction : "ltr" or "rtl".
    """

    name: str
    thousands: str
    point: str
    percent: str
    small: frozenset[str] | None = None
    direction: str = "ltr"


_SMALL_IN_GERMAN = (
    "der die das den dem des ein eine einen einem einer es sie er ihr ihre wir was wer wie wo ob von vom zum zur mit ohne auf "
    "in im bei nach seit bis aus über unter zwischen für um an am noch niemand nichts alle mehr weniger etwa kein keine bitte"
)


LANGUAGES = {
    ENGLISH: Language("English", ",", ".", "%"),
    "de": Language("Deutsch", ".", ",", "\N{NO-BREAK SPACE}%", frozenset(_SMALL_IN_GERMAN.split())),
}

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)
_asked: list[Callable[[], str | None]] = []


def ask(who: Callable[[], str | None]) -> None:
    """Take the language from here on from who knows it, as a server does that has a reader for each request."""
    _asked[:] = [who]


def spoken() -> str:
    """Return the code of the language that is spoken just now."""
    code = _asked[0]() if _asked else _spoken.get()
    return code if code in LANGUAGES else ENGLISH


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language for a while, where nobody else says which (`ask`)."""
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


class Said(str):
    """Words that are English in the code, and in the reader's language when shown: by `str`, `format`, `print`, a template.

    What compares, sorts, hashes or writes JSON sees the English.
    """

    ask: tuple[str, ...]  # the sentence as it stands in the code; of those that count, both its forms
    n: float | None
    parts: dict[str, Any]

    def __str__(self) -> str:
        code = spoken()
        if code == ENGLISH:
            return str.__str__(self)
        sentence = translated(code, self.ask, self.n)
        return _Fill(code).vformat(sentence, (), self.parts) if self.parts else sentence

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __reduce__(self) -> tuple[Any, ...]:
        return again, (self.ask, self.n, self.parts)


def in_words(data: Any) -> Any:
    """Return plain data with everything that is said in it in words, for what writes a `str` as it lies in memory."""
    if isinstance(data, dict):
        return {key: in_words(inner) for key, inner in data.items()}
    if isinstance(data, (list, tuple)):
        return [in_words(inner) for inner in data]
    return str(data) if isinstance(data, str) else data


def say(sentence: str, /, **parts: Any) -> Said:
    """Return a sentence with its parts, in the reader's language when it is shown.

    sentence : written out here, in English, with its parts by name and format as `str.format` takes them. A part may
    itself be said. Days and numbers are given as such and not as text, so that each language writes them its own way.
    """
    return again((sentence,), None, parts)


def count(n: float, one: str, many: str, /, **parts: Any) -> Said:
    """Return what is said of one thing or of many, with how many there are as the part `n`."""
    return again((one, many), n, {"n": n, **parts})


def together(sentences: Iterable[str]) -> str:
    """Return sentences one after the other."""
    return functools.reduce(
        lambda first, rest: say("{first} {rest}", first=first, rest=rest), [s for s in sentences if s] or [""]
    )


def listed(words: Sequence[str]) -> str:
    """Return "one, another, a third"."""
    return functools.reduce(lambda first, rest: say("{first}, {rest}", first=first, rest=rest), words or [""])


def in_lines(words: Iterable[str]) -> str:
    """Return each on a line of its own."""
    return functools.reduce(lambda first, rest: say("{first}\n{rest}", first=first, rest=rest), words)


def in_a_row(words: Iterable[str]) -> str:
    """Return "one; another; a third", of what has commas of its own."""
    return functools.reduce(lambda first, rest: say("{first}; {rest}", first=first, rest=rest), words)


def all_of(words: Sequence[str]) -> str:
    """Return "one, another and a third"."""
    return _listed(words, lambda some, last: say("{some} and {last}", some=some, last=last))


def any_of(words: Sequence[str]) -> str:
    """Return "one, another or a third"."""
    return _listed(words, lambda some, last: say("{some} or {last}", some=some, last=last))


def _listed(words: Sequence[str], end: Callable[[str, str], str]) -> str:
    if len(words) < 2:
        return words[0] if words else ""
    return end(listed(words[:-1]), words[-1])


def again(ask: tuple[str, ...], n: float | None, parts: dict[str, Any]) -> Said:
    """Return a sentence from what it was made of: its forms, of those that count how many, and its parts."""
    sentence = ask[0] if n is None or n == 1 else ask[1]
    said = Said(_in_english(sentence, parts) if parts else sentence)
    said.ask, said.n, said.parts = ask, n, parts
    return said


def _in_english(sentence: str, parts: dict[str, Any]) -> str:
    """Fill parts in; where none of them is said or begins otherwise inside, Python's own way does, ten times as fast."""
    plain = not any(isinstance(part, Said) for part in parts.values()) and not any(
        f":{way}" in sentence for way in _INSIDE
    )
    return sentence.format(**parts) if plain else _Fill(ENGLISH).vformat(sentence, (), parts)


def said_of(error: Exception) -> str:
    """Return what an error says, still to be put into words."""
    return error.args[0] if error.args and isinstance(error.args[0], Said) else str(error)


@functools.cache
def catalogue(code: str) -> gettext.NullTranslations:
    """Return a language's words; English has none of its own."""
    return gettext.translation("django", LOCALE, [code], fallback=True)


def translated(code: str, ask: tuple[str, ...], n: float | None = None) -> str:
    """Return a sentence, or the one of its two forms that a number asks for, as a language says it."""
    words = catalogue(code)
    if n is None:
        return words.gettext(ask[0])
    return words.ngettext(ask[0], ask[1], int(n) if n == int(n) else 2)  # one and a half are many


class _Fill(string.Formatter):
    """Fills a sentence's parts in as a language writes days and numbers."""

    def __init__(self, code: str) -> None:
        self.code = code

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Said):
            said = str.__str__(value) if self.code == ENGLISH else str(value)
            return _inside(self.code, said, format_spec)
        if isinstance(value, str) and format_spec in _INSIDE:
            return _inside(self.code, value, format_spec)
        if isinstance(value, (date, time)):
            return _day(self.code, value, format_spec)
        said = format(value, format_spec)
        if self.code != ENGLISH and isinstance(value, (int, float)):
            return number(self.code, said)
        return str(said)


_INSIDE = ("small", "capital")


def _inside(code: str, said: str, spec: str) -> str:
    """Let words begin as they do where they stand; "small" leaves a word alone that is written in capitals."""
    if spec not in _INSIDE:
        return format(said, spec)
    if spec == "capital":
        return said[:1].upper() + said[1:]
    first = said.partition(" ")[0]
    its = LANGUAGES[code].small
    falls = first[1:] == first[1:].lower() if its is None else first.lower() in its
    return said[:1].lower() + said[1:] if falls else said


def number(code: str, written: str) -> str:
    """Write a number that was written in English as a language does."""
    its = LANGUAGES[code]
    signs = {",": its.thousands, ".": its.point, "%": its.percent}
    return "".join(signs.get(sign, sign) for sign in written)


def _day(code: str, day: date | time, spec: str) -> str:
    """Write a day with the names that a language has for months and weekdays."""
    if code == ENGLISH:
        return format(day, spec)

    def named(found: re.Match[str]) -> str:
        return translated(code, (format(day, found[0]),))

    return format(day, re.sub(r"%[aAbB]", named, spec))


# The names of days and months, for the catalogue: `_day` asks for them one by one.
NAMES = (
    *(
        say("Monday"),
        say("Tuesday"),
        say("Wednesday"),
        say("Thursday"),
        say("Friday"),
        say("Saturday"),
        say("Sunday"),
    ),
    *(say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun")),
    *(say("January"), say("February"), say("March"), say("April"), say("May"), say("June")),
    *(say("July"), say("August"), say("September"), say("October"), say("November"), say("December")),
    *(say("Jan"), say("Feb"), say("Mar"), say("Apr"), say("Jun")),
    *(say("Jul"), say("Aug"), say("Sep"), say("Oct"), say("Nov"), say("Dec")),
)
