"""Small histories written down as events, for whoever reads the log."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from followspot.evidence.event import SCHEMA

ADA, BEN, CHI, DEE = "Ada <ada@x.org>", "Ben <ben@x.org>", "Chi <chi@x.org>", "Dee <dee@x.org>"
START = datetime(2024, 1, 1, 9, tzinfo=UTC)


def event(activity, actor, *, day=0.0, object="", about=(), to=(), value=None, unit=None, key=None):
    at = START + timedelta(days=day)
    return {
        "at": at, "activity": activity, "actor": actor, "object": object or f"change:{key or id(at)}", "about": list(about),
        "to": list(to), "value": value, "unit": unit, "invited_by": None, "key": key or f"{activity}{actor}{day}{object}",
    }  # fmt: skip


def change(number, author, *, day, by=None, waits=1.0, area="src"):
    """A change written on a day and let in some days later by somebody."""
    it, about = f"change:{number}", [f"folder:{area}"]
    return [
        event("change.written", author, day=day, object=it, about=about, key=f"{number}:w"),
        event("change.landed", author, day=day + waits, object=it, about=about, key=f"{number}:l"),
        event("change.integrated", by or author, day=day + waits, object=it, to=[author], key=f"{number}:i"),
    ]


def table(engine, rows):
    from followspot.evidence.table import from_batches

    batch = pa.RecordBatch.from_pylist(list(rows), schema=SCHEMA)
    return from_batches(engine, [batch])
