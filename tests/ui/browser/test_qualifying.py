"""Saying which procedure a request is, in a real browser: what that changes is seen first, and the reason is kept."""

import re

import pytest
from playwright.async_api import expect

from tests.ui.conftest import Desk, Screen

WORDS = "Bonjour, je voudrais construire un abri de jardin et une clôture. Faut-il une déclaration préalable ?"


async def asked(desk: Desk, *, role: str = "agent", **seen: object) -> tuple[Screen, dict]:
    ticket = await desk.town.a_ticket(text=WORDS, subject="Abri de jardin")
    screen = await desk.screen(**seen)
    await screen.enter(await desk.person(role), towards=f"/bureau/dossiers/{ticket['reference']}")
    await screen.page.get_by_text("Chronologie").wait_for()
    return screen, ticket


async def saisine_of(desk: Desk, ticket: dict) -> dict:
    path = f"/api/v1/tickets/{ticket['id']}/saisines"
    return (await desk.town.http.get(path)).json()["data"][0]


async def test_a_procedure_is_chosen_by_keyboard_its_effect_seen_and_its_reason_kept(desk: Desk) -> None:
    screen, ticket = await asked(desk)
    page = screen.page
    await page.keyboard.press("q")
    dialog = page.get_by_role("dialog", name=re.compile(ticket["reference"]))
    await dialog.get_by_text("un accord tacite est possible").wait_for()
    await expect(dialog.locator("blockquote mark").first).to_be_visible()
    await dialog.get_by_label("Autre démarche").fill("URB-DP")
    option = dialog.get_by_role("radio", name=re.compile(r"URB-DP\b")).first
    await option.focus()
    await expect(option).to_be_focused()
    await page.keyboard.press("Space")
    await expect(option).to_be_checked()
    await dialog.get_by_text("Nouvelle échéance").wait_for()
    before = await saisine_of(desk, ticket)
    assert (before["regime"], before["procedure"]) == ("UNKNOWN", None)  # nothing is recorded by looking
    await dialog.get_by_role("button", name="Qualifier", exact=True).click()
    await dialog.get_by_text("Donnez le motif").wait_for()
    await expect(dialog.get_by_label(re.compile("^Motif et texte"))).to_be_focused()  # where something lacks
    await page.keyboard.type("Abri de moins de vingt mètres carrés.")
    await page.keyboard.press("Tab")
    foreseen = await dialog.locator(".big-day").text_content()
    await dialog.get_by_role("button", name="Qualifier", exact=True).click()
    await page.get_by_text("Qualifié.").wait_for()
    await dialog.wait_for(state="detached")
    after = await saisine_of(desk, ticket)
    assert (after["procedure"], after["qualified_reason"]) == ("URB-DP", "Abri de moins de vingt mètres carrés.")
    await expect(page.locator("#legal .big")).to_have_text(foreseen)
    assert screen.complaints == []


async def test_what_asks_nothing_is_dismissed_with_its_reason_from_the_list(desk: Desk) -> None:
    ticket = await desk.town.a_ticket(text="Merci pour tout.")
    screen = await desk.screen()
    page = screen.page
    await screen.enter(await desk.person())
    row = page.locator(f"tr[data-ticket={ticket['id']}] [data-row]")
    await row.focus()
    await expect(row).to_be_focused()
    await page.keyboard.press("q")
    dialog = page.get_by_role("dialog", name=re.compile(ticket["reference"]))
    await dialog.locator("summary", has_text="Ce n’est pas une demande").click()
    await dialog.get_by_label("Motif, obligatoire").select_option("thanks")
    await dialog.get_by_text("Plus aucun délai de décision").wait_for()
    await dialog.get_by_role("button", name="Écarter").click()
    await dialog.wait_for(state="detached")
    assert (await saisine_of(desk, ticket))["dismissed"] == "thanks"
    await expect(row).to_be_focused()


async def test_a_clock_changed_meanwhile_is_read_again_and_nothing_typed_is_lost(desk: Desk) -> None:
    screen, ticket = await asked(desk)
    screen.expected.add(412)
    page = screen.page
    await page.route("**/api/v1/events/stream*", lambda route: route.abort())  # a link that is down: nothing is told
    await page.reload()
    await page.get_by_text("Chronologie").wait_for()
    await page.keyboard.press("q")
    dialog = page.get_by_role("dialog", name=re.compile(ticket["reference"]))
    await dialog.locator("summary", has_text="Dire soi-même").click()
    await dialog.get_by_label("Rejet (SVR)").check()
    await dialog.get_by_label(re.compile("^Motif et texte")).fill("Lu avec le service.")
    saisine = await saisine_of(desk, ticket)
    body = {"regime": "SVA", "delay": "P1M", "reason": "Dit par un collègue."}
    head = {"If-Match": f'"{saisine["version"]}"'}
    other = await desk.town.http.post(f"/api/v1/saisines/{saisine['id']}/qualifications", json=body, headers=head)
    assert other.status_code == 201, other.text
    await dialog.get_by_role("button", name="Qualifier", exact=True).click()
    await dialog.get_by_role("alert").wait_for()
    assert (await saisine_of(desk, ticket))["regime"] == "SVA"
    await expect(dialog.get_by_label(re.compile("^Motif et texte"))).to_have_value("Lu avec le service.")
    await dialog.get_by_role("button", name="Qualifier", exact=True).click()
    await dialog.wait_for(state="detached")
    assert (await saisine_of(desk, ticket))["regime"] == "SVR"


async def test_whoever_may_not_write_the_law_has_no_dialog(desk: Desk) -> None:
    screen, _ = await asked(desk, role="reader")
    await screen.page.keyboard.press("q")
    assert await screen.page.get_by_role("button", name=re.compile("^Qualifier")).count() == 0
    assert await screen.page.get_by_role("dialog").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (320, "light")])
async def test_the_dialog_can_be_read_by_everybody(desk: Desk, width: int, scheme: str) -> None:
    screen, _ = await asked(desk, width=width, scheme=scheme)
    page = screen.page
    await page.keyboard.press("q")
    dialog = page.get_by_role("dialog", name=re.compile("^Qualifier"))
    await dialog.get_by_label("Autre démarche").fill("URB-DP")
    await dialog.get_by_role("radio", name=re.compile(r"URB-DP\b")).first.check()
    await dialog.get_by_text("Nouvelle échéance").wait_for()
    await dialog.locator("summary", has_text="Ce n’est pas une demande").click()
    assert await screen.unreadable() == []
    assert screen.complaints == []
