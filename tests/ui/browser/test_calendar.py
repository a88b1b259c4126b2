"""The calendar of terms in a real browser: a day opens its list, what is past stays on top, everybody can read it."""

import asyncio
import re
from datetime import date
from typing import Any

import pytest
from playwright.async_api import expect

from tests.api.test_service_figures import qualified
from tests.ui.conftest import Desk

MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


async def test_a_day_opens_its_list_and_the_address_says_all_of_it(desk: Desk) -> None:
    ticket = await desk.town.a_ticket(text="Une terrasse devant le café.")
    await qualified(desk.town, ticket, regime="SVA")
    term = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()["alert_on"]
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person())
    await page.get_by_role("link", name="Échéances").wait_for()
    await screen.strike("g", "c")
    await page.get_by_role("table", name=re.compile("^Échéances par jour")).wait_for()
    await expect(page.locator("td.today")).to_have_count(1)
    month = desk.town.clock().month
    while month != date.fromisoformat(term).month:
        await page.get_by_role("link", name="Mois suivant").click()
        month = month % 12 + 1  # the link leads one month further once the month it led to is shown
        await page.get_by_role(
            "table", name=re.compile(f"^Échéances par jour : {MONTHS[month - 1]} ", re.IGNORECASE)
        ).wait_for()
    day = page.locator(f'td:has([data-day="{term}"])')
    await day.locator("a.d").click()
    await expect(page.locator("#agenda")).to_be_focused()
    await expect(page.locator(".ag [data-entry]").first).to_be_visible()
    await page.get_by_label("Risque", exact=True).select_option("controlled")
    await page.get_by_role("link", name=re.compile(ticket["subject"][:12])).first.wait_for()
    await expect(page).to_have_url(re.compile("risque=controlled"))
    await expect(page).to_have_url(re.compile(f"jour={term}"))
    await page.reload()
    await page.locator(".ag [data-entry]").first.wait_for()
    await page.keyboard.press("j")
    await expect(page.locator("[data-entry]").first).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/bureau/dossiers/**")
    assert screen.complaints == []


async def test_what_moves_before_the_link_begins_is_counted_on_its_day(desk: Desk) -> None:
    first = await desk.town.a_ticket(text="Une terrasse de plus.")
    term = (await desk.town.http.get(f"/api/v1/tickets/{first['id']}")).json()["alert_on"]
    screen = await desk.screen()
    page, let_go = screen.page, asyncio.Event()

    async def late(route: Any) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route("**/api/v1/events/stream*", late)
    await screen.enter(await desk.person(), towards=f"/bureau/echeances?mois={term[:7]}")
    day = page.locator(f'td:has([data-day="{term}"])')
    before = await day.inner_text()
    await desk.town.a_ticket(text="Une terrasse encore.")
    let_go.set()
    await expect(day).not_to_have_text(before, use_inner_text=True)
    assert screen.complaints == []


async def test_an_address_for_an_agenda_is_shown_once_and_revoked(desk: Desk) -> None:
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person("supervisor"), towards="/bureau/echeances")
    await page.get_by_role("button", name="Abonnement").click()
    await page.get_by_label("Qui suivra cette adresse").fill("Service urbanisme")
    await page.get_by_role("button", name="Faire une adresse").click()
    await expect(page.get_by_label(re.compile("^Votre adresse, montrée"))).to_have_value(re.compile("calendar.ics"))
    assert [one for one in await screen.faults() if one] == []
    await page.get_by_role("button", name="Révoquer Service urbanisme").click()
    await page.get_by_text("Aucune adresse n’a été faite.").wait_for()
    assert screen.complaints == []


async def test_a_calendar_that_cannot_be_read_says_so(desk: Desk) -> None:
    screen = await desk.screen(refusals=(503,))
    page = screen.page
    problem = '{"status":503,"code":"unavailable","title":"Indisponible"}'

    async def refused(route) -> None:
        await route.fulfill(status=503, content_type="application/problem+json", body=problem)

    await page.route("**/api/v1/sve/calendar?*", refused)
    await screen.enter(await desk.person(), towards="/bureau/echeances")
    await page.get_by_role("alert").get_by_role("button", name="Réessayer").wait_for()
    await page.unroute("**/api/v1/sve/calendar?*")
    await page.get_by_role("button", name="Réessayer").click()
    await page.get_by_role("table", name=re.compile("^Échéances par jour")).wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_the_calendar_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    await qualified(desk.town, await desk.town.a_ticket(), regime="SVA")
    desk.town.clock.move(days=70)
    await desk.town.house.watch.sweep(desk.town.id)
    await desk.town.a_ticket()
    screen = await desk.screen(width=width, scheme=scheme)
    await screen.enter(await desk.person(), towards="/bureau/echeances?jour=depasses")
    page = screen.page
    await page.get_by_role("link", name=re.compile("accords? tacites? nés?")).wait_for()
    await page.locator(".ag [data-entry]").first.wait_for()
    assert await screen.unreadable() == []
    assert screen.complaints == []
