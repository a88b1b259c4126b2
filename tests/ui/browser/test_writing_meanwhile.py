"""Words typed while others are on their way: nothing somebody writes is dropped."""

import asyncio
import re
from typing import Any

from playwright.async_api import expect

from tests.ui.conftest import Desk


async def test_an_answer_is_typed_while_a_note_is_on_its_way(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    screen = await desk.screen()
    page, let_go = screen.page, asyncio.Event()

    async def late(route: Any) -> None:
        await let_go.wait()
        await route.continue_()

    await page.route(re.compile("/notes$"), late)
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    await page.get_by_role("heading", name=ticket["subject"]).wait_for()
    await page.keyboard.press("n")
    note = page.get_by_role("textbox", name="Note interne")
    await expect(note).to_be_focused()
    await page.keyboard.type("Vu sur place.")
    async with page.expect_request(re.compile("/notes$")):
        await page.keyboard.press("Control+Enter")
    await expect(note).to_have_attribute("readonly", "")  # it leaves as it was when it was sent
    await page.keyboard.press("Escape")
    await page.keyboard.press("r")
    answer = page.get_by_label(re.compile("^Message à"))
    await expect(answer).to_be_focused()
    await page.keyboard.type("Bonjour, un agent passe demain.")
    await expect(answer).to_have_value("Bonjour, un agent passe demain.")
    let_go.set()
    await page.get_by_text("Note ajoutée").or_(page.locator("article", has_text="Vu sur place.")).first.wait_for()
    await expect(answer).to_have_value("Bonjour, un agent passe demain.")
    await page.get_by_text("Brouillon gardé").wait_for()
    assert screen.complaints == []
