"""What a screen is opened for is asked for first, and waits for nothing it does not need."""

import asyncio
import re
from typing import Any

from playwright.async_api import Request, Route, expect

from tests.ui.conftest import Desk, Screen

LIST, ME = re.compile(r"/api/v1/tickets\?sort="), re.compile(r"/me$")


def heard(screen: Screen) -> list[str]:
    """Every address asked of the API, in order."""
    asked: list[str] = []

    def hear(request: Request) -> None:
        if "/api/v1/" in request.url:
            asked.append(request.url)

    screen.page.on("request", hear)
    return asked


async def held(screen: Screen, address: re.Pattern[str]) -> asyncio.Event:
    """Keeps the answers of an address back until the event is set."""
    let_go = asyncio.Event()

    async def wait(route: Route) -> None:
        await let_go.wait()
        await route.continue_()

    await screen.page.route(address, wait)
    return let_go


def place(asked: list[str], address: re.Pattern[str]) -> int:
    return next(at for at, one in enumerate(asked) if address.search(one))


async def test_the_list_is_asked_for_before_what_stands_around_it(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen()
    page, asked = screen.page, heard(screen)
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=activite")
    await page.locator(f"tr[data-ticket={ticket['id']}]").wait_for()
    before = asked[: place(asked, LIST)]
    assert [one for one in before if not re.search(r"/(me|tenant)$|/events/stream", one)] == []
    assert screen.complaints == []


async def opened(screen: Screen, ticket: dict[str, Any]) -> None:
    """Sees the request and what was said in it."""
    page = screen.page
    await expect(page.get_by_role("heading", level=1)).to_contain_text(ticket["subject"])
    await page.get_by_role("group", name="Fil").get_by_text("Le lampadaire", exact=False).first.wait_for()


async def test_a_request_of_the_list_is_opened_without_being_looked_for(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=activite")
    row = page.locator(f"tr[data-ticket={ticket['id']}] [data-row]")
    await row.wait_for()
    asked = heard(screen)
    let_go = await held(screen, re.compile(rf"/tickets/{ticket['id']}$"))
    async with (
        page.expect_request(re.compile(rf"/{ticket['id']}/timeline\?")),
        page.expect_request(re.compile(rf"/{ticket['id']}/saisines\?")),
    ):
        await row.press("Enter")
    let_go.set()
    await opened(screen, ticket)
    assert not [one for one in asked if re.search(r"/tickets\?q=", one)]
    assert len([one for one in asked if "/timeline?" in one]) == 1
    assert screen.complaints == []


async def test_a_request_by_its_address_is_looked_for_while_it_is_found_out_who_is_here(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen()
    page, asked = screen.page, heard(screen)
    let_go = await held(screen, ME)
    async with page.expect_request(re.compile(rf"/tickets\?q={ticket['reference']}")):
        await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    let_go.set()
    await opened(screen, ticket)
    assert len([one for one in asked if re.search(r"/tickets\?q=", one)]) == 1
    assert screen.complaints == []
