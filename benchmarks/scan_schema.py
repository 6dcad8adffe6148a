"""The API's schema as a scanner can use it: addresses of what is there, and bodies that are accepted before they are mutated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parent.parent / "docs" / "reference" / "openapi.json"
_NOBODY = 12  # the person in all examples
_CURSOR = "Nw"  # as in the examples
_TYPES = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"))


def usable(team: str, person: int, to: Path) -> Path:
    """Write the schema for a team and one of its people.

    The scanner makes values of types alone. So each example becomes the default; versions, which all but one request would be refused for, and
    headers are left out.
    """
    told = json.loads(SCHEMA.read_text())
    told["paths"] = {
        path.replace("{slug}", team).replace("{measure}", "pace"): {
            method: _operation(one, person) for method, one in operations.items()
        }
        for path, operations in told["paths"].items()
    }
    to.write_text(json.dumps(told))
    return to


def _operation(one: dict[str, Any], person: int) -> dict[str, Any]:
    for parameter in (given := [p for p in one.get("parameters", []) if "$ref" not in p]):
        its = parameter["schema"]
        its["default"] = _CURSOR if parameter["name"] == "after" else next(iter(its.get("examples", [])), its.get("default") or next(filter(None, its.get("enum", [])), None) or 1)  # fmt: skip
    one["parameters"] = given
    for content in one.get("requestBody", {}).get("content", {}).values():
        content["schema"] = _shape(content["example"], person)
    return one


def _shape(example: Any, person: int) -> dict[str, Any]:
    """Return a schema of which the one value is an example."""
    if isinstance(example, dict):
        fields = {name: _shape(value, person) for name, value in example.items() if name != "version"}
        return {"type": "object", "properties": fields}
    if isinstance(example, list):
        return {"type": "array", "items": _shape(example[0], person) if example else {"type": "integer"}}
    kind = next((name for known, name in _TYPES if isinstance(example, known)), "string")
    return {"type": kind, "default": person if example == _NOBODY else example}
