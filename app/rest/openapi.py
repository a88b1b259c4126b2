"""The OpenAPI 3.1 document as integrators need it: what FastAPI knows, plus the manners every operation shares."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema

from app.errors import (
    Busy,
    Forbidden,
    Invalid,
    KeyReused,
    Malformed,
    ParvisError,
    PreconditionRequired,
    Stale,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from app.rest.cursors import CursorRefused
from app.rest.idempotency import IdempotencyKeyRefused
from app.rest.openapi_examples import NoExample, example_of
from app.rest.quotas import QuotaExceeded
from app.rest.responses import Problem, refusals

Document = dict[str, Any]
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options", "trace"})

# What any operation may answer, and what each manner adds to it.
_ALWAYS = (QuotaExceeded, TooManyRequests, ParvisError, Unavailable)
_SECURED = (Unauthenticated, Forbidden)
_JSON = (Malformed, TooLarge, UnsupportedMedia)
_BY_PARAMETER: dict[str, tuple[type[ParvisError], ...]] = {
    "idempotency-key": (IdempotencyKeyRefused, Busy, KeyReused),
    "if-match": (Malformed, Stale, PreconditionRequired),
    "cursor": (CursorRefused,),
}
_STATED = ["RateLimit-Policy", "RateLimit"]
LIMIT_FIELDS = {
    "RateLimit-Policy": {
        "description": "Ce qui est compté : le nom de chaque limite, ses requêtes (`q`) par fenêtre de `w` secondes (draft-ietf-httpapi-ratelimit-headers).",
        "schema": {"type": "string"},
        "example": '"caller";q=1200;w=60, "tenant";q=12000;w=60',
    },
    "RateLimit": {
        "description": "Où en est chaque limite : les requêtes qui restent (`r`), et les secondes (`t`) jusqu'à ce qu'elle soit entière, ou qu'une requête passe quand il n'en reste pas.",
        "schema": {"type": "string"},
        "example": '"caller";r=1199;t=1, "tenant";r=11999;t=1',
    },
    "Retry-After": {
        "description": "Secondes à attendre avant de répéter.",
        "schema": {"type": "integer"},
        "example": 3,
    },
}
_DEMANDED = frozenset({"idempotency-key", "if-match"})


def operation_id(route: APIRoute) -> str:
    """Names an operation `tag-name`, for `FastAPI(generate_unique_id_function=…)`: clients are generated from it."""
    return f"{route.tags[0]}-{route.name}" if route.tags else route.name


def install_openapi(app: FastAPI) -> None:
    """Makes the application serve the shaped document; it is made once, at the first question."""

    def openapi() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = shape(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    openapi_version="3.1.0",
                    summary=app.summary,
                    description=app.description,
                    routes=app.routes,
                    webhooks=app.webhooks.routes,
                    tags=app.openapi_tags,
                    servers=app.servers,
                    license_info=app.license_info,
                )
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def shape(document: Document) -> Document:
    """Adds to every operation its refusals, required headers, scopes and examples; changes the document given."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _, definitions = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas |= definitions["$defs"]
    document["components"].setdefault("headers", {}).update(LIMIT_FIELDS)
    for item in document.get("webhooks", {}).values():
        for call in item.values():
            call["responses"].pop("422", None)  # it is they who answer
    for _, operation in operations(document):
        _demand_headers(operation)
        _tell_scopes(operation)
        _tell_refusals(operation)
        _tell_limits(operation)
        _give_examples(operation, schemas)
    return document


def operations(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walks the operations of a document, each with its method and address."""
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def _parameters(operation: dict[str, Any]) -> set[str]:
    return {str(parameter.get("name", "")).lower() for parameter in operation.get("parameters", ())}


def _demand_headers(operation: dict[str, Any]) -> None:
    # Optional to FastAPI, so that their absence is answered 400 or 428 and not 422.
    for parameter in operation.get("parameters", ()):
        if parameter.get("in") == "header" and str(parameter["name"]).lower() in _DEMANDED:
            parameter["required"] = True
            branches = [b for b in parameter["schema"].pop("anyOf", []) if b.get("type") != "null"]
            parameter["schema"] |= branches[0] if branches else {}


def _tell_scopes(operation: dict[str, Any]) -> None:
    scopes = {scope for scheme in operation.get("security", ()) for named in scheme.values() for scope in named}
    if operation.get("security"):
        operation["x-required-scopes"] = sorted(scopes)
        merged: dict[str, list[str]] = {}
        for scheme in operation["security"]:
            for name in scheme:
                merged[name] = sorted(scopes)
        operation["security"] = [{name: named} for name, named in merged.items()]


def _tell_refusals(operation: dict[str, Any]) -> None:
    responses, names = operation.setdefault("responses", {}), _parameters(operation)
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
    kinds: list[type[ParvisError]] = list(_ALWAYS)
    if operation.get("security"):
        kinds += _SECURED
    if names or "requestBody" in operation:
        kinds.append(Invalid)
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        kinds += _JSON
    if any(parameter.get("in") in {"path", "query"} for parameter in operation.get("parameters", ())):
        kinds.append(Malformed)  # U+0000, wherever it stands
    for name, more in _BY_PARAMETER.items():
        kinds += more if name in names else ()
    for status, response in refusals(*dict.fromkeys(kinds)).items():
        _merge(responses, str(status), response)
    operation["responses"] = dict(sorted(responses.items()))


def _tell_limits(operation: dict[str, Any]) -> None:
    """Names the fields of limits on what a known caller is answered; absent where an installation sets no limit."""
    if not operation.get("security"):
        return
    for status, response in operation["responses"].items():
        named = [*_STATED, "Retry-After"] if status in {"429", "503"} else _STATED
        headers = response.setdefault("headers", {})
        for name in named if status[0] == "2" or status in {"429", "503"} else ():
            headers.setdefault(name, {"$ref": f"#/components/headers/{name}"})


def _merge(responses: dict[str, Any], status: str, response: dict[str, Any]) -> None:
    """Adds examples to the problem a route already names; another kind of content at that status is the route's own."""
    there = responses.setdefault(status, response)
    for media, content in response["content"].items():
        if media in there.get("content", {}):
            examples = there["content"][media].setdefault("examples", {})
            there["content"][media]["examples"] = {**content["examples"], **examples}
            titles = (example["summary"] for example in there["content"][media]["examples"].values())
            there["description"] = " ; ".join(dict.fromkeys(titles))


def _give_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [response.get("content", {}) for response in operation["responses"].values()]
    for content in contents:
        for media, kind in content.items():
            if media == "application/json" and "example" not in kind and "examples" not in kind:
                try:
                    kind["example"] = example_of(kind.get("schema", {}), schemas=schemas)
                except NoExample:
                    continue  # the lint names the operation
