"""F4, F6, F31: a database that is away, full, or slower to start; senders are told to come back, and nothing is half kept."""

import asyncio
import base64
import contextlib
import os
from collections.abc import Iterator

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


async def test_a_full_disk_refuses_what_has_no_room_keeps_nothing_half_and_recovers(grounds: Grounds) -> None:
    """F6: the kernel's own ENOSPC, where large deliveries lie: `/dev/full` stands in for the end of the disk."""
    with full(grounds):
        served = await grounds.serving(PARVIS_DATABASE_URL=grounds.dsns.app)
        journal, place = Journal("full"), grounds.places[8]
        large = [journal.write(more=base64.encodebytes(os.urandom(20_000)).replace(b"\n", b"\r\n")) for _ in range(2)]
        assert not await journal.send(served.smtp, place.address, large[0])
        head = {"Authorization": f"Bearer {place.key}", "Content-Type": "message/rfc822", "Idempotency-Key": "full"}
        async with httpx.AsyncClient() as client:
            answer = await client.post(served.http + place.door, content=journal.sent[large[1]], headers=head)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert [told[:3] for told in journal.refused] == ["451"]
        assert await journal.send(served.smtp, place.address)  # what has room goes on
    await _again(journal, served.smtp, place.address)
    await grounds.all_read()
    grounds.check(journal)
    assert len(journal.acknowledged) == len(journal.sent) == 3
    served.kill()
    assert "Traceback" not in served.log()


@contextlib.contextmanager
def full(grounds: Grounds) -> Iterator[None]:
    """While it lasts, the file of what is too large for a row has no room for one byte; nothing was in it before."""
    files = grounds.rows(
        "SELECT pg_relation_filepath(reltoastrelid) FROM pg_class WHERE starts_with(relname, 'receptions') AND relkind = 'r'"
    )
    paths = [grounds.folder / "data/postgres/cluster" / path for (path,) in files]
    assert paths
    assert not any(path.stat().st_size for path in paths)
    grounds.server.stop()
    for path in paths:
        path.rename(path.with_suffix(".aside"))
        path.symlink_to("/dev/full")
    grounds.server.start()
    try:
        yield
    finally:
        for path in paths:
            path.unlink()
            path.with_suffix(".aside").rename(path)
        # Sessions keep the files they opened; a disk with room again needs no such thing.
        grounds.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'parvis_app'")


async def _again(journal: Journal, port: int, address: str) -> None:
    """Five seconds after its database is back, a process serves again without a hand."""
    for _ in range(50):
        if all([await journal.send(port, address, message_id) for message_id in sorted(journal.unknown)]):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(journal.refused)
