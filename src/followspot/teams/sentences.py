"""A sentence that is kept in a column with what it was made of, so that each of its readers gets it in their own language.

In the database stands the English, for whoever reads that; then, if it has parts, a sign that nobody types and the parts as
JSON. Such a column holds nothing that people write.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.db import models

from followspot.language import Said, again

_APART = "\x1f"  # the ASCII sign that separates units
_DAY, _SAID = "day", "said"


class _Kept:
    """What the two kinds of column have in common; to the database and to migrations they are Django's own."""

    max_length: int | None

    def get_prep_value(self, value: Any) -> Any:
        most = self.max_length
        if not isinstance(value, str):
            return super().get_prep_value(value)  # type: ignore[misc]
        english = str.__str__(value)
        if not isinstance(value, Said) or not value.parts:
            return english[:most]
        parts = json.dumps(_made_of(value), ensure_ascii=False, separators=(",", ":"))
        whole = f"{english}{_APART}{parts}"
        return whole if most is None or len(whole) <= most else english[:most]

    def from_db_value(self, value: str | None, *_given: object) -> str | None:
        if not value:
            return value
        english, _, parts = value.partition(_APART)
        return again((english,), None, {}) if not parts else _again(json.loads(parts))

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, path.replace(f"{__name__}.Said", "django.db.models."), args, kwargs


class SaidCharField(_Kept, models.CharField):  # type: ignore[type-arg]
    """A line that may be a sentence; one that is longer than the column with its parts is kept in English alone, cut to fit."""


class SaidTextField(_Kept, models.TextField):  # type: ignore[type-arg]
    """Text that may be a sentence, of any length."""


def _made_of(value: object) -> Any:
    """Return a sentence, or a part of one, as plain data."""
    match value:
        case Said():
            return {_SAID: [value.ask, value.n, {name: _made_of(part) for name, part in value.parts.items()}]}
        case datetime() | date():
            return {_DAY: value.isoformat()}
        case str() | int() | float():
            return value
    return str(value)


def _again(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    if _DAY in data:
        day = data[_DAY]
        return datetime.fromisoformat(day) if "T" in day else date.fromisoformat(day)
    ask, n, parts = data[_SAID]
    return again(tuple(ask), n, {name: _again(part) for name, part in parts.items()})
