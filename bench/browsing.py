"""A real browser before a real house: what is timed is timed by the page itself, from the gesture to the painted answer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from app.rest.access import SESSION_COOKIE
from tests.harness import browsers

_LOOKING = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")
_PATIENCE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What must be on the screen: so many of a selector, and none of what says that more is coming."""

    selector: str
    many: int = 1
    gone: str = ""

    def words(self) -> dict[str, object]:
        return {"selector": self.selector, "many": self.many, "gone": self.gone}


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a page, in milliseconds since its address was asked for."""

    path: str
    begun: float
    sent: float  # it may have waited for a connection
    ended: float  # 0: it goes on
    bytes: int


class Visit:
    """One person's window, with nothing kept of an earlier one."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self._base = page, base

    async def open(self, path: str, wanted: Wanted) -> float:
        """Opens an address; returns the seconds until it can be used."""
        await self.page.goto(self._base + path, wait_until="commit")
        found: float = await self.page.evaluate("wanted => seenAt(wanted)", wanted.words())
        return found / 1e3

    async def click(self, selector: str, *wanted: Wanted) -> list[float]:
        """Clicks; returns the seconds from the gesture until each thing wanted can be used."""
        await self.page.evaluate("wanteds => armed(wanteds)", [one.words() for one in wanted])
        await self.page.click(selector)
        found: list[float] = await self.page.evaluate("took")
        return [one / 1e3 for one in found]

    async def asked(self) -> list[Request]:
        return [Request(**one) for one in await self.page.evaluate("asked()")]


class Windows:
    """Opens windows of one person."""

    def __init__(self, browser: Browser, base: str, word: str) -> None:
        self._browser, self._base, self._word = browser, base, word

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[Visit]:
        context = await self._browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
        context.set_default_timeout(_PATIENCE_MS)
        await context.add_init_script(_LOOKING)
        await context.add_cookies([{"name": SESSION_COOKIE, "value": self._word, "url": self._base}])
        try:
            yield Visit(await context.new_page(), self._base)
        finally:
            await context.close()


@asynccontextmanager
async def windows(port: int, word: str) -> AsyncIterator[Windows]:
    """Starts a browser. Raises `RuntimeError` where there is none, or no application to show."""
    if lack := browsers.missing():
        raise RuntimeError(lack)
    chosen = browsers.found()
    environment: dict[str, Any] = chosen.environment
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=chosen.program, args=["--no-sandbox"], env=environment, timeout=_PATIENCE_MS
        )
        try:
            yield Windows(browser, f"http://127.0.0.1:{port}", word)
        finally:
            await browser.close()


def chain(requests: Sequence[Request], towards: str) -> list[Request]:
    """Returns the longest chain of requests each begun after the one before had ended, that leads to the first that begins so.

    One that merely came later counts as one that waited: the chain is the longest that could be meant.
    """
    longest: list[list[Request]] = []
    for one in sorted(requests, key=lambda one: one.begun):
        before = [found for found in longest if 0 < found[-1].ended <= one.begun]
        longest.append([*max(before, key=len, default=[]), one])
    return next((found for found in longest if found[-1].path.startswith(towards)), [])


def shortest(rounds: Sequence[list[Request]]) -> list[Request]:
    """Returns the shortest chain of the rounds; what waits for an answer waits each time, what merely came later does not.

    Raises `RuntimeError` where a round never asked for what the chain leads to.
    """
    if not all(rounds):
        message = "a round never asked for what its chain should lead to: has an address changed?"
        raise RuntimeError(message)
    return min(rounds, key=len)
