"""A town with a mailbox, and its mail door on a free port of this machine."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio

from app.bootstrap import House
from app.channels.values import Channel
from app.exchanges import receptions
from app.exchanges.receptions import Reception
from tests.harness.houses import MovableClock, a_town, house


@dataclass(frozen=True, slots=True)
class Town:
    """An open house, its administration, and the mailbox everybody writes to."""

    house: House
    tenant_id: UUID
    mailbox: Channel

    @property
    def address(self) -> str:
        assert self.mailbox.address
        return self.mailbox.address

    async def received(self) -> list[Reception]:
        """Returns what is kept and not yet read, in order."""
        async with self.house.database.transaction(tenant=self.tenant_id) as session:
            now = self.house.clock()
            return await receptions.claim(session, self.tenant_id, now=now, lease=now, limit=1000)


async def a_mailbox(opened: House, tenant_id: UUID, address: str) -> Channel:
    async with opened.database.transaction(tenant=tenant_id) as session:
        return await opened.channels.connect(
            session, tenant_id, type="email", name=f"Courriel {address}", address=address, config={"address": address}
        )


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest_asyncio.fixture
async def a_town_with_mail(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Town]:
    async with house(database_url, tmp_path, clock=clock) as opened:
        slug = tmp_path.name.replace("_", "-")
        tenant_id = await a_town(opened, slug=slug)
        yield Town(opened, tenant_id, await a_mailbox(opened, tenant_id, f"contact.{slug}@villebourg.example.fr"))
