"""Brings templates in the language that is spoken, one compiled for each language: a page costs the same in all of them."""

from __future__ import annotations

from pathlib import Path

from django.template.base import Origin
from django.template.loaders import app_directories, cached

from followspot.language import ENGLISH, spoken, translated
from followspot.ui.sentences import translate

_OURS = Path(__file__).parent.parent
_READ = (".html", ".txt")


class Translated(app_directories.Loader):
    """Finds the apps' templates, and puts our own into the language spoken."""

    def get_contents(self, origin: Origin) -> str:
        source: str = super().get_contents(origin)
        code = spoken()
        if code == ENGLISH or not origin.name.endswith(_READ) or _OURS not in Path(origin.name).parents:
            return source
        return translate(source, lambda words: translated(code, (words,)), plain=origin.name.endswith(".txt"))


class EachLanguage(cached.Loader):
    """Keeps a compiled template for each language."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        return f"{spoken()} {super().cache_key(template_name, skip)}"
