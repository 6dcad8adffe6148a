"""An organisation in bulk: one team that was lived through the verbs, copied within PostgreSQL as often as asked.

All rows of the team, its people and their accounts are copied by one INSERT … SELECT a table. A copy's number is the number of
the original plus a stride, so that what points to a row in the original points to its own in the copy.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection, models, transaction

STRIDE = 1_000_000
_ROOMS = (
    "teams",
    "objects",
    "expectations",
    "barriers",
    "applause",
    "lessons",
    "danger",
    "stepaways",
    "pulse",
    "panels",
    "mirror",
)
_NEVER = {"teams.Change", "teams.Look"}  # who looked at what: kept apart from teams


def copied() -> list[type[models.Model]]:
    """Return the tables that are copied: of people and practices, and the practices' events."""
    ours = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in _ROOMS]
    events = apps.get_model("evidence", "StoredEvent")
    return [
        m for m in (*ours, events) if m._meta.label not in _NEVER and m._meta.managed and not m._meta.proxy
    ]


def multiply(times: int) -> int:
    """Copy all that is there so often; return how many rows there are then in all those tables."""
    chosen = copied()
    names = {m._meta.db_table for m in chosen}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # a copy breaks no reference; nothing need be looked up
        for model in chosen:
            cursor.execute(_statement(model, names), [times])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        return sum(_count(cursor, m) for m in chosen)


def _count(cursor: object, model: type[models.Model]) -> int:
    cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')  # type: ignore[attr-defined]
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def _statement(model: type[models.Model], names: set[str]) -> str:
    fields = [f for f in model._meta.concrete_fields if not f.generated]  # type: ignore[attr-defined]
    into = ", ".join(f'"{f.column}"' for f in fields)
    out = ", ".join(_value(f, names, model) for f in fields)
    table = model._meta.db_table
    return f'INSERT INTO "{table}" ({into}) SELECT {out} FROM "{table}" AS t, generate_series(1::bigint, %s::bigint) AS k WHERE t."{model._meta.pk.column}" < {STRIDE}'  # type: ignore[union-attr]


def _value(field: models.Field, names: set[str], model: type[models.Model]) -> str:  # type: ignore[type-arg]
    column, target = f't."{field.column}"', field.related_model
    if field.primary_key or (target is not None and target._meta.db_table in names):  # type: ignore[union-attr]
        return f"{column} + k * {STRIDE}"
    alone = {
        f for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) for f in c.fields[-1:]
    }
    text = isinstance(field, models.CharField | models.TextField)
    if text and (field.unique or (field.name in alone and field.name in ("key", "word", "hash", "prefix"))):
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE k || '-' || {column} END"
    if field.column == "object" and model._meta.label == "evidence.StoredEvent":
        return f"split_part({column}, ':', 1) || ':' || (split_part({column}, ':', 2)::bigint + k * {STRIDE})"
    return column
