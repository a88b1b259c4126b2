"""The list on screen taken away as a file, in a real browser: the very columns, and only what it holds."""

import csv

from playwright.async_api import expect

from tests.ui.conftest import Desk


async def test_the_list_on_screen_is_taken_in_its_columns(desk: Desk) -> None:
    ticket = await desk.town.a_ticket(subject="Le banc de la place")
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=activite&colonnes=subject,reference,status")
    await page.locator(f"tr[data-ticket={ticket['id']}]").wait_for()
    await page.get_by_role("button", name="Exporter").press("Enter")
    dialog = page.get_by_role("dialog", name="Prendre la liste en fichier")
    await dialog.get_by_label("Format").select_option("csv")
    await screen.picture("exporter")
    assert await screen.unreadable() == []
    async with page.expect_download() as taken:
        await dialog.get_by_role("link", name="Prendre le fichier").click()
    file = await (await taken.value).path()
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["Référence", "Objet", "État"]
    assert {"Référence": ticket["reference"], "Objet": "Le banc de la place", "État": "nouveau"} in rows
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Exporter")).to_be_focused()
    assert screen.complaints == []


async def test_words_searched_for_are_not_taken_and_the_dialog_says_what_to_do(desk: Desk) -> None:
    screen = await desk.screen(width=320)
    page = screen.page
    await screen.enter(await desk.person(), towards="/bureau/boite?vue=activite&q=banc")
    await page.get_by_role("button", name="Exporter").click()
    dialog = page.get_by_role("dialog", name="Prendre la liste en fichier")
    await dialog.get_by_text("ôtez-les et restreignez la liste par des filtres").wait_for()
    await expect(dialog.get_by_role("link")).to_have_count(0)
    assert await screen.unreadable() == []
    assert screen.complaints == []
