"""The OpenAPI: what every operation shares is told once, and what an integrator would miss is found."""

import copy
from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from app.errors import NotFound
from app.rest.access import require
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.openapi import install_openapi, operation_id, operations
from app.rest.openapi_lint import lint_openapi
from app.rest.pages import Asked, Page
from app.rest.responses import refusals


class Note(BaseModel):
    id: str = Field(examples=["not_1"])
    words: str | None = Field(examples=["bonjour"])


class NewNote(BaseModel):
    words: str | None = Field(default=None, examples=["bonjour"])


NoteId = Annotated[str, Path(description="La note.")]


@pytest.fixture
def document():
    app = FastAPI(generate_unique_id_function=operation_id)
    router = APIRouter(prefix="/notes", tags=["notes"], route_class=StrictRoute)

    @router.get("", dependencies=[require("tickets:read")], summary="Lister", response_description="Une page.")
    async def list_notes(asked: Asked) -> Page[Note]:
        """Donne les notes, page par page."""
        return asked.page([], position=lambda _: Position(None, None), show=Note.model_validate)

    @router.post(
        "",
        dependencies=[require("tickets:write")],
        status_code=201,
        response_model=Note,
        summary="Écrire",
        response_description="La note.",
    )
    async def write_note(note: NewNote, once: Once) -> Response:
        """Écrit une note."""

    @router.get(
        "/{note_id}",
        dependencies=[require("tickets:read")],
        responses=refusals(NotFound),
        summary="Lire",
        response_description="La note.",
    )
    async def read_note(note_id: NoteId, fresh: Fresh) -> Note:
        """Lit une note."""

    @router.patch(
        "/{note_id}",
        dependencies=[require("tickets:write")],
        responses=refusals(NotFound),
        summary="Changer",
        response_description="La note.",
    )
    async def change_note(note_id: NoteId, note: NewNote, expected: Expected) -> Note:
        """Change une note."""

    app.include_router(router, prefix="/api/v1")
    install_openapi(app)
    return app.openapi()


def operation(document, identifier):
    return next(found for _, found in operations(document) if found["operationId"] == identifier)


def codes(document, identifier, status):
    return set(operation(document, identifier)["responses"][status]["content"]["application/problem+json"]["examples"])


def test_a_well_described_interface_lacks_nothing(document):
    assert lint_openapi(document) == []


def test_operations_are_named_after_their_tag(document):
    names = {found["operationId"] for _, found in operations(document)}
    assert names == {"notes-list_notes", "notes-write_note", "notes-read_note", "notes-change_note"}


def test_refusals_follow_from_what_an_operation_takes(document):
    assert codes(document, "notes-read_note", "404") == {"not-found"}
    assert codes(document, "notes-list_notes", "422") == {"invalid", "cursor-refused"}
    assert codes(document, "notes-write_note", "422") == {"invalid", "idempotency-key-reused"}
    assert codes(document, "notes-write_note", "400") == {"malformed", "idempotency-key-refused"}
    assert {"412", "428"} <= set(operation(document, "notes-change_note")["responses"])
    assert "413" not in operation(document, "notes-read_note")["responses"]
    for _, found in operations(document):
        assert {"401", "403", "429", "500", "503"} <= set(found["responses"])


def test_the_frameworks_own_error_schemas_are_gone(document):
    assert "HTTPValidationError" not in str(document)
    assert "Problem" in document["components"]["schemas"]


def test_demanded_headers_are_told_as_required(document):
    for identifier, name in (("notes-write_note", "idempotency-key"), ("notes-change_note", "if-match")):
        header = next(p for p in operation(document, identifier)["parameters"] if p["name"] == name)
        assert header["required"]
        assert header["schema"]["type"] == "string"


def test_scopes_are_told(document):
    found = operation(document, "notes-write_note")
    assert found["x-required-scopes"] == ["tickets:write"]
    assert {"key": ["tickets:write"]} in found["security"]
    assert {"session": ["tickets:write"]} in found["security"]
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_examples_are_put_together_from_those_of_the_fields(document):
    page = operation(document, "notes-list_notes")["responses"]["200"]["content"]["application/json"]["example"]
    assert page == {"data": [{"id": "not_1", "words": "bonjour"}], "next_cursor": None}


FAULTS = [
    (lambda o, _: o.pop("summary"), "no summary"),
    (lambda o, _: o.pop("description"), "no description"),
    (lambda o, _: o.update(tags=[]), "no tags"),
    (lambda o, _: o.update(operationId="notes-list_notes"), "names 2 operations"),
    (lambda o, _: o["parameters"][0].pop("description"), "has no description"),
    (lambda o, _: o["responses"].pop("200"), "no successful response"),
    (lambda o, _: o["responses"]["200"].update(description="Successful Response"), "no description of its own"),
    (lambda _, d: d["components"]["schemas"]["Note"].update(required=["id"]), "Note.words may be left out"),
    (lambda _, d: d.update(openapi="3.0.3"), "not OpenAPI 3.1"),
]


@pytest.mark.parametrize(("spoil", "lack"), FAULTS)
def test_each_lack_is_named(document, spoil, lack):
    spoilt = copy.deepcopy(document)
    spoil(operation(spoilt, "notes-read_note"), spoilt)
    assert any(lack in found for found in lint_openapi(spoilt)), lint_openapi(spoilt)


def test_a_content_without_example_is_named_with_its_field(document):
    content = operation(document, "notes-read_note")["responses"]["200"]["content"]["application/json"]
    del content["example"]
    del document["components"]["schemas"]["Note"]["properties"]["id"]["examples"]
    assert "no example (look at /id)" in str(lint_openapi(document))
