"""F6, F33: PostgreSQL's own disk is full, is slow, does not confirm; no sender is told that a message is kept before it is.

`make long` (`PARVIS_FAULTS=long`): it starts a server of its own, whose calls to the kernel are answered by the test.
"""

import asyncio
import os
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
import pytest_asyncio

from app.db.embedded.binaries import find_binaries
from tests.faults.conftest import Grounds, standing
from tests.faults.held_calls import HeldCalls, failing, full
from tests.faults.journal import Journal


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def calls(tmp_path_factory: pytest.TempPathFactory) -> HeldCalls:
    return HeldCalls(tmp_path_factory.mktemp("calls"), find_binaries().folder)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def grounds(tmp_path_factory: pytest.TempPathFactory, calls: HeldCalls) -> AsyncIterator[Grounds]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARVIS_PG_BIN", str(calls.programs))
        async with standing(tmp_path_factory.mktemp("faults")) as made:
            yield made


async def test_nobody_is_told_that_a_mail_is_kept_while_the_disk_has_not_said_so(
    grounds: Grounds, calls: HeldCalls
) -> None:
    served = await grounds.serving(PARVIS_DATABASE_URL=grounds.dsns.app)
    journal, place = Journal("slow"), grounds.places[0]
    assert await journal.send(served.smtp, place.address)
    with calls.holding(failing) as held:
        sending = asyncio.create_task(journal.send(served.smtp, place.address))
        assert await asyncio.to_thread(held.wait, 60)
        # The commit is written and waits for its flush: whoever looks sees nothing of it, and the sender neither.
        assert not sending.done()
        assert len(journal.acknowledged) == 1
    assert await sending
    await _whole(grounds, journal, sent=2)
    assert await served.end() == 0


async def test_a_flush_that_fails_stops_the_database_which_comes_back_with_all_that_was_acknowledged(
    grounds: Grounds, calls: HeldCalls
) -> None:
    served = await grounds.serving(PARVIS_DATABASE_URL=grounds.dsns.app)
    journal, place = Journal("failing"), grounds.places[1]
    assert await journal.send(served.smtp, place.address)
    with calls.answering(failing):
        assert not await journal.send(served.smtp, place.address)
        assert not await journal.post(served.http + place.door, place.key)
    assert "PANIC" in _log(grounds)
    await _again(journal, served.smtp, place.address)
    await _whole(grounds, journal, sent=3)
    assert await served.end() == 0
    assert "Traceback" not in served.log()


async def test_a_full_disk_under_the_journal_of_the_database_costs_no_message_and_mends_with_room(
    grounds: Grounds, calls: HeldCalls
) -> None:
    # Without an address it looks after the server it finds, and starts it again when it dies.
    served = await grounds.serving(PARVIS_PG_BIN=os.environ["PARVIS_PG_BIN"])
    journal, place = Journal("full-journal"), grounds.places[2]
    assert await journal.send(served.smtp, place.address)
    with calls.answering(full):
        await asyncio.to_thread(_use_up_the_journal, grounds)
        assert not await journal.send(served.smtp, place.address)
        posted = journal.write()
        while "503" not in journal.refused:  # whoever hangs up before the answer asks again
            assert not await journal.post(served.http + place.door, place.key, posted)
        assert {told[:3] for told in journal.refused} == {"451", "503"}
        async with httpx.AsyncClient(timeout=60) as client:
            assert (await client.get(served.http + "/health/live")).status_code == 200
            assert (await client.get(served.http + "/health/ready")).status_code == 503
        assert "No space left on device" in _log(grounds)
    await _again(journal, served.smtp, place.address)
    await _whole(grounds, journal, sent=3)
    assert await served.end() == 0


def _use_up_the_journal(grounds: Grounds) -> None:
    """Goes on to the next file of the journal until there is no room for one."""
    for _ in range(100):
        try:
            grounds.rows(
                "SELECT pg_switch_wal() FROM (SELECT pg_logical_emit_message(true, 'faults', 'a word')) AS said"
            )
        except psycopg.Error:
            return
    raise AssertionError("the journal found room a hundred times")


def _log(grounds: Grounds) -> str:
    return (grounds.folder / "data/postgres/postgres.log").read_text("utf-8", "replace")


async def _again(journal: Journal, port: int, address: str) -> None:
    """As mail servers do, until all is kept: the database takes the time it takes to come back."""
    for _ in range(600):
        for message_id in sorted(journal.unknown):
            await journal.send(port, address, message_id)
        if not journal.unknown:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(journal.refused)


async def _whole(grounds: Grounds, journal: Journal, *, sent: int) -> None:
    await grounds.all_read()
    grounds.check(journal)
    assert len(journal.acknowledged) == len(journal.sent) == sent
    for summed in await grounds.ledgers():
        assert (summed.difference, summed.queued, summed.held) == (0, 0, 0)
