"""The guided tour, in a real browser: from one screen to the next without a mouse, never forced, never shown twice."""

import re

import pytest
from playwright.async_api import expect

from tests.api.test_service_figures import qualified
from tests.ui.conftest import Desk

STEPS = (
    ("Un message, une demande", r"/bureau/boite"),
    ("Ce qui presse d’abord", r"/bureau/boite\?vue=risque"),
    ("Le risque est un mot, pas une couleur", r"/bureau/boite\?vue=risque"),
    ("Pourquoi cette date", r"/bureau/dossiers/"),
    ("Répondre, ou demander des pièces", r"/bureau/dossiers/"),
    ("Tout ce qui vient", r"/bureau/echeances"),
    ("Et quand on hésite", r"/bureau/aide"),
)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
async def test_who_skips_it_is_left_alone_and_an_empty_inbox_offers_it(desk: Desk, width: int, scheme: str) -> None:
    screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/boite")
    await page.locator("#liste").get_by_role("button", name="Commencer la visite").click()
    tour = page.get_by_role("region", name=re.compile("Bienvenue|Étape"))
    await tour.get_by_role("button", name="Commencer la visite").click()
    await tour.get_by_role("button", name="Suivant").click()
    await screen.picture(f"visite-{width}-{scheme}")
    assert await screen.unreadable() == []
    await tour.get_by_role("button", name="Suivant").click()
    await tour.get_by_role("button", name="Suivant").click()
    await tour.get_by_text("Aucune demande n’attend ici").wait_for()
    await tour.get_by_role("button", name="Passer la visite").click()
    await expect(tour).to_have_count(0)
    await page.get_by_role("link", name="Aide").first.click()
    await page.get_by_role("heading", name="Aide", level=1).wait_for()
    assert await tour.count() == 0
    assert screen.complaints == []


async def test_the_tour_is_taken_from_the_help_to_its_end_without_a_mouse(desk: Desk) -> None:
    ticket = await desk.town.a_ticket(subject="Terrasse d’été", text="Je demande une terrasse.")
    await qualified(desk.town, ticket, regime="SVA")
    desk.town.clock.move(days=57)  # silence grants it in four days
    await desk.town.house.vigil.round(desk.town.id)
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/aide")
    tour = page.get_by_role("region", name=re.compile("Bienvenue|Étape"))
    offer = page.get_by_role("button", name="Commencer la visite")
    await offer.focus()
    assert await tour.count() == 0  # an administration that never asked for it sees none
    await page.keyboard.press("Enter")
    await tour.get_by_role("heading", name="Bienvenue dans Parvis").wait_for()
    assert await screen.unreadable() == []
    await tour.get_by_role("button", name="Commencer la visite").focus()
    await page.keyboard.press("Enter")
    for number, (title, address) in enumerate(STEPS, start=1):
        heading = tour.get_by_role("heading", name=f"Étape {number} sur {len(STEPS)} : {title}")
        await expect(heading).to_be_focused()
        await expect(page).to_have_url(re.compile(address))
        await page.locator("[data-shown]").first.wait_for()
        await screen.picture(f"visite-{number}")
        assert await screen.unreadable() == []
        if number == 5:  # back, and on again
            await page.keyboard.press("Tab")
            await expect(tour.get_by_role("button", name="Précédent")).to_be_focused()
            await page.keyboard.press("Enter")
            await expect(tour.get_by_role("heading", name="Pourquoi cette date")).to_be_focused()
            await page.keyboard.press("Tab")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await expect(heading).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
    await expect(tour).to_have_count(0)
    await expect(page.locator("#contenu")).to_be_focused()
    await expect(page.locator("[data-shown]")).to_have_count(0)
    await page.reload()
    await offer.wait_for()
    assert await tour.count() == 0
    assert screen.complaints == []
