"""One thing that happened: the shape of every row in the log."""

import pyarrow as pa

# An identity is written as the source writes it: "Ada Lovelace <ada@example.org>", a login, a name.
# Objects and abouts are "type:id", for example "change:1f2e…", "folder:src/net", "day:2020-06-30".
SCHEMA = pa.schema(
    [
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("activity", pa.string(), nullable=False),
        pa.field("actor", pa.string(), nullable=False),
        pa.field("object", pa.string(), nullable=False),
        pa.field("about", pa.list_(pa.string()), nullable=False),
        pa.field("to", pa.list_(pa.string()), nullable=False),
        pa.field("value", pa.float64()),  # None means one
        pa.field("unit", pa.string()),
        pa.field("invited_by", pa.string()),  # key of the event that asked for this one
        pa.field("key", pa.string(), nullable=False),  # unique in its source
    ]
)
