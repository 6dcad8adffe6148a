"""Hides those who were erased: knows keyed hashes of how they were written, and writes a pseudonym instead.

The names themselves are kept nowhere. Whoever holds the instance's secret can try whether a given name is
among the hashes; without it nobody can.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from followspot.evidence import identities

SOMEONE = (
    "someone who left"  # in texts; in the log a pseudonym, so that the work of one stays the work of one
)
_IDENTITY, _MAIL, _PART, _WORDS = "i", "m", "p", "w"
_TOKEN = re.compile(r"[\w.@+'’-]+")
_LONGEST = 3  # words that a name has, for texts
_PLAIN = re.compile(r"\w+:[0-9a-f]{7,64}")  # a change by its hash: most objects, and never a name
_SHORTEST = 4  # letters of a login that is looked for within a text


def marks(written: Iterable[str], mails: Iterable[str], names: Iterable[str]) -> set[str]:
    """Return all by which somebody could come back. names : as they call themselves, beside what a source writes."""
    known, found = set(written), set()
    for mail in mails:
        found |= {_MAIL + mail.lower(), _WORDS + squeezed(mail)}
        found |= {_PART + squeezed(part) for part in identities.spellings(f"<{mail}>")}
    for identity in (*known, *names):
        mail, name = identities.mail_of(identity), identities.name_of(identity)
        if identity in known or " " in identity:  # a first name alone is many people's
            found.add(_IDENTITY + squeezed(identity))
        if mail:
            found |= {_MAIL + mail, _WORDS + squeezed(mail)}
        found |= {_PART + squeezed(part) for part in identities.spellings(identity)}
        if " " in name or len(name) >= _SHORTEST:
            found.add(_WORDS + squeezed(name))
    return {mark for mark in found if len(mark) > 1}


def squeezed(text: str) -> str:
    """Write "Ben O'Neil", "ben.oneil" and "ben_oneil" alike; a bare number names nobody."""
    whole = unicodedata.normalize("NFC", text)  # an é may come as e and an accent
    letters = "".join(c for c in whole.casefold() if c.isalnum())
    return "" if letters.isdigit() else letters


def hashed(mark: str, key: bytes) -> str:
    """Return what is kept of a mark."""
    return hashlib.blake2b(mark.encode(), key=key, digest_size=24).hexdigest()


@dataclass(frozen=True, slots=True)
class Veil:
    """known : hash of a mark to the pseudonym of whose it was; stamp : changes with them."""

    key: bytes
    known: dict[str, str]
    stamp: int = 0
    _seen: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def _whose(self, kind: str, text: str) -> str | None:
        mark = text.lower() if kind == _MAIL else squeezed(text)
        if not mark:
            return None
        at = (kind, mark)
        if at not in self._seen:
            if len(self._seen) > 200_000:
                self._seen.clear()
            self._seen[at] = self.known.get(hashed(kind + mark, self.key))
        return self._seen[at]

    def aliases(self, told: dict[str, str]) -> dict[str, str]:
        """Return which identities a source says are one, without those that have become one pseudonym.

        Whoever is known as somebody erased is them, under whatever other address the source knows them.
        """
        gone = {other for one, other in told.items() if self.identity(one) != one}
        return {one: self.identity(other) for one, other in told.items() if other not in gone}

    def identity(self, written: str) -> str:
        """Return an identity as it was written, or the pseudonym of whoever was erased."""
        return self._whose(_IDENTITY, written) or self._by_mail(written) or written

    def _by_mail(self, written: str) -> str | None:
        _, bracket, rest = written.rpartition("<")
        mail = rest.rstrip("> ") if bracket else written
        return self._whose(_MAIL, mail.strip()) if "@" in mail else None

    def area(self, about: str) -> str:
        """Return what an event is about, without a part of its path by the name of somebody erased."""
        kind, colon, path = about.partition(":")
        parts = re.split(r"([/\\])", path)
        hidden = "".join(self._whose(_PART, part) or part for part in parts)
        return self.text(f"{kind}{colon}{hidden}")

    def text(self, said: str) -> str:
        """Return a text without the whole names, addresses and logins of those who were erased."""
        if _PLAIN.fullmatch(said):
            return said
        whole = unicodedata.normalize("NFC", said)
        spans = [m.span() for m in _TOKEN.finditer(whole)]
        out, last, at = [], 0, 0
        while at < len(spans):
            words, whose = self._longest(whole, spans, at)
            if whose:
                out += [whole[last : spans[at][0]], whose]
                last = spans[at + words - 1][1]
            at += words
        return "".join([*out, whole[last:]]) if out else said

    def _longest(self, said: str, spans: list[tuple[int, int]], at: int) -> tuple[int, str | None]:
        for words in range(min(_LONGEST, len(spans) - at), 0, -1):
            text = said[spans[at][0] : spans[at + words - 1][1]]
            if whose := self._whose(_WORDS, text) or (self._by_mail(text) if words == 1 else None):
                return words, whose
        return 1, None

    def hides(self, said: str) -> bool:
        """Say whether a line has somebody in it who was erased."""
        return self.text(said) != said or any(
            self._whose(_IDENTITY, cell) for cell in re.split(r"[,;\t|\"]", said) if cell.strip()
        )

    def over(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield batches as they come, with pseudonyms where somebody erased stood."""
        try:
            for batch in batches:
                yield self.batch(batch)
        finally:
            if close := getattr(batches, "close", None):
                close()

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch with pseudonyms; the very same one where nobody erased is in it."""
        if not self.known:
            return batch
        ways = {
            "actor": self.identity,
            "to": self.identity,
            "about": self.area,
            "object": self.text,
            "key": self.text,
            "invited_by": self.text,
        }
        columns, changed = [], False
        for name in batch.schema.names:
            column = batch.column(name)
            if name in ways:
                flat = column.flatten() if pa.types.is_list(column.type) else column
                told = {v: ways[name](v) for v in pc.unique(flat).to_pylist() if v is not None}
                hidden = {was: now for was, now in told.items() if was != now}
                if hidden:
                    column, changed = _replaced(column, hidden), True
            columns.append(column)
        return pa.RecordBatch.from_arrays(columns, schema=batch.schema) if changed else batch


def _replaced(column: pa.Array, hidden: dict[str, str]) -> pa.Array:
    if pa.types.is_list(column.type):
        rows = [None if row is None else [hidden.get(v, v) for v in row] for row in column.to_pylist()]
        return pa.array(rows, column.type)
    return pa.array([hidden.get(v, v) for v in column.to_pylist()], column.type)
