"""Events of services, one tuple each in the order of `event.SCHEMA`, and many of them as one batch of columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from typing import Any

import pyarrow as pa

from followspot.errors import BadInput
from followspot.evidence.event import SCHEMA
from followspot.language import say

# at, as the service writes it (2026-11-23T12:00:00Z); activity; actor; object; about; to; value; unit; invited_by; key.
# invited_by may name several events with a space between: the first of them that is in the log counts.
type Row = tuple[str, str, str, str, Sequence[str], Sequence[str], float | None, str | None, str | None, str]


def row(
    at: str,
    activity: str,
    actor: str,
    object_: str,
    key: str,
    *,
    about: Sequence[str] = (),
    to: Sequence[str] = (),
    invited_by: str | None = None,
) -> Row:
    """Return one event; a thing that counts itself has neither value nor unit."""
    return (at, activity, actor, object_, about, to, None, None, invited_by, key)


def clean(text: str) -> str:
    """Return a text without what no database keeps: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def cleaned(rows: Sequence[Row]) -> list[Row]:
    """Return events whose every text can be kept."""
    return [tuple(_clean(value) for value in row) for row in rows]


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    return [_clean(one) for one in value] if isinstance(value, Sequence) else value


def batch(rows: Sequence[Row]) -> pa.RecordBatch:
    """Return events as columns. Raises BadInput for a moment that can't be read."""
    try:
        return _laid_out(rows)
    except UnicodeEncodeError:
        return _laid_out(cleaned(rows))


def _laid_out(rows: Sequence[Row]) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) or [() for _ in SCHEMA]
    try:
        at = pa.array(columns[0], pa.string()).cast(SCHEMA.field("at").type)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise BadInput(say("A moment that came can’t be read: {error}", error=str(error)[:100])) from None
    rest = [_column(values, field.type) for values, field in zip(columns[1:], list(SCHEMA)[1:], strict=True)]
    return pa.RecordBatch.from_arrays([at, *rest], schema=SCHEMA)


def _column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Lay a column out; lists by where each ends, which is far quicker than one by one."""
    try:
        if not pa.types.is_list(kind):
            return pa.array(values, kind)
        ends = pa.array(accumulate(map(len, values), initial=0), pa.int32())
        return pa.ListArray.from_arrays(ends, pa.array(list(chain.from_iterable(values)), kind.value_type))
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        raise BadInput(say("Something that came is no text where one is promised.")) from None
