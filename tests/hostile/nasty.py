"""How outside bytes are made nasty: true examples, cut, doubled and strewn with what parsers stumble over.

`FOLLOWSPOT_FUZZ=2000 pytest tests/hostile` tries as many of each; as it stands it takes a minute in all.
"""

import os
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

EACH = int(os.environ.get("FOLLOWSPOT_FUZZ", "0"))


def often(usual=40):
    """Return how a property is tried: so often, or as often as was asked for; the same each time unless it was."""
    return settings(
        max_examples=EACH or usual,
        deadline=None,
        derandomize=not EACH,
        database=None,
        phases=[Phase.explicit, Phase.generate] + ([Phase.shrink] if EACH else []),
        suppress_health_check=list(HealthCheck),
    )


# Each of these has broken a parser somewhere.
PIECES = (
    "\x00", "\ufeff", "\u202e", "\u2066abc\u2069", "\u200b", "\ufffd", "\U0010ffff", "e\u0301" * 3, "ı", "ß", "\x1b[31m", "\r", "\r\n", "\n\n", "\x85", "\u2028",
    "-1", "0", "1e309", "-0.0", "NaN", "Infinity", "9" * 25, "0x10", "１２", "²", "1_000",
    "0000-00-00", "9999-12-31", "2026-02-30", "2026-W01-1", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1e9", "-62135596801",
    "=1+1", "@SUM(A1)", "+1", "-1", "\t=1", "|cmd", "%s%n", "{0.__class__}", "{{7*7}}", "{%", "${7*7}", "../../../etc/passwd", "..\\..\\x", "C:\\", "/dev/zero", "file:///etc/passwd",
    "<script>", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>", "&a;", "'", '"', "\\", "`", "'; DROP TABLE teams_team; --", "%00", "%", "_", "*", "(", ")", "[", "]", "a" * 3000,
)  # fmt: skip

text = st.one_of(
    st.sampled_from(PIECES), st.text(max_size=20), st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
)
some_bytes = st.one_of(
    st.binary(max_size=20),
    text.map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.sampled_from([b"\xff\xfe", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]),
)


@st.composite
def spoilt(draw, examples):
    """A true example in which a few places were cut out, doubled, moved or written over."""
    body = draw(st.sampled_from(examples))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(body)))
        to = draw(st.integers(at, min(len(body), at + 40)))
        kind, piece = draw(st.sampled_from(["cut", "double", "write", "swap", "end"])), body[at:to]
        put = {"cut": b"", "swap": piece[::-1], "end": b""}.get(kind)
        if kind == "double":
            put = piece * draw(st.integers(2, 20))
        elif kind == "write":
            put = draw(some_bytes)
        body = body[:at] + put + (b"" if kind == "end" else body[to:])
    return body


ODD = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1.5,
    float("inf"),
    "",
    [],
    {},
    [None],
    {"": None},
    [[[[]]]],
    {"id": {"id": []}},
    *PIECES,
)


def bend(random, said, *, times=2):
    """Return something like JSON in which a few values are others, or gone."""
    for _ in range(random.randint(1, times)):
        said = _bent(random, said)
    return said


def _bent(random, said):
    if isinstance(said, dict) and said and random.random() < 0.9:
        key = random.choice(sorted(said))
        if random.random() < 0.15:
            return {k: v for k, v in said.items() if k != key}
        return said | {key: _bent(random, said[key])}
    if isinstance(said, list) and said and random.random() < 0.9:
        at = random.randrange(len(said))
        return [*said[:at], _bent(random, said[at]), *said[at + 1 :]]
    return random.choice(ODD)


def bent(examples):
    """Some of these, each bent."""
    return st.builds(
        lambda example, seed: bend(Random(seed), example), st.sampled_from(examples), st.integers(0, 2**32)
    )
