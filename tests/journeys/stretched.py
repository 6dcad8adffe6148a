"""Followspot in two languages that nobody speaks: one of long words, one whose lines begin on the right.

They go by codes that Django knows, so that a browser can ask for them: Finnish and Hebrew.
"""

import re
from gettext import NullTranslations

from followspot import language
from followspot.cli import main

LONG, RIGHT = "fi", "he"
_CODE = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{[^{}]*\}|</?\w+>|&\w+;|https?:\S+)", re.DOTALL)
_FROM, _TO = "abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד"
_LETTERS = str.maketrans(_FROM + _FROM.upper(), _TO + _TO)


class Longer(NullTranslations):
    """Words half as long again, those of more than four letters in one piece, as German has them."""

    def gettext(self, message):
        return _in_words(
            message, lambda word: word + ("ungsgemeinschaft"[: -(-len(word) // 2)] if len(word) > 3 else "")
        )

    def ngettext(self, one, many, n):
        return self.gettext(one if n == 1 else many)


class Turned(Longer):
    """The same words in letters that go from right to left."""

    def gettext(self, message):
        return _in_words(message, lambda word: word.translate(_LETTERS))


def _in_words(message, change):
    parts = _CODE.split(message)
    return "".join(
        p if _CODE.fullmatch(p) else re.sub(r"[^\W\d_]+", lambda w: change(w[0]), p) for p in parts
    )


CATALOGUES = {LONG: Longer(), RIGHT: Turned()}


def stretch():
    """Bring the two languages in, before Django reads which there are."""
    language.LANGUAGES[LONG] = language.Language(
        "Long", "\N{NO-BREAK SPACE}", ",", "\N{NO-BREAK SPACE}%", frozenset()
    )
    language.LANGUAGES[RIGHT] = language.Language("Right", ",", ".", "%", frozenset(), "rtl")
    kept = language.catalogue
    language.catalogue = lambda code: CATALOGUES.get(code) or kept(code)


if __name__ == "__main__":
    stretch()
    main()
