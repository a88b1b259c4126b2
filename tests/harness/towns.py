"""A town one can write to: a house, an administration, its channels, and short words for what tests do."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from app.bootstrap import House
from app.channels.contract import Delivery
from app.channels.values import Channel
from app.exchanges import outbox, receptions
from app.exchanges.outbox import Outbound
from app.exchanges.receptions import Door, Reception
from app.sve.values import Timeline
from app.tickets.repository import Filter
from app.tickets.values import Message, Ticket
from tests.harness.houses import MovableClock, a_town, house


@dataclass(frozen=True)
class TownHouse:
    """A house with one administration and its mailbox."""

    house: House
    tenant_id: UUID
    mailbox: Channel
    clock: MovableClock

    @property
    def address(self) -> str:
        assert self.mailbox.address
        return self.mailbox.address

    async def received(self) -> list[Reception]:
        """Returns what is kept and not yet read, in order."""
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            now = self.clock()
            return await receptions.claim(session, self.tenant_id, now=now, lease=now, limit=1000)

    async def connect(self, kind: str, config: Mapping[str, Any], *, address: str | None = None) -> Channel:
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            return await self.house.channels.connect(
                session, self.tenant_id, type=kind, name=f"{kind} {address}", address=address, config=config
            )

    async def accept(self, raw: bytes, *, channel: Channel | None = None, **delivery: Any) -> UUID:
        receipt = await self.house.inbound.accept(
            channel or self.mailbox, Delivery(body=raw, **delivery), door=Door.API
        )
        return receipt.id

    async def receive(self, raw: bytes, *, channel: Channel | None = None, **delivery: Any) -> Reception:
        """Accepts a delivery and takes it in; returns what became of it."""
        receipt = await self.accept(raw, channel=channel, **delivery)
        await self.house.inbound.drain(str(self.tenant_id))
        return await self.reception(receipt)

    async def reception(self, reception_id: UUID) -> Reception:
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            found = await receptions.find(session, self.tenant_id, reception_id)
        assert found is not None
        return found

    async def tickets(self, **wanted: Any) -> list[Ticket]:
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            return await self.house.tickets.page(
                session, self.tenant_id, Filter(**wanted), by_term=False, after=None, limit=200
            )

    async def thread(self, ticket_id: UUID | None) -> list[Message]:
        assert ticket_id is not None
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            return await self.house.tickets.thread(session, self.tenant_id, ticket_id)

    async def law(self, ticket_id: UUID | None) -> Timeline:
        assert ticket_id is not None
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            return await self.house.legal.timeline(session, self.tenant_id, ticket_id)

    async def sent(self, ticket_id: UUID | None) -> list[Outbound]:
        assert ticket_id is not None
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            return await outbox.of_ticket(session, self.tenant_id, ticket_id)

    async def deliver(self) -> None:
        """Does what is due in the outbox, as the worker would."""
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            due = await outbox.due(session, self.tenant_id, now=self.clock(), limit=100)
        await self.house.dispatcher.dispatch(str(self.tenant_id), [str(one) for one in due])


@asynccontextmanager
async def opened_town(
    database_url: str, folder: Path, *, clock: MovableClock, **settings: object
) -> AsyncIterator[TownHouse]:
    """Opens a house of its own with a town that has a mailbox; several share one database."""
    slug = "v" + hashlib.sha1(str(folder).encode(), usedforsecurity=False).hexdigest()[:8]
    async with house(database_url, folder, clock=clock, **settings) as opened:
        tenant_id = await a_town(opened, slug=slug)
        address = f"contact.{slug}@villebourg.example.fr"
        yield TownHouse(opened, tenant_id, await a_mailbox(opened, tenant_id, address), clock)


async def a_mailbox(house: House, tenant_id: UUID, address: str) -> Channel:
    async with house.database.transaction(tenant=tenant_id) as session:
        return await house.channels.connect(
            session, tenant_id, type="email", name=f"Courriel {address}", address=address, config={"address": address}
        )


def mail(
    *,
    sender: str = "Usager Exemple <usager@example.org>",
    to: str = "contact@villebourg.example.fr",
    subject: str = "Demande",
    text: str = "Bonjour",
    message_id: str = "<un@example.org>",
    **headers: str,
) -> bytes:
    """Writes a plain mail; further headers by name, underscores as hyphens."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: {message_id}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: text/plain; charset=utf-8", "", text, ""]
    return "\r\n".join(lines).encode()
