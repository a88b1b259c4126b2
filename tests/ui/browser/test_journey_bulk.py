"""Several requests are given to a colleague at once, who is told and finds them; and taken back when they were not theirs."""

import re

from playwright.async_api import expect

from app.ids import new_id
from tests.ui.browser.test_bulk import begins, id_of, read, ticked, worked
from tests.ui.conftest import Desk


async def test_requests_are_given_to_a_colleague_who_is_told_and_finds_them(desk: Desk) -> None:
    name = f"Dominique Exemple {new_id().hex[-6:]}"
    colleague = await desk.person(name=name)
    tickets = [await desk.town.a_ticket(subject=f"Encombrants {number}") for number in range(3)]
    screen = await ticked(desk, *tickets)
    page = screen.page
    theirs = await desk.screen()
    await theirs.enter(colleague, towards="/bureau/boite?vue=miens")
    await theirs.page.get_by_role("heading", name="Mes dossiers", level=1).wait_for()

    bar = page.get_by_role("group", name="Actes sur les dossiers cochés")
    await bar.get_by_role("button", name="Affecter").click()
    picker = page.get_by_role("dialog")
    await picker.get_by_role("searchbox").press_sequentially(name)
    await expect(picker.get_by_role("menuitem")).to_have_count(1)
    await screen.picture("masse-1-affecter")
    assert await screen.faults() == []
    async with page.expect_response(begins) as begun:
        await picker.get_by_role("menuitem", name=name).click()
    await worked(desk, await id_of(await begun.value))
    await page.get_by_text("3 dossiers changés.").wait_for()
    await expect(page.locator("tr[data-ticket]").filter(has_text=name)).to_have_count(3)
    await screen.picture("masse-2-faite")
    assert {(await read(desk, one))["assignee_id"] for one in tickets} == {colleague.id}

    rail = theirs.page.get_by_role("navigation", name="Principale").get_by_role("link", name=re.compile("^Avis"))
    await rail.get_by_text("3 non lus").wait_for()
    await theirs.page.get_by_role("button", name=re.compile("ont bougé")).click()
    await expect(theirs.page.locator("tr[data-ticket]")).to_have_count(3)
    await theirs.picture("masse-3-chez-la-collegue")

    async with page.expect_response(begins) as begun:
        await page.get_by_role("button", name="Défaire").click()
    await worked(desk, await id_of(await begun.value))
    await page.get_by_text("Défait.").wait_for()
    assert {(await read(desk, one))["assignee_id"] for one in tickets} == {None}
    assert screen.complaints == []
    assert theirs.complaints == []
