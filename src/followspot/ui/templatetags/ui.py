"""The tags and filters that the templates need: an icon, who sees a panel, a percentage, days."""

import functools
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from followspot.language import LANGUAGES, all_of, number, say, spoken, translated

register = template.Library()
_ICONS = Path(__file__).parent.parent / "static" / "ui" / "icons"
_SEES = {
    "team": ("eye", say("Seen by the whole team")),
    "leader": ("lock", say("Seen by you only")),
    "nobody": ("lock", say("Seen by nobody, one by one")),
    "sample": ("eye", say("A sample: seen by everyone here. Of your own team, only the leader sees this")),
    "panel": ("users-round", say("Seen by those who sat on the panel")),
    "keeper": (
        "eye",
        say("Seen by whoever keeps this history, until the leader has an account here"),
    ),
}


@register.simple_tag
@functools.cache
def icon(name: str) -> SafeString:
    """Return the inlined drawing, hidden from assistive technology: its word stands beside it."""
    drawing = (_ICONS / f"{name}.svg").read_text()
    inner = re.sub(
        r"\s+", " ", drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")]
    ).strip()
    return mark_safe(  # noqa: S308 - our own files
        '<svg class="icon" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-linecap="round" stroke-linejoin="round">{inner}</svg>'
    )


@register.simple_tag
def lang() -> str:
    """Return the language that a page is in, as HTML names it."""
    return spoken().partition("-")[0]


@register.simple_tag
def direction() -> str:
    """Return from where the lines of a page go: "ltr" or "rtl"."""
    return LANGUAGES[spoken()].direction


@register.simple_tag
def sees(whom: str) -> SafeString:
    """Return the line that says who can read this panel."""
    name, words = _SEES[whom]
    return mark_safe(f'<p class="sees">{icon(name)} <span>{words}</span></p>')  # noqa: S308 - fixed words


@register.filter
def percent(share: float | None) -> str:
    """Write a share as whole percent."""
    return "" if share is None else say("{share:.0%}", share=share)


@register.filter
def rounded(value: object) -> object:
    """Write a number as short as it says something; everything else as it is."""
    if value is None:
        return ""
    if not isinstance(value, float):
        return value
    return number(spoken(), f"{value:.2f}".rstrip("0").rstrip("."))


@register.filter
def known(word: str) -> str:
    """Put a word into the reader's language that programs know by its English."""
    return translated(spoken(), (word,))


@register.filter
def stretch(begins: date, ends: date | None) -> str:
    """Write two days as people do: 12–23 October 2026."""
    if ends is None:
        return say("since {begins:%-d %B %Y}", begins=begins)
    if begins == ends:
        return say("{day:%-d %B %Y}", day=begins)
    if (begins.year, begins.month) == (ends.year, ends.month):
        return say("{begins:%-d}–{ends:%-d %B %Y}", begins=begins, ends=ends)
    if begins.year == ends.year:
        return say("{begins:%-d %B} – {ends:%-d %B %Y}", begins=begins, ends=ends)
    return say("{begins:%-d %B %Y} – {ends:%-d %B %Y}", begins=begins, ends=ends)


@register.simple_tag
def people(them: Iterable[Any], leader_id: int | None = None) -> SafeString:
    """Return people as names at the front, the leader's in the leader's own tone."""
    spans = [
        format_html('<span class="{}">{}</span>', "leader" if p.pk == leader_id else "who", p.name)
        for p in them
    ]
    return mark_safe(all_of(spans))  # noqa: S308 - escaped one by one
