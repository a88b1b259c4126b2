"""Pieces, examinations, readings and mails to agents: held while their worker lives, another's within a minute of its death (F2)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from app.channels.contract import Outcome, Sent
from app.db.transaction import Session
from app.errors import Unavailable
from app.exchanges import deciphering, fetches, fetching, holding, scanning
from app.exchanges.holding import LEASE, MAIL_LEASE
from app.files import ocr
from app.files.antivirus import ScanState, Verdict
from app.sve.warning import notices
from app.tickets import machine_texts, scans
from tests.harness.houses import MovableClock, a_town, house
from tests.harness.towns import TownHouse, a_mailbox
from tests.sve.warning.told import a_request, choose, round_

PHOTO = b"\xff\xd8\xff une photo"
MESSAGE = (
    b'{"external_id": "un", "text": "Voir la photo", "sender": {"kind": "email", "address": "usager@example.org"}, '
    b'"attachments": [{"name": "photo.jpg", "content_type": "image/jpeg", "url": "https://media.example.org/p.jpg"}]}'
)
SWEPT_EACH = timedelta(seconds=15)


@dataclass
class Slow:
    """Provider, antivirus, reader and mail server at once; each answers when it is told to."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        self.asked.set()
        await self.answer.wait()

    async def give(self, request: httpx.Request) -> httpx.Response:
        await self.wait()
        return httpx.Response(200, content=PHOTO)

    async def examine(self, content: bytes) -> Verdict:
        await self.wait()
        return Verdict(state=ScanState.CLEAN)

    async def read(self, content: bytes) -> ocr.Outcome:
        await self.wait()
        return ocr.Outcome(state=ocr.State.NOTHING, pages=1)

    def can(self, *_: object) -> bool:
        return True

    async def carry(self, *_: object) -> Sent:
        await self.wait()
        return Sent(outcome=Outcome.OK)


@dataclass(frozen=True)
class Work:
    """One kind of work that a lease goes with."""

    table: str
    begins: Callable[[TownHouse], Awaitable[Callable[[], Awaitable[None]]]]
    claim: Callable[[Session, UUID, datetime], Awaitable[Any]]
    done: str
    lease: timedelta = LEASE


async def _a_piece(town: TownHouse) -> str:
    channel = await town.connect("http", {"accept_unsigned": True})
    kept = await town.receive(MESSAGE, channel=channel, headers=[("Content-Type", "application/json")])
    return str(kept.message_id)


async def _fetching(town: TownHouse) -> Callable[[], Awaitable[None]]:
    message = await _a_piece(town)
    return lambda: town.house.fetching.fetch(str(town.tenant_id), message)


async def _scanning(town: TownHouse) -> Callable[[], Awaitable[None]]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await scans.ask(session, town.tenant_id, [await _content(town)], now=town.clock())
    return lambda: town.house.scanning.scan(str(town.tenant_id))


async def _deciphering(town: TownHouse) -> Callable[[], Awaitable[None]]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await machine_texts.ask(session, town.tenant_id, [await _content(town)], now=town.clock())
    return lambda: town.house.deciphering.decipher(str(town.tenant_id))


async def _noticing(town: TownHouse) -> Callable[[], Awaitable[None]]:
    await choose(town, escalate_to=[])
    await a_request(town, regime=None)
    await round_(town)
    return lambda: town.house.noticing.send(str(town.tenant_id))


async def _content(town: TownHouse) -> str:
    return await town.house.store.put(town.tenant_id, PHOTO)


async def _piece_claimed(session: Session, tenant_id: UUID, now: datetime) -> object:
    messages = await fetches.due(session, tenant_id, now=now, limit=10)
    return [await fetches.claim(session, tenant_id, one, now=now, lease=now) for one in messages]


WORKS = {
    "piece": Work(
        "attachments", _fetching, _piece_claimed, "SELECT sha256 IS NOT NULL, fetch_attempts FROM attachments"
    ),
    "examination": Work(
        "scans",
        _scanning,
        lambda session, tenant_id, now: scans.claim(session, tenant_id, now=now, lease=now),
        "SELECT state = 'clean', attempts FROM scans",
    ),
    "reading": Work(
        "machine_texts",
        _deciphering,
        lambda session, tenant_id, now: machine_texts.claim(session, tenant_id, now=now, lease=now, most=9),
        "SELECT state = 'nothing', attempts FROM machine_texts",
    ),
    "mail to agents": Work(
        "notices",
        _noticing,
        lambda session, tenant_id, now: notices.lease(session, tenant_id, now=now, until=now, limit=9),
        "SELECT state = 'sent', attempts FROM notices",
        lease=MAIL_LEASE,
    ),
}


@pytest.fixture(params=WORKS.values(), ids=WORKS)
def work(request: pytest.FixtureRequest) -> Work:
    chosen: Work = request.param
    return chosen


@asynccontextmanager
async def opened(
    database_url: str, folder: Path, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[TownHouse]:
    clock = MovableClock()
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(slow.give)) as carried,
        house(database_url, folder, clock=clock, carried=carried) as made,
    ):
        monkeypatch.setattr(made.scanning, "_antivirus", slow)
        monkeypatch.setattr(made.deciphering, "_recogniser", slow)
        monkeypatch.setattr(made.noticing, "_carrier", slow)
        tenant_id = await a_town(made, slug=f"h{folder.name[-12:].replace('_', '-').strip('-')}")
        mailbox = await a_mailbox(made, tenant_id, f"contact@{tenant_id.hex}.example.fr")
        yield TownHouse(made, tenant_id, mailbox, clock)


async def _rows(town: TownHouse, query: str) -> list[tuple[Any, ...]]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return [tuple(row) for row in await session.execute(text(query))]


async def _another_would_take(town: TownHouse, work: Work) -> bool:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await work.claim(session, town.tenant_id, town.clock())
        await session.rollback()
    return bool(found)


async def test_what_a_dead_worker_held_is_anothers_within_a_minute(
    work: Work, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    async with opened(database_url, tmp_path, slow, monkeypatch) as town:
        working = asyncio.ensure_future((await work.begins(town))())
        await slow.asked.wait()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        assert work.lease + SWEPT_EACH <= timedelta(minutes=1)
        town.clock.move(seconds=work.lease.total_seconds() - 1)
        assert not await _another_would_take(town, work)
        town.clock.move(seconds=1)
        assert await _another_would_take(town, work)


async def test_what_lasts_longer_than_its_lease_is_taken_by_nobody_else(
    work: Work, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "RENEWED_EACH_S", 0.01)
    slow = Slow()
    async with opened(database_url, tmp_path, slow, monkeypatch) as town:
        working = asyncio.ensure_future((await work.begins(town))())
        await slow.asked.wait()
        for _ in range(3):
            town.clock.move(seconds=work.lease.total_seconds() - 1)
            renewed = [(town.clock() + work.lease,)]
            while await _rows(town, f"SELECT next_attempt_at FROM {work.table}") != renewed:  # noqa: ASYNC110 — another task writes it; names of ours
                await asyncio.sleep(0.01)
        assert not await _another_would_take(town, work)
        slow.answer.set()
        await working
        assert await _rows(town, work.done) == [(True, 1)]


async def test_a_machine_that_fails_is_no_attempt_at_a_piece(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> str:
        raise Unavailable

    slow = Slow()
    slow.answer.set()
    async with opened(database_url, tmp_path, slow, monkeypatch) as town:
        message = await _a_piece(town)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(town.house.store, "put", full)
            for _ in range(2 * len(fetching.AFTER)):
                await town.house.fetching.fetch(str(town.tenant_id), message)
                town.clock.move(seconds=fetching.MACHINE_AWAY.total_seconds())
        assert await _rows(town, WORKS["piece"].done) == [(False, 0)]
        await town.house.fetching.fetch(str(town.tenant_id), message)
        assert await _rows(town, WORKS["piece"].done) == [(True, 1)]


@pytest.mark.parametrize("lives", [True, False])
async def test_an_examination_cut_off_a_few_times_is_made_all_the_same_and_one_always_cut_off_is_said(
    lives: bool,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Workers killed one after the other for other reasons: on a bad day, within a few minutes."""
    slow = Slow()
    slow.answer.set()
    async with opened(database_url, tmp_path, slow, monkeypatch) as town:
        examine = await _scanning(town)
        for _ in range(scanning.CUT_OFF_AT_MOST - lives):
            async with town.house.database.transaction(tenant=town.tenant_id) as session:
                now = town.clock()
                assert await scans.claim(session, town.tenant_id, now=now, lease=now + LEASE)
            town.clock.move(seconds=LEASE.total_seconds())
        await examine()
        assert await _rows(town, "SELECT state FROM scans") == [("clean" if lives else "failed",)]
    assert deciphering.CUT_OFF_AT_MOST == scanning.CUT_OFF_AT_MOST
