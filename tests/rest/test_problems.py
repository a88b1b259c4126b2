"""Refusals: a document a program and a person can read, and nothing of how the house is made."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import pytest
import structlog
from fastapi import FastAPI, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from starlette.responses import StreamingResponse

from app.errors import Conflict, Flaw, Misconfigured, TooManyRequests, Unavailable
from app.rest.languages import Said
from tests.rest.house import BASE_URL

SECRET = "Jean Martin, 12 rue des Lilas"


class Colour(StrEnum):
    RED = "rouge"
    BLUE = "bleu"


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subject: str = Field(min_length=2, max_length=10)
    colour: Colour = Colour.RED
    at: AwareDatetime | None = None
    ids: list[UUID] = Field(default=[], max_length=3)
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    either: int | list[int] | None = None
    nested: dict[str, int] = {}
    even: int = 0

    @field_validator("even")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError(Said("un nombre pair est attendu", en="an even number is expected"))
        return value


@pytest.fixture
async def http(app: FastAPI, client):  # noqa: C901 — one small route a refusal
    @app.get("/refused")
    async def refused() -> None:
        said = Said("fermez d'abord le dossier", en="close the file first")
        raise Conflict(said, flaws=[Flaw("/status", "open", said)], headers={"X-Hint": "1"})

    @app.get("/limited")
    async def limited() -> None:
        raise TooManyRequests(headers={"Retry-After": "7"})

    @app.get("/away")
    async def away() -> None:
        raise Unavailable("psycopg says no at 10.0.0.3", retry_after_s=9)

    @app.get("/wrong")
    async def wrong() -> None:
        raise Misconfigured("/etc/parvis/secret.env")

    @app.get("/bug")
    async def bug() -> None:
        raise RuntimeError(f"could not insert {SECRET}") from KeyError(SECRET)

    @app.get("/full")
    async def full() -> None:
        with open("/dev/full", "wb", buffering=0) as file:  # noqa: ASYNC230, PTH123 — the kernel's own refusal
            file.write(SECRET.encode())

    @app.get("/late-bug")
    async def late_bug() -> StreamingResponse:
        async def body():
            yield b"half"
            raise RuntimeError(SECRET)

        return StreamingResponse(body())

    @app.get("/bad-answer")
    async def bad_answer() -> Cat:
        return {"kind": SECRET}

    @app.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418, detail=f"stack of {SECRET}")

    @app.post("/body")
    async def body(body: Body, page: Annotated[int, Query(ge=1)] = 1) -> None: ...

    async with client(app) as opened:
        yield opened


async def test_a_refusal_says_what_happened_and_what_to_do(http):
    answer = await http.get("/refused")
    problem = answer.json()
    identifier = problem["request_id"]
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == identifier
    assert answer.headers["content-language"] == "fr"
    assert answer.headers["x-hint"] == "1"
    assert problem == {
        "type": f"{BASE_URL}/erreurs/conflict",
        "title": "Conflit avec l'état actuel",
        "status": 409,
        "detail": "fermez d'abord le dossier",
        "instance": f"{BASE_URL}/erreurs/conflict#{identifier}",
        "code": "conflict",
        "errors": [
            {
                "pointer": "/status",
                "code": "open",
                "detail": "fermez d'abord le dossier",
                "because": None,
                "source": None,
            }
        ],
        "request_id": identifier,
    }


async def test_a_caller_who_prefers_english_reads_english(http):
    answer = await http.get("/refused", headers={"Accept-Language": "en-GB, fr;q=0.5"})
    assert answer.headers["content-language"] == "en"
    assert "accept-language" in answer.headers["vary"].lower()
    assert answer.json()["title"] == "Conflict with the current state"
    assert answer.json()["detail"] == answer.json()["errors"][0]["detail"] == "close the file first"


@pytest.mark.parametrize(("path", "status", "seconds"), [("/limited", 429, "7"), ("/away", 503, "9")])
async def test_when_to_retry_is_kept(http, path, status, seconds):
    answer = await http.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (status, seconds)


CASES = [
    ("GET", "/nowhere", 404, "not-found"),
    ("DELETE", "/refused", 405, "method-not-allowed"),
    ("GET", "/teapot", 418, "refused"),
    ("GET", "/bug", 500, "internal"),
    ("GET", "/bad-answer", 500, "internal"),
    ("GET", "/wrong", 500, "misconfigured"),
    ("GET", "/away", 503, "unavailable"),
    ("POST", "/body", 422, "invalid"),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), CASES)
async def test_every_refusal_is_a_problem_and_tells_nothing_of_the_house(http, method, path, status, code):
    answer = await http.request(method, path)
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    whole = answer.text + str(answer.headers)
    for leak in ("Martin", "Traceback", ".py", "psycopg", "10.0.0.3", "/etc", "fastapi", "pydantic", "line "):
        assert leak not in whole.replace("http://", "")


async def test_the_allowed_methods_are_told(http):
    assert (await http.delete("/refused")).headers["allow"] == "GET"


async def test_an_unexpected_error_is_logged_once_without_a_citizens_words(http):
    with structlog.testing.capture_logs() as logs:
        identifier = (await http.get("/bug")).json()["request_id"]
    assert [line["event"] for line in logs] == ["http.unexpected"]
    assert logs[0]["kinds"] == ["RuntimeError", "KeyError"]
    assert logs[0]["route"] == "/bug"
    assert logs[0]["request_id"] == identifier
    assert any(place.startswith("bug:") for place in logs[0]["where"])
    assert "Martin" not in str(logs)


async def test_a_full_disk_is_later_not_an_error_nobody_named(http):
    """F6: an export lays its file aside in /tmp, for instance."""
    with structlog.testing.capture_logs() as logs:
        answer = await http.get("/full")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "60")
    assert [(line["event"], line["detail"]) for line in logs] == [("http.failed", "a disk of this machine is full")]


async def test_an_answer_already_begun_is_cut_not_completed(http):
    with structlog.testing.capture_logs() as logs, pytest.raises(Exception) as cut:
        await http.get("/late-bug")
    assert "Martin" not in str(cut.value)
    assert len(logs) == 1


BODIES = [
    ({}, "/subject", "missing", "champ obligatoire"),
    ({"subject": 1}, "/subject", "string-type", "un texte est attendu"),
    ({"subject": "x" * 11}, "/subject", "string-too-long", "au plus 10 caractère(s)"),
    ({"subject": "x"}, "/subject", "string-too-short", "au moins 2 caractère(s)"),
    ({"subject": "ok", "colour": "vert"}, "/colour", "enum", "valeurs admises : 'rouge' ou 'bleu'"),
    (
        {"subject": "ok", "at": "2026-03-02T09:00:00"},
        "/at",
        "timezone-aware",
        "l'instant doit porter son fuseau, par exemple Z",
    ),
    ({"subject": "ok", "at": "hier"}, "/at", "datetime-from-date-parsing", "un instant RFC 3339 est attendu"),
    ({"subject": "ok", "ids": ["x"]}, "/ids/0", "uuid-parsing", "un UUID est attendu"),
    ({"subject": "ok", "pet": {"kind": "cow"}}, "/pet", "union-tag-invalid", "valeurs admises : 'cat', 'dog'"),
    ({"subject": "ok", "pet": {"kind": "cat"}}, "/pet/lives", "missing", "champ obligatoire"),
    ({"subject": "ok", "either": "x"}, "/either", "int-parsing", "un nombre entier est attendu"),
    ({"subject": "ok", "a/b~": 1}, "/a~1b~0", "extra-forbidden", "champ inconnu"),
    ({"subject": "ok", "nested": {"a": "x"}}, "/nested/a", "int-parsing", "un nombre entier est attendu"),
    ({"subject": "ok", "even": 3}, "/even", "value-error", "un nombre pair est attendu"),
]


@pytest.mark.parametrize(("body", "pointer", "code", "detail"), BODIES)
async def test_what_is_invalid_is_pointed_at_in_french(http, body, pointer, code, detail):
    problem = (await http.post("/body", json=body)).json()
    assert problem["errors"][0] == {
        "pointer": pointer,
        "code": code,
        "detail": detail,
        "because": None,
        "source": None,
    }


async def test_what_is_invalid_is_pointed_at_in_english_too(http):
    problem = (await http.post("/body", json={"even": 3}, headers={"Accept-Language": "en"})).json()
    assert [flaw["detail"] for flaw in problem["errors"]] == ["required field", "an even number is expected"]


async def test_a_parameter_is_named_with_its_part(http):
    problem = (await http.post("/body?page=0", json={"subject": "ok"})).json()
    assert problem["errors"] == [
        {"pointer": "query/page", "code": "greater-than-equal", "detail": "au moins 1", "because": None, "source": None}
    ]


async def test_the_refused_value_is_never_repeated(http):
    answer = await http.post(
        "/body", json={"subject": [SECRET], "colour": SECRET, "pet": {"kind": SECRET}, "ids": [SECRET]}
    )
    assert "Martin" not in answer.text


async def test_a_thousand_flaws_make_a_short_answer(http):
    problem = (await http.post("/body", json={"subject": "ok", "nested": {str(n): "x" for n in range(1000)}})).json()
    assert len(problem["errors"]) == 101
    assert problem["errors"][-1]["code"] == "more-errors"
