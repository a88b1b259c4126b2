"""The help page, in a real browser: one's own keys, words with their articles, where screens are, whom to ask."""

import re

import pytest
from playwright.async_api import expect

from tests.ui.conftest import Desk


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_the_help_tells_keys_words_screens_and_whom_to_ask(desk: Desk, width: int, scheme: str) -> None:
    screen = await desk.screen(width=width, scheme=scheme)
    page = screen.page
    await desk.person("administrator", name="Dominique Administration")
    await screen.enter(await desk.person())
    rail = page.get_by_role("navigation", name="Principale")
    outside = rail.get_by_role("link", name="Discussions")
    await expect(outside).to_have_accessible_name("Discussions (sort de l’application)")
    await rail.get_by_role("link", name="Aide").click()
    await page.get_by_role("heading", name="Aide", level=1).wait_for()
    await page.wait_for_url("**/bureau/aide")

    rows = page.get_by_role("region", name="Touches").get_by_role("row")
    await expect(rows.filter(has_text="Aller aux échéances")).to_contain_text(re.compile("g\\s*puis\\s*c"))
    risks = page.get_by_role("region", name="Les mots du risque")
    await expect(risks.get_by_role("row").filter(has_text="Suspendu")).to_contain_text("CRPA L114-5")
    await expect(page.get_by_role("row").filter(has_text="ARE, accusé")).to_contain_text("R112-11-1")
    screens = page.get_by_role("region", name="Plan des écrans")
    assert await screens.get_by_role("link", name="Échéances").get_attribute("href") == "/bureau/echeances"
    await expect(screens.get_by_role("link", name="Compte")).to_have_accessible_name(
        re.compile("sort de l’application")
    )
    ask = page.get_by_role("region", name="À qui demander")
    await ask.get_by_text("Dominique Administration").first.wait_for()
    await ask.get_by_text("L’exploitant n’a pas dit").wait_for()
    assert await screen.unreadable() == []

    await page.get_by_role("button", name="Changer ou couper les touches").click()
    await page.get_by_role("dialog", name="Touches").wait_for()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Changer ou couper")).to_be_focused()
    assert screen.complaints == []
