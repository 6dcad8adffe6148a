"""How people write numbers in tables, and which mark of a table's numbers stands before the decimals."""

import math
import re
from collections import Counter
from collections.abc import Iterable

# By the mark before the decimals: numbers whose thousands are set apart by the other one.
_GROUPED = {
    ".": re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?"),
    ",": re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?"),
}
_OTHER = {".": ",", ",": "."}


def number(text: str, mark: str = "") -> float:
    """Return a number. mark : stands before the decimals, where a text alone doesn't say; "" takes 1,234 and 1.234 for little more than one.

    Raises ValueError for what is none.
    """
    found = _readings(text)
    if not found:
        raise ValueError(text)
    return found.get(mark) or found.get("," if "," in text else ".") or next(iter(found.values()))


def mark_of(texts: Iterable[str]) -> tuple[str, str]:
    """Return the mark that stands before the decimals in most of some texts that say so, or "".

    The second value is a text that could be either, where none says it.
    """
    votes: Counter[str] = Counter()
    unsure = ""
    for text in texts:
        found = _readings(text)
        if len(found) == 1:
            votes.update(found)
        elif len(set(found.values())) > 1:
            unsure = unsure or text
    if votes["."] == votes[","]:
        return "", unsure
    return votes.most_common(1)[0][0], ""


def _readings(text: str) -> dict[str, float]:
    """Return what a text means by the mark before its decimals: one reading where only one is possible, none for no number."""
    found = {}
    for mark, other in _OTHER.items():
        plain = text.replace(other, "") if _GROUPED[mark].fullmatch(text) else text
        if other not in plain:
            try:
                value = float(plain.replace(mark, "."))
            except ValueError:
                continue
            if math.isfinite(value):
                found[mark] = value
    return found
