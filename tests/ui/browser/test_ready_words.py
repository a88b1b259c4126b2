"""Ready-made answers and macros in the request: called by typing, filled by the server, tried before they are done."""

import re
from typing import Any

from playwright.async_api import expect

from tests.api.test_tags import once
from tests.ui.conftest import Desk


async def kept(desk: Desk, kind: str, **words: Any) -> str:
    made = await desk.town.http.post(f"/api/v1/{kind}", json={"owner": "administration", **words}, headers=once())
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_a_canned_reply_is_called_by_typing_filled_and_completed_by_hand(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    text = "Bonjour {{contact.name}}, transmis à l’équipe {{team.name}}."
    await kept(desk, "canned-replies", name="Transmis", shortcut="transmis", texts=[{"language": "fr", "text": text}])
    await kept(desk, "canned-replies", name="Merci", shortcut="merci", texts=[{"language": "fr", "text": "Merci."}])
    screen = await desk.screen(refusals=[409])  # the preview of an answer that has a hole is refused
    page = screen.page
    await screen.enter(await desk.person(), towards=f"/bureau/dossiers/{ticket['reference']}")
    area = page.get_by_label(re.compile("^Message à"))
    await area.fill("std")
    await area.press_sequentially("::")
    await expect(page.get_by_role("dialog")).to_have_count(0)  # in a word it is no call
    await area.fill("")
    await area.press_sequentially("Madame, ::")
    dialog = page.get_by_role("dialog", name="Choisir une réponse type")
    await dialog.get_by_role("searchbox").press_sequentially("trans")
    await expect(dialog.get_by_role("menuitem")).to_have_count(1)
    assert await screen.faults() == []
    await page.keyboard.press("ArrowDown")
    await expect(dialog.get_by_role("searchbox")).to_have_attribute("aria-activedescendant", re.compile("."))
    await page.keyboard.press("Enter")
    filled = "Madame, Bonjour Usager Exemple, transmis à l’équipe {{team.name}}."
    await expect(area).to_have_value(filled)
    await expect(area).to_be_focused()
    told = page.get_by_role("status").filter(has_text="À compléter à la main")
    await told.get_by_text("{{team.name}}").wait_for()
    assert await screen.faults() == []
    await area.fill(filled.replace("{{team.name}}", "Voirie"))
    await expect(told).to_have_count(0)
    await page.get_by_role("button", name=re.compile("^Réponse type")).click()
    await dialog.get_by_role("menuitem", name=re.compile("^merci")).click()
    await expect(area).to_have_value(re.compile("Merci"))
    assert screen.complaints == []


async def test_a_macro_says_what_it_would_do_and_is_done_whole_or_not_at_all(desk: Desk) -> None:
    ticket = await desk.town.a_ticket()
    note = {"kind": "note", "text": "Vu, dossier {{ticket.reference}}."}
    done = await kept(
        desk,
        "macros",
        name="Prendre en main",
        acts=[
            note,
            {"kind": "assignee", "me": True},
            {"kind": "status", "status": "waiting"},
            {"kind": "reply", "text": "Bonjour, nous revenons vers vous."},
        ],
    )
    assert done
    await kept(
        desk, "macros", name="Sans équipe", acts=[note, {"kind": "reply", "text": "{{team.name}}", "send": True}]
    )
    screen = await desk.screen(scheme="dark", width=320, height=700, refusals=[404])
    page = screen.page
    await screen.enter(await desk.person(name="Sacha Exemple"), towards=f"/bureau/dossiers/{ticket['reference']}")
    macro = page.get_by_role("button", name="Macro", exact=True)
    await macro.click()
    await page.get_by_role("menuitem", name=re.compile("^Sans équipe")).click()
    dialog = page.get_by_role("dialog", name="Macro : Sans équipe")
    await dialog.get_by_text("Un acte est refusé").wait_for()
    await expect(dialog.get_by_role("button", name="Tout faire")).to_be_disabled()
    assert await screen.unreadable() == []
    await dialog.get_by_role("button", name="Annuler").click()
    await expect(macro).to_be_focused()

    await macro.click()
    await page.get_by_role("menuitem", name=re.compile("^Prendre en main")).click()
    dialog = page.get_by_role("dialog", name="Macro : Prendre en main")
    await dialog.get_by_text(f"Vu, dossier {ticket['reference']}.").wait_for()
    await expect(dialog.get_by_role("listitem")).to_have_count(4)
    assert (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()["status"] == "new"
    await dialog.get_by_role("button", name="Tout faire").click()
    await page.get_by_text("Macro « Prendre en main » : tout est fait.").first.wait_for()
    area = page.get_by_label(re.compile("^Message à"))
    await expect(area).to_have_value("Bonjour, nous revenons vers vous.")
    now = (await desk.town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert (now["status"], now["assignee_id"] is not None) == ("waiting", True)
    assert screen.complaints == []
