"""Connections kept open: one process holds each, what the provider repeats is kept once, a refusal is told and not tried."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from app.channels import leases
from app.channels.adapters.email import EmailAdapter
from app.channels.adapters.http.adapter import HttpAdapter
from app.channels.contract import Capabilities, ChannelConfig, Context, Delivery
from app.channels.errors import CredentialsRefused
from app.channels.registry import Registry
from app.channels.schemas import ConnectionState, connection_state
from app.channels.values import Channel, ChannelState
from app.errors import Unavailable
from app.exchanges import connections
from app.exchanges.connections import LEASE, wait_after
from app.exchanges.streaming import Streaming
from app.ids import new_id
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse


@dataclass
class Speaker:
    """A provider on loopback: one line a message, told again at each connection until it was acknowledged.

    `cuts` are what befalls the next connections: after how many bytes of the first line each is cut.
    """

    lines: list[bytes] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    refuses: bool = False
    connections: int = 0
    open: int = 0
    most_open: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections, self.open = self.connections + 1, self.open + 1
        self.most_open = max(self.most_open, self.open)
        try:
            writer.write(b"refused\n" if self.refuses else b"welcome\n")
            while self.lines and not self.refuses:
                line = self.lines[0] + b"\n"
                cut = self.cuts.pop(0) if self.cuts else len(line) + 1
                writer.write(line[:cut])
                await writer.drain()
                if cut <= len(line):
                    return  # half a line, or a whole one whose acknowledgement nobody will hear
                await reader.readline()
                self.lines.pop(0)
            await reader.read()
        finally:
            self.open -= 1
            writer.close()


class Listening(HttpAdapter):
    """The generic adapter, listening to the speaker: it acknowledges what was kept, and only that."""

    def __init__(self, port: int) -> None:
        self.port = port

    def capabilities(self, config: ChannelConfig) -> Capabilities:
        return replace(super().capabilities(config), streams=True)

    async def listen(self, config: ChannelConfig, context: Context) -> AsyncIterator[Delivery]:
        assert context.connect is not None
        assert context.listening is not None
        reader, writer = await context.connect("127.0.0.1", self.port, tls=False, timeout_s=5)
        try:
            if await reader.readline() != b"welcome\n":
                raise CredentialsRefused("le fournisseur refuse la clé")
            context.listening()
            while (line := await reader.readline()).endswith(b"\n"):
                yield Delivery(body=line.strip(), headers=(("Content-Type", "application/json"),))
                writer.write(b"kept\n")
        finally:
            writer.close()


def line(number: int) -> bytes:
    told = {"external_id": f"n{number}", "text": f"Bonjour {number}", "sender": {"kind": "http", "address": "a1"}}
    return json.dumps(told).encode()


@pytest_asyncio.fixture
async def speaker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Speaker]:
    monkeypatch.setattr(connections, "FIRST_WAIT", timedelta(milliseconds=5))
    speaker = Speaker()
    server = await asyncio.start_server(speaker.serve, "127.0.0.1", 0)
    speaker.port = server.sockets[0].getsockname()[1]
    yield speaker
    server.close()


async def a_channel(town: TownHouse, speaker: Speaker) -> Channel:
    town.house.channels.registry = Registry.of({"email": EmailAdapter(), "http": Listening(speaker.port)})
    return await town.connect("http", {"accept_unsigned": True}, address=None)


class Alone:
    """The directory of one town: those of other tests keep their connections to themselves."""

    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id

    async def directory(self) -> list[UUID]:
        return [self._tenant_id]


def a_process(town: TownHouse) -> Streaming:
    house, alone = town.house, Alone(town.tenant_id)
    context = house.care._context
    return Streaming(house.database, alone, house.channels, house.inbound, context, house.book, house.clock)  # type: ignore[arg-type]  # the one thing asked of it


@contextlib.asynccontextmanager
async def running(*processes: Streaming) -> AsyncIterator[None]:
    stop = asyncio.Event()
    tasks = [asyncio.create_task(process.run(stop)) for process in processes]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await holds():  # noqa: ASYNC110 — what is awaited stands in the database
            await asyncio.sleep(0.02)


async def present(town: TownHouse, channel: Channel) -> Channel:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.channels.get(session, town.tenant_id, channel.id)


async def test_what_is_told_again_after_a_cut_is_kept_and_makes_nothing_twice(
    town: TownHouse, speaker: Speaker
) -> None:
    channel = await a_channel(town, speaker)
    speaker.lines = [line(number) for number in range(4)]
    whole = len(speaker.lines[0]) + 1
    # Cut before anything, in the middle of a line, and after a whole line whose acknowledgement is lost: three times.
    speaker.cuts = [0, 20, whole, whole, whole]

    async def all_told() -> bool:
        return not speaker.lines

    async with running(a_process(town)):
        await until(all_told)
    await town.house.inbound.drain(str(town.tenant_id))

    texts = [m.text for ticket in await town.tickets() for m in await town.thread(ticket.id) if not m.automatic]
    assert sorted(texts) == [f"Bonjour {number}" for number in range(4)]
    assert speaker.connections == 6
    now = await present(town, channel)
    assert now.health.connection is not None
    assert now.health.connection.event_at == town.clock()
    assert connection_state(now.health.connection, now=town.clock()) is ConnectionState.UNKEPT


async def test_one_process_holds_a_connection_and_another_takes_it_once_it_is_let_go(
    town: TownHouse, speaker: Speaker
) -> None:
    channel = await a_channel(town, speaker)

    async def connected() -> bool:
        health = (await present(town, channel)).health
        return connection_state(health.connection, now=town.clock()) is ConnectionState.CONNECTED

    first, second, never = a_process(town), a_process(town), asyncio.Event()
    async with running(first):
        await until(connected)
        await second.look(never)
        assert (speaker.connections, speaker.most_open) == (1, 1)
    assert not await connected()
    async with running(second):
        await until(connected)
    assert (speaker.connections, speaker.most_open) == (2, 1)


async def test_the_connection_of_a_process_that_died_is_taken_at_the_instant_its_lease_ends(
    town: TownHouse, speaker: Speaker, clock: MovableClock
) -> None:
    channel = await a_channel(town, speaker)
    dead, living = new_id(), new_id()

    async def taken_by(holder: UUID) -> bool:
        now = clock()
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            return await leases.take(session, town.tenant_id, channel.id, holder=holder, now=now, until=now + LEASE)

    async def kept() -> ConnectionState:
        return connection_state((await present(town, channel)).health.connection, now=clock())

    assert await taken_by(dead)
    end = clock() + LEASE
    clock.at = end - timedelta(microseconds=1)
    assert not await taken_by(living)
    assert await kept() is not ConnectionState.UNKEPT
    clock.at = end
    assert await kept() is ConnectionState.UNKEPT
    assert await taken_by(living)
    assert not await taken_by(dead), "a process that was only slow finds it taken, and lets it be"


async def test_a_refusal_asks_for_new_credentials_and_is_not_tried_again(town: TownHouse, speaker: Speaker) -> None:
    channel = await a_channel(town, speaker)
    speaker.refuses = True

    async def refused() -> bool:
        return (await present(town, channel)).state is ChannelState.NEEDS_REAUTH

    process, never = a_process(town), asyncio.Event()
    async with running(process):
        await until(refused)
        await process.look(never)
    assert speaker.connections == 1
    assert (await present(town, channel)).state_reason == "le fournisseur refuse la clé"


async def test_a_server_that_is_away_is_said_on_the_channel_with_when_it_is_tried_again(
    town: TownHouse, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "FIRST_WAIT", timedelta(seconds=60))
    channel = await a_channel(town, speaker)
    town.house.channels.registry = Registry.of({"email": EmailAdapter(), "http": Listening(1)})

    async def told() -> bool:
        return (await present(town, channel)).state_reason is not None

    async with running(a_process(town)):
        await until(told)
        now = await present(town, channel)
        assert connection_state(now.health.connection, now=town.clock()) is ConnectionState.WAITING
        assert now.state is ChannelState.ACTIVE
        assert now.health.connection is not None
        assert now.health.connection.retry_at is not None
        assert now.health.connection.retry_at > town.clock()


async def test_a_database_that_is_away_keeps_the_delivery_waiting_and_the_provider_too(
    town: TownHouse, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await a_channel(town, speaker)
    speaker.lines = [line(1)]
    keep, away = town.house.inbound.keep, [True, True]

    async def sometimes(*given: Any, **named: Any) -> Any:
        if away:
            away.pop()
            raise Unavailable("the database is away")
        return await keep(*given, **named)

    monkeypatch.setattr(town.house.inbound, "keep", sometimes)

    async def told() -> bool:
        return not speaker.lines

    async with running(a_process(town)):
        await until(told)
    assert speaker.connections == 1
    assert len(await town.received()) == 1
    assert (await present(town, channel)).state is ChannelState.ACTIVE


def test_tries_come_later_and_later_never_more_than_five_minutes_apart() -> None:
    assert [wait_after(1) <= 2, 1 <= wait_after(2) <= 4, 150 <= wait_after(12) <= 300] == [True, True, True]
