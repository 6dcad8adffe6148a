"""Everything of a team that somebody may see, as tables: every list of the API, by the same rules, all pages of it."""

from __future__ import annotations

import csv
import functools
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.http import require_safe

from followspot.errors import BadInput, Refused
from followspot.language import any_of, in_a_row, say
from followspot.objects.exports import cell
from followspot.teams.models import Team
from followspot.teams.pages import Request, of_team
from followspot.web import api

FORMS = {"csv": say("CSV, for a spreadsheet"), "parquet": say("Parquet, for analysis")}
# What is listed and does not go along, and why.
LEFT_OUT = {
    "panels": say(
        "what a panel writes about a candidate is deleted on a set day, and a copy would outlive it"
    )
}
_IN_MEMORY = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of the API. row : the schema of one of its rows."""

    name: str
    address: str
    row: dict[str, Any]


@functools.cache
def lists() -> tuple[Listed, ...]:
    """Return every list of a team that asks for nothing but the team."""
    said = api.schema()
    found = []
    for address, operations in said["paths"].items():
        name = address.partition("/teams/{slug}/")[2]
        asked = operations.get("get", {}).get("parameters", [])
        if not name or "{" in name or any(p.get("required") and p.get("in") != "path" for p in asked):
            continue
        row = _row_of(operations.get("get"), said)
        if row is not None and name.partition("/")[0] not in LEFT_OUT:
            found.append(Listed(name.replace("/", "-"), address, row))
    return tuple(found)


def _row_of(operation: dict[str, Any] | None, said: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema of a row, where an operation answers with rows."""
    if operation is None:
        return None
    told = operation["responses"]["200"]["content"]["application/json"]["schema"]
    items = _plain(told, said).get("properties", {}).get("items", {})
    return _plain(items["items"], said) if "items" in items else None


def _plain(schema: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and take what may be null for what it is where it isn't."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = said["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = next((s for s in schema["anyOf"] if s.get("type") != "null"), {})
    return schema


@of_team
@require_safe
def tables(request: Request, team: Team) -> HttpResponseBase:
    """Offer the tables, or hand them out as one ZIP."""
    form = request.GET.get("form", "")
    if not form:
        context = {"team": team, "here": "tables", "forms": FORMS, "lists": lists(), "left_out": LEFT_OUT}
        return render(request, "web/tables.html", context)
    if form not in FORMS:
        raise BadInput(say("Form: {forms}.", forms=any_of(list(FORMS))))
    name = f"{team.slug}-{timezone.localdate():%Y-%m-%d}-{form}.zip"
    return FileResponse(written(request, team, form), as_attachment=True, filename=name)


def written(request: Request, team: Team, form: str) -> IO[bytes]:
    """Return all tables as an open ZIP at its beginning; beyond a few megabytes it lies on the disk, unnamed."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed out open
    write, told = {"csv": _csv, "parquet": _parquet}[form], []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for listed in lists():
            rows = list(_rows(request, listed.address.replace("{slug}", team.slug)))
            if rows == [None]:
                continue
            columns = _columns(listed.row)
            flat = [_flat(row, columns) for row in rows if row is not None]
            bundle.writestr(f"{listed.name}.{form}", write(columns, flat))
            told.append(listed.name)
        bundle.writestr("README.txt", str(_readme(str(request.person or request.user), team, told)))
    file.seek(0)
    return file


def _readme(who: str, team: Team, told: Sequence[str]) -> str:
    return say(
        "What {who} may see of {team}, as of {now:%-d %B %Y, %H:%M} UTC.\n"
        "\n"
        "One table for each list: {tables}.\n"
        "They are what the pages and the API show to {who} alone; another person's tables differ.\n"
        "Not in here: {left_out}; answers to a pulse, which are nobody's once a wave has closed; evidence, which stays with its sources.\n"
        "In CSV, text that a spreadsheet would take for a formula begins with an apostrophe, and what has several values is written as JSON.\n",
        who=who,
        team=team.name,
        now=timezone.now(),
        tables=", ".join(told),
        left_out=in_a_row(say("{name} ({why})", name=name, why=why) for name, why in LEFT_OUT.items()),
    )


def _rows(request: Request, address: str) -> Iterator[dict[str, Any] | None]:
    """Yield all rows of a list, page by page; None where it isn't theirs to see.

    Raises Refused rather than leave rows out in silence.
    """
    first = onward = f"{address}?limit=100"
    while onward:
        answer = _asked(request, onward)
        if answer.status_code == 429:
            raise Refused(say("That is a lot in one minute. Wait a minute, then ask for the tables again."))
        if answer.status_code != 200 and onward != first:
            raise Refused(say("A table could not be read to its end. Ask for the tables again."))
        if answer.status_code != 200:
            yield None
            return
        told = json.loads(answer.content)
        yield from told["items"]
        onward = told.get("next")


def _asked(request: Request, address: str) -> HttpResponse:
    """Ask the API within this process, as whoever is signed in."""
    said = urlsplit(address)
    call = HttpRequest()
    call.method, call.path, call.path_info, call.GET = "GET", said.path, said.path, QueryDict(said.query)
    call.META = {
        k: request.META[k] for k in ("SERVER_NAME", "SERVER_PORT", "REMOTE_ADDR") if k in request.META
    }
    call.user, call.session, call.COOKIES = request.user, request.session, request.COOKIES
    match = resolve(said.path)
    answer: HttpResponse = match.func(call, *match.args, **match.kwargs)
    return answer


def _columns(row: dict[str, Any], before: str = "") -> dict[str, str]:
    """Return the columns of a row with the kind of each: things within a thing are columns of their own."""
    found: dict[str, str] = {}
    for name, schema in row.get("properties", {}).items():
        plain = _plain(schema, api.schema())
        if plain.get("type") == "object" and plain.get("properties"):
            found |= _columns(plain, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = plain.get("format") or plain.get("type") or "any"
    return found


def _flat(row: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    return {name: _value(row, name.split("."), kind) for name, kind in columns.items()}


def _value(row: Any, way: list[str], kind: str) -> Any:
    for step in way:
        row = row.get(step) if isinstance(row, dict) else None
    if isinstance(row, str) and kind == "date":
        return date.fromisoformat(row)
    if isinstance(row, str) and kind == "date-time":
        return datetime.fromisoformat(row)
    return json.dumps(row, ensure_ascii=False) if isinstance(row, list | dict) else row


def _csv(columns: dict[str, str], rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows([cell(value) for value in row.values()] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # so that spreadsheets read it as UTF-8


_KINDS = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "date-time": pa.timestamp("us", tz="UTC"),
}


def _parquet(columns: dict[str, str], rows: list[dict[str, Any]]) -> bytes:
    schema = pa.schema([(name, _KINDS.get(kind, pa.string())) for name, kind in columns.items()])
    file = io.BytesIO()
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows, schema=schema), file)
    return file.getvalue()
