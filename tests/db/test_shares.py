"""F28, P7: one holder's crowd has so many turns at once, and keeps nobody else from theirs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.db.shares import Shares
from app.errors import Unavailable


@asynccontextmanager
async def held(shares: Shares, holder: str, *, times: int) -> AsyncIterator[list[int]]:
    """So many who want a turn of a holder until the end of the block; gives those who have one, in their order."""
    having, leave = list[int](), asyncio.Event()

    async def one(number: int) -> None:
        async with shares.of(holder):
            having.append(number)
            await leave.wait()

    tasks = [asyncio.create_task(one(number)) for number in range(times)]
    await asyncio.sleep(0)
    try:
        yield having
    finally:
        leave.set()
        await asyncio.gather(*tasks)


async def test_a_crowd_has_its_turns_and_another_its_own_at_once() -> None:
    shares = Shares(each=2)
    async with held(shares, "crowd", times=9) as having, asyncio.timeout(5), shares.of("other"):
        assert having == [0, 1]
        assert len(shares) == 2
    assert having == list(range(9))
    assert len(shares) == 0


async def test_who_waits_too_long_or_behind_too_many_is_asked_to_come_back() -> None:
    shares = Shares(each=1, patience_s=0.01, most_waiting=1)
    async with held(shares, "crowd", times=1):
        with pytest.raises(Unavailable) as late:
            async with shares.of("crowd"):
                pass
    assert late.value.headers["Retry-After"] == "5"
    patient = Shares(each=1, most_waiting=1)
    async with held(patient, "crowd", times=2):
        with pytest.raises(Unavailable):
            async with patient.of("crowd"):
                pass
    assert len(shares) == len(patient) == 0


async def test_who_is_cut_while_waiting_or_fails_gives_its_turn_to_the_next() -> None:
    shares = Shares(each=1)

    async def wait() -> None:
        async with shares.of("crowd"):
            raise RuntimeError

    async with held(shares, "crowd", times=1):
        cut, failing = asyncio.create_task(wait()), asyncio.create_task(wait())
        await asyncio.sleep(0)
        cut.cancel()
    found = await asyncio.gather(cut, failing, return_exceptions=True)
    assert [type(one) for one in found] == [asyncio.CancelledError, RuntimeError]
    assert len(shares) == 0
