"""A client of a town's API, with every right."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from app.identity.scopes import Scope
from app.main import create_app
from tests.harness.towns import TownHouse


@asynccontextmanager
async def client_of(town: TownHouse) -> AsyncIterator[httpx.AsyncClient]:
    secret, _ = await town.house.access.create(town.tenant_id, name="Essai", scopes=list(Scope))
    transport = httpx.ASGITransport(app=create_app(town.house))
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers) as client:
        yield client
