"""The application in a real browser, on a real server and house. Where there is no browser, `tests/conftest.py` says so at the end of the run."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn

from app.identity.scopes import Scope
from app.identity.signing_in import Strength
from app.ids import new_id
from app.main import create_app
from app.rest.access import SESSION_COOKIE
from tests.api.conftest import Town
from tests.api.test_people import PASSWORD, invited
from tests.harness import browsers
from tests.harness.houses import MovableClock, a_town, house

collect_ignore = ["browser"] if browsers.missing() else []
_AXE = browsers.hatch_build.UI / "node_modules" / "axe-core" / "axe.min.js"
_SPACING = Path(__file__).with_name("spacing.js").read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_PLACES = """row => {
  const all = [...document.querySelectorAll("#liste [data-row]")];
  return [all.findIndex((one) => one.closest("tr").contains(document.activeElement)), all.indexOf(row)];
}"""


@cache
def axe() -> str:
    return _AXE.read_text()


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    id: str
    word: str  # of an open session


@dataclass
class Screen:
    """A page of the browser, and all it complained of."""

    page: Any
    base: str
    now: datetime
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set[int])

    async def open(self, path: str) -> None:
        await self.page.goto(self.base + path)

    async def enter(self, person: Person, *, towards: str = "/bureau/boite") -> None:
        """Opens a screen as somebody who signed in before."""
        await self.page.context.add_cookies([{"name": SESSION_COOKIE, "value": person.word, "url": self.base}])
        await self.open(towards)

    async def sign_in(self, email: str, *, towards: str) -> None:
        """Signs in on the page of the server, as people do, from the screen that was wanted."""
        await self.open(towards)
        await self.page.get_by_label("Adresse").first.fill(email)
        await self.page.locator("input[name=mot_de_passe]").fill(PASSWORD)
        await self.page.locator("form:has(input[name=mot_de_passe]) button[type=submit]").click()
        await self.page.wait_for_url("**/bureau/**")

    async def strike(self, *keys: str) -> None:
        """Strikes keys one upon the other, as a hand does: none waits until the page has dealt with the one before."""
        await asyncio.gather(*(self.page.keyboard.press(key) for key in keys))

    async def walk_to(self, row: Any) -> None:
        """Walks the list to the link of a row by its keys, seeing the focus arrive before each next step."""
        from playwright.async_api import expect

        await expect(row).to_be_visible()
        links = self.page.locator("#liste [data-row]")
        at, wanted = await row.evaluate(_PLACES)
        while at != wanted:
            key, at = ("j", at + 1) if at < wanted else ("k", at - 1)
            await self.page.keyboard.press(key)
            await expect(links.nth(at)).to_be_focused()
        await expect(row).to_be_focused()

    async def stop_time(self) -> None:
        """Stops what the page does by itself after a while: a machine however slow acts within its ten seconds."""
        await self.page.clock.pause_at(self.now)

    async def let_time_go(self) -> None:
        await self.page.clock.resume()

    async def picture(self, name: str) -> None:
        """Keeps the page as it is seen, where somebody wants to look."""
        await kept(self.page, name)

    async def faults(self, *, rules: Sequence[str] = _RULES) -> list[Any]:
        """What axe finds on the screen as it stands; the page's own policy stays: the rules run in a world apart."""
        await self.styled()
        session = await self.page.context.new_cdp_session(self.page)
        asked = (
            f"axe.run(document, {{runOnly: {list(rules)}}}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
        )
        told = await session.send(
            "Runtime.evaluate",
            {"expression": f"{axe()};{asked}", "awaitPromise": True, "returnByValue": True},
        )
        found: list[Any] = told["result"]["value"]
        return found

    async def styled(self) -> None:
        """Waits for the style and the letters of a page, which may come after the words that were waited for."""
        await self.page.wait_for_load_state("load")
        await self.page.evaluate("document.fonts.ready.then(() => true)")

    async def unreadable(self) -> list[Any]:
        """What axe finds, how much wider than the window the screen is, and what spacing the text out cuts (WCAG 1.4.12)."""
        found = await self.faults()
        wider = await self.wider_than_shown()
        return [*found, *([wider] if wider > 0 else []), *await self.cut_when_spaced_out()]

    async def cut_when_spaced_out(self) -> list[Any]:
        cut: list[Any] = await self.page.evaluate(_SPACING)
        return cut

    async def wider_than_shown(self) -> int:
        wide: int = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return wide


@dataclass
class Desk:
    """A town served at an address, and its people."""

    town: Town
    base: str
    browser: Any
    contexts: list[Any] = field(default_factory=list)

    async def person(self, role: str = "agent", **words: Any) -> "Person":
        """Makes somebody with an account and a session."""
        email = f"{secrets.token_hex(6)}@agents.example.fr"
        body = {"email": email, "name": "Camille Exemple", "role": role, **words}
        made = (await self.town.http.post("/api/v1/users", json=body)).json()
        house, town = self.town.house, self.town.id
        person = await house.accounts.accept(invited(made["invitation_url"]), password=PASSWORD)
        async with house.database.transaction(tenant=town) as session:
            known = await house.accounts.get(session, town, person.id)
            word = await house.sessions.open(session, town, holder=known, strength=Strength.PASSWORD)
        return Person(email, made["id"], word)

    async def screen(
        self, *, width: int = 1440, height: int = 900, scheme: str = "light", refusals: Sequence[int] = ()
    ) -> Screen:
        """Opens a browser of its own, whose day is the town's. `refusals` are the statuses a test provokes."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, locale="fr-FR", color_scheme=scheme, reduced_motion="reduce"
        )
        context.set_default_timeout(60_000)
        self.contexts.append(context)
        page = await context.new_page()
        now = self.town.clock()
        await page.clock.set_fixed_time(now)
        screen = Screen(page, self.base, now, expected=set(refusals))
        page.on("pageerror", lambda error: screen.complaints.append(str(error)))
        page.on("console", lambda said: _heard(screen, said))
        return screen


async def kept(page: Any, name: str) -> None:
    """Keeps the picture of a page in the folder `PARVIS_PICTURES` names; nothing where none is named."""
    if folder := os.environ.get("PARVIS_PICTURES"):
        await page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


def _heard(screen: Screen, said: Any) -> None:
    if said.type in {"error", "warning"} and not any(f"status of {status}" in said.text for status in screen.expected):
        screen.complaints.append(said.text)


@pytest.fixture(scope="module")
def carried() -> httpx.AsyncClient | None:
    """What stands for the providers; a module that speaks with one gives a client whose transport answers as it would."""
    return None


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def a_desk(database_url: str, tmp_path_factory: Any, carried: httpx.AsyncClient | None) -> AsyncIterator[Desk]:
    """One house, one server, one browser for the module."""
    from playwright.async_api import async_playwright, expect

    expect.set_options(timeout=60_000)  # a busy machine is no failure
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        clock = MovableClock()
        folder = tmp_path_factory.mktemp("house")
        async with house(
            database_url, folder, clock=clock, carried=carried, worker_inside=False, base_url=base
        ) as opened:
            # A connection kept for the next request is never closed under it, however long a machine takes to ask.
            config = uvicorn.Config(create_app(opened), log_config=None, lifespan="off", timeout_keep_alive=3600)
            server = uvicorn.Server(config)
            server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
            task = asyncio.create_task(server.serve(sockets=[listening]))
            while not server.started:  # noqa: ASYNC110 — uvicorn keeps a flag, no event
                await asyncio.sleep(0.01)
            chosen = await asyncio.to_thread(browsers.found)
            async with async_playwright() as driver:
                browser = await driver.chromium.launch(
                    executable_path=chosen.program, args=["--no-sandbox"], env=chosen.environment, timeout=180_000
                )
                async with httpx.AsyncClient(base_url=base, timeout=60) as http:
                    tenant_id = await a_town(opened, slug=f"ville-{new_id().hex}")
                    town = Town(opened, tenant_id, http, clock)
                    http.headers.update(await town.key(*Scope))
                    yield Desk(town, base, browser)
                await browser.close()
            server.force_exit = server.should_exit = True
            await task


@pytest_asyncio.fixture
async def desk(a_desk: Desk, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    yield a_desk
    for number, context in enumerate(a_desk.contexts, start=1):
        for page in context.pages:
            await kept(page, f"{request.node.name}-{number}")
        await context.close()
    a_desk.contexts.clear()
