"""A mailbox that announces is polled at once; one that fails, or many, change nothing else."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from app.channels.adapters.email import EmailAdapter
from app.channels.contract import ChannelConfig, Context
from app.channels.registry import Registry
from app.exchanges import idling as waiting
from app.exchanges.idling import Idling, in_own_thread
from tests.harness.towns import TownHouse


@dataclass
class Announcing(EmailAdapter):
    """The e-mail adapter, with a server that says what the test says."""

    announcements: list[bool | Exception] = field(default_factory=list)

    async def wait(self, config: ChannelConfig, context: Context, *, timeout_s: float) -> bool:
        said = self.announcements.pop(0) if self.announcements else False
        if isinstance(said, Exception):
            raise said
        return said


async def the_polls(town: TownHouse, adapter: Announcing, config: Mapping[str, Any]) -> int:
    """Runs the waiting beside one mailbox until its first waits ended; returns how many polls it asked for."""
    house = town.house
    registry = Registry.of({"email": adapter})
    house.channels.registry = registry
    await town.connect("email", {"address": "autre@villebourg.example.fr", **config}, address=None)
    context = Context(http=None, now=town.clock)  # type: ignore[arg-type]
    idling = Idling(house.database, house.tenants, house.channels, context, house.idling._renewal)
    stop, look = asyncio.Event(), idling._look

    async def looked() -> None:
        await look()
        await asyncio.gather(*idling._waiting.values())
        stop.set()

    idling._look = looked  # type: ignore[method-assign]
    await idling.run(stop)
    async with house.database.transaction() as session:
        counted = await session.execute(
            text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'poll' AND args->>'tenant' = :tenant"),
            {"tenant": str(town.tenant_id)},
        )
        return int(counted.scalar_one())


IMAP = {"imap_host": "imap.example.org", "imap_username": "a", "imap_password": "b"}


async def test_an_announcement_asks_for_a_poll(town: TownHouse) -> None:
    assert await the_polls(town, Announcing(announcements=[True]), IMAP) == 1


async def test_silence_asks_for_nothing(town: TownHouse) -> None:
    assert await the_polls(town, Announcing(announcements=[False]), IMAP) == 0


async def test_a_mailbox_without_imap_is_not_waited_at(town: TownHouse) -> None:
    assert await the_polls(town, Announcing(announcements=[True]), {}) == 0


async def test_a_server_that_fails_is_left_to_the_poll(town: TownHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "AFTER_FAILURE_S", 0.0)
    assert await the_polls(town, Announcing(announcements=[OSError("gone")]), IMAP) == 0


async def test_a_call_in_its_own_thread_gives_its_answer_or_its_error() -> None:
    assert await in_own_thread(int, "7") == 7
    with pytest.raises(ValueError, match="invalid literal"):
        await in_own_thread(int, "x")
