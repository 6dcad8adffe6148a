"""The countries whose public holidays are known, by their two letters, as English calls them; other languages' names are in their files."""

from functools import cache

_SMALL = {"And": "and", "Of": "of", "The": "the"}


@cache
def countries() -> dict[str, str]:
    """Return the English name of each."""
    import holidays
    from holidays.registry import COUNTRIES

    known = holidays.list_supported_countries(include_aliases=False)
    return {codes[1]: _readable(module) for module, codes in COUNTRIES.items() if codes[1] in known}


def _readable(module: str) -> str:
    words = " ".join(_SMALL.get(w, w) for w in module.replace("_", " ").title().split())
    return words[:1].upper() + words[1:]
