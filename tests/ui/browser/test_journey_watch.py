"""A term that nears: told to whoever watches, found in the list and on the calendar, taken in hand before it is born."""

import re

from playwright.async_api import expect

from tests.api.test_service_figures import qualified
from tests.ui.conftest import Desk
from tests.ui.journeys import World


async def test_a_term_that_nears_is_seen_everywhere_and_taken_in_hand(desk: Desk, world: World) -> None:
    house, town = desk.town.house, desk.town
    ticket = await town.a_ticket(subject="Terrasse d’été", text="Je demande une terrasse.")
    await world.leave()
    await qualified(town, ticket, regime="SVA")
    town.clock.move(days=57)  # silence grants it in four days
    await house.vigil.round(town.id)
    agent = await desk.person(name="Maxence Exemple-Nord")
    screen = await desk.screen()
    page = screen.page
    await screen.enter(agent)
    views = page.get_by_role("navigation", name="Vues")
    await views.get_by_role("link", name=re.compile("^Échéance ≤ 7 jours")).click()
    row = page.locator(f"tr[data-ticket={ticket['id']}]")
    await row.get_by_text("dans 4 jours").wait_for()
    await screen.picture("echeance-1-boite")
    assert await screen.unreadable() == []

    await page.get_by_role("link", name="Échéances", exact=True).click()
    entry = page.locator(".ag li").filter(has_text="Terrasse d’été")
    await entry.get_by_text("dans 4 jours").wait_for()
    await screen.picture("echeance-2-calendrier")
    await page.get_by_role("link", name=re.compile("^Alertes")).click()
    alert = page.locator("ul.sendings > li").filter(has_text=ticket["reference"]).first
    await alert.wait_for()
    await screen.picture("echeance-3-alertes")
    assert await screen.unreadable() == []
    await alert.get_by_role("button", name=re.compile("^Je m’en charge")).click()
    await expect(page.locator("ul.sendings > li").filter(has_text=ticket["reference"])).to_have_count(0)

    await screen.open("/bureau/boite?vue=semaine")
    await screen.walk_to(row.locator("[data-row]"))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Affecter", exact=True).click()
    await page.get_by_role("menuitem", name=re.compile("À moi")).click()
    await page.get_by_role("region", name="Contexte").get_by_text("Maxence Exemple-Nord").wait_for()
    await screen.picture("echeance-4-prise")
    assert screen.complaints == []
