"""A request set aside and taken back, and a colleague named in a note."""

import re

from playwright.async_api import expect

from tests.ui.conftest import Desk


async def test_a_request_sleeps_says_so_and_is_woken_by_hand(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen(width=320, scheme="dark")
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    button = page.get_by_role("button", name="Mettre de côté")
    await button.click()
    dialog = page.get_by_role("dialog", name="Mettre ce dossier de côté")
    act = dialog.get_by_role("button", name="Mettre de côté")
    await dialog.get_by_label("Une date").check()
    await act.click()
    await dialog.get_by_text("Donnez le jour et l’heure.").wait_for()
    assert await screen.unreadable() == []
    await dialog.get_by_label(re.compile("^Dans une semaine")).check()
    await dialog.get_by_label("Pourquoi").fill("La voirie passe jeudi.")
    await act.click()
    banner = page.locator("p.notice").filter(has_text="Ce dossier est de côté jusqu’à")
    await banner.wait_for()
    await page.get_by_text("Mis de côté : La voirie passe jeudi.").wait_for()
    await expect(button).to_be_focused()
    path = f"/api/v1/tickets/{ticket['id']}"
    assert (await desk.town.http.get(path)).json()["snooze"]["until_at"] is not None
    assert await screen.faults() == []
    await banner.get_by_role("button", name="Reprendre maintenant").click()
    await expect(banner).to_have_count(0)
    assert (await desk.town.http.get(path)).json()["snooze"] is None
    assert screen.complaints == []


async def test_a_colleague_is_named_by_typing_and_told_only_if_they_see_the_request(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    me, colleague = await desk.person(), await desk.person(name="Maxence Exemple-Nord")
    path = f"/api/v1/tickets/{ticket['id']}"
    closed = await desk.town.http.patch(
        path, json={"confidential": True, "assignee_id": me.id}, headers={"If-Match": f'"{ticket["version"]}"'}
    )
    assert closed.status_code == 200, closed.text
    screen = await desk.screen(refusals=[422])
    page = screen.page
    await screen.enter(me, towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_role("radio", name=re.compile("^Note interne")).check()
    area = page.get_by_role("textbox", name="Note interne")
    await area.press_sequentially("Pour usager@")
    await expect(page.get_by_role("dialog")).to_have_count(0)  # in a word it names nobody
    await area.fill("")
    await area.press_sequentially("Pour @")
    dialog = page.get_by_role("dialog", name="Nommer un collègue")
    await dialog.get_by_role("searchbox").press_sequentially("maxence")
    await expect(dialog.get_by_role("menuitem")).to_have_count(1)
    assert await screen.faults() == []
    await page.keyboard.press("ArrowDown")
    await expect(dialog.get_by_role("searchbox")).to_have_attribute("aria-activedescendant", re.compile("."))
    await page.keyboard.press("Enter")
    await expect(area).to_have_value("Pour @Maxence Exemple-Nord ")
    await expect(area).to_be_focused()
    await page.get_by_text("Seront avertis : Maxence Exemple-Nord").wait_for()
    add = page.get_by_role("button", name="Noter", exact=True)
    await add.click()
    await page.get_by_role("alert").filter(has_text="ne voit pas cette demande").wait_for()
    assert await screen.faults() == []
    opened = await desk.town.http.patch(
        path, json={"confidential": False}, headers={"If-Match": closed.headers["etag"]}
    )
    assert opened.status_code == 200, opened.text
    await add.click()
    thread = page.get_by_role("group", name="Fil")
    await thread.get_by_text("@Maxence Exemple-Nord").wait_for()
    (note,) = [one for one in (await desk.town.http.get(f"{path}/messages")).json()["data"] if one["text"] != ""][-1:]
    assert note["text"].strip() == f"Pour @[{colleague.id}]"
    assert screen.complaints == []
