"""Examples of whole contents, put together from the examples of their fields; nothing is invented for free text."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
_DEEPEST = 12
_BY_FORMAT = {
    "date-time": "2026-03-02T09:00:00Z",
    "date": "2026-03-02",
    "uuid": "01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11",
    "uri": "https://parvis.example.fr/",
}


class NoExample(Exception):
    """The field at this place has neither an example nor a closed set of values."""


def example_of(schema: Schema, *, schemas: Mapping[str, Schema], place: str = "", depth: int = 0) -> Any:
    """Returns an example of a schema. Raises `NoExample` naming the field that lacks one."""
    if depth > _DEEPEST:
        raise NoExample(place)
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return example_of(schemas[name], schemas=schemas, place=place, depth=depth + 1)
    if schema.get("examples"):
        return schema["examples"][0]
    for word in ("example", "const", "default"):
        if word in schema:
            return schema[word]
    if schema.get("enum"):
        return schema["enum"][0]
    for word in ("allOf", "oneOf", "anyOf"):
        if schema.get(word):
            return _of_branches(schema[word], schemas=schemas, place=place, depth=depth)
    return _of_type(schema, schemas=schemas, place=place, depth=depth)


def _of_branches(branches: list[Schema], *, schemas: Mapping[str, Schema], place: str, depth: int) -> Any:
    for branch in branches:
        try:
            return example_of(branch, schemas=schemas, place=place, depth=depth + 1)
        except NoExample:
            continue
    raise NoExample(place)


def _of_type(schema: Schema, *, schemas: Mapping[str, Schema], place: str, depth: int) -> Any:
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {
                name: example_of(inner, schemas=schemas, place=f"{place}/{name}", depth=depth + 1)
                for name, inner in schema["properties"].items()
            }
        case "object":
            return {}
        case "array":
            return [example_of(schema.get("items", {}), schemas=schemas, place=f"{place}/0", depth=depth + 1)]
        case "boolean":
            return True
        case "null":
            return None
        case "string" if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        case _:
            raise NoExample(place)
