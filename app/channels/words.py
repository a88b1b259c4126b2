"""The settings of a channel type in words: a JSON Schema, with the descriptions its author gave elsewhere."""

from collections.abc import Mapping


def described(schema: Mapping[str, object], words: Mapping[str, str]) -> dict[str, object]:
    """Returns a schema whose properties have the words given for them, in place of their own if they have any."""
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return dict(schema)
    said = {
        name: {**shape, "description": words[name]} if name in words and isinstance(shape, Mapping) else shape
        for name, shape in properties.items()
    }
    return {**schema, "properties": said}
