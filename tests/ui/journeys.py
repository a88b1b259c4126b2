"""What a journey needs of the world outside: a network that posts to our door, a post that carries, and what was read there."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.ids import Prefix, parse_id
from tests.api.conftest import Town
from tests.api.test_tags import once
from tests.simulators.meta import PAGE, SECRET, TOKEN, MetaSimulator
from tests.ui.conftest import Desk

FACEBOOK = {"app_secret": SECRET, "access_token": TOKEN, "page_id": PAGE}


@dataclass
class World:
    """Carries what leaves: what Meta is asked goes through its own adapter, the rest is kept as a person would read it."""

    town: Town
    meta: MetaSimulator = field(default_factory=MetaSimulator)
    mails: list[SendRequest] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        if channel.type.startswith("meta."):
            return await adapter.send(request, channel.config, self.meta.context(now=self.town.clock))
        self.mails.append(request)
        return Sent(outcome=Outcome.OK)

    def to(self, address: str) -> list[SendRequest]:
        """The mails one address received, oldest first."""
        return [one for one in self.mails if one.to.address == address]

    async def hear(self, channel: Channel, said: tuple[bytes, Mapping[str, str]]) -> None:
        """A provider posts to the public door of a channel, and the worker reads what was kept."""
        body, headers = said
        kept = await self.town.http.post(f"/hooks/{channel.type}/{channel.key}", content=body, headers=dict(headers))
        assert kept.status_code == 200, kept.text
        await self.town.read_all()

    async def leave(self) -> None:
        """The workers carry all that may leave now."""
        house, town = self.town.house, self.town.id
        await house.dispatcher.sweep(town)
        for one in (await self.town.http.get("/api/v1/channels")).json()["data"]:
            while (await house.dispatcher.depart(town, parse_id(Prefix.CHANNEL, one["id"]))).count:
                pass

    async def until_told(self, address: str, words: str) -> re.Match[str]:
        """Lets what may leave go until an address was told so; what a page sets going may come after it."""
        for _ in range(1200):
            await self.leave()
            if found := [said for one in self.to(address) if (said := re.search(words, one.text))]:
                return found[-1]
            await asyncio.sleep(0.05)
        pytest.fail(f"nobody told {address} within a minute: {words}")


async def ticket_of(desk: Desk, words: str) -> dict[str, Any]:
    """The request whose words these are, as an integrator reads it."""
    (found,) = (await desk.town.http.get("/api/v1/tickets", params={"q": words})).json()["data"]
    whole: dict[str, Any] = (await desk.town.http.get(f"/api/v1/tickets/{found['id']}")).json()
    return whole


async def saisine_of(desk: Desk, ticket: dict[str, Any]) -> dict[str, Any]:
    (only,) = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}/saisines")).json()["data"]
    return dict(only)


async def written_head(desk: Desk) -> None:
    """The town has its letterhead."""
    head = {
        "place": "Villebourg",
        "signatory_name": "Camille Exemple",
        "signatory_title": "Responsable de l'accueil",
        "court": "Tribunal administratif de Villebourg",
        "court_address": "2 rue du Palais, 00000 Villebourg",
    }
    written = await desk.town.http.post("/api/v1/tenant/letterhead", json=head, headers=once())
    assert written.status_code == 201, written.text
