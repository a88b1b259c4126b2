"""A town with its form and its mail, and browsers without scripts on the whole application."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio
from fastapi import FastAPI
from selectolax.lexbor import LexborHTMLParser

from app.api.headers import Envelope
from app.bootstrap import House
from app.channels.contract import Delivery
from app.channels.values import Channel
from app.exchanges.receptions import Door
from app.identity.scopes import EVERYTHING
from app.ids import new_id
from app.rest.problems import install_problems
from app.tickets.repository import Filter
from app.tickets.values import Ticket
from app.web.router import router
from tests.harness.houses import MovableClock, a_town, house

ORIGIN = "http://127.0.0.1:8000"
OURS = {"Sec-Fetch-Site": "same-origin"}


def parsed(answer: httpx.Response) -> LexborHTMLParser:
    return LexborHTMLParser(answer.text)


@dataclass
class Town:
    """One administration, its form, its mailbox, and an agent's browser."""

    house: House
    id: UUID
    slug: str
    form: Channel
    mail: Channel
    clock: MovableClock
    open_browser: Callable[[], httpx.AsyncClient]
    browser: httpx.AsyncClient
    keys: dict[str, UUID] = field(default_factory=dict)

    async def sign_in(self, *scopes: str, browser: httpx.AsyncClient | None = None) -> str:
        """Signs an agent in with a new key; returns the key."""
        secret, key = await self.house.access.create(self.id, name="Accueil", scopes=scopes or EVERYTHING)
        self.keys[secret] = key.id
        answer = await (browser or self.browser).post("/connexion", data={"cle": secret}, headers=OURS)
        assert answer.status_code == 303, answer.text
        return secret

    async def filled(self, **answers: str) -> dict[str, str]:
        """Opens the form, waits as a person does, and returns its fields filled in."""
        shown = parsed(await self.browser.get(f"/formulaires/{self.slug}"))
        hidden = {n.attributes["name"]: n.attributes.get("value") or "" for n in shown.css("form.f input[type=hidden]")}
        self.clock.move(seconds=20)
        words = {"nom": "Exemple", "courriel": "usager@example.fr", "objet": "Terrasse", "message": "Une terrasse."}
        return {**{k: v for k, v in hidden.items() if k}, **words, **answers}

    async def post(self, fields: dict[str, str], **kwargs: Any) -> httpx.Response:
        return await self.browser.post(f"/formulaires/{self.slug}", data=fields, **kwargs)

    async def read_all(self) -> None:
        await self.house.inbound.drain(str(self.id))

    async def tickets(self) -> list[Ticket]:
        async with self.house.database.transaction(tenant=self.id) as session:
            return await self.house.tickets.page(session, self.id, Filter(), by_term=False, after=None, limit=50)

    async def receive(self, raw: bytes) -> None:
        await self.house.inbound.accept(self.mail, Delivery(body=raw), door=Door.SMTP)
        await self.read_all()

    async def a_ticket(self, **answers: str) -> Ticket:
        await self.post(await self.filled(**answers))
        await self.read_all()
        return (await self.tickets())[0]


def application(opened: House) -> FastAPI:
    app = FastAPI()
    app.state.house = opened
    install_problems(app, base_url=opened.base_url)
    app.add_middleware(Envelope)
    app.include_router(router)
    return app


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def a_house(database_url: str, tmp_path_factory: Any) -> AsyncIterator[tuple[House, MovableClock]]:
    folder: Path = tmp_path_factory.mktemp("house")
    clock = MovableClock()
    async with house(database_url, folder, clock=clock, max_form_bytes=1 << 20) as opened:
        yield opened, clock


@pytest_asyncio.fixture
async def town(a_house: tuple[House, MovableClock]) -> AsyncIterator[Town]:
    opened, clock = a_house
    word = new_id().hex[-10:]
    tenant_id = await a_town(opened, slug=word)
    slug, address = f"contact-{word}", f"contact.{word}@villebourg.example.fr"
    async with opened.database.transaction(tenant=tenant_id) as session:
        form = await opened.channels.connect(
            session, tenant_id, type="webform", name="Formulaire", address=slug, config={"slug": slug}
        )
        mail = await opened.channels.connect(
            session, tenant_id, type="email", name="Courriel", address=address, config={"address": address}
        )
    app, browsers = application(opened), list[httpx.AsyncClient]()

    def open_browser() -> httpx.AsyncClient:
        browsers.append(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN))
        return browsers[-1]

    yield Town(opened, tenant_id, slug, form, mail, clock, open_browser, open_browser())
    for browser in browsers:
        await browser.aclose()
