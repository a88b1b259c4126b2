"""What breaks tells its own house and nobody else (T58; Zammad CVE-2026-102489: the error text was the leak)."""

import re

import httpx
import pytest

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
