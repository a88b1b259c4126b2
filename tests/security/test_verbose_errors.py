"""What breaks tells its own house and nobody else (T58; Zammad CVE-2026-102489: the error text was the leak)."""

import re

import httpx
import pytest
import structlog

from app.identity.scopes import Scope
from tests.api.conftest import BASE_URL, Town

INSIDE = "could not read /srv/parvis/secret.env: SELECT password FROM users WHERE id = 7 (psycopg 3.2, socket 0x7f)"
# What an answer must hold of no house: a stack, a statement, a path, a version, a class of ours or of a library.
TELLS = re.compile(
    r"(?i)traceback|select |/srv/|secret\.env|psycopg|sqlalchemy|\.py\b|uvicorn|starlette|fastapi|python/|0x7f|RuntimeError"
)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
async def test_a_defect_anywhere_is_answered_with_one_number_to_quote(
    town: Town, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    async def broken(*_args: object, **_words: object) -> None:
        raise RuntimeError(INSIDE)

    monkeypatch.setattr(type(town.house.tickets), "page", broken)
    app = town.http._transport.app  # type: ignore[attr-defined]
    secret = town.http.headers["Authorization"].removeprefix("Bearer ")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
        head = {"Authorization": f"Bearer {secret}", "Accept": accept}
        answers = [await http.get("/api/v1/tickets", headers=head)]
        signed = await http.post("/connexion", data={"cle": secret}, headers={"Sec-Fetch-Site": "same-origin"})
        assert signed.status_code == 303
        answers.append(await http.get("/boite", headers={"Accept": accept}))
    for answer in answers:
        assert answer.status_code == 500
        assert not TELLS.search(answer.text), answer.text[:400]
        assert not TELLS.search(str(answer.headers))
    assert answers[0].json()["code"] == "internal"
    assert answers[0].json()["request_id"] == answers[0].headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/tickets/tkt_x", b""),
        ("GET", "/api/v1/tickets?limit=abc&sort=';--", b""),
        ("GET", "/api/v1/events?cursor=%00", b""),
        ("POST", "/api/v1/sve/simulations", b'{"events": [{"type": {}}]}'),
        ("POST", "/api/v1/tickets", b"\xff\xfe"),
        ("PUT", "/api/v1/tickets", b""),
        ("TRACE", "/api/v1/tickets", b""),
        ("GET", "/hooks/x/y", b""),
        ("GET", "/chat/%F0%9F%92%A5", b""),
        ("GET", "/..%2f..%2fetc%2fpasswd", b""),
    ],
)
async def test_a_refusal_tells_what_to_do_and_nothing_of_the_house(
    town: Town, method: str, path: str, body: bytes
) -> None:
    head = {"Content-Type": "application/json"}
    answer = await town.http.request(method, path, content=body, headers=head)
    assert 400 <= answer.status_code < 500, answer.text
    assert not TELLS.search(answer.text), answer.text
    assert "server" not in answer.headers


async def test_who_was_refused_for_want_of_a_right_is_logged_without_what_they_asked(town: Town) -> None:
    """ASVS 16.3.2: by the API and by a page, one line each, with a name of ours and no address."""
    secret, key = await town.house.access.create(town.id, name="Lecture", scopes=[Scope.TICKETS_READ.value])
    transport = town.http._transport
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
        signed = await http.post("/connexion", data={"cle": secret}, headers={"Sec-Fetch-Site": "same-origin"})
        assert signed.status_code == 303
        with structlog.testing.capture_logs() as logs:
            head = {"Authorization": f"Bearer {secret}"}
            program = await http.get("/api/v1/channels?q=usager@example.org", headers=head)
            page = await http.get("/canaux?q=usager@example.org", headers={"Accept": "text/html"})
    assert (program.status_code, page.status_code) == (403, 403)
    refused = [line for line in logs if line["event"] == "http.forbidden"]
    assert [(line["code"], line["method"], line["route"]) for line in refused] == [
        ("forbidden", "GET", "/api/v1/channels"),
        ("forbidden", "GET", "/canaux"),
    ]
    assert {line["caller"] for line in refused} == {f"key:{key.id}"}
    assert "usager" not in str(refused)
