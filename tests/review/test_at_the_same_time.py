"""Two workers that take in one administration's messages at once, as when one was thought dead."""

import asyncio
import json

from app.exchanges.batches import Batches
from app.exchanges.receptions import State
from app.exchanges.understood import Batch
from tests.harness.towns import TownHouse

JSON = (("Content-Type", "application/json"),)


async def test_a_new_conversation_taken_in_by_two_workers_is_one_ticket(town: TownHouse) -> None:
    """T92: ten pictures, ten deliveries, one person, one request."""
    door = await town.connect("http", {"accept_unsigned": True})
    known = {
        "external_id": "0",
        "conversation_ref": "hier",
        "text": "Bonjour",
        "sender": {"kind": "http", "address": "a1"},
    }
    await town.receive(json.dumps(known).encode(), channel=door, headers=JSON)
    town.clock.move(days=2)
    drains = []
    place = Batches.place
    gate = asyncio.Barrier(3)

    async def together(self: Batches, session: object, batch: Batch, pieces: object) -> None:
        await gate.wait()
        await place(self, session, batch, pieces)  # type: ignore[arg-type]

    town.house.inbound._batches.place = together.__get__(town.house.inbound._batches)  # type: ignore[method-assign]
    receipts = []
    for number in range(1, 4):
        said = {
            "external_id": str(number),
            "conversation_ref": "album",
            "text": f"photo {number}",
            "sender": {"kind": "http", "address": "a1"},
        }
        receipts.append(await town.accept(json.dumps(said).encode(), channel=door, headers=JSON))
        drains.append(asyncio.create_task(town.house.inbound.drain(str(town.tenant_id))))
        await asyncio.sleep(0.3)  # claimed by that worker before the next delivery comes
    await asyncio.gather(*drains)
    assert {(await town.reception(one)).state for one in receipts} == {State.DONE}
    (ticket, _) = await town.tickets()
    assert len(await town.sent(ticket.id)) == 1
