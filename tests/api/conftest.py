"""A town with its keys, and an HTTP client on its whole application, in process, on the real database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.bootstrap import House
from app.channels.values import Channel
from app.identity.scopes import Scope
from app.ids import Prefix, new_id, public_id
from app.main import create_app
from tests.harness.houses import MovableClock, a_town, house

_HELD = text("SELECT count(*) FROM events WHERE xid >= (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
BASE_URL = "http://127.0.0.1:8000"


@dataclass
class Town:
    """One administration, its key with every right, and a client that presents it."""

    house: House
    id: UUID
    http: httpx.AsyncClient
    clock: MovableClock

    async def key(self, *scopes: str) -> dict[str, str]:
        """Makes a key with these scopes; returns the header that presents it."""
        secret, _ = await self.house.access.create(self.id, name="Essai", scopes=scopes)
        return {"Authorization": f"Bearer {secret}"}

    async def connect(self, type: str = "http", **config: Any) -> Channel:  # noqa: A002
        """Connects a channel; a generic one takes unsigned deliveries unless its configuration says otherwise."""
        name, address = f"Canal {new_id().hex[-8:]}", None
        if type == "http" and not config:
            config = {"accept_unsigned": True}
        if type == "email" and "address" not in config:
            address = f"contact.{new_id().hex}@villebourg.example.fr"
            config = {"address": address, **config}
        async with self.house.database.transaction(tenant=self.id) as session:
            return await self.house.channels.connect(
                session, self.id, type=type, name=name, address=address, config=config
            )

    async def read_all(self) -> None:
        """Does what the worker would: reads what was accepted."""
        await self.house.inbound.drain(str(self.id))

    async def hand_over(self, channel: Channel, **message: Any) -> dict[str, Any]:
        """Hands a message to a channel and reads it; returns what became of it."""
        words = {"external_id": new_id().hex, "text": "Le lampadaire de la place est éteint.", **message}
        words.setdefault("sender", {"kind": "email", "address": "usager@example.org", "display_name": "Usager Exemple"})
        receipt = await self.http.post(f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/messages", json=words)
        assert receipt.status_code == 202, receipt.text
        await self.read_all()
        return (await self.http.get(receipt.json()["status_url"])).json()

    async def a_ticket(self, **message: Any) -> dict[str, Any]:
        """Makes a ticket out of a mail-like message; returns it."""
        channel = await self.connect("email")
        kept = await self.hand_over(channel, **message)
        assert kept["state"] == "done", kept
        return (await self.http.get(f"/api/v1/tickets/{kept['ticket_id']}")).json()

    async def settled(self) -> None:
        """Waits until no transaction open elsewhere on the server holds back the newest facts of the log."""
        for _ in range(1200):
            async with self.house.database.transaction(tenant=self.id) as session:
                if (await session.execute(_HELD)).scalar_one() == 0:
                    return
            await asyncio.sleep(0.05)
        pytest.fail("a transaction stayed open for a minute: the log never settled")

    async def facts(self, *kinds: str) -> list[dict[str, Any]]:
        """Returns the facts told so far over HTTP, all of them or those of these kinds, in commit order."""
        await self.settled()
        page = (await self.http.get("/api/v1/events", params={"limit": 200})).json()
        return [fact for fact in page["data"] if not kinds or fact["type"] in kinds]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def a_house(database_url: str, tmp_path_factory: Any) -> AsyncIterator[tuple[House, MovableClock]]:
    clock = MovableClock()
    folder: Path = tmp_path_factory.mktemp("house")
    async with house(database_url, folder, clock=clock, worker_inside=False) as opened:
        yield opened, clock


@pytest_asyncio.fixture
async def new_town(a_house: tuple[House, MovableClock]) -> AsyncIterator[Any]:
    """Founds administrations; each has its own client."""
    opened, clock = a_house
    app = create_app(opened)
    clients: list[httpx.AsyncClient] = []

    async def found() -> Town:
        tenant_id = await a_town(opened, slug=f"ville-{new_id().hex}")
        transport = httpx.ASGITransport(app=app)
        client = httpx.AsyncClient(transport=transport, base_url=BASE_URL)
        clients.append(client)
        town = Town(opened, tenant_id, client, clock)
        client.headers.update(await town.key(*Scope))
        return town

    yield found
    for client in clients:
        await client.aclose()


@pytest_asyncio.fixture
async def town(new_town: Any) -> Town:
    return await new_town()
