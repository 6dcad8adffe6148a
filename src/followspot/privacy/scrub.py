"""Takes a name out of what is written in the database: of everything, and with first names of one's own texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Field, Model, Q
from django.utils.text import slugify

from followspot.evidence import log
from followspot.evidence.veils import SOMEONE
from followspot.objects.models import Comment, Object, find_all, kinds
from followspot.privacy.relations import relations
from followspot.teams.models import Person, Team

GONE = "(taken away by who wrote it)"

# Columns that stay as they are, each with why.
LEFT_ALONE = {
    "teams.account": "Another account of the same name is somebody else's.",
    "teams.person.name": "Another person of the same name is somebody else.",
    "teams.identity.written_as": "Theirs are deleted; another's is another's.",
    "evidence.source.path": "Where a repository lies on the server; an upload lies under a name of our own.",
    "evidence.segment": "Its file is rewritten.",
    "evidence.erased": "Hashes.",
    "sessions.session": "Sessions that hold the name are deleted.",
    "contenttypes": "Names of models.",
    "auth": "Names of permissions.",
}

# Words of whoever did an act last, where the object itself keeps no relation to them.
ACTS: dict[str, dict[str, frozenset[str]]] = {
    "barrier": {
        "note": frozenset({"barrier.taken", "barrier.promised"}),
        "aftermath": frozenset({"barrier.cleared"}),
    },
    "expectation": {"ended_note": frozenset({"expectation.met", "expectation.missed"})},
    "wave": {"will_do": frozenset({"wave.answered"}), "done": frozenset({"wave.kept"})},
    "danger": {"handed_back": frozenset({"danger.ended", "danger.handed_back"})},
}


def pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Return what finds whole names, however they are cased."""
    longest_first = sorted({n for n in names if n}, key=len, reverse=True)
    either = "|".join(re.escape(n) for n in longest_first) or r"(?!)"
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def columns() -> Iterator[tuple[type[Model], Field[Any, Any]]]:
    """Every column of every installed model that can hold words."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            labels = (
                model._meta.app_label,
                model._meta.label_lower,
                f"{model._meta.label_lower}.{field.name}",
            )
            if any(label in LEFT_ALONE for label in labels) or field.primary_key:
                continue
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                yield model, field


def everywhere(names: list[str], pseudonym: str) -> int:
    """Write “someone who left” wherever a whole name, address or login stands; return in how many places."""
    spelled = [*names, *(slugify(n) for n in names if " " in n)]  # as an address of a team has it
    names = list(dict.fromkeys(unicodedata.normalize(form, n) for n in spelled for form in ("NFC", "NFD")))
    found = pattern(names)
    return sum(_column(model, field, found, names, pseudonym) for model, field in columns())


def _column(
    model: type[Model], field: Field[Any, Any], found: re.Pattern[str], names: list[str], pseudonym: str
) -> int:
    rows = model._default_manager.all()
    if not isinstance(field, models.JSONField):
        near = Q()
        for spelling in {s for n in names for s in (n, n.lower(), n.upper(), n.title())}:
            near |= Q(**{f"{field.name}__icontains": spelling})
        rows = rows.filter(near) if names else rows.none()
    else:
        rows = rows.exclude(**{f"{field.name}__isnull": True})
    changed = 0
    plain = not isinstance(field, models.TextField | models.JSONField) and type(field) is not models.CharField
    instead = pseudonym if plain else SOMEONE
    for pk, value in rows.values_list("pk", field.name).iterator():
        now = _told(value, found, instead)
        if now != value:
            if isinstance(now, str) and field.max_length:
                now = now[: field.max_length]
            model._default_manager.filter(pk=pk).update(**{field.name: now})
            changed += 1
    return changed


def _told(value: Any, found: re.Pattern[str], instead: str) -> Any:
    """Return a value, however deep it nests, without the name."""
    if isinstance(value, str):
        return found.sub(instead, value)
    if isinstance(value, list):
        return [_told(v, found, instead) for v in value]
    if isinstance(value, dict):
        return {_told(k, found, instead): _told(v, found, instead) for k, v in value.items()}
    return value


def own_words(person: Person, *, go: bool, first: str) -> int:
    """Take away what somebody wrote, or their first name out of it; return how many texts it was.

    Where somebody asked them by their first name to look, that goes too: there it is surely theirs.
    """
    names, changed = pattern([first]), 0
    for relation in relations():
        fields = relation.words
        for row in relation.rows(person, None) if fields else ():
            new = {f: _worded(row, f, names, go=go) for f in fields if getattr(row, f)}
            if any(getattr(row, f) != text for f, text in new.items()):
                changed += 1
                relation.model._default_manager.filter(pk=row.pk).update(**new)
    for thing, field in _by_acts(person):
        if (text := _worded(thing, field, names, go=go)) != getattr(thing, field):
            changed += 1
            type(thing)._default_manager.filter(pk=thing.pk).update(**{field: text})
    asked = re.compile(rf"@{re.escape(first)}(?!\w)", re.IGNORECASE)
    for comment in Comment.objects.filter(mentions=person) if first else ():
        text = asked.sub(f"@{SOMEONE}", comment.text)
        Comment.objects.filter(pk=comment.pk).update(text=text)
    return changed


def _by_acts(person: Person) -> Iterator[tuple[Object, str]]:
    """Yield objects with a field that somebody filled in by an act that nobody did again since."""
    for kind, fields in ACTS.items():
        model = kinds().get(kind)
        for field, activities in fields.items() if model else ():
            for team in Team.objects.filter(pk__in=log.acted_in(person)):
                newest = log.last_acts(team, activities)
                theirs = [reference for reference, by in newest.items() if by == person.pk]
                yield from (
                    (thing, field) for thing in find_all(team, theirs).values() if getattr(thing, field)
                )


def _worded(row: Model, name: str, names: re.Pattern[str], *, go: bool) -> str:
    field = row._meta.get_field(name)
    if go:
        instead = "" if getattr(field, "blank", False) else GONE
    else:
        instead = names.sub(SOMEONE, getattr(row, name))
    most = getattr(field, "max_length", None)
    return instead[:most] if most else instead
