"""The letterhead is written beside an example of a letter, in a real browser."""

import pytest
from playwright.async_api import expect

from app.ids import new_id
from tests.ui.conftest import Desk

WHERE = "/bureau/reglages/papier"


async def test_a_letterhead_is_seen_while_it_is_written_and_each_writing_is_an_edition(desk: Desk) -> None:
    screen = await desk.screen(refusals=[404])
    page, name = screen.page, f"Camille Exemple {new_id().hex[-6:]}"
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    place = page.get_by_label("Lieu")
    await place.fill("")
    save = page.get_by_role("button", name="Enregistrer")
    await save.click()
    await expect(place).to_have_attribute("aria-invalid", "true")
    await place.fill("Villebourg")
    await page.get_by_label("Signataire", exact=True).fill(name)
    await page.get_by_label("Tribunal compétent").fill("Tribunal administratif de Villebourg")
    await page.locator(".paper-sheet").get_by_text(name).wait_for()
    await page.locator(".paper-sheet").get_by_text("Villebourg, le").wait_for()
    await save.click()
    await page.get_by_text("Papier enregistré").wait_for()
    kept = (await desk.town.http.get("/api/v1/tenant/letterhead")).json()
    assert (kept["place"], kept["signatory_name"]) == ("Villebourg", name)
    await screen.picture("letterhead")


async def test_the_words_of_a_former_edition_are_put_back_into_the_form(desk: Desk) -> None:
    screen = await desk.screen(refusals=[404])
    page, former = screen.page, f"Dominique Exemple {new_id().hex[-6:]}"
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    for name in (former, "Camille Exemple"):
        await page.get_by_label("Lieu").fill("Villebourg")
        await page.get_by_label("Signataire", exact=True).fill(name)
        async with page.expect_response(lambda one: one.request.method == "POST") as saved:
            await page.get_by_role("button", name="Enregistrer").click()
        edition = (await (await saved.value).json())["id"]
        await page.locator(f"[data-edition={edition}]").wait_for()
    editions = page.locator("[data-edition]")
    await expect(editions.nth(0)).to_contain_text("en vigueur")
    await expect(editions.nth(0)).to_contain_text("Changé : Signataire")
    await editions.nth(1).get_by_role("button").press("Enter")
    await expect(page.get_by_label("Signataire", exact=True)).to_have_value(former)
    await expect(page.get_by_label("Lieu")).to_be_focused()
    await page.get_by_text("enregistrez pour en faire une édition nouvelle").wait_for()
    kept = (await desk.town.http.get("/api/v1/tenant/letterhead")).json()
    assert kept["signatory_name"] == "Camille Exemple"
    await screen.picture("letterhead-editions")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_screens_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    screen = await desk.screen(width=width, scheme=scheme, refusals=[404])
    await screen.enter(await desk.person("administrator"), towards=WHERE)
    await screen.page.locator(".paper-sheet").wait_for()
    assert await screen.unreadable() == []
    await screen.picture(f"letterhead-{width}")
