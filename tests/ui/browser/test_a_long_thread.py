"""A request where much was said opens on its end; what came before is read when asked, without losing one's place."""

import re
from typing import Any

from playwright.async_api import Request, expect

from app.facts import Actor
from app.ids import Prefix, parse_id
from tests.ui.conftest import Desk

MANY = 110


async def noted(desk: Desk, ticket: dict[str, Any], many: int) -> None:
    """Colleagues write that many notes."""
    town, ticket_id = desk.town, parse_id(Prefix.TICKET, ticket["id"])
    async with town.house.database.transaction(tenant=town.id) as session:
        for n in range(1, many + 1):
            town.clock.move(seconds=1)
            await town.house.tickets.note(session, town.id, ticket_id, f"Note numéro {n}.", actor=Actor("system"))


async def test_a_long_thread_is_read_from_its_end_and_keeps_place_and_focus(desk: Desk) -> None:
    town = desk.town
    ticket = await town.a_ticket()
    await noted(desk, ticket, MANY)
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    last = page.get_by_text(f"Note numéro {MANY}.", exact=True)
    await last.wait_for()
    assert await last.evaluate("(e) => e.getBoundingClientRect().bottom <= innerHeight")
    await page.get_by_text("Les 50 dernières entrées").wait_for()
    first = page.get_by_text(f"Note numéro {MANY - 49}.", exact=True)
    await expect(page.get_by_text(f"Note numéro {MANY - 50}.", exact=True)).to_have_count(0)
    earlier = page.get_by_role("button", name="Charger les précédents")
    await earlier.scroll_into_view_if_needed()
    top = "(e) => Math.round(e.getBoundingClientRect().top)"
    stood = await first.evaluate(top)
    assert await screen.faults() == []
    await earlier.press("Enter")
    await page.get_by_text(f"Note numéro {MANY - 50}.", exact=True).wait_for()
    assert abs(await first.evaluate(top) - stood) <= 1
    at = "(e) => e.closest('[data-message]') === document.activeElement"
    assert await first.evaluate(at)
    await earlier.press("Enter")  # what the browser does not hold is asked of the server
    await page.get_by_text("Le lampadaire", exact=False).and_(page.locator(".words")).first.wait_for()
    await expect(earlier).to_have_count(0)
    await page.get_by_text("de la plus ancienne à la plus récente").wait_for()
    assert await screen.faults() == []
    assert screen.complaints == []


async def test_the_dialogs_of_a_long_request_read_only_what_they_show(desk: Desk) -> None:
    channel = await desk.town.connect()
    words = {"sender": {"kind": "email", "address": "long@example.org"}, "conversation_ref": "fil-long"}
    first = await desk.town.hand_over(channel, text="Mon lampadaire est éteint.", **words)
    ticket = (await desk.town.http.get(f"/api/v1/tickets/{first['ticket_id']}")).json()
    await noted(desk, ticket, MANY)
    await desk.town.hand_over(channel, text="Et un nid-de-poule rue Exemple.", **words)
    screen = await desk.screen()
    page, asked = screen.page, list[str]()
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_role("group", name="Fil").get_by_text("nid-de-poule").wait_for()

    def heard(request: Request) -> None:
        asked.extend(re.findall(r"/(timeline|messages)[?/]", request.url))

    page.on("request", heard)
    legal = page.locator("#legal")
    await legal.get_by_role("button", name="Qualifier").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.locator("blockquote").get_by_text("Mon lampadaire").wait_for()
    assert asked == ["messages"]
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)

    await page.get_by_role("button", name="Réunir, séparer…").click()
    await page.get_by_role("menuitem", name=re.compile("^Séparer")).click()
    await dialog.get_by_role("checkbox", name=re.compile("nid-de-poule")).wait_for()
    await expect(dialog.get_by_role("checkbox", name=re.compile("lampadaire"))).to_have_count(0)
    assert asked == ["messages"]
    await dialog.get_by_role("button", name="Charger les précédents").click()
    await dialog.get_by_role("checkbox", name=re.compile("lampadaire")).wait_for()
    await expect(dialog.locator("ul.choices")).to_be_focused()
    assert asked == ["messages", "timeline"]
    assert await screen.faults() == []
    assert screen.complaints == []
