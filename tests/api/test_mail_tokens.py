"""A mailbox with tokens over HTTP: settings in, no secret out, a withdrawn authorisation told and given back."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from app.ids import new_id
from tests.api.conftest import Town
from tests.simulators.identification import Identification, refusing

SECRETS = ("s3cret-de-l-application", "R0-de-renouvellement", "jeton-1")


@pytest_asyncio.fixture
async def service(town: Town) -> AsyncIterator[Identification]:
    """The identification service, in the place of the network."""
    made = Identification(refresh=SECRETS[1])
    care, renewal = town.house.care, town.house.care._renewal
    before = renewal._context
    renewal._context = made.context(now=town.clock)
    yield made
    care._renewal._context = before


async def test_an_administrator_connects_a_mailbox_with_tokens(town: Town, service: Identification) -> None:
    address = f"m365.{new_id().hex}@villebourg.example.fr"
    config: dict[str, Any] = {
        "address": address,
        "imap_host": "127.0.0.1",
        "imap_port": 9,
        "imap_security": "none",
        "imap_username": address,
        "oauth_provider": "microsoft",
        "oauth_client_id": "application",
    }
    new = {"type": "email", "name": "Boîte Microsoft", "address": address}
    headers = {"Idempotency-Key": new_id().hex}
    incomplete = await town.http.post("/api/v1/channels", json={**new, "config": config}, headers=headers)
    assert incomplete.status_code == 422
    assert "Microsoft demande un secret d'application" in incomplete.text
    config |= {"oauth_client_secret": SECRETS[0], "oauth_refresh_token": SECRETS[1]}
    made = await town.http.post(
        "/api/v1/channels", json={**new, "config": config}, headers={"Idempotency-Key": new_id().hex}
    )
    assert made.status_code == 201, made.text
    path = f"/api/v1/channels/{made.json()['id']}"

    service.suffer(refusing("invalid_grant", "AADSTS50173: The provided grant has expired"))
    tested = await town.http.post(f"{path}/tests")
    assert tested.json()["state"] == "refused"
    read = await town.http.get(path)
    assert read.json()["state"] == "needs_reauth"
    assert "l'autorisation a été retirée, ou a expiré" in read.json()["state_reason"]

    # The authorisation was given back at Microsoft's: a person's own test does not wait for the pause to end.
    tested = await town.http.post(f"{path}/tests")
    assert service.given == ["jeton-1"]
    assert tested.json()["state"] == "unreachable"  # the token is there; this mailbox's server is not
    again = await town.http.get(path)
    assert again.json()["state"] == "active"
    everything = made.text + tested.text + read.text + again.text
    assert not any(secret in everything for secret in SECRETS)
