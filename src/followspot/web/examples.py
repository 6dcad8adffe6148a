"""Examples for every operation of the API, and the operations as the reference page lays them out: both made from the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_BY_FORMAT = {"date": "2027-03-01", "date-time": "2027-03-01T17:00:00Z"}
_BY_TYPE: dict[str, Any] = {
    "string": "…",
    "integer": 1,
    "number": 1.5,
    "boolean": False,
    "array": [],
    "object": {},
    "null": None,
}


def add(found: dict[str, Any]) -> None:
    """Put an example to every body that is sent and every answer of a schema."""
    components = found["components"]["schemas"]
    parts = list(found["components"]["responses"].values())
    for operations in found["paths"].values():
        for operation in operations.values():
            parts += [operation.get("requestBody", {}), *operation["responses"].values()]
    for part in parts:
        for content in part.get("content", {}).values():
            content["example"] = of(content["schema"], components)


def reached(found: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas that something refers to; what describes a query stands in its parameters already."""
    every = found["components"]["schemas"]
    names: set[str] = set()
    new = _named({"paths": found["paths"], "responses": found["components"]["responses"]})
    while new - names:
        names |= new
        new = _named([every[name] for name in new])
    return {name: every[name] for name in sorted(names)}


def _named(part: Any) -> set[str]:
    if isinstance(part, dict):
        ref = part.get("$ref", "")
        own = {ref.rpartition("/")[2]} if isinstance(ref, str) and "/schemas/" in ref else set()
        return own.union(*(_named(p) for p in part.values()))
    return set().union(*(_named(p) for p in part)) if isinstance(part, list) else set()


def of(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """Return an example of a schema: what its fields give as theirs, or else something of the right kind."""
    if "$ref" in schema:
        return of(components[schema["$ref"].rpartition("/")[2]], components)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if either := schema.get("anyOf") or schema.get("allOf"):
        return of(either[0], components)
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        return {name: of(part, components) for name, part in schema["properties"].items()}
    if schema.get("type") == "array" and "items" in schema:
        return [of(schema["items"], components)] * max(1, schema.get("minItems", 1))
    if schema.get("format") in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    if "minimum" in schema and schema["minimum"] > 1:
        return schema["minimum"]
    return _BY_TYPE.get(schema.get("type", "object"))


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a call brings. where : path, query, header or body."""

    name: str
    where: str
    kind: str
    needed: bool
    says: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An operation as the reference page shows it."""

    id: str
    method: str
    path: str
    summary: str
    more: str
    scope: str
    fields: tuple[Field, ...]
    brings: str
    answers: str


def rooms(found: dict[str, Any]) -> dict[str, list[Shown]]:
    """Return the operations by the part of the house to which they belong."""
    by_room: dict[str, list[Shown]] = {}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            more, _, scope = operation.get("description", "").rpartition("Scope: `")
            shown = Shown(
                operation["operationId"],
                method.upper(),
                path,
                operation["summary"],
                more.strip(),
                scope.rstrip("`."),
                tuple(_fields(operation, found["components"]["schemas"], found["components"]["parameters"])),
                _example(operation.get("requestBody")),
                _example(next((a for s, a in operation["responses"].items() if int(s) < 300), None)),
            )
            by_room.setdefault(operation["tags"][0], []).append(shown)
    return by_room


def _fields(
    operation: dict[str, Any], components: dict[str, Any], headers: dict[str, Any]
) -> Iterator[Field]:
    for said in operation.get("parameters", []):
        p = headers[said["$ref"].rpartition("/")[2]] if "$ref" in said else said
        says = p.get("description") or p["schema"].get("description", "")
        yield Field(p["name"], p["in"], _kind(p["schema"], components), p.get("required", False), says)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        body = _body(content["schema"], components)
        for name, part in body.get("properties", {}).items():
            needed = name in body.get("required", [])
            yield Field(name, "body", _kind(part, components), needed, part.get("description", ""))


def _body(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema or "anyOf" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema["anyOf"][0]
    return schema


def _kind(schema: dict[str, Any], components: dict[str, Any]) -> str:
    """Say in words what a field takes."""
    if "$ref" in schema:
        return _kind(components[schema["$ref"].rpartition("/")[2]], components)
    if "anyOf" in schema:
        return _kind(schema["anyOf"][0], components)
    if "enum" in schema:
        return " or ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}), components)}"
    kind = {"date": "day", "date-time": "moment"}.get(
        schema.get("format", ""), schema.get("type", "anything")
    )
    if "maxLength" in schema:
        return f"{kind}, at most {schema['maxLength']} characters"
    if "minimum" in schema and schema.get("maximum", 1e9) < 1e9:
        return f"{kind} from {schema['minimum']} to {schema['maximum']}"
    return str(kind)


def _example(part: dict[str, Any] | None) -> str:
    contents = (part or {}).get("content", {}).values()
    return next((json.dumps(c["example"], ensure_ascii=False, indent=2) for c in contents), "")
