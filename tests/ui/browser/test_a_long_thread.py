"""A request where much was said opens on its end; what came before is read when asked, without losing one's place."""

from playwright.async_api import expect

from app.facts import Actor
from app.ids import Prefix, parse_id
from tests.ui.conftest import Desk

MANY = 110


async def test_a_long_thread_is_read_from_its_end_and_keeps_place_and_focus(desk: Desk) -> None:
    town = desk.town
    ticket = await town.a_ticket()
    ticket_id = parse_id(Prefix.TICKET, ticket["id"])
    async with town.house.database.transaction(tenant=town.id) as session:
        for n in range(1, MANY + 1):
            town.clock.move(seconds=1)
            words = f"Note numéro {n}."
            await town.house.tickets.note(session, town.id, ticket_id, words, actor=Actor("system"))
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
