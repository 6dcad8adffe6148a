"""The schema of the API: what it says is what it is, every operation has its example, and nothing about one person is in it."""

import json
import re
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from followspot.web import examples
from followspot.web.api import api, schema

KEPT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def operations():
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def models():
    """Every model that operations bring and answer, as it is in the code."""
    found = set()
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                for model in (*filter(None, operation.response_models.values()), *operation.models):
                    within(model, found)
    return found


def within(model, found):
    for field in model.model_fields.values():
        named(field.annotation, found)


def named(kind, found):
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in found:
        found.add(kind)
        within(kind, found)
    for part in getattr(kind, "__args__", ()):
        named(part, found)


def test_the_schema_is_the_one_that_is_kept():
    """`make schema` writes it anew; look at what changed before you do."""
    assert json.loads(KEPT.read_text()) == json.loads(json.dumps(schema()))


def test_no_two_shapes_have_one_name():
    names = sorted(m.__name__ for m in models())
    assert names == sorted(set(names))


def test_every_operation_has_an_id_words_and_an_example():
    ids = [o["operationId"] for _, _, o in operations()]
    assert len(ids) == len(set(ids))
    for method, path, operation in operations():
        assert re.fullmatch(r"[a-z-]+", operation["operationId"]), path
        assert operation["summary"][0].isupper(), path
        assert "Scope: `" in operation["description"], path
        good = next(r for s, r in operation["responses"].items() if s < "300")
        assert good["content"]["application/json"]["example"], (method, path)
        if "requestBody" in operation:
            assert operation["requestBody"]["content"]["application/json"]["example"] is not None, (
                method,
                path,
            )


def test_what_is_brought_is_bounded():
    """No string, list or number of any length comes in: a huge one would end in the database."""
    brought = {m for m in models() if m.__name__.endswith("In") or m.__name__ == "Act"}
    for name in {m.__name__ for m in brought} & schema()["components"]["schemas"].keys():
        for field, part in schema()["components"]["schemas"][name]["properties"].items():
            assert not list(unbounded(part)), (name, field)


def unbounded(part):
    kinds = [part, *part.get("anyOf", ())]
    for kind in kinds:
        if kind.get("type") == "string" and not kind.keys() & {"maxLength", "enum", "const", "format"}:
            yield kind
        if kind.get("type") in ("integer", "number") and "maximum" not in kind and "enum" not in kind:
            yield kind
        if kind.get("type") == "array":
            if "maxItems" not in kind:
                yield kind
            yield from unbounded(kind["items"])


def test_examples_of_what_is_brought_are_taken():
    for model in {m for m in models() if m.__name__.endswith("In")}:
        described = TypeAdapter(model).json_schema()
        example = examples.of(described, described.get("$defs", {}))
        model.model_validate(example)


def test_no_field_counts_or_ranks_one_person():
    names = set()
    for shape in schema()["components"]["schemas"].values():
        names |= shape.get("properties", {}).keys()
    assert not names & {"score", "rank", "points", "total_applause", "streak", "badge"}
    person = schema()["components"]["schemas"]["PersonOut"]["properties"]
    assert person.keys() == {"id", "name"}
