"""A town with a live chat: its whole application in process, a visitor's page, an agent's key."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from app.bootstrap import House
from app.channels.values import Channel
from app.exchanges import outbox
from app.facts import Actor
from app.identity.scopes import Scope
from app.ids import Prefix, new_id, public_id
from app.main import create_app
from app.tickets.repository import Filter
from app.tickets.values import Ticket
from tests.harness.houses import MovableClock, a_town, house

BASE_URL = "http://127.0.0.1:8000"
SITE = "https://www.villebourg.example.fr"
OURS = {"Origin": BASE_URL}


@dataclass
class Page:
    """A visitor's page: it holds a session, and says what a browser would."""

    http: httpx.AsyncClient
    path: str
    session: str = ""

    @property
    def head(self) -> dict[str, str]:
        return {**OURS, "Authorization": f"Bearer {self.session}"}

    async def enter(self, **asked: Any) -> "Page":
        given = await self.http.post(f"{self.path}/entries", json=asked, headers=OURS)
        assert given.status_code == 201, given.text
        entered = await self.http.post(f"{self.path}/sessions", json={"ticket": given.json()["ticket"]}, headers=OURS)
        assert entered.status_code == 201, entered.text
        self.session = entered.json()["session"]
        return self

    async def post(self, what: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"{self.path}/{what}", json=body or None, headers=self.head)

    async def say(self, text: str, *, name: str = "", **more: Any) -> httpx.Response:
        return await self.post("messages", client_msg_id=name or new_id().hex, text=text, **more)

    async def lines(self, after: int = 0) -> list[dict[str, Any]]:
        answer = await self.http.get(f"{self.path}/lines", params={"after": after}, headers=self.head)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@dataclass
class Town:
    """One administration with a chat, a mailbox and somebody at the desk."""

    house: House
    id: UUID
    channel: Channel
    clock: MovableClock
    client: Callable[..., httpx.AsyncClient]
    http: httpx.AsyncClient
    desk: UUID = field(default_factory=new_id)

    @property
    def path(self) -> str:
        return f"/chat/{self.channel.key}"

    def page(self, **options: Any) -> Page:
        """Opens a page of its own, as another browser would."""
        return Page(self.client(**options), self.path)

    async def at_desk(self) -> None:
        async with self.house.database.transaction(tenant=self.id) as session:
            await self.house.chat.availability.come(
                session, self.id, self.desk, actor=Actor("key", self.desk, "Accueil")
            )

    async def left_desk(self) -> None:
        async with self.house.database.transaction(tenant=self.id) as session:
            await self.house.chat.availability.leave(session, self.id, self.desk, actor=Actor("key", self.desk))

    async def read_all(self) -> None:
        await self.house.inbound.drain(str(self.id))

    async def tickets(self) -> list[Ticket]:
        async with self.house.database.transaction(tenant=self.id) as session:
            return await self.house.tickets.page(session, self.id, Filter(), by_term=False, after=None, limit=50)

    async def ticket(self) -> Ticket:
        await self.read_all()
        (found,) = await self.tickets()
        return found

    async def answer(self, ticket: Ticket, text: str) -> dict[str, Any]:
        """Answers as an agent does by the API, and lets it leave."""
        path = f"/api/v1/tickets/{public_id(Prefix.TICKET, ticket.id)}/replies"
        frozen = await self.http.post(path, json={"text": text}, headers={"Idempotency-Key": new_id().hex})
        assert frozen.status_code == 202, frozen.text
        await self.deliver()
        return (await self.http.get(frozen.headers["location"])).json()

    async def deliver(self) -> None:
        async with self.house.database.transaction(tenant=self.id) as session:
            due = await outbox.due(session, self.id, now=self.clock(), limit=100)
        await self.house.dispatcher.dispatch(str(self.id), [str(one) for one in due])

    def conversation(self, ticket: Ticket) -> str:
        return f"/api/v1/tickets/{public_id(Prefix.TICKET, ticket.id)}/conversation"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def a_house(database_url: str, tmp_path_factory: Any) -> AsyncIterator[tuple[House, MovableClock]]:
    clock = MovableClock()
    async with house(database_url, tmp_path_factory.mktemp("house"), clock=clock, worker_inside=False) as opened:
        yield opened, clock


@pytest_asyncio.fixture
async def new_town(a_house: tuple[House, MovableClock]) -> AsyncIterator[Any]:
    opened, clock = a_house
    app, clients = create_app(opened), list[httpx.AsyncClient]()

    def client(remote: str = "203.0.113.9") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, client=(remote, 1))
        clients.append(httpx.AsyncClient(transport=transport, base_url=BASE_URL))
        return clients[-1]

    async def found(**config: Any) -> Town:
        tenant_id, word = await a_town(opened, slug=f"v-{new_id().hex}"), new_id().hex
        async with opened.database.transaction(tenant=tenant_id) as session:
            channel = await opened.channels.connect(
                session, tenant_id, type="chat", name="Discussion", address=None, config={"sites": [SITE], **config}
            )
            address = f"contact.{word}@villebourg.example.fr"
            await opened.channels.connect(
                session, tenant_id, type="email", name="Courriel", address=address, config={"address": address}
            )
        town = Town(opened, tenant_id, channel, clock, client, client())
        secret, _ = await opened.access.create(tenant_id, name="Accueil", scopes=[one.value for one in Scope])
        town.http.headers["Authorization"] = f"Bearer {secret}"
        return town

    yield found
    for one in clients:
        await one.aclose()


@pytest_asyncio.fixture
async def town(new_town: Any) -> Town:
    return await new_town()
