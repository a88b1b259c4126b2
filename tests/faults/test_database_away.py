"""F4, F31: a database that is away, or slower to start; senders are told to come back, and nothing is half kept."""

import asyncio

import httpx

from tests.faults.conftest import Grounds
from tests.faults.journal import Journal


async def test_without_its_database_every_door_says_later_and_keeps_nothing_half(grounds: Grounds) -> None:
    # Given its address, the process does not start the server: an administrator would, here a little late (F31).
    await asyncio.to_thread(grounds.server.stop)
    served = grounds.start(
        "serve", "--port", "0", PARVIS_DATABASE_URL=grounds.dsns.app, PARVIS_SMTP_LISTEN="127.0.0.1:0"
    )
    await served.ready("database.waited_for")
    assert not served.said("mail.listening")
    await asyncio.to_thread(grounds.server.start)
    await served.ready("http.listening", "mail.listening")
    journal, place = Journal("away"), grounds.places[3]
    assert await journal.send(served.smtp, place.address)
    assert await journal.post(served.http + place.door, place.key)

    await asyncio.to_thread(grounds.server.stop)
    assert not await journal.send(served.smtp, place.address)
    assert not await journal.post(served.http + place.door, place.key)
    assert [answer[:3] for answer in journal.refused] == ["451", "503"]
    async with httpx.AsyncClient() as client:
        assert (await client.get(served.http + "/health/live")).status_code == 200
        assert (await client.get(served.http + "/health/ready")).status_code == 503

    await asyncio.to_thread(grounds.server.start)
    await _again(journal, served.smtp, place.address)
    await grounds.all_read()
    grounds.check(journal)
    assert len(journal.acknowledged) == len(journal.sent) == 4
    for summed in await grounds.ledgers():
        assert (summed.difference, summed.queued, summed.held) == (0, 0, 0)
    assert await served.end() == 0
    assert "Traceback" not in served.log()


async def _again(journal: Journal, port: int, address: str) -> None:
    """Five seconds after its database is back, a process serves again without a hand."""
    for _ in range(50):
        if all([await journal.send(port, address, message_id) for message_id in sorted(journal.unknown)]):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(journal.refused)
