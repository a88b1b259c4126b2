"""The page of the API, `/docs`: every operation of the published document, without a script and without another host."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.rest.openapi import METHODS
from app.web.pages import page
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/docs")
async def reference(request: Request) -> HTMLResponse:
    """Shows what each operation does, asks for and answers; `/openapi.json` says the same to programs."""
    document = request.app.openapi()
    return page(request, "citizens/reference.html", tenant=None, families=list(_families(document)))


def _families(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    told = {tag["name"]: tag.get("description", "") for tag in document.get("tags", ())}
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in told}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                family = next(iter(operation.get("tags", ())), "")
                found.setdefault(family, []).append({"method": method.upper(), "path": path, **_told(operation)})
    for name, listed in found.items():
        if listed:
            yield {"name": name, "description": told.get(name, ""), "operations": listed}


def _told(operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "scopes": operation.get("x-required-scopes", []),
        "parameters": [
            {"name": one["name"], "required": one.get("required", False), "description": one.get("description", "")}
            for one in operation.get("parameters", ())
        ],
        "bodies": sorted(operation.get("requestBody", {}).get("content", {})),
        "answers": {status: answer.get("description", "") for status, answer in operation["responses"].items()},
    }
