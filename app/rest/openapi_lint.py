"""What an integrator would miss in our OpenAPI, said in sentences; a test keeps the list empty."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.rest.openapi import Document, operations
from app.rest.openapi_examples import NoExample, example_of
from app.rest.problems import MEDIA_TYPE

_NO_CONTENT = frozenset({"204", "304"})


def lint_openapi(document: Document) -> list[str]:
    """Returns every lack: version, names, words, refusals, examples, fields an answer may leave out."""
    lacks = [] if str(document.get("openapi", "")).startswith("3.1") else ["the document is not OpenAPI 3.1"]
    names = Counter(operation.get("operationId") for _, operation in operations(document))
    lacks += [f"operationId {name!r} names {count} operations" for name, count in names.items() if count > 1]
    for where, operation in operations(document):
        lacks += [f"{where}: {lack}" for lack in _operation_lacks(operation, document)]
    return lacks + [f"schema {lack}" for lack in _optional_outputs(document)]


def _operation_lacks(operation: dict[str, Any], document: Document) -> Iterator[str]:
    for word in ("operationId", "summary", "description", "tags"):
        if not operation.get(word):
            yield f"no {word}"
    for parameter in operation.get("parameters", ()):
        if not parameter.get("description"):
            yield f"parameter {parameter.get('name')!r} has no description"
    responses = operation.get("responses", {})
    if not any(status.startswith(("2", "3")) for status in responses):
        yield "no successful response"
    for status, response in responses.items():
        yield from _response_lacks(status, response, document)
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield from _example_lacks(f"request {media}", content, document)
    if not any(MEDIA_TYPE in response.get("content", {}) for response in responses.values()):
        yield "no refusal is described"


def _response_lacks(status: str, response: dict[str, Any], document: Document) -> Iterator[str]:
    content = response.get("content", {})
    if not response.get("description") or response["description"] == "Successful Response":
        yield f"response {status} has no description of its own"
    if status >= "4" and status != "default" and not content:
        yield f"response {status} has no content"
    if status < "3" and status not in _NO_CONTENT and not content:
        yield f"response {status} has no content: answer 204, or describe it"
    for media, kind in content.items():
        yield from _example_lacks(f"response {status} {media}", kind, document)


def _example_lacks(what: str, kind: dict[str, Any], document: Document) -> Iterator[str]:
    if "example" in kind or kind.get("examples"):
        return
    try:
        example_of(kind.get("schema", {}), schemas=document.get("components", {}).get("schemas", {}))
    except NoExample as lack:
        yield f"{what} has no example (look at {str(lack) or 'its schema'})"


def _optional_outputs(document: Document) -> Iterator[str]:
    """Names every field of an answer that a generated client would have to doubt."""
    schemas = document.get("components", {}).get("schemas", {})
    roots = [
        kind.get("schema", {})
        for _, operation in operations(document)
        for response in operation.get("responses", {}).values()
        for kind in response.get("content", {}).values()
    ]
    for name in sorted(_reached(roots, schemas)):
        schema = schemas.get(name, {})
        required = set(schema.get("required", ()))
        for field in schema.get("properties", {}):
            if field not in required:
                yield f"{name}.{field} may be left out of an answer: give it no default"


def _reached(roots: list[Any], schemas: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting: list[Any] = list(roots)
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(schemas.get(name, {}))
            waiting.extend(inner for key, inner in value.items() if key not in {"example", "examples", "default"})
        elif isinstance(value, list):
            waiting.extend(value)
    return found
