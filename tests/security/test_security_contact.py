"""Whom to tell of a flaw (RFC 9116), published only where somebody reads it."""

import httpx
import pytest
from pydantic import ValidationError

from app.main import assembled
from app.settings import Settings
from tests.api.conftest import BASE_URL


async def test_nobody_named_means_no_file(town) -> None:
    answer = await town.http.get("/.well-known/security.txt")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_the_file_names_the_contact_and_a_day_less_than_a_year_away(town) -> None:
    class Named:
        settings = Settings(security_contact="mailto:securite@parvis.example.fr")
        clock, base_url = town.clock, "https://relation.example.fr"

    app = assembled(base_url=BASE_URL)
    app.state.house = Named()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE_URL) as http:
        answer = await http.get("/.well-known/security.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == "mailto:securite@parvis.example.fr"
    assert told["Canonical"] == "https://relation.example.fr/.well-known/security.txt"
    assert told["Preferred-Languages"] == "fr, en"
    assert f"{town.clock():%Y-%m-%d}" < told["Expires"] < f"{town.clock().replace(year=town.clock().year + 1):%Y-%m-%d}"


@pytest.mark.parametrize("contact", ["securite@example.fr", "http://example.fr", "mailto:a@example.fr\r\nExpires: x"])
def test_what_is_no_address_rfc_9116_takes_is_refused_at_start(contact: str) -> None:
    with pytest.raises(ValidationError):
        Settings(security_contact=contact)
