"""F36: an administration ends while deliveries still come for it, and its neighbour's traffic flows."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.db.embedded import Dsns
from app.errors import NotFound
from app.exchanges import receptions
from app.exchanges.receptions import State
from tests.harness.houses import MovableClock, a_town
from tests.harness.towns import TownHouse, a_mailbox, mail, opened_town
from tests.tenants.test_lives import snapshot, whole

AT_MOST = 3_000  # deliveries of one sender who is not told to stop


async def test_an_administration_ends_though_its_traffic_never_does_and_its_neighbour_feels_nothing(
    new_database: Callable[[], Dsns], tmp_path: Path
) -> None:
    dsns, clock = new_database(), MovableClock()
    async with opened_town(dsns.app, tmp_path, clock=clock) as town:
        house, other = town.house, await a_town(town.house, slug="voisine")
        neighbour = TownHouse(house, other, await a_mailbox(house, other, "contact@voisine.example.fr"), clock)
        await town.receive(mail())
        async with house.database.transaction(tenant=town.tenant_id) as session:
            await house.closing.announce(session, town.tenant_id, reason="Fin de la convention")
        clock.move(days=31)
        await house.closing.begin(town.tenant_id, despite="Sans objet", without_export="Sans objet")

        # A process that has not heard yet: it holds the channel as it was, and keeps what comes for it.
        over, refused = asyncio.Event(), 0
        kept: list[str] = []

        async def knocking(one: TownHouse, word: str, told: Callable[[str], None], every_s: float = 0.002) -> None:
            nonlocal refused
            for number in range(AT_MOST):
                if over.is_set():
                    return
                name = f"<{word}{number}@example.org>"
                try:
                    await one.accept(mail(message_id=name, subject=word))
                    told(name)
                except NotFound:
                    refused += 1
                await asyncio.sleep(every_s)

        async def reading(one: TownHouse) -> None:
            while not over.is_set():
                await house.inbound.drain(str(one.tenant_id))
                await asyncio.sleep(0.02)

        traffic: list[Awaitable[None]] = [
            *(knocking(town, f"tard{line}-", lambda _: None) for line in range(2)),
            knocking(neighbour, "voisin-", kept.append, every_s=0.1),
            reading(town),
        ]
        under_way = [asyncio.ensure_future(one) for one in traffic]
        try:
            async with asyncio.timeout(60):
                done = await house.closing.carry_on(town.tenant_id)
        finally:
            over.set()
            await asyncio.gather(*under_way)

        assert done.certificate is not None
        assert refused > 0, "who comes after the end is told that nobody is there any more"
        with pytest.raises(NotFound):
            await town.accept(mail(message_id="<apres@example.org>"))
        assert await snapshot(whole(dsns), town.tenant_id) == {}
        assert [sha256 async for sha256 in house.store.all_of(town.tenant_id)] == []
        await house.inbound.drain(str(other))
        async with house.database.transaction(tenant=other) as session:
            page = await receptions.page(session, other, state=State.DONE, after=None, limit=AT_MOST)
        assert len(page) == len(kept) > 0
