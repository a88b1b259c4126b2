"""What somebody likes is kept with their account: found again in another browser, and nobody else's."""

from playwright.async_api import expect

from tests.ui.conftest import Desk


async def test_what_one_likes_is_found_again_on_another_machine(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    person = await desk.person()
    one = await desk.screen(width=320)
    await one.enter(person, towards="/bureau/profil")
    page = one.page
    await page.get_by_label("Sombres").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert await one.unreadable() == []
    await page.get_by_role("button", name="Touches : les voir").click()
    keys = page.get_by_role("dialog", name="Touches")
    await keys.get_by_role("button", name="Changer : Répondre").click()
    async with page.expect_response(lambda answer: answer.url.endswith("/me/preferences") and answer.ok):
        await page.keyboard.press("b")
    await page.keyboard.press("Escape")
    await page.get_by_label("English").click()
    await page.get_by_role("heading", name="Profile and help").wait_for()
    assert one.complaints == []

    other = await desk.screen()
    await other.enter(person, towards=f"/bureau/dossiers/{ticket['reference']}")
    await other.page.get_by_role("heading", name="Answer").wait_for(state="attached")
    await expect(other.page.locator("html")).to_have_attribute("data-theme", "dark")
    await other.page.locator("form.composer textarea").wait_for()
    await other.page.keyboard.press("b")
    await expect(other.page.locator("form.composer textarea")).to_be_focused()
