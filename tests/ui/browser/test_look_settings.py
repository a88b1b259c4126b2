"""The colour of an administration, chosen, refused, seen in both themes and worn by every page, in a real browser."""

from playwright.async_api import expect

from tests.ui.conftest import Desk


async def test_a_colour_is_seen_before_it_is_kept_and_a_pale_one_gives_place_to_its_nearest(desk: Desk) -> None:
    screen = await desk.screen(refusals=[422])
    page = screen.page
    await screen.enter(await desk.person("administrator"), towards="/bureau/reglages/administration")
    colour = page.get_by_label("Couleur", exact=True)
    await colour.fill("#ffdd00")
    await screen.picture("look-pale")
    save = page.get_by_role("button", name="Enregistrer Ce que les accusés")
    await save.click()
    await expect(colour).to_have_attribute("aria-invalid", "true")
    await page.get_by_text("cette couleur se lit mal : contraste 1,1:1").wait_for()
    assert await screen.faults() == []
    take = page.get_by_role("button", name="Prendre #")
    offered = (await take.inner_text()).split()[-1]
    await take.click()
    await expect(colour).to_have_value(offered)
    await save.click()
    await page.get_by_text("Enregistré.").wait_for()
    assert (await desk.town.http.get("/api/v1/tenant")).json()["accent"] == offered
    await expect(colour).to_have_value(offered)
    assert await page.evaluate("document.documentElement.style.getPropertyValue('--tenant')") == offered
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        await screen.picture(f"look-{theme}")
        assert await screen.faults() == [], theme
    # Another document wears it from the first moment, whatever it asked before.
    await page.reload()
    await expect(colour).to_have_value(offered)
    worn = await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--tenant').trim()")
    assert worn == offered
    await page.get_by_role("button", name="Reprendre celle de Parvis").click()
    await save.click()
    await page.get_by_text("Enregistré.").wait_for()
    assert (await desk.town.http.get("/api/v1/tenant")).json()["accent"] == ""
    assert screen.complaints == []
