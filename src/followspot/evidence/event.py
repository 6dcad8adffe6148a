"""One thing that happened: the shape of every row in the log."""

import pyarrow as pa

# An identity is written as the source writes it: "Ada Lovelace <ada@example.org>", a login, a name.
# Objects and abouts are "type:id", for example "change:1f2e…", "folder:src/net", "day:2020-06-30".
SCHEMA = pa.schema(
    [
        pa.field("at", pa.timestamp("us", tz="UTC")),
        pa.field("activity", pa.string()),
        pa.field("actor", pa.string()),
        pa.field("object", pa.string()),
        pa.field("about", pa.list_(pa.string())),
        pa.field("to", pa.list_(pa.string())),
        pa.field("value", pa.float64()),  # None means one
        pa.field("unit", pa.string()),
        pa.field("invited_by", pa.string()),  # key of the event that asked for this one
        pa.field("key", pa.string()),  # unique in its source
    ]
)
