"""Somebody's own copy of all that is kept about them: one ZIP of JSON and tables."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder

from followspot.evidence import persons
from followspot.language import say
from followspot.objects.exports import cell
from followspot.privacy import kept
from followspot.privacy.relations import LEFT_OUT, exported, values_of
from followspot.teams.models import Account, Person

_IN_MEMORY = 4 * 2**20


def write(
    person: Person | None, account: Account | None, *, hashes: frozenset[str], now: datetime
) -> IO[bytes]:
    """Return the copy as an open file at its beginning; beyond a few megabytes it lies on the disk, unnamed."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed out open
    mails = kept.mails_of(account)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as copy:
        left_out = "; ".join(f"{key} ({why})" for key, why in LEFT_OUT.items())
        copy.writestr("README.txt", str(_readme(str(person or account), now, left_out)))
        _json(copy, "account.json", {"person": _row(person), "account": _row(account)})
        _things(copy, person, account)
        if person is not None:
            _lines(copy, "practice.jsonl", persons.practised(person))
            written = persons.identities_of(person, mails)
            _lines(copy, "evidence.jsonl", persons.events_of(written))
        _json(copy, "unnamed.json", [values_of(row) for row in kept.unnamed(hashes)])
        if account is not None:
            _json(copy, "sessions.json", [{"until": s.expire_date} for s in kept.sessions_of(account, ())])
        for path in kept.letters_to(mails):
            copy.write(path, f"mail/{path.name}")
    file.seek(0)
    return file


def _row(row: Person | Account | None) -> dict[str, object] | None:
    return values_of(row) if row is not None else None


def _json(copy: zipfile.ZipFile, name: str, told: object) -> None:
    copy.writestr(name, json.dumps(told, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False))


def _lines(copy: zipfile.ZipFile, name: str, rows: Iterable[dict[str, Any]]) -> None:
    with copy.open(name, "w") as out:
        for row in rows:
            out.write(json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n")


def _things(copy: zipfile.ZipFile, person: Person | None, account: Account | None) -> None:
    """Write every relation row by row, first as tables, then together."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as together:
        together.write("{")
        first = True
        for relation in exported():
            rows = relation.rows(person, account)
            if not rows.exists():
                continue
            together.write(f"{'' if first else ','}\n{json.dumps(relation.title, ensure_ascii=False)}: [")
            first = False
            with copy.open(f"tables/{relation.key}.csv", "w") as out:
                for line, told in _table(rows.iterator(chunk_size=500)):
                    out.write(line.encode())
                    together.write(told)
            together.write("]")
        together.write("\n}\n")
        together.seek(0)
        with copy.open("things.json", "w") as out:
            while piece := together.read(2**16):
                out.write(piece.encode())


def _table(rows: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield each row as lines of a table, the first with the head, and as JSON."""
    for at, row in enumerate(rows):
        values = values_of(row)
        text = io.StringIO()
        writer = csv.writer(text)
        if at == 0:
            text.write("\ufeff")
            writer.writerow(values)
        writer.writerow([cell(v) for v in values.values()])
        comma = "" if at == 0 else ","
        yield (
            text.getvalue(),
            f"{comma}\n {json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)}",
        )


def _readme(name: str, now: datetime, left_out: str) -> str:
    return say(
        """What Followspot keeps about {name}, as of {now:%-d %B %Y, %H:%M} UTC.

account.json     your account and the person behind it
things.json      every row in which you stand, by kind; the same as tables in tables/
practice.jsonl   the events of the app in which you acted or were addressed, one a line
evidence.jsonl   the events from your teams' own tools that stand under one of your names, one a line
unnamed.json     what you told without your name, as far as the browser that asked for this copy could prove it
sessions.json    where you are signed in, and until when
mail/            mails to you that lie on the server as files

In place of what opens something (a password's hash, the secret of a second step, the words of invitations) stands
"(kept, not shown)". What you told without your name from another browser can't be found by anybody, and that is
what protects you. Answers to a pulse are nobody's once it has closed, so they are not in here.
In a table, text that a spreadsheet would take for a formula begins with an apostrophe.
Not walked, since it comes in another way: {left_out}
""",
        name=name,
        now=now,
        left_out=left_out,
    )
