"""Pieces still at their provider: the message is visible first, the piece follows, and what cannot be had is said (T97)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.channels.values import Channel
from app.exchanges.fetching import AFTER, PieceHere
from app.exchanges.holding import LEASE
from app.facts import SYSTEM
from app.tickets.values import FetchState, Message, Piece
from tests.harness.houses import MovableClock, a_town, house
from tests.harness.towns import TownHouse, a_mailbox

PHOTO = b"\xff\xd8\xff une photo"
URL = "https://media.example.org/photo.jpg"


@dataclass
class Provider:
    """A host of media that does as it is told."""

    answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200, content=PHOTO)
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)


@dataclass(frozen=True)
class Scene:
    town: TownHouse
    provider: Provider
    channel: Channel

    async def a_message(self, *sources: str, **said: object) -> Message:
        """Hands over a message with pieces to fetch; returns it as an agent sees it at once."""
        pieces = ",".join(
            f'{{"name": "photo.jpg", "content_type": "image/jpeg", "url": "{source}"}}' for source in sources
        )
        body = f'{{"external_id": "{len(self.provider.asked)}-{sources}", "text": "Voir la photo", "sender": {{"kind": "email", "address": "usager@example.org"}}, "attachments": [{pieces}]}}'
        kept = await self.town.receive(
            body.encode(), channel=self.channel, headers=[("Content-Type", "application/json")]
        )
        assert kept.message_id is not None, kept.reason
        return await self.message(kept.message_id)

    async def message(self, message_id: UUID) -> Message:
        async with self.town.house.database.transaction(tenant=self.town.tenant_id) as session:
            found = await self.town.house.tickets.message(session, self.town.tenant_id, message_id)
            return next(
                one
                for one in await self.town.house.tickets.thread(session, self.town.tenant_id, found.ticket_id)
                if one.id == message_id
            )

    async def fetch(self, message: Message) -> Piece:
        await self.town.house.fetching.fetch(str(self.town.tenant_id), str(message.id))
        return (await self.message(message.id)).pieces[0][1]


@pytest_asyncio.fixture
async def scene(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Scene]:
    provider = Provider()
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(provider)) as carried,
        house(database_url, tmp_path, clock=clock, carried=carried) as opened,
    ):
        tenant_id = await a_town(opened, slug=f"f{tmp_path.name[-12:].replace('_', '-').strip('-')}")
        mailbox = await a_mailbox(opened, tenant_id, f"contact@{tenant_id.hex}.example.fr")
        town = TownHouse(opened, tenant_id, mailbox, clock)
        channel = await town.connect("http", {"accept_unsigned": True})
        yield Scene(town, provider, channel)


async def test_a_message_is_visible_before_its_piece_is_asked_for(scene: Scene) -> None:
    message = await scene.a_message(URL)
    assert message.text == "Voir la photo"
    assert message.pieces[0][1].fetch is FetchState.WAITING
    assert scene.provider.asked == []


async def test_the_piece_follows_with_its_digest(scene: Scene) -> None:
    piece = await scene.fetch(await scene.a_message(URL))
    assert (piece.fetch, piece.sha256, piece.size) == (
        FetchState.FETCHED,
        hashlib.sha256(PHOTO).hexdigest(),
        len(PHOTO),
    )
    assert await scene.town.house.store.get(scene.town.tenant_id, piece.sha256 or "") == PHOTO


async def test_a_job_that_comes_twice_asks_once(scene: Scene) -> None:
    message = await scene.a_message(URL)
    await scene.fetch(message)
    await scene.fetch(message)
    assert len(scene.provider.asked) == 1


async def test_a_provider_in_trouble_is_asked_later_and_the_message_says_so(scene: Scene, clock: MovableClock) -> None:
    scene.provider.answer = lambda _: httpx.Response(503)
    message = await scene.a_message(URL)
    piece = await scene.fetch(message)
    assert piece.fetch is FetchState.WAITING
    assert "503" in (piece.problem or "")
    await scene.fetch(message)
    assert len(scene.provider.asked) == 1, "not before its time"
    scene.provider.answer = lambda _: httpx.Response(200, content=PHOTO)
    clock.move(seconds=AFTER[0].total_seconds())
    piece = await scene.fetch(message)
    assert (piece.fetch, piece.problem) == (FetchState.FETCHED, None)


async def test_attempts_end_and_the_message_says_why(scene: Scene, clock: MovableClock) -> None:
    scene.provider.answer = lambda _: httpx.Response(500)
    message = await scene.a_message(URL)
    for pause in AFTER:
        assert (await scene.fetch(message)).fetch is FetchState.WAITING
        clock.move(seconds=pause.total_seconds())
    piece = await scene.fetch(message)
    assert piece.fetch is FetchState.FAILED
    assert piece.problem
    assert len(scene.provider.asked) == len(AFTER) + 1


async def test_what_the_provider_has_no_more_is_not_asked_again(scene: Scene, clock: MovableClock) -> None:
    scene.provider.answer = lambda _: httpx.Response(410)
    message = await scene.a_message(URL)
    assert (await scene.fetch(message)).fetch is FetchState.FAILED
    clock.move(days=1)
    await scene.fetch(message)
    assert len(scene.provider.asked) == 1


async def test_an_agent_may_ask_once_more(scene: Scene) -> None:
    scene.provider.answer = lambda _: httpx.Response(410)
    message = await scene.a_message(URL)
    await scene.fetch(message)
    scene.provider.answer = lambda _: httpx.Response(200, content=PHOTO)
    house, tenant_id, attachment_id = scene.town.house, scene.town.tenant_id, message.pieces[0][0]
    async with house.database.transaction(tenant=tenant_id) as session:
        await house.fetching.again(session, tenant_id, attachment_id, message.id, actor=SYSTEM)
    assert (await scene.fetch(message)).fetch is FetchState.FETCHED
    async with house.database.transaction(tenant=tenant_id) as session:
        with pytest.raises(PieceHere):
            await house.fetching.again(session, tenant_id, attachment_id, message.id, actor=SYSTEM)


async def test_a_worker_that_dies_has_not_lost_the_piece(scene: Scene, clock: MovableClock) -> None:
    def die(request: httpx.Request) -> httpx.Response:
        raise asyncio.CancelledError

    message = await scene.a_message(URL)
    scene.provider.answer = die
    with pytest.raises(asyncio.CancelledError):
        await scene.fetch(message)
    scene.provider.answer = lambda _: httpx.Response(200, content=PHOTO)
    assert (await scene.message(message.id)).pieces[0][1].fetch is FetchState.WAITING
    clock.move(seconds=LEASE.total_seconds())
    assert (await scene.fetch(message)).fetch is FetchState.FETCHED


async def test_a_piece_too_large_is_refused_without_being_read(scene: Scene) -> None:
    scene.provider.answer = lambda _: httpx.Response(200, headers={"Content-Length": str(26 * 2**20)}, content=b"")
    piece = await scene.fetch(await scene.a_message(URL))
    assert piece.fetch is FetchState.FAILED
    assert "25 Mo" in (piece.problem or "")


async def test_a_piece_that_says_no_size_is_cut_at_the_limit(scene: Scene) -> None:
    given = []

    async def endless() -> AsyncIterator[bytes]:
        while len(given) < 60:
            given.append(1)
            yield bytes(2**20)

    scene.provider.answer = lambda _: httpx.Response(200, content=endless())
    piece = await scene.fetch(await scene.a_message(URL))
    assert (piece.fetch, piece.sha256) == (FetchState.FAILED, None)
    assert "25 Mo" in (piece.problem or "")
    assert len(given) <= 27


async def test_one_piece_that_fails_keeps_no_other_waiting(scene: Scene) -> None:
    scene.provider.answer = lambda request: (
        httpx.Response(410) if request.url.path == "/a" else httpx.Response(200, content=PHOTO)
    )
    message = await scene.a_message("https://media.example.org/a", "https://media.example.org/b")
    await scene.fetch(message)
    states = [piece.fetch for _, piece in (await scene.message(message.id)).pieces]
    assert states == [FetchState.FAILED, FetchState.FETCHED]


async def test_the_sweep_finds_what_a_lost_job_left(scene: Scene) -> None:
    message = await scene.a_message(URL)
    await scene.town.house.fetching.wake(scene.town.tenant_id)
    assert (await scene.fetch(message)).fetch is FetchState.FETCHED


async def test_a_bots_photo_is_taken_with_its_token(scene: Scene) -> None:
    bot = await scene.town.connect(
        "telegram", {"secret_token": "secret-du-robot", "bot_token": SecretStr("1:x").get_secret_value()}
    )

    def telegram(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/getFile"):
            return httpx.Response(200, json={"ok": True, "result": {"file_path": "photos/1.jpg"}})
        return httpx.Response(200, content=PHOTO)

    scene.provider.answer = telegram
    update = b'{"update_id": 7, "message": {"message_id": 3, "date": 1772442000, "chat": {"id": 5, "type": "private"}, "from": {"id": 5, "first_name": "Usager"}, "caption": "Voici", "photo": [{"file_id": "F", "width": 9, "file_size": 14}]}}'
    kept = await scene.town.receive(update, channel=bot)
    assert kept.message_id is not None, kept.reason
    piece = await scene.fetch(await scene.message(kept.message_id))
    assert piece.fetch is FetchState.FETCHED
    assert [request.url.host for request in scene.provider.asked] == ["api.telegram.org"] * 2
