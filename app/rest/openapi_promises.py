"""What the API promised, as lines anybody can compare: an operation, what it takes, what it demands, what it gives.

A line that is gone, or a new demand on an operation that was there, breaks a program that relied on it. `docs/api-promises.txt`
holds the lines of the last release: `python -m app.rest.openapi_promises > docs/api-promises.txt` at each one.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

Document = Mapping[str, Any]
_METHODS = ("get", "put", "post", "delete", "patch")
_DEEPEST = 8


def promises(document: Document) -> set[str]:
    """Returns the lines of a document: `GET /x`, `… > query q` (taken), `… ! body.a` (demanded), `… < .id string` (given)."""
    found: set[str] = set()
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            if method in item:
                where = f"{method.upper()} {path}"
                found.add(where)
                found |= {f"{where} {line}" for line in _lines(item[method], document)}
    return found


def broken(released: set[str], document: Document, *, at: datetime) -> list[str]:
    """Returns what a released promise lost; an operation whose announced end (`x-sunset`) has come may go."""
    now = promises(document)
    kept = {line for line in released if not _ended(_operation(line), released, at=at)}
    gone = sorted(line for line in kept if line not in now and " ! " not in line and " ~ " not in line)
    known = {_operation(line) for line in kept}
    demanded = sorted(line for line in now - released if " ! " in line and _operation(line) in known)
    return [f"gone: {line}" for line in gone] + [f"newly demanded: {line}" for line in demanded]


def _operation(line: str) -> str:
    return " ".join(line.split(" ")[:2])


def _ended(where: str, released: set[str], *, at: datetime) -> bool:
    announced = [line for line in released if line.startswith(f"{where} ~ ")]
    return any(datetime.fromisoformat(line.rpartition(" ")[2]) <= at for line in announced)


def _lines(operation: Mapping[str, Any], document: Document) -> Iterator[str]:
    for scope in operation.get("x-required-scopes", ()):
        yield f"! scope {scope}"
    if "x-sunset" in operation:
        yield f"~ until {operation['x-sunset']}"
    for one in operation.get("parameters", ()):
        yield f"> {one['in']} {one['name']}"
        if one.get("required") and one["in"] != "path":
            yield f"! {one['in']} {one['name']}"
    body = operation.get("requestBody", {})
    for media, content in body.get("content", {}).items():
        yield f"> {media}"
        yield from _members(content.get("schema", {}), document, "body", taken=True, above=())
    for status, answer in operation.get("responses", {}).items():
        if status.startswith("2"):
            yield f"< {status}"
            for content in answer.get("content", {}).values():
                yield from _members(content.get("schema", {}), document, "", taken=False, above=())


def _members(
    schema: Mapping[str, Any], document: Document, at: str, *, taken: bool, above: tuple[str, ...]
) -> Iterator[str]:
    """Yields a line for each member of a value, down to where it holds itself again."""
    if "$ref" in schema:
        name = schema["$ref"]
        if name in above or len(above) > _DEEPEST:
            return
        above = (*above, name)
        schema = document["components"]["schemas"][name.rpartition("/")[2]]
    sign = ">" if taken else "<"
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _members(part, document, at, taken=taken, above=above)
    if "items" in schema:
        yield from _members(schema["items"], document, f"{at}[]", taken=taken, above=above)
    if "type" in schema and at:
        yield f"{sign} {at} {schema['type']}"
    if taken:
        yield from (f"> {at} ={value}" for value in schema.get("enum", ()))
    for name, member in schema.get("properties", {}).items():
        if taken and name in schema.get("required", ()):
            yield f"! {at}.{name}"
        yield from _members(member, document, f"{at}.{name}", taken=taken, above=above)


def main() -> None:
    """Writes the promises of the committed document."""
    import json
    import sys
    from pathlib import Path

    document = json.loads(Path("openapi.json").read_text(encoding="utf-8"))
    sys.stdout.write("\n".join(sorted(promises(document))) + "\n")


if __name__ == "__main__":
    main()
